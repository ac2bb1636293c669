# SPDX-License-Identifier: BSD-2-Clause
# targets.sh - the fuzz targets, each with the public corpus that fits it, if one does.
# shellcheck shell=sh disable=SC2034 # whoever reads this in asks for it
targets="certificate:x509 certificate-gnutls:x509 credential:x509 crl:crl expression: fmt: hosts:
name: name-constraints: pem:pem policy-file: policy-graph:
audit-capture: audit-dtls: audit-find: audit-flow: audit-keylog:
audit-link: audit-protection: audit-quic: audit-tls:"

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Makes configure and the Makefile.in from their sources. Needs autoconf, automake and libtool.
set -eu
cd "$(dirname "$0")"
mkdir -p build-aux
autoreconf --force --install --warnings=all

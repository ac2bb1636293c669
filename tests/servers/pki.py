# SPDX-License-Identifier: BSD-2-Clause
"""A CA with everything that can be wrong with a client, made by the openssl command.

root <- intermediate <- clients and the server. A client's PEM file holds its certificate and the
intermediate behind it, as TLS sends them; but for `no-intermediate`, who forgot it.
"""
import os
import subprocess

CONFIG = """[ca]
default_ca = here
[here]
database = %(dir)s/%(ca)s.index
new_certs_dir = %(dir)s/issued
serial = %(dir)s/%(ca)s.serial
crlnumber = %(dir)s/%(ca)s.crlnumber
private_key = %(dir)s/%(ca)s.key
certificate = %(dir)s/%(ca)s.pem
default_md = sha256
default_days = 30
default_crl_days = 30
unique_subject = no
policy = any
[any]
countryName = optional
organizationName = optional
commonName = optional
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[intermediate]
basicConstraints = critical,CA:true,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[client]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
authorityKeyIdentifier = keyid
[server]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost,DNS:*.example,IP:127.0.0.1
authorityKeyIdentifier = keyid
"""

# name: (common name, extensions, first day, last day); days are offsets from today
CLIENTS = {
    "good": ("good.client.example", "client", None),
    "late": ("good.client.example", "client", None),            # revoked in the middle of a test
    "wrong-cn": ("stranger.example", "client", None),
    "expired": ("good.client.example", "client", ("20200101000000Z", "20210101000000Z")),
    "not-yet-valid": ("good.client.example", "client", ("20600101000000Z", "20610101000000Z")),
    "revoked": ("good.client.example", "client", None),
    "wrong-eku": ("good.client.example", "server", None),
    "no-intermediate": ("good.client.example", "client", None),
}


def openssl(*arguments):
    subprocess.run(["openssl"] + list(arguments), check=True, capture_output=True)


class Pki:
    """Makes everything in `folder`, readable for all: servers drop privileges."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(os.path.join(folder, "issued"), exist_ok=True)
        for name in ("root", "intermediate"):
            self._begin_ca(name)
        for name, (cn, extensions, dates) in CLIENTS.items():
            self.issue(name, cn, extensions, dates, chain=name != "no-intermediate")
        self.issue("server", "localhost", "server", None)
        self._self_signed("self-signed", "good.client.example")
        self._join("chain.pem", "intermediate.pem", "root.pem")
        self.revoke("revoked")
        self.write_crls()
        for at, _, files in os.walk(folder):
            for file in files:
                os.chmod(os.path.join(at, file), 0o644)

    def path(self, name):
        return os.path.join(self.folder, name)

    def cert(self, name):
        return self.path(name + ".pem")

    def key(self, name):
        return self.path(name + ".key")

    def _write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)

    def _join(self, to, *parts):
        self._write(to, "".join(open(self.path(part)).read() for part in parts))

    def _request(self, name, cn):
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-subj", "/C=US/O=Example/CN=" + cn, "-keyout", self.key(name), "-out",
                self.path(name + ".csr"))

    def _begin_ca(self, name):
        self._write(name + ".cnf", CONFIG % {"dir": self.folder, "ca": name})
        self._write(name + ".index", "")
        self._write(name + ".serial", "1000\n")
        self._write(name + ".crlnumber", "01\n")
        self._request(name, name.capitalize() + " CA")
        issuer = ["-selfsign"] if name == "root" else []
        self._sign(name, name, None, "root", issuer)

    def _sign(self, name, extensions, dates, ca, more=()):
        period = ["-startdate", dates[0], "-enddate", dates[1]] if dates else []
        openssl("ca", "-batch", "-config", self.path(ca + ".cnf"), "-extensions", extensions,
                "-notext", "-in", self.path(name + ".csr"), "-out", self.cert(name), *period, *more)

    def issue(self, name, cn, extensions, dates, chain=True):
        self._request(name, cn)
        self._sign(name, extensions, dates, "intermediate")
        self._join(name + ".leaf", name + ".pem")
        if chain:
            self._join(name + ".pem", name + ".leaf", "intermediate.pem")

    def _self_signed(self, name, cn):
        self._request(name, cn)
        openssl("x509", "-req", "-in", self.path(name + ".csr"), "-signkey", self.key(name),
                "-days", "30", "-out", self.cert(name))

    def revoke(self, name):
        """Takes effect with write_crls()."""
        openssl("ca", "-config", self.path("intermediate.cnf"), "-revoke", self.path(name + ".leaf"))

    def write_crls(self):
        """root.crl, intermediate.crl; each in place of the old one at once."""
        for ca in ("root", "intermediate"):
            openssl("ca", "-config", self.path(ca + ".cnf"), "-gencrl", "-out",
                    self.path(ca + ".new"))
            os.chmod(self.path(ca + ".new"), 0o644)
            os.replace(self.path(ca + ".new"), self.path(ca + ".crl"))

# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of PostgreSQL share: policies, kinds of clients, and one cluster."""
import os

import peer
import pki
import suite
import postgresql_client as client
import postgresql_cluster as cluster

POLICY = """trust = { anchors = [ "%(pki)s/root.pem" ]; };
stack = (
  { control = "requisite"; plugin = "validity"; },
  { control = "requisite"; plugin = "crl"; freshness = "strict";
    files = [ "%(pki)s/root.crl", "%(pki)s/intermediate.crl" ]; },
  { control = "required"; plugin = "cn"; allow = [ "%(cn)s" ]; }
);
"""
ROLES = """trust = { anchors = [ "%(pki)s/root.pem" ]; };
stack = (
  { control = "requisite"; plugin = "validity"; },
  { control = "sufficient"; plugin = "cn"; allow = [ "good.client.example" ];
    when = "app.user eq 'app' and app.resource eq 'shop' and app.action eq 'connect'"; },
  { control = "sufficient"; plugin = "cn"; allow = [ "stranger.example" ];
    when = "app.user eq 'reader'"; },
  { control = "sufficient"; plugin = "cn"; allow = [ "good.client.example" ];
    when = "app.user eq 'standby' and app.resource eq '' and app.action eq 'replicate'"; }
);
"""
OTHER = 'stack = ( { control = "requisite"; plugin = "deny"; reason = "nothing is here"; } );\n'
BROKEN = """trust = { anchors = [ "%(pki)s/root.pem" ]; };
stack = (
  { contol = "required"; plugin = "permit"; }
);
"""
GOOD, STRANGER = "good.client.example", "stranger.example"
SQL = ("create role app login", "create role reader login", "create role barred login",
       "create role locked login", "create role standby login replication",
       'create role "good.client.example" login', "create database shop")

# What a client is, its certificate, what comes of it: PostgreSQL asks OpenSSL first.
CLIENTS = (
    ("no certificate", None, "denied no_certificate"),
    ("good", "good", "in success"),
    ("wrong CN", "wrong-cn", "denied no_match"),
    ("expired", "expired", "refused by the server"),
    ("not yet valid", "not-yet-valid", "refused by the server"),
    ("revoked", "revoked", "denied revoked"),
    ("self-signed", "self-signed", "refused by the server"),
    ("wrong EKU", "wrong-eku", "refused by the server"),
    ("missing intermediate", "no-intermediate", "denied untrusted"),
)


class Test:
    def __init__(self, done, keys, folder):
        self.suite = done
        self.pki = keys
        self.folder = folder
        self.policies = os.path.join(folder, "policies")
        os.mkdir(self.policies)
        self.policy(GOOD)
        self.own_pki()
        self.cluster = cluster.Cluster(os.path.join(folder, "cluster"), keys, self.policies)
        self.port = self.cluster.port
        self.psql = client.Psql(keys, os.path.join(folder, "keys"))

    def own_pki(self):
        """A copy to revoke in: other servers use the original."""
        folder = os.path.join(self.folder, "pki")
        os.mkdir(folder)
        self.own = pki.Pki(folder)

    def write(self, name, text):
        cluster.write(os.path.join(self.policies, name), text)

    def policy(self, cn, name="postgresql.conf", keys=None, before="", form=POLICY):
        self.write(name, before + form % {"pki": (keys or self.pki).folder, "cn": cn})

    def seen(self, ask):
        """What the client was told, and the reason in the decision log, if it got there."""
        before = len(self.cluster.decisions())
        answer = ask()
        reasons = [row["reason"] for row in self.cluster.decisions(before)]
        return " ".join([answer.verdict] + reasons), answer

    def case(self, name, expected, ask):
        seen, answer = self.seen(ask)
        self.suite.case(name, expected, seen, [answer.said])
        return answer

    def tls(self, name, version=None, keys=None):
        return peer.context(keys or self.pki, name, version)

    def sql(self, text, options=""):
        """What psql says as the superuser, over the unix socket."""
        return self.psql(self.cluster.folder, self.port, sql=text, options=options, tls=False,
                         user="postgres", database="postgres").said


def logged(test, since, name, wanted):
    log = suite.text_of(test.cluster.log)[since:]
    test.suite.case(name, "logged", "logged" if wanted in log else log)

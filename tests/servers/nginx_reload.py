# SPDX-License-Identifier: BSD-2-Clause
"""nginx reloaded with other policies and lists, and sessions that outlive that."""
import os
import re
import signal

import nginx_setup
import peer
import suite as common


def resumed(suite, nginx, server, client, name, expected):
    """A session that one server let in, resumed at another: its policy decides."""
    tls = peer.context(nginx.pki, client, "1.3")
    first = peer.https(nginx.port, tls, server, host=server)
    reply = peer.https(nginx.port, tls, "late.example", first.session, host="late.example")
    suite.case(name + ", resumed at one that asks", "200 " + expected, "%s %s%s" % (
        first.status, "resumed " if reply.resumed else "", nginx.seen(reply)))


def revoke_and_resume(suite, nginx):
    """Sessions of a client who is revoked before they are resumed; and a connection that stays."""
    pki, kinds = nginx.pki, (("TLS 1.2 by id", "1.2", False), ("TLS 1.2 by ticket", "1.2", True),
                             ("TLS 1.3", "1.3", True))
    contexts = [peer.context(pki, "late", version, tickets=tickets)
                for _, version, tickets in kinds]

    def go(tls, session=None):
        return peer.https(nginx.port, tls, "late.example", session, host="late.example")

    first = [go(tls) for tls in contexts]
    for (name, _, _), reply in zip(kinds, first):
        suite.case("late, before the revocation (%s)" % name, "200 success", nginx.seen(reply))
    again = [go(tls, reply.session) for tls, reply in zip(contexts, first)]
    for (name, _, _), reply in zip(kinds, again):
        suite.case("resumed session (%s)" % name, "resumed 200 success",
                   ("resumed " if reply.resumed else "") + nginx.seen(reply))
    with peer.connect(nginx.port, contexts[2], "late.example") as kept:
        before = nginx.seen(peer.ask(kept, host="late.example"))
        pki.revoke("late")
        pki.write_crls()
        nginx.reload()
        try:
            after = nginx.seen(peer.ask(kept, host="late.example"))
        except OSError:
            after = "closed by the server"
    suite.case("keep-alive across a reload", "200 success, closed by the server, 403 revoked",
               "%s, %s, %s" % (before, after, nginx.seen(go(contexts[2]))))
    for (name, _, _), tls, reply in zip(kinds, contexts, first):
        reply = go(tls, reply.session)
        suite.case("resumed session after revocation (%s)" % name, "resumed 403 revoked",
                   ("resumed " if reply.resumed else "") + nginx.seen(reply))


def reloads(suite, nginx):
    nginx_setup.write(nginx.path("policies", "broken.conf"),
                      'hosts = [ "a.example" ];\nstack = ((;\n')
    said = nginx.reload(good=False)
    suite.case("a broken policy: the log names file and line", True, re.search(
        r"\[emerg\].*%s:2:\d+: .*mtlsauth_policy in .*nginx.conf:\d+"
        % nginx.path("policies", "broken.conf"), said) is not None, said.splitlines())
    suite.case("a broken policy: the old ones stay", "200 success", nginx.seen(nginx.ask("good")))
    os.unlink(nginx.path("policies", "broken.conf"))
    nginx.reload()
    os.rename(nginx.path("policies"), nginx.path("gone"))
    suite.case("policies renamed away: decisions go on", "200 success, 403 revoked", "%s, %s" % (
        nginx.seen(nginx.ask("good")), nginx.seen(nginx.ask("revoked"))))
    said = nginx.reload(good=False)
    suite.case("policies renamed away: a reload says so", True,
               "[emerg]" in said and nginx.path("policies") in said, said.splitlines())
    suite.case("policies renamed away: the old ones stay", "200 success, 403 revoked", "%s, %s" % (
        nginx.seen(nginx.ask("good")), nginx.seen(nginx.ask("revoked"))))
    os.rename(nginx.path("gone"), nginx.path("policies"))
    os.rename(nginx.path("decisions.json"), nginx.path("decisions.1"))
    nginx.process.signal(signal.SIGUSR1)    # logs are opened anew
    common.wait_until(lambda: os.path.exists(nginx.path("decisions.json")), "a new decision log")
    common.wait_until(lambda: nginx.seen(nginx.ask("revoked")) == "403 revoked",
                      "a decision in it")
    suite.case("decision log, rotated", "200 success", nginx.seen(nginx.ask("good")))


def run(suite, nginx):
    revoke_and_resume(suite, nginx)
    reloads(suite, nginx)

# SPDX-License-Identifier: BSD-2-Clause
"""mosquitto: SIGHUP, while clients are connected, come back, and come in numbers."""
import os
import signal
import threading

import peer
from mosquitto_broker import policy
import suite as suite_module


def reload(broker, says="mtlsauth: reloaded "):
    """Waits until it is done."""
    before = len(suite_module.text_of(broker.log))
    broker.signal(signal.SIGHUP)
    broker.said(says, before)
    return suite_module.text_of(broker.log)[before:]


def resumption(bench, place, broker, port):
    """Connect, be revoked, and come back with the old session."""
    ways = (("TLS 1.2 by id", "resumed-id", "1.2", False),
            ("TLS 1.2 by ticket", "resumed-ticket", "1.2", True),
            ("TLS 1.3", "resumed-13", "1.3", True))
    kept = []
    for _, client, version, tickets in ways:
        context = peer.context(bench.pki, client, version, tickets=tickets)
        _, mqtt = bench.open(port, client, context=context)
        with mqtt:
            mqtt.login("first")
            kept.append((context, mqtt.connection.session))
            mqtt.hang_up()
        bench.pki.revoke(client)
    bench.pki.write_crls()
    reload(broker)
    for (name, client, _, _), (context, session) in zip(ways, kept):
        source, mqtt = bench.open(port, client, context=context, session=session)
        with mqtt:
            code = mqtt.login("again")
            bench.suite.case("resumed session after revocation: " + name, "True 135 revoked",
                             "%s %d %s" % (mqtt.connection.session_reused, code,
                                           place.reasons(source)))


def cut_off(what):
    try:
        return what()
    except OSError:
        return "cut off"


def connected(bench, place, broker, port):
    """Revoked while connected: one who sends, one who only listens, one with a will."""
    sender, sends = bench.open(port, "keeps")
    listener, listens = bench.open(port, "listens")
    willing, wills = bench.open(port, "wills")
    _, witness = bench.open(port, "good")
    with sends, listens, wills, witness:
        sends.login("sends")
        listens.login("listens")
        wills.login("wills", will=("last/words", "of the revoked"))
        witness.login("witness")
        witness.subscribe("last/words")
        listens.subscribe("news")
        first = sends.publish("news", "before")
        heard = listens.receive()
        for client in ("keeps", "listens", "wills"):
            bench.pki.revoke(client)
        bench.pki.write_crls()
        reload(broker)
        bench.suite.case("connected across a reload, sends", "0, then cut off success revoked",
                         "%s, then %s %s" % (first, cut_off(lambda: sends.publish("news", "x")),
                                             place.reasons(sender)))
        witness.publish("news", "secret")
        bench.suite.case("connected across a reload, listens",
                         "before, then cut off success revoked",
                         "%s, then %s %s" % (heard[1], cut_off(listens.receive),
                                             place.reasons(listener)))
        wills.connection.close()
        suite_module.wait_until(lambda: "revoked" in place.reasons(willing), "a will")
        bench.suite.case("the will of one revoked meanwhile", None, witness.receive(0.5))


def broken(bench, place, broker, port):
    """The old policy stays, then a directory that is not there."""
    path = os.path.join(place.policies, "mosquitto.conf")
    policy(path, bench.pki, 'mod = "enforce";')
    said = reload(broker, "cannot load the policies")
    bench.suite.case("reload with a broken policy", "True 0 success 135 no_match", "%s %s %s" % (
        path + ":2:1: " in said and "the old ones stay in force" in said,
        bench.attempt(place, port, "good"), bench.attempt(place, port, "wrong-cn")), [said])
    policy(path, bench.pki)
    reload(broker)
    os.rename(place.policies, place.policies + ".away")
    bench.suite.case("the directory renamed away", "0 success 135 revoked", "%s %s" % (
        bench.attempt(place, port, "good"), bench.attempt(place, port, "revoked")))
    said = reload(broker, "cannot load the policies")
    bench.suite.case("reload without the directory", "True 0 success 135 no_match", "%s %s %s" % (
        place.policies in said, bench.attempt(place, port, "good"),
        bench.attempt(place, port, "wrong-cn")), [said])
    os.rename(place.policies + ".away", place.policies)
    reload(broker)


def under_load(bench, place, broker, port, connections=200, reloads=20):
    """Every verdict right while policies change."""
    wrong, lock, done = [], threading.Lock(), threading.Event()

    def connect(client, expected, count):
        for _ in range(count):
            seen = bench.attempt(place_of_none, port, client)
            if seen != expected:
                with lock:
                    wrong.append("%s: %s" % (client, seen))

    class place_of_none:        # the log is read once, at the end
        @staticmethod
        def reasons(_):
            return ""

    def signals():
        for _ in range(reloads):
            broker.signal(signal.SIGHUP)
            done.wait(0.05)

    kinds = (("good", "0 "), ("revoked", "135 "), ("wrong-cn", "135 "), ("good", "0 "))
    threads = [threading.Thread(target=connect, args=(*kind, connections // 4)) for kind in kinds]
    threads.append(threading.Thread(target=signals))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    reload(broker)
    bench.suite.case("%d connections through %d reloads" % (connections, reloads), "0 wrong",
                     "%d wrong" % len(wrong), wrong)


def without_ticks(bench, place, broker, port):
    """per_listener_settings: the broker has no ticks for plugins; any event does."""
    path = os.path.join(place.policies, "devices.conf")
    source, mqtt = bench.open(port, "good")
    with mqtt:
        mqtt.login("patient")
        first = mqtt.publish("a", "b")
        policy(path, bench.pki,
               more=',\n  { control = "requisite"; plugin = "deny"; reason = "closed"; }')
        broker.signal(signal.SIGHUP)

        def closed():
            bench.attempt(place, port, "good")
            return place.decisions()[-1]["reason"] == "rule"
        suite_module.wait_until(closed, "a reload")
        bench.suite.case("per_listener_settings: a reload", "0, then cut off success rule",
                         "%s, then %s %s" % (first, cut_off(lambda: mqtt.publish("a", "b")),
                                             place.reasons(source)))
    policy(path, bench.pki)


def run(bench, place, broker, port):
    under_load(bench, place, broker, port)
    resumption(bench, place, broker, port)
    connected(bench, place, broker, port)
    broken(bench, place, broker, port)

# SPDX-License-Identifier: BSD-2-Clause
"""mosquitto: what clients may do, beside passwords and access lists, and as whom."""
import os
import signal
import subprocess

import mosquitto_reload
import suite as suite_module
from mosquitto_broker import SOLE, password_file, plugin, policy, tls


def real_clients(bench, place, port):
    """mosquitto_sub and mosquitto_pub."""
    common = ["-h", "localhost", "-p", str(port), "--cafile", bench.pki.cert("root"), "-q", "1",
              "-t", "greetings"]

    def identity(name):
        return ["--cert", bench.pki.cert(name), "--key", bench.pki.key(name)]

    waiting = subprocess.Popen(["mosquitto_sub", "-C", "1", "-W", "20", "-i", "waiting"] + common
                               + identity("good"), stdout=subprocess.PIPE, text=True)
    suite_module.wait_until(lambda: any(row["request"].get("action") == "subscribe"
                                        for row in place.decisions()), "mosquitto_sub")
    seen = {}
    for name in ("good", "revoked", "wrong-cn"):
        seen[name] = subprocess.run(
            ["mosquitto_pub", "-m", "from " + name] + common + identity(name), capture_output=True,
            text=True)
    heard = waiting.communicate(timeout=suite_module.LIMIT)[0].strip()
    bench.suite.case("mosquitto_pub and mosquitto_sub, good", "0 from good",
                     "%d %s" % (seen["good"].returncode, heard))
    for name in ("revoked", "wrong-cn"):
        bench.suite.case("mosquitto_pub, " + name,
                         "Connection error: Connection Refused: not authorised.",
                         seen[name].stderr.splitlines()[0])


def absent_clients(bench, place, broker, port):
    """Wills, kept messages and retained ones: the broker asks about clients that are gone."""
    _, witness = bench.open(port, "good")
    with witness:
        witness.login("witness")
        witness.subscribe("last/words")
        _, mortal = bench.open(port, "good")
        mortal.login("mortal", will=("last/words", "goodbye"))
        mortal.connection.close()
        bench.suite.case("the will of a client that is gone", ("last/words", "goodbye"),
                         witness.receive())
        _, away = bench.open(port, "good")
        away.login("away", stay=600)
        away.subscribe("letters")
        away.goodbye()
        witness.publish("letters", "first")
        mosquitto_reload.reload(broker)             # asks about the absent, too
        witness.publish("letters", "second")
        _, back = bench.open(port, "good")
        with back:
            back.login("away", stay=600)
            bench.suite.case("messages kept for a client that is away", "True first second",
                             "%s %s %s" % (back.present, back.receive()[1], back.receive()[1]))
        _, thief = bench.open(port, "revoked")
        with thief:
            code = thief.login("away", stay=600)
            bench.suite.case("its session wanted by one revoked", "135 False",
                             "%d %s" % (code, thief.present))
        witness.publish("board", "notice", retain=True)
    _, reader = bench.open(port, "good")
    with reader:
        reader.login("reader")
        reader.subscribe("board")
        bench.suite.case("a retained message of a client that is gone", ("board", "notice"),
                         reader.receive())
        bench.suite.case("unsubscribe", 0, reader.unsubscribe("board"))


def passwords(bench):
    """Not the sole authority: password_file and acl_file have the last word."""
    place = bench.place("passwords")
    policy(os.path.join(place.policies, "mosquitto.conf"), bench.pki)
    password_file(os.path.join(place.etc, "passwords"), "jo", "right")
    place.write("acls", "user jo\ntopic readwrite open/#\n")
    port = suite_module.free_port()
    text = tls(bench.pki, port) + "password_file %s/passwords\nacl_file %s/acls\n" % (
        place.etc, place.etc) + plugin(place.policies, place.log, "plugin_opt_service mosquitto")
    with place.start(text, port):
        rows = (("good certificate, right password", "good", "jo", "right", "0 success"),
                ("good certificate, wrong password", "good", "jo", "wrong", "135 success"),
                ("good certificate, unknown user", "good", "al", "right", "135 success"),
                ("good certificate, no user", "good", None, None, "135 success"),
                ("revoked, right password", "revoked", "jo", "right", "135 revoked"))
        for name, client, user, password, expected in rows:
            bench.suite.case(name, expected, bench.attempt(
                place, port, client, login={"user": user, "password": password}))
        _, mqtt = bench.open(port, "good")
        with mqtt:
            mqtt.login("acl", user="jo", password="right")
            bench.suite.case("acl_file allows, acl_file denies", "0 135", "%d %d" % (
                mqtt.publish("open/a", "x"), mqtt.publish("closed/a", "x")))
    anonymous(bench, place)


def anonymous(bench, place):
    """DEFER, and nobody else who decides."""
    for allow, expected in (("true", "0 135"), ("false", "135 135")):
        port = suite_module.free_port()
        text = tls(bench.pki, port) + "allow_anonymous %s\n" % allow
        text += plugin(place.policies, place.log, "plugin_opt_service mosquitto")
        with place.start(text, port):
            seen = [bench.attempt(place, port, "good", login={"user": user}).split()[0]
                    for user in (None, "jo")]
        bench.suite.case("allow_anonymous %s, no password_file: nobody, a user" % allow, expected,
                         " ".join(seen))


def identities(bench):
    """The certificate is the user name: the broker asks nobody at CONNECT."""
    place = bench.place("identities")
    policy(os.path.join(place.policies, "mosquitto.conf"), bench.pki)
    place.write("acls", "user good.client.example\ntopic readwrite open/#\n")
    identity, subject = suite_module.free_port(), suite_module.free_port()
    text = tls(bench.pki, identity, "use_identity_as_username true")
    text += tls(bench.pki, subject, "use_subject_as_username true")
    text += "acl_file %s/acls\n" % place.etc
    text += plugin(place.policies, place.log, "plugin_opt_service mosquitto")
    with place.start(text, subject) as broker:
        for client, does, expected in (
                ("good", lambda m: m.publish("open/a", "x"), "0, then 0 success"),
                ("good", lambda m: m.publish("closed/a", "x"), "0, then 135 success"),
                ("revoked", lambda m: m.publish("open/a", "x"), "0, then cut off revoked"),
                ("revoked", lambda m: m.subscribe("open/a"), "0, then cut off revoked"),
                ("revoked", lambda m: m.unsubscribe("open/a"), "0, then cut off revoked")):
            source, mqtt = bench.open(identity, client)
            with mqtt:
                code, after = mqtt.login("i" + source), mosquitto_reload.cut_off(lambda: does(mqtt))
            bench.suite.case("use_identity_as_username, " + client, expected, "%s, then %s %s" % (
                code, after, place.reasons(source)))
        source, mqtt = bench.open(subject, "wrong-cn")
        with mqtt:
            code = mqtt.login("s")
            bench.suite.case("use_subject_as_username, wrong CN", "0, then cut off no_match",
                             "%s, then %s %s" % (code, mosquitto_reload.cut_off(
                                 lambda: mqtt.publish("open/a", "x")), place.reasons(source)))
        bench.suite.case("its user name", "CN=stranger.example,O=Example,C=US",
                         place.decisions()[-1]["request"]["user"])
        last_words(bench, place, identity)
        source, mqtt = bench.open(identity, "identity")
        with mqtt:
            mqtt.login("late")
            bench.pki.revoke("identity")
            bench.pki.write_crls()
            mosquitto_reload.reload(broker)
            bench.suite.case("use_identity_as_username, revoked after CONNECT", "cut off revoked",
                             "%s %s" % (mosquitto_reload.cut_off(
                                 lambda: mqtt.publish("open/a", "x")), place.reasons(source)))


def last_words(bench, place, port):
    """Let in by the broker alone, one revoked must not publish by dying."""
    _, witness = bench.open(port, "good")
    with witness:
        witness.login("witness")
        witness.subscribe("open/#")
        source, mqtt = bench.open(port, "revoked")
        mqtt.login("dies", will=("open/words", "of the revoked"))
        mqtt.connection.close()
        suite_module.wait_until(lambda: place.reasons(source), "a will")
        bench.suite.case("use_identity_as_username, the will of one revoked", "revoked None",
                         "%s %s" % (place.reasons(source), witness.receive(0.5)))


def log_to_topics(bench):
    """The broker's log as messages: what is said of a denial is itself asked about."""
    place = bench.place("log")
    path = os.path.join(place.etc, "log.conf")
    policy(path, bench.pki, more=""",
  { control = "requisite"; plugin = "deny"; reason = "not the log";
    when = "app.user ne \\"admin\\" and app.action eq \\"read\\""; }""")
    port = suite_module.free_port()
    text = tls(bench.pki, port) + "log_dest topic\nlog_dest stderr\n"
    with place.start(text + plugin(path, place.log, SOLE), port):
        _, admin = bench.open(port, "good")
        _, other = bench.open(port, "good")
        with admin, other:
            admin.login("admin", user="admin")
            other.login("other")
            admin.subscribe("$SYS/broker/log/W")
            other.subscribe("$SYS/broker/log/#")
            seen = bench.attempt(place, port, "revoked")
            bench.suite.case("log_dest topic", "135 revoked True None", "%s %s %s" % (
                seen, "deny (revoked)" in admin.receive()[1], other.receive(0.5)))


def restart(bench):
    """A session that the broker read from its disk, and an end in the middle of a reload."""
    place = bench.place("restart")
    path = os.path.join(place.etc, "restart.conf")
    policy(path, bench.pki)
    port = suite_module.free_port()
    text = tls(bench.pki, port) + plugin(path, place.log, SOLE)
    text += "persistence true\npersistence_location %s/\n" % os.path.dirname(place.log)
    with place.start(text, port) as broker:
        _, away = bench.open(port, "good")
        away.login("away", stay=600)
        away.subscribe("letters")
        away.goodbye()
        broker.signal(signal.SIGHUP)
        broker.end()
        bench.suite.case("ended while it reloads", 0, broker.process.returncode)
    with place.start(text, port) as broker:
        mosquitto_reload.reload(broker)
        _, sender = bench.open(port, "good")
        with sender:
            sender.login("sender")
            sender.publish("letters", "first")
        _, back = bench.open(port, "good")
        with back:
            back.login("away", stay=600)
            bench.suite.case("messages kept across a restart", "True first",
                             "%s %s" % (back.present, back.receive()[1]))

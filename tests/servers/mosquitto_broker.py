# SPDX-License-Identifier: BSD-2-Clause
"""mosquitto with the module, started from the sample configuration or a shorter one."""
import os
import pwd
import re
import subprocess

import replay
import suite

SAMPLE = os.path.join(os.path.dirname(__file__), "../../adapters/mosquitto/mtlsauth.conf")
MODULE = "mosquitto_mtlsauth.so"
USER = "mosquitto"

# The error of a setting is in line 2.
POLICY = """trust = { anchors = [ "%(pki)s/root.pem" ]; intermediates = [ "%(ca)s" ]; };
%(settings)s
stack = (
  { control = "requisite"; plugin = "validity"; },
  { control = "requisite"; plugin = "crl"; freshness = "strict";
    files = [ "%(pki)s/root.crl", "%(pki)s/intermediate.crl" ]; },
  { control = "required"; plugin = "cn"; allow = [ "good.client.example" ]; }%(more)s
);
"""


def policy(path, pki, settings="", more=""):
    """Written beside and put in place, as an editor does."""
    with open(path + "~", "w") as file:
        file.write(POLICY % {"pki": pki.folder, "ca": pki.path("intermediate.pem"),
                             "settings": settings, "more": more})
    os.chmod(path + "~", 0o644)
    os.replace(path + "~", path)


def sample(pki, port, policies, log):
    """The sample configuration with the paths of the test."""
    with open(SAMPLE) as file:
        text = file.read()
    for name, value in (("listener", "%d 127.0.0.1" % port), ("certfile", pki.cert("server")),
                        ("keyfile", pki.key("server")), ("cafile", pki.path("chain.pem")),
                        ("plugin", suite.installed(MODULE)), ("plugin_opt_policy", policies),
                        ("plugin_opt_decision_log", log)):
        text, count = re.subn(r"(?m)^%s .*$" % name, "%s %s" % (name, value), text)
        if count != 1:
            raise RuntimeError("%d lines %r in the sample" % (count, name))
    return text + "plugin_opt_plugin_dir %s\nplugin_opt_insecure_files false\n" % replay.PLUGINS


def tls(pki, port, *more):
    """A listener that asks for a certificate."""
    return "\n".join(("listener %d 127.0.0.1" % port, "certfile " + pki.cert("server"),
                      "keyfile " + pki.key("server"), "cafile " + pki.path("chain.pem"),
                      "require_certificate true") + more) + "\n"


def plugin(policies, log, *options):
    lines = ("plugin " + suite.installed(MODULE), "plugin_opt_plugin_dir " + replay.PLUGINS,
             "plugin_opt_policy " + policies, "plugin_opt_decision_log " + log)
    return "\n".join(lines + options) + "\n"


# Without allow_anonymous a reload would disconnect all clients that gave no user name.
SOLE = "plugin_opt_mtlsauth_is_sole_auth true\nallow_anonymous true"


class Place:
    """A folder for one broker: etc/ is root's, log/ the broker's."""

    def __init__(self, folder, name):
        self.folder = os.path.join(folder, name)
        self.etc = os.path.join(self.folder, "etc")
        self.policies = os.path.join(self.etc, "policies")
        self.log = os.path.join(self.folder, "log", "decisions.json")
        os.makedirs(self.policies, 0o755)
        os.mkdir(os.path.dirname(self.log), 0o755)
        os.chown(os.path.dirname(self.log), pwd.getpwnam(USER).pw_uid, -1)

    def write(self, name, text):
        path = os.path.join(self.etc, name)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, 0o644)
        return path

    def start(self, text, port):
        """Before it says that it runs, SIGHUP ends it."""
        conf = self.write("mosquitto.conf", text)
        log = os.path.join(self.folder, "said")
        before = len(suite.text_of(log))
        broker = suite.Server(["mosquitto", "-c", conf], log, port)
        broker.said(" running\n", before)
        return broker

    def fails(self, text):
        """(status, last line) of a broker that does not start."""
        conf = self.write("mosquitto.conf", text)
        env = dict(os.environ, LD_LIBRARY_PATH=os.path.dirname(os.environ["MTLSAUTH_LIB"]))
        done = subprocess.run(["mosquitto", "-c", conf], capture_output=True, text=True, env=env,
                              timeout=suite.LIMIT)
        return done.returncode, [line for line in done.stderr.splitlines() if "mtlsauth:" in line]

    def decisions(self):
        return replay.decisions(self.log)

    def reasons(self, source):
        """Those of one client, in order, each once in a row."""
        found = []
        for row in self.decisions():
            if row["request"].get("source") == source and row["reason"] not in found[-1:]:
                found.append(row["reason"])
        return " ".join(found)


def password_file(path, user, password):
    open(path, "w").close()
    subprocess.run(["mosquitto_passwd", "-b", path, user, password], check=True,
                   capture_output=True)
    os.chmod(path, 0o644)

# SPDX-License-Identifier: BSD-2-Clause
"""OpenVPN: servers from the sample configuration, and clients that are openvpn processes."""
import itertools
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import time

import suite

OPENVPN = shutil.which("openvpn", path=os.environ["PATH"] + ":/usr/sbin")
MODULE = "openvpn-plugin-mtlsauth.so"
HERE = os.path.dirname(os.path.abspath(__file__))
ADAPTER = os.path.join(HERE, "..", "..", "adapters", "openvpn")
LIMIT = 40          # seconds that no client takes by far
AT_ONCE = 12        # clients
CLIENT_PORT = 30001
# What OpenVPN says of a client that it refuses itself.
OWN_REFUSALS = ("VERIFY ERROR", "peer did not return a certificate",
                "Certificate verification failed")


def free_port(proto):
    """Of UDP or TCP."""
    kind = socket.SOCK_DGRAM if proto == "udp" else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Tail:
    """A file's lines as they come."""

    def __init__(self, path):
        self.path, self.at, self.rest = path, 0, ""

    def lines(self):
        if not os.path.exists(self.path):
            return []
        with open(self.path, errors="replace") as file:
            file.seek(self.at)
            text = self.rest + file.read()
            self.at = file.tell()
        whole, _, self.rest = text.rpartition("\n")
        return whole.split("\n") if whole else []


def tun_node(folder):
    """/dev/net/tun as it is on most systems: for all. Here it may be root's alone."""
    path = os.path.join(folder, "tun")
    if not os.path.exists(path):
        os.mknod(path, 0o666 | stat.S_IFCHR, os.stat("/dev/net/tun").st_rdev)
        os.chmod(path, 0o666)
    return path


def shared_key(folder):
    """The secret of tls-auth."""
    path = os.path.join(folder, "shared.key")
    subprocess.run([OPENVPN, "--genkey", "secret", path], check=True, capture_output=True)
    os.chmod(path, 0o644)
    return path


def replaced(text, pairs):
    """A sample with other words in it."""
    for old, new in pairs:
        if old not in text:
            raise RuntimeError("the sample has no " + old)
        text = text.replace(old, new)
    return text


def configuration(keys, folder, proto, port, plugin, ca, more=()):
    """adapters/openvpn/server.conf with this place's paths, and a device that gets no address."""
    with open(os.path.join(ADAPTER, "server.conf")) as file:
        text = replaced(file.read(), (
            ("port 1194", "port %d" % port),
            ("proto udp", "proto " + ("udp" if proto == "udp" else "tcp-server")),
            ("dev tun", "dev tun\nifconfig-noexec\nlocal 127.0.0.1\ndev-node " + tun_node(folder)),
            ("server 10.8.0.0 255.255.255.0", "server 10.8.0.0 255.255.0.0"),
            ("/etc/openvpn/server/ca.pem", keys.cert(ca)),
            ("/etc/openvpn/server/server.pem", keys.cert("server")),
            ("/etc/openvpn/server/server.key", keys.key("server"))))
    text = re.sub("^plugin .*$", lambda _: plugin, text, flags=re.M)
    # All clients have one name; hundreds come at once; none is given up for a while of silence.
    more = ["duplicate-cn", "connect-freq-initial 100000 1", "verb 3", "user nobody",
            "group nogroup", *more]
    path = os.path.join(folder, "server.conf")
    with open(path, "w") as file:
        file.write(text + "\n".join(more) + "\n")
    return path


def plugin_line(folder, *words):
    """A line of OpenVPN has 255 octets: what is installed has a short name here."""
    for name, to in (("p.so", suite.installed(MODULE)), ("p", os.environ["MTLSAUTH_PLUGINS"])):
        if not os.path.islink(os.path.join(folder, name)):
            os.symlink(to, os.path.join(folder, name))
    return " ".join(["cd %s\nplugin" % folder, "./p.so", "plugin-dir=p",
                     "decision-log=decisions.log", *words])


class Host:
    """A running server; what it and its plugin say of each client, by the client's address."""

    def __init__(self, keys, folder, proto="udp", words=(), ca="root", more=(), edit=None):
        os.makedirs(folder, exist_ok=True)
        self.keys, self.folder, self.proto = keys, folder, proto
        self.port = free_port(proto)
        config = configuration(keys, folder, proto, self.port, plugin_line(folder, *words), ca, more)
        if edit is not None:
            with open(config) as file:
                text = edit(file.read())
            with open(config, "w") as file:
                file.write(text)
        self.decisions = os.path.join(folder, "decisions.log")
        self.log = os.path.join(folder, "server.log")
        self.server = suite.Server([OPENVPN, "--config", config], self.log)
        self.tails = Tail(self.log), Tail(self.decisions)
        self.decided, self.refused, self.stopped = {}, set(), set()
        try:
            suite.wait_until(lambda: self.said("Initialization Sequence Completed")
                             or self.server.process.poll() is not None, "OpenVPN to start")
            if self.server.process.poll() is not None:
                raise RuntimeError("OpenVPN ended: " + suite.text_of(self.log)[-2000:])
        except BaseException:
            self.server.end()
            raise

    def said(self, text, after=0):
        """Is that text in the log, behind octet `after`?"""
        with open(self.log, "rb") as file:
            file.seek(after)
            return text.encode() in file.read()

    def read(self):
        """What was written since the last time."""
        for line in self.tails[0].lines():
            found = re.search(r"(127\.\d+\.\d+\.\d+):\d+ (.*)", line)
            if found is not None and found.group(2).startswith("VERIFY PLUGIN ERROR"):
                self.stopped.add(found.group(1))
            elif found is not None and any(text in found.group(2) for text in OWN_REFUSALS):
                self.refused.add(found.group(1))
        for line in self.tails[1].lines():
            row = json.loads(line)
            self.decided.setdefault(row["request"]["source"], []).append(row)

    def reload(self, wait="reloaded"):
        """SIGHUP, and waits until the server says that, and is up again."""
        after = os.path.getsize(self.log)
        self.server.signal(signal.SIGHUP)
        suite.wait_until(lambda: self.said("Initialization Sequence Completed", after)
                         or self.server.process.poll() is not None, "OpenVPN to be up again")
        if not self.said(wait, after):
            raise RuntimeError("no %r: %s" % (wait, suite.text_of(self.log)[-2000:]))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.end()


_numbers = itertools.count(1)


def next_source():
    """An address that no other client of this run has."""
    number = next(_numbers)
    return "127.%d.%d.%d" % (10 + number // 40000, number // 200 % 200, 1 + number % 200)


class Client:
    """An openvpn process from an address of its own, until its fate is known."""

    def __init__(self, host, name, version="1.2", more=(), source=None):
        self.host, self.name = host, name
        self.source = source or next_source()
        self.log = os.path.join(host.folder, "client-%s.log" % self.source)
        keys = host.keys
        proto = host.proto if host.proto == "udp" else "tcp-client"
        command = [OPENVPN, "--client", "--dev", "null", "--proto", proto, "--remote", "127.0.0.1",
                   str(host.port), "--bind", "--local", self.source, "--lport", str(CLIENT_PORT),
                   "--ca", keys.cert("root"), "--connect-retry-max", "1", "--tls-version-max", version,
                   "--tls-version-min", version, "--ifconfig-noexec", "--route-noexec", "--verb", "3"]
        if name is not None:
            command += ["--cert", keys.cert(name), "--key", keys.key(name)]
        self.out = open(self.log, "w")
        self.process = subprocess.Popen(command + list(more), stdout=self.out, stderr=self.out,
                                        stdin=subprocess.DEVNULL)
        self.end_by = time.monotonic() + LIMIT

    def fate(self):
        """"let in, success", "denied, revoked", "refused by the server"; None: not known yet."""
        said = suite.text_of(self.log)
        if "PUSH_REPLY" in said:    # it has an address: it is in
            self.host.read()
        rows = self.host.decided.get(self.source, [])
        if "PUSH_REPLY" in said and (not rows or rows[-1]["verdict"] == "allow"):
            return "let in, " + (rows[-1]["reason"] if rows else "unasked")
        if rows and rows[-1]["verdict"] == "deny" and (
                self.source in self.host.stopped or "AUTH_FAILED" in said):
            return "denied, " + rows[-1]["reason"]
        if self.source in self.host.refused:
            return "refused by the server"
        if time.monotonic() > self.end_by:
            return "nothing within %d seconds" % LIMIT
        return None

    def end(self):
        self.process.kill()
        self.process.wait()
        self.out.close()


def fates(host, wanted, at_once=AT_ONCE):
    """Runs a client for each (name, keywords), several at once; their fates in that order, and they."""
    waiting, running, done = list(enumerate(wanted)), [], {}
    clients = [None] * len(wanted)
    while waiting or running:
        while waiting and len(running) < at_once:
            number, (name, how) = waiting.pop(0)
            clients[number] = Client(host, name, **how)
            running.append(number)
        host.read()
        for number in list(running):
            fate = clients[number].fate()
            if fate is not None:
                clients[number].end()
                done[number] = fate
                running.remove(number)
        time.sleep(0.05)
    return [done[number] for number in range(len(wanted))], clients


def fate(host, name, **how):
    return fates(host, [(name, how)])[0][0]


def start_fails(keys, folder, words):
    """The exit status and the output of OpenVPN, which does not start with those settings."""
    os.makedirs(folder, exist_ok=True)
    line = plugin_line(folder, *words)
    if any(word.startswith("decision-log=") for word in words):
        line = line.replace(" decision-log=decisions.log", "")
    config = configuration(keys, folder, "udp", free_port("udp"), line, "root")
    done = subprocess.run([OPENVPN, "--config", config], stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.STDOUT, timeout=LIMIT, env=dict(
                              os.environ, LD_LIBRARY_PATH=os.path.dirname(os.environ["MTLSAUTH_LIB"])))
    return done.returncode, done.stdout

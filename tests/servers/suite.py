# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of all servers share: a table of cases, TAP, and starting and ending a server."""
import os
import signal
import socket
import subprocess
import time

LIMIT = 30  # seconds that nothing takes by far


class Suite:
    """Cases of one server: what is expected, what was seen. Prints TAP."""

    def __init__(self, server):
        self.server = server
        self.rows = []
        self.replayed = None    # (connections, those that agree)

    def case(self, name, expected, seen, notes=()):
        """One row of the table; both are compared as text."""
        expected, seen = str(expected), str(seen)
        self.rows.append((name, expected, seen))
        good = expected == seen
        print("%s - %s: %s: %s" % ("ok" if good else "not ok", self.server, name, seen), flush=True)
        if not good:
            print("#   expected", expected)
            for note in list(notes)[:30]:
                print("#  ", note)
        return good

    def agreement(self, name, connections, agree, wrong, least):
        """All of at least `least` connections agree: fewer than were made, where ports came back."""
        enough = "enough" if connections >= least else "too few: %d" % connections
        self.case(name, "all agree, enough", "%s, %s" % (
            "all agree" if agree == connections else "%d of %d agree" % (agree, connections), enough),
            wrong)

    def replay(self, connections, agree, wrong, least=300):
        """Replay fidelity, to be counted in the table."""
        self.replayed = (connections, agree)
        self.agreement("replay", connections, agree, wrong, least)

    @property
    def failed(self):
        return sum(expected != seen for _, expected, seen in self.rows)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(ready, what, limit=LIMIT):
    """Waits until ready() is true; RuntimeError if it takes too long."""
    end = time.monotonic() + limit
    while not ready():
        if time.monotonic() > end:
            raise RuntimeError("in vain waited for " + what)
        time.sleep(0.02)


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def text_of(path):
    if not os.path.exists(path):
        return ""
    with open(path, errors="replace") as file:
        return file.read()


def installed(name, within=""):
    """An adapter's module as `make install` puts it, below MTLSAUTH_ROOT; None: it was not built.

    `within`: a part of its folder's name, where two servers call theirs alike.
    """
    for at, _, files in os.walk(os.environ["MTLSAUTH_ROOT"]):
        if name in files and within in at:
            return os.path.join(at, name)
    return None


class Server:
    """A server in the foreground, its output in `log`. Its library is the one just built."""

    def __init__(self, command, log, port=None, env=None):
        self.log = log
        with open(log, "a") as out:
            self.process = subprocess.Popen(
                command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True,
                env=dict(os.environ, LD_LIBRARY_PATH=os.path.dirname(os.environ["MTLSAUTH_LIB"]),
                         **(env or {})))
        if port is not None:
            wait_until(lambda: listens(port) or self.process.poll() is not None,
                       "a server on port %d" % port)
        if self.process.poll() is not None:
            raise RuntimeError("%s ended: %s" % (command[0], text_of(log)[-2000:]))

    def signal(self, number):
        self.process.send_signal(number)

    def said(self, text, after=0):
        """Waits until the log has that text behind octet `after`."""
        wait_until(lambda: text in text_of(self.log)[after:], "%r in %s" % (text, self.log))

    def end(self, number=None):
        """With SIGTERM, if no other signal is named."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM if number is None else number)
            try:
                self.process.wait(LIMIT)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

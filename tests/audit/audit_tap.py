# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of whole captures share: TAP, and rows of the audit tool.

Given by the build: MTLSAUTH_AUDIT (the tool), MTLSAUTH_PLUGINS (the directory of the plugins).
"""
import json
import os
import subprocess
import sys

AUDIT = os.path.abspath(os.environ["MTLSAUTH_AUDIT"])
PLUGINS = os.path.abspath(os.environ["MTLSAUTH_PLUGINS"])


class Tap:
    """Counts tests, prints a line for each, and the plan at the end."""

    def __init__(self):
        self.count = self.failed = 0

    def result(self, name, good, notes=()):
        self.count += 1
        print("%s %d - %s" % ("ok" if good else "not ok", self.count, name))
        if not good:
            self.failed += 1
            for note in notes:
                print("#", note)

    def finish(self):
        print("1..%d" % self.count)
        sys.exit(1 if self.failed else 0)


def skip_all(why):
    print("1..0 # SKIP", why)
    sys.exit(0)


def corpora():
    """The folder of public test material, or None."""
    places = [os.environ.get("MTLSAUTH_CORPORA")]
    places.append(os.path.join(os.environ.get("srcdir", "."), "..", "shared", "corpora"))
    for place in places:
        if place and os.path.isdir(os.path.join(place, "captures")):
            return place
    return None


def any_policy(folder):
    """A policy that lets every certificate in, whoever signed it: what is read is what counts."""
    path = os.path.join(folder, "any.conf")
    with open(path, "w") as file:
        file.write('allow_unverified = true;\n'
                   'stack = ( { control = "required"; plugin = "permit"; } );\n')
    os.chmod(path, 0o644)
    return path


def run(arguments, data=None, timeout=60):
    """(exit status, standard output, standard error); status None: it hung."""
    command = [AUDIT, "--plugin-dir", PLUGINS, "--insecure-files"] + arguments
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        return None, b"", b""
    return done.returncode, done.stdout, done.stderr


def rows(arguments, data=None):
    """The JSON lines of an audit; raises if it broke."""
    status, out, err = run(["--json"] + arguments, data)
    if status not in (0, 1, 3):
        raise RuntimeError("status %s: %s" % (status, err.decode(errors="replace")))
    return [json.loads(line) for line in out.splitlines()]

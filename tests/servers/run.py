# SPDX-License-Identifier: BSD-2-Clause
"""Runs stock servers with their adapters: run.py [SERVER...]. Prints TAP and, at the end, a table.

Given by `./dev check-servers`, all below a scratch directory that `make install` went to:
MTLSAUTH, MTLSAUTH_AUDIT, MTLSAUTH_PLUGINS, MTLSAUTH_LIB, and MTLSAUTH_ROOT, its top.
A test of a server is a module of its name here, with
    missing()              None, or what is not installed here
    run(suite, pki, folder)
"""
import concurrent.futures
import contextlib
import importlib
import io
import os
import shutil
import sys
import tempfile
import traceback

import capture
import pki
import suite

SERVERS = ("nginx", "apache", "postgresql", "openvpn", "mosquitto", "haproxy", "browser")


AT_ONCE = 2     # servers: a test mostly waits


def run_one(name, keys, top):
    """(the suite or None, what it printed)"""
    done = suite.Suite(name)
    folder = os.path.join(top, name)
    os.mkdir(folder, 0o755)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        module = importlib.import_module("server_" + name)
        why = module.missing()
        if why is not None:
            print("ok - %s # SKIP %s" % (name, why))
            return None, said.getvalue()
        try:
            module.run(done, keys, folder)
        except Exception:   # a server that does not start is a failed case, not the end of the others
            done.case("ran to its end", "yes", "no", traceback.format_exc().splitlines())
    return done, said.getvalue()


def run_all(names, keys, top):
    """The suites, each in a process of its own."""
    suites = []
    with concurrent.futures.ProcessPoolExecutor(AT_ONCE) as pool:
        for ended in [pool.submit(run_one, name, keys, top) for name in names]:
            done, said = ended.result()
            print(said, end="", flush=True)
            if done is not None:
                suites.append(done)
    return suites


def table(suites):
    print("#\n# %-12s %-44s %-30s %s" % ("server", "case", "expected", "seen"))
    for done in suites:
        for name, expected, seen in done.rows:
            print("# %-12s %-44s %-30s %s" % (done.server, name, expected,
                                              "=" if seen == expected else seen))
    connections = sum(done.replayed[0] for done in suites if done.replayed)
    agree = sum(done.replayed[1] for done in suites if done.replayed)
    for done in suites:
        if done.replayed:
            print("# replay: %-12s %5d connections, %5d agree" % ((done.server,) + done.replayed))
    print("# replay: %-12s %5d connections, %5d agree" % ("all", connections, agree))


def main(names):
    unknown = set(names) - set(SERVERS)
    if unknown:
        sys.exit("usage: run.py [%s]..." % "|".join(SERVERS))
    why = capture.available()
    if why is not None:
        print("1..0 # SKIP", why)
        return 0
    top = tempfile.mkdtemp(prefix="mtlsauth-servers-")
    os.chmod(top, 0o755)
    try:
        os.mkdir(os.path.join(top, "pki"))
        keys = pki.Pki(os.path.join(top, "pki"))
        suites = run_all(names or SERVERS, keys, top)
    finally:
        if "KEEP" in os.environ:
            print("# kept:", top)
        else:
            shutil.rmtree(top, ignore_errors=True)
    table(suites)
    failed = sum(done.failed for done in suites)
    print("1..%d" % sum(len(done.rows) for done in suites))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

# SPDX-License-Identifier: BSD-2-Clause
"""A browser with a client certificate in its profile: headless Chromium.

Which certificate to send is asked of a person, unless a policy of the machine says so; this one is
seen by the browser alone, through a mount of its own over /etc/chromium/policies.
"""
import json
import os
import shutil
import subprocess

LIMIT = 90  # seconds
NEEDS = ("chromium", "certutil", "pk12util", "unshare", "openssl")
POLICIES = "/etc/chromium/policies"


def missing():
    """None, or why there is no browser here."""
    lacking = [name for name in NEEDS if shutil.which(name) is None]
    if lacking:
        return "not installed: " + ", ".join(lacking)
    if subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode != 0:
        return "no mount namespaces here"
    return None


def _run(*command):
    subprocess.run(command, check=True, capture_output=True)


def _make_profile(folder, pki, client):
    """HOME with the CAs, and with the client's certificate unless it is None."""
    store = os.path.join(folder, ".pki", "nssdb")
    os.makedirs(store)
    where = ("-d", "sql:" + store)
    _run("certutil", *where, "-N", "--empty-password")
    _run("certutil", *where, "-A", "-n", "root", "-t", "C,,", "-i", pki.cert("root"))
    _run("certutil", *where, "-A", "-n", "intermediate", "-t", ",,", "-i", pki.cert("intermediate"))
    if client is not None:
        packed = os.path.join(folder, "client.p12")
        _run("openssl", "pkcs12", "-export", "-in", pki.cert(client), "-inkey", pki.key(client),
             "-out", packed, "-passout", "pass:for-the-test")
        _run("pk12util", *where, "-i", packed, "-W", "for-the-test")


def visit(folder, pki, client, url):
    """The page at that URL as the browser has it in the end, as HTML."""
    os.makedirs(folder)
    _make_profile(folder, pki, client)
    managed = os.path.join(folder, "policies", "managed")
    os.makedirs(managed)
    os.makedirs(POLICIES, exist_ok=True)    # where to mount
    origin = "/".join(url.split("/")[:3])
    with open(os.path.join(managed, "certificates.json"), "w") as file:
        json.dump({"AutoSelectCertificateForUrls":
                   [json.dumps({"pattern": origin, "filter": {}})]}, file)
    script = 'mount --bind "$1" ' + POLICIES + ' && shift && exec "$@"'
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, "sh", os.path.dirname(managed), "chromium",
         "--headless=new", "--no-sandbox", "--disable-gpu", "--log-level=3",
         "--user-data-dir=" + os.path.join(folder, "profile"), "--virtual-time-budget=5000",
         "--dump-dom", url],
        capture_output=True, text=True, timeout=LIMIT, env=dict(os.environ, HOME=folder))
    return done.stdout

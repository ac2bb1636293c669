# SPDX-License-Identifier: BSD-2-Clause
"""What it costs a server to ask: nginx and Apache with the adapter, beside their own verification
with a CRL file, and beside neither, on loopback. Everything in one run, all taking turns.

usage: servers.py MAKE_LISTS [nginx|apache]...

Clients are `ab` with a certificate: new connections with a full handshake each, then requests over
connections that are kept. `own` is ssl_verify_client or SSLVerifyClient. Memory is what all processes
of a server have of their own, with their parts of what they share (PSS), once all have served.
"""
import csv
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "servers"))
import suite    # noqa: E402

ROUNDS = 5
SECONDS = 2     # a round of one server
AT_ONCE = 8     # connections
LISTS = (0, 1000, 1000000)

NGINX = """%(load)s
user www-data; worker_processes %(workers)d; pid %(folder)s/nginx.pid; error_log %(folder)s/error.log;
daemon off; events { worker_connections 512; }
http {
  access_log off; keepalive_requests 100000000; ssl_session_cache off; ssl_session_tickets off;
  client_body_temp_path %(folder)s/t1; proxy_temp_path %(folder)s/t2; fastcgi_temp_path %(folder)s/t3;
  uwsgi_temp_path %(folder)s/t4; scgi_temp_path %(folder)s/t5;
  %(http)s
  server {
    listen 127.0.0.1:%(port)d ssl; ssl_certificate %(keys)s/server.pem; ssl_certificate_key %(keys)s/server.pem;
    %(server)s
    location / { return 200 "hello"; }
  }
}
"""
APACHE = """ServerRoot %(folder)s
Listen 127.0.0.1:%(port)d
PidFile %(folder)s/apache.pid
ErrorLog %(folder)s/error.log
User www-data
Group www-data
ServerName localhost
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule ssl_module /usr/lib/apache2/modules/mod_ssl.so
LoadModule socache_shmcb_module /usr/lib/apache2/modules/mod_socache_shmcb.so
%(load)s
StartServers %(workers)d
ServerLimit %(workers)d
ThreadsPerChild 16
MinSpareThreads 16
MaxRequestWorkers %(threads)d
MaxKeepAliveRequests 0
KeepAliveTimeout 60
DocumentRoot %(folder)s/www
SSLSessionCache none
SSLSessionTickets off
SSLEngine on
SSLCertificateFile %(keys)s/server.pem
SSLCertificateKeyFile %(keys)s/server.pem
%(server)s
"""


class Nginx:
    name, module = "nginx", "ngx_http_mtlsauth_module.so"

    @staticmethod
    def start(variant, entries, workers, keys, folder, port):
        at = {"folder": folder, "keys": keys, "port": port, "workers": workers, "load": "", "http": "",
              "server": ""}
        if variant == "own":
            at["server"] = "ssl_verify_client on; ssl_client_certificate %s/ca.pem;" % keys
            if entries > 0:
                at["server"] += " ssl_crl %s/%d.crl;" % (keys, entries)
        elif variant == "mtlsauth":
            at["load"] = "load_module %s;" % suite.installed(Nginx.module)
            at["http"] = "mtlsauth_policy %s/%d.conf; mtlsauth_plugin_dir %s;" % (
                keys, entries, os.environ["MTLSAUTH_PLUGINS"])
            at["server"] = "mtlsauth on;"
        path = os.path.join(folder, "nginx.conf")
        with open(path, "w") as file:
            file.write(NGINX % at)
        return suite.Server(["nginx", "-c", path, "-p", folder, "-e", folder + "/error.log"],
                            folder + "/log", port)


class Apache:
    name, module = "apache", "mod_mtlsauth.so"

    @staticmethod
    def start(variant, entries, workers, keys, folder, port):
        at = {"folder": folder, "keys": keys, "port": port, "workers": workers,
              "threads": workers * 16, "load": "", "server": ""}
        if variant == "own":
            at["server"] = "SSLVerifyClient require\nSSLVerifyDepth 2\nSSLCACertificateFile %s/ca.pem\n" % keys
            if entries > 0:
                at["server"] += "SSLCARevocationFile %s/%d.crl\nSSLCARevocationCheck chain\n" % (keys, entries)
        elif variant == "mtlsauth":
            at["load"] = "LoadModule mtlsauth_module %s" % suite.installed(Apache.module)
            at["server"] = ("SSLVerifyClient optional_no_ca\nMTLSAuthPolicy %s/%d.conf\n"
                            "MTLSAuthPluginDir %s\nMTLSAuth On\n" % (
                                keys, entries, os.environ["MTLSAUTH_PLUGINS"]))
        os.mkdir(folder + "/www")
        with open(folder + "/www/index.html", "w") as file:
            file.write("hello")
        path = os.path.join(folder, "httpd.conf")
        with open(path, "w") as file:
            file.write(APACHE % at)
        return suite.Server(["apache2", "-f", path, "-DFOREGROUND"], folder + "/log", port)


def processes(top):
    """`top` and all below it."""
    found, at = [top], 0
    while at < len(found):
        with open("/proc/%d/task/%d/children" % (found[at], found[at])) as file:
            found += [int(pid) for pid in file.read().split()]
        at += 1
    return found


def memory(top):
    """Megabytes of all processes together."""
    total = 0
    for pid in processes(top):
        with open("/proc/%d/smaps_rollup" % pid) as file:
            total += int(re.search(r"^Pss:\s+(\d+)", file.read(), re.M).group(1))
    return total / 1024


def cpu(top):
    """Seconds of CPU of all processes."""
    total = 0
    for pid in processes(top):
        with open("/proc/%d/stat" % pid) as file:
            fields = file.read().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def load(port, keys, folder, keep):
    """(requests a second, milliseconds that 99 % stay below, requests) of one round."""
    table = os.path.join(folder, "ab.csv")
    command = ["ab", "-q", "-t", str(SECONDS), "-n", "10000000", "-c", str(AT_ONCE), "-e", table, "-E",
               keys + "/client.pem"] + (["-k"] if keep else [])
    done = subprocess.run(command + ["https://127.0.0.1:%d/index.html" % port], capture_output=True, text=True)
    rate = re.search(r"^Requests per second:\s+([0-9.]+)", done.stdout, re.M)
    whole = re.search(r"^Complete requests:\s+(\d+)", done.stdout, re.M)
    bad = re.search(r"^Non-2xx responses:\s+(\d+)", done.stdout, re.M)
    failed = re.search(r"^Failed requests:\s+(\d+)", done.stdout, re.M)
    if rate is None or bad is not None or failed is None or int(failed.group(1)) > 0:
        sys.exit("bench: requests failed: %s%s" % (done.stdout, done.stderr))
    with open(table) as file:
        slow = next(float(row[1]) for row in csv.reader(file) if row[0] == "99")
    return float(rate.group(1)), slow, int(whole.group(1))


def start_all(server, variants, keys, top, running):
    """Fills `running`, so that what has started is known if one does not."""
    for who, entries in variants:
        folder = tempfile.mkdtemp(prefix=server.name + "-", dir=top)
        os.chmod(folder, 0o755)
        port = suite.free_port()
        running[who, entries] = (server.start(who, entries, 2, keys, folder, port), port, folder)


def take_turns(running, keys):
    """{(variant, kept): [(rate, slow, CPU)]}"""
    figures = {}
    for keep in (False, True):
        for _ in range(ROUNDS):
            for variant, (process, port, folder) in running.items():
                before = cpu(process.process.pid)
                rate, slow, count = load(port, keys, folder, keep)
                used = (cpu(process.process.pid) - before) / max(count, 1) * 1e6
                figures.setdefault((variant, keep), []).append((rate, slow, used))
    return figures


def bench(server, keys, top):
    variants = [("neither", 0)] + [(who, n) for who in ("own", "mtlsauth") for n in LISTS]
    running, sizes = {}, {}
    try:
        start_all(server, variants, keys, top, running)
        figures = take_turns(running, keys)
        for variant, (process, _, _) in running.items():
            sizes[variant] = memory(process.process.pid)
    finally:
        for process, _, _ in running.values():
            process.end()
    report(server, variants, figures, sizes)
    many(server, keys, top)


def report(server, variants, figures, sizes):
    def median(variant, keep, which):
        return statistics.median(row[which] for row in figures[variant, keep])

    print("\n%s, 2 workers, %d connections at once, medians of %d rounds of %d s" % (
        server.name, AT_ONCE, ROUNDS, SECONDS))
    print("%-9s %8s | %8s %7s %8s %8s | %9s %7s %8s | %7s" % (
        "who asks", "list", "new/s", "p99 ms", "CPU us", "/own", "kept/s", "p99 ms", "CPU us", "MB"))
    base = median(("own", 0), False, 0)
    for variant in variants:
        print("%-9s %8d | %8.0f %7.1f %8.0f %8.2f | %9.0f %7.1f %8.0f | %7.1f" % (
            variant + (median(variant, False, 0), median(variant, False, 1), median(variant, False, 2),
                       median(variant, False, 0) / base, median(variant, True, 0),
                       median(variant, True, 1), median(variant, True, 2), sizes[variant])))


def many(server, keys, top):
    """Memory of a million entries with two and with eight workers that have all served."""
    for workers in (2, 8):
        size = []
        for entries in (0, 1000000):
            folder = tempfile.mkdtemp(prefix=server.name + "-", dir=top)
            os.chmod(folder, 0o755)
            port = suite.free_port()
            with server.start("mtlsauth", entries, workers, keys, folder, port) as process:
                load(port, keys, folder, False)
                time.sleep(0.5)
                size.append(memory(process.process.pid))
        print("%d workers: %.1f MB, with the list of a million %.1f: it costs %.1f MB" % (
            workers, size[0], size[1], size[1] - size[0]))


def main(make_lists, names):
    if shutil.which("ab") is None:
        sys.exit("bench: no ab here; it is in apache2-utils")
    top = tempfile.mkdtemp(prefix="mtlsauth-bench-")
    os.chmod(top, 0o755)
    try:
        keys = os.path.join(top, "keys")
        os.mkdir(keys)
        subprocess.run([make_lists, keys], check=True)
        for server in (Nginx, Apache):
            if (names and server.name not in names) or suite.installed(server.module) is None:
                continue
            bench(server, keys, top)
    finally:
        shutil.rmtree(top, ignore_errors=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])

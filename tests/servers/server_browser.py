# SPDX-License-Identifier: BSD-2-Clause
"""A browser in front of nginx: let in with a client certificate in its profile, and not without."""
import os
import re

import browser
import replay
import suite

MODULE = "ngx_http_mtlsauth_module.so"
# A browser may send its certificate alone, so the policy knows the intermediate.
POLICY = """trust = { anchors = [ "%(pki)s/root.pem" ]; intermediates = [ "%(pki)s/intermediate.pem" ]; };
stack = (
  { control = "requisite"; plugin = "validity"; },
  { control = "requisite"; plugin = "crl"; files = [ "%(pki)s/root.crl", "%(pki)s/intermediate.crl" ]; },
  { control = "required"; plugin = "cn"; allow = [ "good.client.example" ]; }
);
"""
NGINX = """load_module %(module)s;
user www-data; worker_processes 1; daemon off; pid %(folder)s/nginx.pid; error_log %(folder)s/error.log;
events { }
http {
  mtlsauth_policy %(folder)s/browser.conf;
  mtlsauth_plugin_dir %(plugins)s;
  mtlsauth_decision_log %(folder)s/decisions.json;
  access_log off;
  client_body_temp_path %(folder)s/t1; proxy_temp_path %(folder)s/t2; fastcgi_temp_path %(folder)s/t3;
  uwsgi_temp_path %(folder)s/t4; scgi_temp_path %(folder)s/t5;
  server {
    listen 127.0.0.1:%(port)d ssl http2;
    ssl_certificate %(pki)s/server.pem;
    ssl_certificate_key %(pki)s/server.key;
    mtlsauth on;
    mtlsauth_client_ca %(pki)s/chain.pem;
    location / { default_type text/html; return 200 "<title>inside</title><p>come in</p>"; }
  }
}
"""
# client in the profile; title of the page that the browser shows, and the reason
VISITS = (("good", "inside: success"), (None, "403 Forbidden: no_certificate"),
          ("revoked", "403 Forbidden: revoked"), ("wrong-cn", "403 Forbidden: no_match"))


def missing():
    if suite.installed(MODULE) is None:
        return "the adapter for nginx was not built"
    return browser.missing()


def run(done, pki, folder):
    at = {"module": suite.installed(MODULE), "folder": folder, "pki": pki.folder,
          "plugins": os.environ["MTLSAUTH_PLUGINS"], "port": suite.free_port()}
    for name, text in (("browser.conf", POLICY), ("nginx.conf", NGINX)):
        with open(os.path.join(folder, name), "w") as file:
            file.write(text % at)
    with suite.Server(["nginx", "-c", folder + "/nginx.conf", "-p", folder, "-e",
                       folder + "/error.log"], folder + "/log", at["port"]):
        for client, expected in VISITS:
            page = browser.visit(os.path.join(folder, client or "nobody"), pki, client,
                                 "https://localhost:%d/" % at["port"])
            title = re.search(r"<title>(.*?)</title>", page)
            last = replay.decisions(folder + "/decisions.json")[-1]
            done.case("browser: %s" % (client or "no certificate"), expected,
                      "%s: %s" % (title.group(1) if title else "no page", last["reason"]), [page[:300]])

# SPDX-License-Identifier: BSD-2-Clause
"""What PostgreSQL is started with: other services, what is wrong, who else is loaded."""
import os

import suite
import postgresql_client as client
from postgresql_test import BROKEN, GOOD, OTHER, STRANGER, logged

def services(test):
    """Another service, and the one that SNI names."""
    test.policy(STRANGER, name="reporting.conf")
    with test.cluster.start("mtlsauth.service = 'reporting'\n"):
        test.case("another service: good", "denied no_match",
                  lambda: client.ask(test.port, test.tls("good")))
        test.case("another service: wrong CN", "in success",
                  lambda: client.ask(test.port, test.tls("wrong-cn")))
    test.policy(GOOD, before='hosts = [ "db.example" ];\n')
    test.policy(STRANGER, name="reporting.conf", before='hosts = [ "reports.example" ];\n')
    test.write("other.conf", OTHER)
    with test.cluster.start("mtlsauth.service = ''\n"):
        for name, expected in (("db.example", "in success"), ("reports.example", "denied no_match"),
                               ("elsewhere.example", "denied rule")):
            test.case("service by SNI: " + name, expected,
                      lambda: client.ask(test.port, test.tls("good"), sni=name))
    os.unlink(os.path.join(test.policies, "reporting.conf"))
    os.unlink(os.path.join(test.policies, "other.conf"))
    test.policy(GOOD)


def wrong_starts(test):
    """What keeps the server from starting, and what it says then."""
    conf = os.path.join(test.cluster.data, "postgresql.conf")
    line = len((test.cluster.configure(), suite.text_of(conf))[1].splitlines()) + 1
    rows = (
        ("a setting that is none", "mtlsauth.polcy = 'x'\n",
         "%s:%d: mtlsauth.polcy = 'x': there is no such setting" % (conf, line)),
        ("local that is neither", "mtlsauth.local = maybe\n",
         "%s:%d: mtlsauth.local = 'maybe': write deny or skip" % (conf, line)),
        ("insecure_files that is neither", "mtlsauth.insecure_files = maybe\n",
         "%s:%d: mtlsauth.insecure_files = 'maybe': write on or off" % (conf, line)),
        ("an unknown service", "mtlsauth.service = 'shop'\n",
         'mtlsauth.service: there is no policy for the service "shop"'),
        ("a missing policy", "mtlsauth.policy = '/nowhere/x.conf'\n", 
         "mtlsauth: cannot open /nowhere/x.conf: No such file or directory"),
        ("a decision log that cannot be", "mtlsauth.decision_log = '/nowhere/log'\n",
         'mtlsauth.decision_log: could not open "/nowhere/log": No such file or directory'),
    )
    for name, more, says in rows:
        said = test.cluster.start_fails(more)
        test.suite.case("start with " + name, "1 " + says, said[:len(says) + 2], [said])
    test.policy(GOOD, form=BROKEN)
    said = test.cluster.start_fails("")
    says = "1 mtlsauth: %s/postgresql.conf:3:3: " % test.policies
    test.suite.case("start with a broken policy", says, said[:len(says)], [said])
    test.policy(GOOD)
    os.chmod(os.path.join(test.policies, "postgresql.conf"), 0o666)
    said = test.cluster.start_fails("")
    says = "1 mtlsauth: %s/postgresql.conf" % test.policies
    test.suite.case("start with a policy that others may write", says, said[:len(says)], [said])
    with test.cluster.start("mtlsauth.insecure_files = on\n"):
        test.case("insecure_files", "in success", lambda: client.ask(test.port, test.tls("good")))
    os.chmod(os.path.join(test.policies, "postgresql.conf"), 0o644)


def surprises(test):
    """What the log says to whom has forgotten a setting, or has no room left."""
    good, stranger = test.tls("good"), test.tls("wrong-cn")
    since = len(suite.text_of(test.cluster.log))
    with test.cluster.start("ssl_ca_file = ''\nmtlsauth.local = deny\n"):
        test.case("no ssl_ca_file: nobody is asked for a certificate", "denied no_certificate",
                  lambda: client.ask(test.port, good))
    logged(test, since, "no ssl_ca_file", "mtlsauth: ssl_ca_file is not set")
    logged(test, since, "local is deny", "are refused, also the superuser's")
    with test.cluster.start("ssl = off\n"):
        test.case("ssl off", "denied no_certificate", lambda: client.ask(test.port, None))
    logged(test, since, "ssl off: logged", "mtlsauth: ssl is off: no client can present")
    with test.cluster.start("mtlsauth.decision_log = '/dev/full'\n"):
        test.case("decision log full: good", "in", lambda: client.ask(test.port, good))
        test.case("decision log full: wrong CN", "denied", lambda: client.ask(test.port, stranger))
    logged(test, since, "decision log full", "a decision is not in the decision log: No space left")


def neighbours(test):
    """A module with the same hook before it, and a service that goes away."""
    since = len(suite.text_of(test.cluster.log))
    with test.cluster.start("shared_preload_libraries = 'auth_delay, mtlsauth'\n"
                            "auth_delay.milliseconds = 1\nlog_connections = on\n") as server:
        test.case("behind auth_delay", "denied no_match",
                  lambda: client.ask(test.port, test.tls("wrong-cn")))
        test.case("behind auth_delay: refused by pg_hba.conf", "refused by the server",
                  lambda: client.ask(test.port, test.tls("good"), user="barred"))
        test.case("log_connections", "in success", lambda: client.ask(test.port, test.tls("good")))
        logged(test, since, "log_connections: the decision too",
               "LOG:  mtlsauth: allow (success) policy=postgresql")
        test.policy(STRANGER, name="reporting.conf")
        path = os.path.join(test.policies, "postgresql.conf")
        os.rename(path, path + ".away")
        test.cluster.reload(server, "there is no policy for the service \"postgresql\" any more")
        test.case("the service's policy is gone after a reload", "denied no_policy",
                  lambda: client.ask(test.port, test.tls("good")))
        os.rename(path + ".away", path)
        os.unlink(os.path.join(test.policies, "reporting.conf"))

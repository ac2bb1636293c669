/* SPDX-License-Identifier: BSD-2-Clause */
/* rule_texts.c - what is said of each rule. A test runs the examples. See rules.h. */
#include "rules.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const rule_t rules[] = {
    { "allow-unverified", true,
      "a route to allow passes no validity",
      "A client could be let in whose certificate nothing has verified: anyone can write a\n"
      "certificate with any name. The route shows the entries that let it happen. Where keys\n"
      "are pinned by fingerprint that can be meant: then say allow_unverified = true.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; when = \"not tls.resumed\"; },\n"
      "{ control = \"required\"; plugin = \"cn\"; allow = [ \"John Doe\" ]; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"required\"; plugin = \"cn\"; allow = [ \"John Doe\" ]; }\n" },
    { "and-never", false,
      "two comparisons joined by \"and\" that exclude each other",
      "One value cannot equal two at once. Most likely either of them was meant.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\";\n"
      "  when = \"http.host eq 'a.example.com' and http.host eq 'b.example.com'\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\";\n"
      "  when = \"http.host in {'a.example.com' 'b.example.com'}\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n" },
    { "argument", true,
      "mtlsauth was called with something that it cannot use",
      "The mistake is not in the policy: a service, a field or a directory was named that cannot\n"
      "be one, or the program was built for another version of the library.\n",
      "$ mtlsauth lint \"\"\n",
      "$ mtlsauth lint /etc/mtlsauth/policies\n" },
    { "comma-missing", true,
      "two elements of a list without a comma between them",
      "libconfig joins strings that stand side by side: two names would become one, which\n"
      "matches nobody, or, in a list to deny, keeps nobody out.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"required\"; plugin = \"cn\"; allow = [ \"John Doe\" \"Jane Roe\" ]; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"required\"; plugin = \"cn\"; allow = [ \"John Doe\", \"Jane Roe\" ]; }\n" },
    { "condition", true,
      "a condition that cannot be evaluated",
      "An expression that does not parse, a field that is not known where it stands, a comparison\n"
      "of two types, or a pattern that can never match. A guess at what was meant could let in\n"
      "the wrong client. mtlsauth-policy(5) describes the language.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\"; when = \"tls.resumed eq 'yes'\"; },\n"
      "{ control = \"required\"; plugin = \"cn\"; allow = [ \"John Doe\" ]; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\"; when = \"tls.resumed\"; },\n"
      "{ control = \"required\"; plugin = \"cn\"; allow = [ \"John Doe\" ]; }\n" },
    { "contains-empty", false,
      "contains with an empty string is always true",
      "Every string contains the empty one.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\";\n"
      "  when = \"http.host contains ''\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\";\n"
      "  when = \"http.host ne ''\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n" },
    { "crl-over", false,
      "a CRL is out of date, and its issuer has no newer one in the policy",
      "Where freshness demands a current list, which is so unless it is relaxed, every client\n"
      "of that CA is refused from then on. Whatever fetches the lists has failed, or the CA has.\n",
      "{ control = \"requisite\"; plugin = \"crl\"; files = [ \"ca/crl/last-month.crl\" ]; }\n",
      "{ control = \"requisite\"; plugin = \"crl\"; files = [ \"ca/crl/\" ]; }\n" },
    { "crl-signer", false,
      "a CRL is signed by none of the keys that trust has for its issuer",
      "It may be forged, or the certificate of the key that signed it is missing in trust.\n"
      "Nothing is taken from it until a key proves it.\n",
      "trust = { anchors = [ \"ca/root.pem\" ]; };       # the CA was given a new key since\n",
      "trust = { anchors = [ \"ca/root.pem\" ]; intermediates = [ \"ca/root-new.pem\" ]; };\n" },
    { "entry-idle", false,
      "an entry changes no verdict, whatever it comes to",
      "Whether it holds or fails, the client is let in or kept out just the same: a gate\n"
      "behind the last entry that could let in, or a list to allow before an entry that\n"
      "decides alone.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"optional\"; plugin = \"cn\"; allow = [ \"John Doe\" ]; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"required\"; plugin = \"cn\"; allow = [ \"John Doe\" ]; }\n" },
    { "entry-refused", false,
      "every route comes to an entry refused already",
      "An entry before it refuses always, and says bad, which lets the stack go on and cannot\n"
      "be turned back. What follows changes nothing.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"required\"; plugin = \"deny\"; },\n"
      "{ control = \"required\"; plugin = \"cn\"; allow = [ \"John Doe\" ]; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"required\"; plugin = \"deny\"; when = \"tls.resumed\"; },\n"
      "{ control = \"required\"; plugin = \"cn\"; allow = [ \"John Doe\" ]; }\n" },
    { "entry-unreachable", false,
      "no route comes to an entry",
      "An entry before it always ends the stack, whatever it comes to.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"sufficient\"; plugin = \"permit\"; },\n"
      "{ control = \"required\"; plugin = \"cn\"; allow = [ \"John Doe\" ]; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"sufficient\"; plugin = \"permit\"; when = \"tls.resumed\"; },\n"
      "{ control = \"required\"; plugin = \"cn\"; allow = [ \"John Doe\" ]; }\n" },
    { "fact-unset", true,
      "an entry reads what may not have been set",
      "The entry that would set it can be skipped, or stands behind. What is not set would\n"
      "read as false, and \"not revoked\" would be true of a certificate that nobody has\n"
      "looked up.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; when = \"not tls.resumed\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\";\n"
      "  when = \"not tls_client_auth.cert_verified\"; },\n"
      "{ control = \"required\"; plugin = \"cn\"; allow = [ \"John Doe\" ]; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\";\n"
      "  when = \"not tls_client_auth.cert_verified\"; },\n"
      "{ control = \"required\"; plugin = \"cn\"; allow = [ \"John Doe\" ]; }\n" },
    { "failure-grants", true,
      "a control lets in clients for whom the entry does not hold",
      "Only success may be ok or done.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"[no_match=done default=die]\"; plugin = \"cn\"; allow = [ \"John Doe\" ]; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"[success=done default=die]\"; plugin = \"cn\";\n"
      "  allow = [ \"John Doe\" ]; }\n" },
    { "field-quoted", false,
      "a string that is the name of a field",
      "In quotes it is text: the comparison is with the name, not with the value. A comparison\n"
      "has one field, on the left, so \"the certificate names the user\" is an entry, or a\n"
      "condition, for each name.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\";\n"
      "  when = \"tls_client_auth.cert_common_name ne 'app.user'\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"sufficient\"; plugin = \"cn\"; allow = [ \"John Doe\" ];\n"
      "  when = \"app.user eq 'john'\"; },\n"
      "{ control = \"sufficient\"; plugin = \"cn\"; allow = [ \"Jane Roe\" ];\n"
      "  when = \"app.user eq 'jane'\"; }\n" },
    { "file-unreadable", true,
      "a file cannot be read",
      "It is not there, is no regular file, or the user that runs this may not read it. Paths are\n"
      "relative to the file that they stand in.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"required\"; plugin = \"cn\"; allow_file = \"nowhere/names\"; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"required\"; plugin = \"cn\"; allow = [ \"John Doe\" ]; }\n" },
    { "file-unsafe", true,
      "a file that others may change",
      "Whoever can write a policy, or what it reads, decides who is let in. Files, and the\n"
      "directories they are in, must belong to root or to the user that runs this, and must not\n"
      "be writable by group or others.\n",
      "$ chmod 666 api.conf\n",
      "$ chmod 644 api.conf\n" },
    { "gate-bypassed", false,
      "sufficient lets clients in past a gate behind it",
      "sufficient ends the stack, and what stands behind it is not asked: a revoked client of\n"
      "the list would come in. The route shows how. Gates belong before what lets in; where the\n"
      "exception is meant, write the control as \"[success=done default=ignore]\".\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"sufficient\"; plugin = \"cn\"; allow = [ \"John Doe\" ]; },\n"
      "{ control = \"requisite\"; plugin = \"crl\"; files = [ \"pki/ca/crl/\" ]; },\n"
      "{ control = \"required\"; plugin = \"cn\"; allow = [ \"*.example.com\" ]; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"crl\"; files = [ \"pki/ca/crl/\" ]; },\n"
      "{ control = \"sufficient\"; plugin = \"cn\"; allow = [ \"John Doe\" ]; },\n"
      "{ control = \"required\"; plugin = \"cn\"; allow = [ \"*.example.com\" ]; }\n" },
    { "gate-grants", true,
      "a gate stands where it would have to let in",
      "validity, crl, deny and lists that only deny are gates: they can refuse, and never let\n"
      "in. Under sufficient, validity would admit every certificate of the CA.\n",
      "{ control = \"sufficient\"; plugin = \"validity\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n" },
    { "gate-idle", true,
      "a gate that keeps nobody out",
      "Its control ignores what it says, and nothing else reads it.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"optional\"; plugin = \"deny\"; when = \"tls.resumed\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\"; when = \"tls.resumed\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n" },
    { "hex-case", false,
      "text compared with hex digits in the wrong case",
      "eq, ne and in compare hex fields by value; all other operators see the text, which is\n"
      "in one case.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\";\n"
      "  when = \"tls_client_auth.cert_fingerprint_sha256 contains '2AD6'\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\";\n"
      "  when = \"tls_client_auth.cert_fingerprint_sha256 contains '2ad6'\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n" },
    { "hex-length", false,
      "a hex literal of another length than the field",
      "It never equals the field. Often it is the fingerprint of another hash, or a\n"
      "placeholder.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\";\n"
      "  when = \"tls_client_auth.cert_fingerprint_sha256 ne 'ADD'\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\";\n"
      "  when = \"tls_client_auth.cert_fingerprint_sha256 ne "
      "'253E08C1AB67EB7630C61734D377D75D5DCCDE2F6E69986C221D66E848B64321'\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n" },
    { "hex-literal", false,
      "a literal compared with a hex field is no hex",
      "It never equals the field.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\";\n"
      "  when = \"tls_client_auth.cert_serial eq 'number 7'\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\";\n"
      "  when = \"tls_client_auth.cert_serial eq '07'\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n" },
    { "hex-text", false,
      "text compared with a hex field that has no such characters",
      "eq, ne and in compare hex fields by value, and take colons; all other operators see\n"
      "the text, which has digits alone.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\";\n"
      "  when = \"tls_client_auth.cert_serial contains '2A:D6'\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\";\n"
      "  when = \"tls_client_auth.cert_serial contains '2AD6'\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n" },
    { "host-claimed", true,
      "two services claim one host",
      "Which of them judges a request for it would hang on the order of files.\n",
      "# api.conf\n"
      "hosts = [ \"api.example.com\" ];\n"
      "# web.conf\n"
      "hosts = [ \"www.example.com\", \"api.example.com\" ];\n",
      "# api.conf\n"
      "hosts = [ \"api.example.com\" ];\n"
      "# web.conf\n"
      "hosts = [ \"www.example.com\" ];\n" },
    { "include-loop", true,
      "a stack includes itself",
      "It would have no end.\n",
      "# base.stack\n"
      "stack = ( { control = \"include\"; file = \"base.stack\"; } );\n",
      "# base.stack\n"
      "stack = ( { control = \"requisite\"; plugin = \"validity\"; } );\n" },
    { "limit", true,
      "longer, deeper or more than is looked at",
      "Everything that is read has a bound, so that no file can take all memory or time.\n",
      "allow = [ \"a\", \"b\", ... ];      # in a policy of more than a MiB\n",
      "allow_file = \"names\";\n" },
    { "malformed", true,
      "a certificate, a CRL or an item of a list that cannot be read",
      "What cannot be read cannot be believed, and leaving it out could let in a client that is\n"
      "to be kept out.\n",
      "trust = { anchors = [ \"ca/broken.pem\" ]; };      # cut off in the middle\n",
      "trust = { anchors = [ \"ca/root.pem\" ]; };\n" },
    { "no-memory", true,
      "there was no memory left to load the policy",
      "The policy may be right; nothing can be said of it.\n",
      "$ (ulimit -v 1000; mtlsauth lint api.conf)\n",
      "$ mtlsauth lint api.conf\n" },
    { "not-and", false,
      "\"not A and B ne C\", where \"not (A and B eq C)\" may be meant",
      "As written it is true only of those who fail both tests: a deny on it lets in whoever\n"
      "passes one of them.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\";\n"
      "  when = \"not tls_client_auth.cert_verified and tls_client_auth.cert_serial ne '0A'\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\";\n"
      "  when = \"not (tls_client_auth.cert_verified "
      "and tls_client_auth.cert_serial eq '0A')\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n" },
    { "option-of-plugin", false,
      "an option that its plugin finds strange",
      "The plugin loads, and says what of the option can never do what was meant. What its\n"
      "options mean: mtlsauth plugins NAME.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"required\"; plugin = \"fingerprint\";\n"
      "  allow = [ \"2A:D6:29:D4:3A:3E:34:6B:0D:29:77:C6:0D:5A:32:A5:D8:F1:2B:8C\" ]; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"required\"; plugin = \"fingerprint\"; hash = \"sha1\";\n"
      "  allow = [ \"2A:D6:29:D4:3A:3E:34:6B:0D:29:77:C6:0D:5A:32:A5:D8:F1:2B:8C\" ]; }\n" },
    { "or-always", false,
      "two comparisons joined by \"or\" of which one is always true",
      "A value differs from one of two in any case. Most likely \"neither\" was meant.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\";\n"
      "  when = \"http.host ne 'a.example.com' or http.host ne 'b.example.com'\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\";\n"
      "  when = \"not http.host in {'a.example.com' 'b.example.com'}\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n" },
    { "plugin-unusable", true,
      "a plugin cannot be loaded",
      "There is none of that name, its file is for another version, or it does not keep to what\n"
      "plugin.h asks for. \"mtlsauth plugins\" lists those that can be loaded.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"required\"; plugin = \"common-name\"; allow = [ \"John Doe\" ]; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"required\"; plugin = \"cn\"; allow = [ \"John Doe\" ]; }\n" },
    { "set-duplicate", false,
      "an item of a set that the set has already",
      "It does no harm; often another item was meant.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\";\n"
      "  when = \"tcp.dstport in {443 443}\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\";\n"
      "  when = \"tcp.dstport in {443 8443}\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n" },
    { "setting", true,
      "a setting that is not known, not wanted here, or has a wrong value",
      "A misspelt option that was passed over would leave a list empty, or a check undone.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"required\"; plugin = \"cn\"; alow = [ \"John Doe\" ]; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"required\"; plugin = \"cn\"; allow = [ \"John Doe\" ]; }\n" },
    { "stack-no-grant", true,
      "nothing in a stack can let anyone in",
      "Gates refuse, and never let in. A stack that passes them all needs an entry that says\n"
      "yes.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n" },
    { "syntax", true,
      "a file that does not parse",
      "A quote, a bracket or a semicolon too few or too many. Two readers could take the rest for\n"
      "two different things, so nothing of it counts.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"required\"; plugin = \"cn\"; allow = [ \"John Doe ]; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"required\"; plugin = \"cn\"; allow = [ \"John Doe\" ]; }\n" },
    { "validity-twice", true,
      "two verifications on one route",
      "What later entries read would hang on which of them came last.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"validity\"; purpose = \"any\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n" },
    { "when-always", false,
      "a condition is true whatever the request is",
      "It compares constants.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\";\n"
      "  when = \"lower('A') eq 'a'\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\";\n"
      "  when = \"lower(http.host) eq 'a'\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n" },
    { "when-never", false,
      "a condition is never true",
      "It compares constants. The entry is never asked.\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\";\n"
      "  when = \"len('ab') eq 3\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n",
      "{ control = \"requisite\"; plugin = \"validity\"; },\n"
      "{ control = \"requisite\"; plugin = \"deny\";\n"
      "  when = \"lower(http.host) eq 'a'\"; },\n"
      "{ control = \"required\"; plugin = \"permit\"; }\n" },
};

const size_t n_rules = COUNT(rules);

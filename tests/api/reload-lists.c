/* SPDX-License-Identifier: BSD-2-Clause */
/* reload-lists.c - a reload does not lose a CRL, nor take an older one than is in force. */
#include "scene.h"

#define POLICY(files)                                                                              \
    TRUST STACK(VALIDITY ENTRY("requisite", "crl",                                                 \
                               "files = [ " files " ]; freshness = \"relaxed\";") PERMIT)

static issued_t other; /* a second CA that has lists */

static void put_list(const scene_t *scene, const char *name, crl_spec_t spec,
                     const issued_t *issuer)
{
    gnutls_datum_t pem = crl_issue_pem(&spec, issuer);

    fixture_write_bytes(&scene->fixture, name, pem.data, pem.size);
    gnutls_free(pem.data);
}

/* What happens to the lists between load and reload. Numbers are of the root's list. */
static const struct {
    const char *what;
    const char *policy;      /* NULL: the same */
    unsigned number;         /* before */
    unsigned reissued;       /* after; 0: removed */
    const char *moved_to;    /* it gets this name; NULL: the same */
    bool other_stays;        /* the other CA's list in the same directory */
    const char *error;       /* NULL: it reloads */
} rows[] = {
    { "nothing", NULL, 5, 5, NULL, true, NULL },
    { "a newer list", NULL, 5, 6, NULL, true, NULL },
    { "an older list", NULL, 6, 5, NULL, true, "went back" },
    { "a number of more octets", NULL, 255, 256, NULL, true, NULL },
    { "and back", NULL, 256, 255, NULL, true, "went back" },
    { "a list in another file of the directory", NULL, 5, 5, "lists/z.crl", true, NULL },
    { "a list that is gone", NULL, 5, 0, NULL, true, "CN=Test Root is gone" },
    { "another list that is gone", NULL, 5, 5, NULL, false, "CN=Other Root is gone" },
    /* whoever changes the policy says so */
    { "a path that is no longer named", POLICY("\"more.crl\""), 5, 0, NULL, true, NULL },
    { "a path more", POLICY("\"lists\", \"more.crl\""), 5, 5, NULL, true, NULL },
    { "the same files by another path", POLICY("\"lists/\""), 6, 5, NULL, true, NULL },
    { "a file that was reached by its directory too", POLICY("\"lists/b.crl\", \"lists\""), 5, 5,
      NULL, true, NULL },
};

static void follows_the_lists_in_force(void)
{
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        mtlsauth_error_t *err = NULL;
        mtlsauth_engine_t *engine;
        scene_t scene;

        tap_row("%s", rows[i].what);
        scene_open(&scene);
        fixture_write(&scene.fixture, "p.conf", POLICY("\"lists\""));
        put_list(&scene, "lists/a.crl", (crl_spec_t) { .number = rows[i].number }, &scene.root);
        put_list(&scene, "lists/b.crl", (crl_spec_t) { .number = 9 }, &other);
        put_list(&scene, "more.crl", (crl_spec_t) { .number = 1 }, &scene.root);
        engine = fixture_engine_ok(&scene.fixture, "p.conf");
        (void)remove(fixture_path(&scene.fixture, "lists/a.crl"));
        if (rows[i].reissued != 0)
            put_list(&scene, rows[i].moved_to != NULL ? rows[i].moved_to : "lists/a.crl",
                     (crl_spec_t) { .number = rows[i].reissued }, &scene.root);
        if (!rows[i].other_stays)
            (void)remove(fixture_path(&scene.fixture, "lists/b.crl"));
        if (rows[i].policy != NULL)
            fixture_write(&scene.fixture, "p.conf", rows[i].policy);
        TAP_INT(mtlsauth_engine_reload(engine, &err),
                rows[i].error == NULL ? 0 : MTLSAUTH_E_POLICY);
        if (rows[i].error != NULL) {
            TAP_HAS(mtlsauth_error_text(err), rows[i].error);
            TAP_HAS(mtlsauth_error_text(err), fixture_path(&scene.fixture, "lists"));
            TAP_STR(mtlsauth_error_file(err), fixture_path(&scene.fixture, "p.conf"));
            TAP_HAS(scene.fixture.log, "the old ones stay in force");
            /* the newer one put back, it goes on */
            put_list(&scene, "lists/a.crl", (crl_spec_t) { .number = 300 }, &scene.root);
            put_list(&scene, "lists/b.crl", (crl_spec_t) { .number = 9 }, &other);
            TAP_INT(mtlsauth_engine_reload(engine, NULL), 0);
        }
        mtlsauth_error_free(err);
        mtlsauth_engine_free(engine);
        scene_close(&scene);
    }
}

/* At load it is said which list no key fits, once for each list. */
static void warns_of_a_list_that_nobody_signed(void)
{
    issued_t namesake;
    mtlsauth_engine_t *engine;
    scene_t scene;

    scene_open(&scene);
    cert_issue(&namesake, &(cert_spec_t) { .cn = "Test Root", .ca = true }, NULL);
    fixture_write(&scene.fixture, "p.conf", POLICY("\"lists\""));
    put_list(&scene, "lists/a.crl", (crl_spec_t) { .number = 1 }, &scene.root);
    put_list(&scene, "lists/b.crl", (crl_spec_t) { .number = 1 }, &namesake);
    put_list(&scene, "lists/c.crl", (crl_spec_t) { .number = 1 }, &other); /* nobody of that name */
    engine = fixture_engine_ok(&scene.fixture, "p.conf");
    TAP_HAS(scene.fixture.log, "lists/b.crl: warning: the CRL of CN=Test Root is signed by none");
    TAP_INT(logged(&scene, "is signed by none"), 1);
    mtlsauth_engine_free(engine);
    cert_free(&namesake);
    scene_close(&scene);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "follows the lists in force", follows_the_lists_in_force },
        { "warns of a list that nobody signed", warns_of_a_list_that_nobody_signed },
    };
    int ret;

    cert_issue(&other, &(cert_spec_t) { .cn = "Other Root", .ca = true }, NULL);
    ret = tap_main("reload-lists", tests, COUNT(tests));
    cert_free(&other);
    return ret;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The register of lists: which series are the same, and what is older. */
#include "tap.h"

#include "crl/register.h"

#include "der_put.h"

static ma_arena_t arena;

#define CA "300d310b300906035504030c024341"       /* CN=CA */
#define CA_LOWER "300d310b300906035504030c026361" /* CN=ca */
#define CB "300d310b300906035504030c024342"       /* CN=CB */

#define BASE(issuer, number, date) { issuer, number, date, false, NULL }
#define NO_LIST { NULL, NULL, 0, false, NULL }

typedef struct list {
    const char *issuer;
    const char *number;
    int64_t date;
    bool delta;
    const char *scope;
} list_t;

/* Those before, those now, and whether they follow; the first without an issuer ends them. */
static const struct {
    const char *what;
    list_t before[3], now[3];
    const char *error;
} rows[] = {
    { "none", { NO_LIST }, { NO_LIST }, NULL },
    { "the same", { BASE(CA, "05", 1) }, { BASE(CA, "05", 1) }, NULL },
    { "a name that is the same", { BASE(CA, "05", 1) }, { BASE(CA_LOWER, "05", 1) }, NULL },
    { "another name", { BASE(CA, "05", 1) }, { BASE(CB, "05", 1) }, "the CRL of CN=CA is gone" },
    { "gone", { BASE(CA, "05", 1) }, { NO_LIST }, "number 0x05" },
    { "less", { BASE(CA, "05", 1) }, { BASE(CA, "04", 2) }, "from number 0x05" },
    { "more", { BASE(CA, "05", 2) }, { BASE(CA, "06", 1) }, NULL },
    { "more octets", { BASE(CA, "7f", 1) }, { BASE(CA, "0080", 1) }, NULL },
    { "fewer octets", { BASE(CA, "0080", 1) }, { BASE(CA, "7f", 1) }, "0x0080" },
    { "no numbers, later", { BASE(CA, "", 1) }, { BASE(CA, "", 2) }, NULL },
    { "no numbers, earlier", { BASE(CA, "", 2) }, { BASE(CA, "", 1) }, "went back" },
    { "a number from now on", { BASE(CA, "", 2) }, { BASE(CA, "01", 2) }, NULL },
    { "a number from now on, but earlier",
      { BASE(CA, "", 2) }, { BASE(CA, "01", 1) }, "went back" },
    { "a delta is another series", { { CA, "05", 1, true, NULL } }, { BASE(CA, "06", 1) },
      "the delta CRL of CN=CA is gone" },
    { "a delta gone back", { { CA, "05", 1, true, NULL } }, { { CA, "04", 1, true, NULL } },
      "the delta CRL of CN=CA went back" },
    { "a scope is another series", { { CA, "05", 1, false, "8101ff" } }, { BASE(CA, "06", 1) },
      "is gone" },
    { "two in another order", { BASE(CA, "05", 1), BASE(CB, "05", 1) },
      { BASE(CB, "05", 1), BASE(CA, "05", 1) }, NULL },
    { "two, of which one went back", { BASE(CA, "05", 1), BASE(CB, "05", 1) },
      { BASE(CB, "04", 1), BASE(CA, "05", 1) }, "CN=CB went back" },
    { "an older one beside the newer one", { BASE(CA, "05", 1) },
      { BASE(CA, "04", 1), BASE(CA, "05", 1) }, NULL },
    { "two that one newer one follows", { BASE(CA, "04", 1), BASE(CA, "05", 1) },
      { BASE(CA, "06", 1) }, NULL },
};

static void enter(ma_crl_register_t *lists, const char *path, const list_t *items)
{
    const ma_pos_t pos = { "api.conf", 3, 7 };
    ma_registered_path_t *entry = NULL;
    size_t i;

    TAP_INT(ma_crl_register_path(lists, path, &pos, &entry), 0);
    for (i = 0; entry != NULL && i < 3 && items[i].issuer != NULL; i++) {
        const ma_crl_info_t info = {
            .issuer = der_hex(&arena, items[i].issuer),
            .number = der_hex(&arena, items[i].number),
            .scope = der_hex(&arena, items[i].scope != NULL ? items[i].scope : ""),
            .this_update = items[i].date,
            .is_delta = items[i].delta,
        };
        TAP_INT(ma_crl_register_list(lists, entry, &info), 0);
    }
}

static void compares_series(void)
{
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ma_crl_register_t before, now;
        mtlsauth_error_t *err = NULL;

        tap_row("%s", rows[i].what);
        ma_crl_register_init(&before, &arena);
        ma_crl_register_init(&now, &arena);
        enter(&before, "a", rows[i].before);
        enter(&now, "a", rows[i].now);
        TAP_INT(ma_crl_register_follows(&now, &before, &err),
                rows[i].error != NULL ? MTLSAUTH_E_POLICY : 0);
        if (rows[i].error != NULL) {
            TAP_HAS(mtlsauth_error_text(err), rows[i].error);
            TAP_INT(mtlsauth_error_line(err), 3);
        }
        mtlsauth_error_free(err);
    }
}

static void asks_only_for_paths_that_both_name(void)
{
    const list_t some[3] = { BASE(CA, "05", 1) }, none[3] = { NO_LIST };
    ma_crl_register_t before, now;
    ma_registered_path_t *entry;
    const ma_pos_t pos = { "api.conf", 3, 7 };

    ma_crl_register_init(&before, &arena);
    ma_crl_register_init(&now, &arena);
    enter(&before, "a", some);
    enter(&now, "b", none);
    TAP_INT(ma_crl_register_follows(&now, &before, NULL), 0);
    enter(&now, "a", none);
    TAP_INT(ma_crl_register_follows(&now, &before, NULL), MTLSAUTH_E_POLICY);
    /* a path that is named twice is entered once */
    TAP_INT(ma_crl_register_path(&now, "a", &pos, &entry), 0);
    TAP_TRUE(entry == NULL);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "compares series", compares_series },
        { "asks only for paths that both name", asks_only_for_paths_that_both_name },
    };
    int ret;

    ma_arena_init(&arena, 0);
    ret = tap_main("register", tests, sizeof(tests) / sizeof(tests[0]));
    ma_arena_free(&arena);
    return ret;
}

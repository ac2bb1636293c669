/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * path-cases.c - run sets of path validation cases through the public interface.
 *
 *     path-cases [--exceptions FILE] DIR...
 *
 * DIR holds index.tsv (case, expect, time, purpose, max_depth, crl_check, policies,
 * explicit_policy, inhibit_mapping, inhibit_any, algorithms) and a folder a case with anchors.pem,
 * leaf.pem and, where there are any, intermediates.pem and crls.pem. A case becomes a policy, and a
 * question to it.
 *
 * Prints a row a set and each disagreement by name. Exit 0 only if all agree or stand in the
 * exceptions file (set, case, RFC section, argument; separated by tabs), which is printed and
 * counted apart.
 */
#include <mtlsauth/mtlsauth.h>
#include <mtlsauth/plugin.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MAX_FIELDS 11
#define MAX_LINE 4096
#define MAX_PATH 8192 /* a line, and a folder in front of it */

extern const mtlsauth_plugin_t mtlsauth_plugin_validity, mtlsauth_plugin_crl,
    mtlsauth_plugin_permit;

enum {
    CASE,
    EXPECT,
    TIME,
    PURPOSE,
    MAX_DEPTH,
    CRL_CHECK,
    POLICIES,
    EXPLICIT,
    INHIBIT_MAPPING,
    INHIBIT_ANY,
    ALGORITHMS
};

typedef struct counts {
    unsigned cases, agree, false_accepts, false_rejects, excepted;
} counts_t;

typedef struct options {
    const char *exceptions;
    bool verbose;
} options_t;

/* ---- files --------------------------------------------------------------------------------- */

/* A whole file, NUL behind it; NULL if there is none. */
static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    size_t used = 0, room = 65536;
    char *bytes = NULL, *grown;

    if (file == NULL)
        return NULL;
    for (;;) {
        grown = realloc(bytes, room + 1);
        if (grown == NULL)
            break;
        bytes = grown;
        used += fread(bytes + used, 1, room - used, file);
        if (used < room)
            break;
        room *= 2;
    }
    fclose(file);
    if (bytes != NULL)
        bytes[used] = '\0';
    *size = used;
    return bytes;
}

/* Splits a line at its tabs; returns the number of fields. */
static int split(char *line, char *fields[], int most)
{
    int count = 0;

    line[strcspn(line, "\r\n")] = '\0';
    while (count < most) {
        fields[count++] = line;
        line = strchr(line, '\t');
        if (line == NULL)
            break;
        *line++ = '\0';
    }
    return count;
}

/* Seconds of "2026-11-20T12:00:00+00:00"; all times of the sets are in UTC. */
static int64_t read_time(const char *text)
{
    struct tm tm = { 0 };
    int64_t days, year;
    int month;

    if (sscanf(text, "%d-%d-%dT%d:%d:%d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour,
               &tm.tm_min, &tm.tm_sec)
        != 6)
        return INT64_MIN;
    month = tm.tm_mon > 2 ? tm.tm_mon - 3 : tm.tm_mon + 9;
    year = tm.tm_mon > 2 ? tm.tm_year : tm.tm_year - 1;
    days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + tm.tm_mday - 1
        - 719468;
    return ((days * 24 + tm.tm_hour) * 60 + tm.tm_min) * 60 + tm.tm_sec;
}

/* ---- one case ------------------------------------------------------------------------------ */

static void put_policies(FILE *out, const char *list)
{
    const char *separator = "";

    if (strcmp(list, "-") == 0)
        return;
    fprintf(out, " initial_policies = [ ");
    while (*list != '\0') {
        size_t size = strcspn(list, ", ");
        fprintf(out, "%s\"%.*s\"", separator, (int)size, list);
        separator = ", ";
        list += size + strspn(list + size, ", ");
    }
    fprintf(out, " ];");
}

/* More than a client may send: then they are the policy's own. */
static bool many_intermediates(const char *folder)
{
    char path[2 * MAX_PATH], *text;
    const char *at;
    size_t size, count = 0;

    snprintf(path, sizeof(path), "%s/intermediates.pem", folder);
    text = read_file(path, &size);
    for (at = text; at != NULL && (at = strstr(at, "-----BEGIN ")) != NULL; at++)
        count++;
    free(text);
    return count > 16;
}

/* The policy that asks what the case asks. */
static bool write_policy(const char *path, const char *folder, char *const fields[])
{
    static const struct {
        int field;
        const char *option;
    } flags[] = { { EXPLICIT, "explicit_policy" },
                  { INHIBIT_MAPPING, "inhibit_mapping" },
                  { INHIBIT_ANY, "inhibit_any" } };
    FILE *out = fopen(path, "w");
    char crls[2 * MAX_PATH];
    size_t i;

    if (out == NULL)
        return false;
    fprintf(out, "trust = { anchors = [ \"%s/anchors.pem\" ]; partial_chain = true;", folder);
    if (many_intermediates(folder))
        fprintf(out, " intermediates = [ \"%s/intermediates.pem\" ];", folder);
    fprintf(out, " };\n");
    fprintf(out, "stack = ( { control = \"requisite\"; plugin = \"validity\"; purpose = \"%s\";",
            fields[PURPOSE]);
    if (strcmp(fields[MAX_DEPTH], "-") != 0)
        fprintf(out, " max_depth = %d;", atoi(fields[MAX_DEPTH]) > 16 ? 16 : atoi(fields[MAX_DEPTH]));
    put_policies(out, fields[POLICIES]);
    for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        if (strcmp(fields[flags[i].field], "yes") == 0)
            fprintf(out, " %s = true;", flags[i].option);
    if (strcmp(fields[ALGORITHMS], "legacy") == 0)
        fprintf(out, " algorithms = [ \"legacy\" ]; min_key_bits = 1024;");
    fprintf(out, " },\n");
    if (strcmp(fields[CRL_CHECK], "yes") == 0) {
        snprintf(crls, sizeof(crls), "%s/crls.pem", folder);
        if (access(crls, R_OK) == 0)
            fprintf(out, "{ control = \"requisite\"; plugin = \"crl\"; files = [ \"%s\" ]; },\n", crls);
        else /* strict about revocation, and no list: nobody comes in */
            fprintf(out, "{ control = \"requisite\"; plugin = \"deny\"; reason = \"no CRL\"; },\n");
    }
    fprintf(out, "{ control = \"required\"; plugin = \"permit\"; } );\n");
    return fclose(out) == 0;
}

static mtlsauth_engine_t *open_engine(const char *policy, char *why, size_t room)
{
    extern const mtlsauth_plugin_t mtlsauth_plugin_deny;
    static const mtlsauth_plugin_t *const plugins[] = { &mtlsauth_plugin_validity,
        &mtlsauth_plugin_crl, &mtlsauth_plugin_permit, &mtlsauth_plugin_deny };
    mtlsauth_open_t how = MTLSAUTH_OPEN_INIT;
    mtlsauth_engine_t *engine = NULL;
    mtlsauth_error_t *err = NULL;

    how.policy = policy;
    how.flags = MTLSAUTH_OPEN_INSECURE_FILES;
    how.plugins = plugins;
    how.n_plugins = sizeof(plugins) / sizeof(plugins[0]);
    if (mtlsauth_engine_open(&engine, &how, &err) != 0) {
        snprintf(why, room, "%s", mtlsauth_error_text(err));
        mtlsauth_error_free(err);
        return NULL;
    }
    return engine;
}

/* 1: accepted, 0: rejected with the reason in `why`. A trust that does not load rejects as well. */
static int judge(const char *policy, const char *folder, char *const fields[], char *why,
                 size_t room)
{
    mtlsauth_engine_t *engine = open_engine(policy, why, room);
    mtlsauth_request_t *request = NULL;
    char path[2 * MAX_PATH];
    char *leaf = NULL, *chain = NULL;
    size_t leaf_size = 0, chain_size = 0;
    int accepted = 0;

    if (engine == NULL)
        return 0;
    snprintf(path, sizeof(path), "%s/leaf.pem", folder);
    leaf = read_file(path, &leaf_size);
    snprintf(path, sizeof(path), "%s/intermediates.pem", folder);
    chain = read_file(path, &chain_size);
    if (leaf != NULL && mtlsauth_request_new(engine, &request) == 0) {
        mtlsauth_request_leaf(request, leaf, leaf_size);
        if (!many_intermediates(folder))
            mtlsauth_request_chain(request, chain, chain_size);
        mtlsauth_request_time(request, read_time(fields[TIME]));
        accepted = mtlsauth_authorize(request);
        /* Once more while it is being remembered, and once more when it is. */
        if (mtlsauth_authorize(request) != accepted || mtlsauth_authorize(request) != accepted) {
            fprintf(stderr, "%s: what is remembered changes the answer\n", folder);
            exit(2);
        }
        snprintf(why, room, "%s: %s", mtlsauth_decision(request)->reason,
                 mtlsauth_decision(request)->message);
    } else {
        snprintf(why, room, "the case cannot be read");
        accepted = -1;
    }
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    free(leaf);
    free(chain);
    return accepted;
}

/* ---- sets ---------------------------------------------------------------------------------- */

static const char *name_of(const char *directory)
{
    const char *slash = strrchr(directory, '/');

    return slash != NULL ? slash + 1 : directory;
}

/* Prints the exception for a case, if there is one. */
static bool is_excepted(const options_t *options, const char *set, const char *name)
{
    FILE *file = options->exceptions != NULL ? fopen(options->exceptions, "r") : NULL;
    char line[MAX_LINE], *fields[4];
    bool found = false;

    while (file != NULL && !found && fgets(line, sizeof(line), file) != NULL) {
        if (line[0] == '#' || split(line, fields, 4) != 4)
            continue;
        found = strcmp(fields[0], set) == 0 && strcmp(fields[1], name) == 0;
        if (found)
            printf("exception: %s %s: RFC 5280 %s: %s\n", set, name, fields[2], fields[3]);
    }
    if (file != NULL)
        fclose(file);
    return found;
}

static void count_case(const options_t *options, const char *set, char *const fields[], int seen,
                       const char *why, counts_t *counts)
{
    int expected = strcmp(fields[EXPECT], "accept") == 0;

    counts->cases++;
    if (seen == expected) {
        counts->agree++;
        if (options->verbose)
            printf("agree: %s %s (%s)\n", set, fields[CASE], why);
    } else if (is_excepted(options, set, fields[CASE])) {
        counts->excepted++;
    } else {
        if (seen == 1)
            counts->false_accepts++;
        else
            counts->false_rejects++;
        printf("%s: %s %s (%s)\n", seen == 1 ? "false accept" : "false reject", set, fields[CASE],
               why);
    }
}

static bool run_set(const options_t *options, const char *directory, const char *policy,
                    counts_t *counts)
{
    char path[MAX_PATH], line[MAX_LINE], why[MAX_LINE], *fields[MAX_FIELDS];
    FILE *index;

    snprintf(path, sizeof(path), "%s/index.tsv", directory);
    index = fopen(path, "r");
    if (index == NULL) {
        fprintf(stderr, "path-cases: cannot read %s\n", path);
        return false;
    }
    while (fgets(line, sizeof(line), index) != NULL) {
        int seen;
        if (split(line, fields, MAX_FIELDS) != MAX_FIELDS || strcmp(fields[CASE], "case") == 0)
            continue;
        snprintf(path, sizeof(path), "%s/%s", directory, fields[CASE]);
        why[0] = '\0';
        seen = write_policy(policy, path, fields) ? judge(policy, path, fields, why, sizeof(why))
                                                  : -1;
        count_case(options, name_of(directory), fields, seen, why, counts);
    }
    fclose(index);
    return true;
}

static void print_row(const char *set, const counts_t *counts)
{
    printf("%-28s %6u %6u %14u %14u %11u\n", set, counts->cases, counts->agree,
           counts->false_accepts, counts->false_rejects, counts->excepted);
}

int main(int argc, char **argv)
{
    options_t options = { .exceptions = NULL };
    counts_t counts[64] = { { 0 } }, all = { 0 };
    char **sets = argv;
    char policy[] = "/tmp/path-cases-XXXXXX";
    int i, n = 0, fd, failed = 0;

    for (i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--exceptions") == 0 && i + 1 < argc)
            options.exceptions = argv[++i];
        else if (strcmp(argv[i], "--verbose") == 0)
            options.verbose = true;
        else if (n < 64)
            sets[n++] = argv[i];
    }
    fd = mkstemp(policy);
    if (n == 0 || fd < 0) {
        fprintf(stderr, "usage: path-cases [--exceptions FILE] [--verbose] DIR...\n");
        return 2;
    }
    close(fd);
    for (i = 0; i < n; i++)
        failed |= !run_set(&options, sets[i], policy, &counts[i]);
    unlink(policy);
    printf("%-28s %6s %6s %14s %14s %11s\n", "set", "cases", "agree", "false accepts",
           "false rejects", "exceptions");
    for (i = 0; i < n; i++) {
        print_row(name_of(sets[i]), &counts[i]);
        all.cases += counts[i].cases;
        all.agree += counts[i].agree;
        all.false_accepts += counts[i].false_accepts;
        all.false_rejects += counts[i].false_rejects;
        all.excepted += counts[i].excepted;
    }
    print_row("all", &all);
    return failed || all.cases == 0 || all.agree + all.excepted != all.cases;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * list.c - lists of patterns of names. Those without a wildcard cost a binary search, those with
 * one a pass over all of them.
 */
#include <stdlib.h>
#include <string.h>

#include "san.h"

static const struct {
    const char *name;
    const char *mend;
} types[SAN_N_TYPES] = {
    [SAN_DNS] = { "dns", "write a host alone, such as \"a.example.com\" or \"*.example.com\"" },
    [SAN_URI] = { "uri", "write a whole uri, such as \"https://example.com/users/*\"" },
    [SAN_EMAIL] = { "email", "write \"john@example.com\", or \"*@example.com\" for everyone there" },
    [SAN_UPN] = { "upn", "write \"john@example.com\", or \"*@example.com\" for everyone there" },
};

static int order(const void *a, const void *b)
{
    const san_pattern_t *x = a, *y = b;
    size_t shorter = x->size < y->size ? x->size : y->size;
    int difference;

    if (x->wild != y->wild)
        return x->wild ? 1 : -1;
    difference = memcmp(x->text, y->text, shorter);
    if (difference != 0)
        return difference;
    return x->size == y->size ? 0 : x->size < y->size ? -1 : 1;
}

/*
 * Sets wildcards apart from stars that a backslash quotes. `out` has room for `size` octets.
 * Returns how many there are, or 0 if a control is among them: SAN_WILD is one.
 */
static size_t mark(const char *text, size_t size, char *out)
{
    size_t i, count = 0;

    for (i = 0; i < size; i++) {
        if ((unsigned char)text[i] < ' ')
            return 0;
        if (text[i] == '*')
            out[count++] = SAN_WILD;
        else if (text[i] == '\\' && i + 1 < size)
            out[count++] = text[++i];
        else
            out[count++] = text[i];
    }
    return count;
}

/* Writes a part as a glob of the core; `twice`: a star is any run, which is ** there. */
static size_t put_glob(const char *part, size_t size, bool twice, char *out)
{
    size_t i, count = 0;

    for (i = 0; i < size; i++) {
        if (part[i] == SAN_WILD) {
            out[count++] = '*';
            if (twice)
                out[count++] = '*';
            continue;
        }
        if (part[i] == '*' || part[i] == '\\')
            out[count++] = '\\';
        out[count++] = part[i];
    }
    return count;
}

static int refuse(mtlsauth_instance_t *self, unsigned option, size_t item, const char *mend,
                  unsigned type, const char *why)
{
    self->core->fail(self, option, item, mend, "\"%s\" can match no %s name: %s",
                     self->core->option_item(self, option, item, NULL), types[type].name, why);
    return MTLSAUTH_E_POLICY;
}

/* Reads one item to `out`, which has room for twice its octets. */
static int read_item(mtlsauth_instance_t *self, unsigned option, size_t item, unsigned type,
                     bool spiffe, char *out, san_pattern_t *pattern)
{
    static const char mend_spiffe[] = "write an id such as \"spiffe://example.org/app/*\"";
    char marked[SAN_MAX_NAME];
    san_form_t form;
    size_t size;
    const char *text = self->core->option_item(self, option, item, &size), *why;

    if (size > sizeof(marked))
        return refuse(self, option, item, types[type].mend, type, "it is longer than 2048 octets");
    size = mark(text, size, marked);
    if (size == 0)
        return refuse(self, option, item, types[type].mend, type, "it has a control in it");
    why = san_form(type, marked, size, true, &form);
    if (why != NULL)
        return refuse(self, option, item, types[type].mend, type, why);
    why = spiffe && type == SAN_URI ? san_spiffe_fault(marked, size) : NULL;
    if (why != NULL)
        return refuse(self, option, item, mend_spiffe, type, why);
    pattern->text = out;
    pattern->item = item;
    pattern->wild = memchr(form.text, SAN_WILD, form.size) != NULL;
    if (!pattern->wild) {
        memcpy(out, form.text, form.size);
        pattern->size = form.size;
        return 0;
    }
    if (form.only_exact != NULL)
        return refuse(self, option, item, "write it without, or without a *", type,
                      form.only_exact);
    pattern->cut = put_glob(form.text + form.host_at, form.host_size, false, out);
    pattern->size = pattern->cut
        + put_glob(form.text + form.rest_at, form.rest_size, type != SAN_URI, out + pattern->cut);
    return 0;
}

/* Room for all patterns: each takes at most twice its octets. */
static char *make_room(const mtlsauth_instance_t *self, unsigned option, size_t count)
{
    size_t i, size, total = 1;

    for (i = 0; i < count; i++) {
        self->core->option_item(self, option, i, &size);
        if (size > (SIZE_MAX - total) / 2)
            return NULL;
        total += 2 * size;
    }
    return malloc(total);
}

int san_list_load(mtlsauth_instance_t *self, unsigned option, unsigned type, bool spiffe,
                  san_list_t *list)
{
    size_t i, count = self->core->option_count(self, option);
    char *at;
    int ret;

    list->patterns = calloc(count + 1, sizeof(*list->patterns));
    list->octets = make_room(self, option, count);
    if (list->patterns == NULL || list->octets == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    at = list->octets;
    for (i = 0; i < count; i++) {
        san_pattern_t *pattern = &list->patterns[i];
        ret = read_item(self, option, i, type, spiffe, at, pattern);
        if (ret != 0)
            return ret;
        at += pattern->size;
        list->n_plain += !pattern->wild;
    }
    list->count = count;
    qsort(list->patterns, count, sizeof(*list->patterns), order);
    return 0;
}

void san_list_free(san_list_t *list)
{
    free(list->patterns);
    free(list->octets);
}

/* The core's globs match no empty text, but here one part may be empty. */
static bool matches(const mtlsauth_services_t *core, const char *pattern, size_t pattern_size,
                    const char *text, size_t size, unsigned flags)
{
    if (pattern_size == 0 || size == 0)
        return pattern_size == size;
    return core->glob(pattern, pattern_size, text, size, flags) == 1;
}

bool san_list_find(const san_list_t *list, const mtlsauth_services_t *core, const san_form_t *name,
                   size_t *item)
{
    san_pattern_t key = { .text = name->text, .size = name->size };
    const san_pattern_t *found
        = bsearch(&key, list->patterns, list->n_plain, sizeof(key), order);
    size_t i;

    for (i = list->n_plain; found == NULL && name->only_exact == NULL && i < list->count; i++) {
        const san_pattern_t *glob = &list->patterns[i];
        if (matches(core, glob->text, glob->cut, name->text + name->host_at, name->host_size, 0)
            && matches(core, glob->text + glob->cut, glob->size - glob->cut,
                       name->text + name->rest_at, name->rest_size, MTLSAUTH_GLOB_SLASH))
            found = glob;
    }
    if (found == NULL)
        return false;
    *item = found->item;
    return true;
}

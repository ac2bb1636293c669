/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plain.c - a good plugin of which bad-plugins.c spoils one part at a time with -D. Without any it
 * is called "bad", grants, and says TEXT.
 */
#include <mtlsauth/plugin.h>

#ifndef NAME
#define NAME "bad"
#endif
#ifndef MAJOR
#define MAJOR MTLSAUTH_PLUGIN_ABI_MAJOR
#endif
#ifndef MINOR
#define MINOR MTLSAUTH_PLUGIN_ABI_MINOR
#endif
#ifndef SIZE
#define SIZE sizeof(mtlsauth_plugin_t)
#endif
#ifndef OPTION_SIZE
#define OPTION_SIZE sizeof(mtlsauth_option_t)
#endif
#ifndef FACT_SIZE
#define FACT_SIZE sizeof(mtlsauth_fact_t)
#endif
#ifndef FLAGS
#define FLAGS MTLSAUTH_PLUGIN_GRANT
#endif
#ifndef SYMBOL
#define SYMBOL mtlsauth_plugin
#endif
#ifndef CHECK
#define CHECK check
#endif
#ifndef RESULT
#define RESULT MTLSAUTH_SUCCESS
#endif
#ifndef TEXT
#define TEXT "plain"
#endif

/* Members of options[0], written like .kind = MTLSAUTH_OPTION_INT. The last of a kind counts. */
#ifndef OPTION
#define OPTION .flags = 0
#endif
#ifndef SECOND
#define SECOND "second"
#endif
#ifndef OPTIONS
#define OPTIONS options
#endif
#ifndef N_OPTIONS
#define N_OPTIONS 2
#endif
#ifndef WRITES
#define WRITES { .name = "test.fact", .type = MTLSAUTH_TYPE_INT }
#endif
#ifndef N_WRITES
#define N_WRITES 0
#endif
#ifndef READS
#define READS "cert_verified"
#endif
#ifndef N_READS
#define N_READS 0
#endif

static const mtlsauth_option_t options[] = {
    { .name = "first", .kind = MTLSAUTH_OPTION_STRING, .help = "the first", OPTION },
    { .name = SECOND, .kind = MTLSAUTH_OPTION_STRING, .help = "the second" },
};

static const mtlsauth_fact_t writes[] = { WRITES };
static const char *const reads[] = { READS };

int check(const mtlsauth_instance_t *self, mtlsauth_check_t *request);

int check(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
#ifdef WRITE_FACT
    self->core->set_number(request, WRITE_FACT, 1);
#endif
    self->core->say(request, "%s", TEXT);
    return RESULT;
}

extern MTLSAUTH_EXPORT const mtlsauth_plugin_t SYMBOL;
const mtlsauth_plugin_t SYMBOL = {
    .abi_major = MAJOR,
    .abi_minor = MINOR,
    .struct_size = (uint32_t)(SIZE),
    .option_size = (uint32_t)(OPTION_SIZE),
    .fact_size = (uint32_t)(FACT_SIZE),
    .name = NAME,
    .flags = FLAGS,
    .summary = "a plugin to be spoiled",
    .options = OPTIONS,
    .n_options = N_OPTIONS,
    .writes = writes,
    .n_writes = N_WRITES,
    .reads = reads,
    .n_reads = N_READS,
    .check = CHECK,
};

/* SPDX-License-Identifier: BSD-2-Clause */
/* absent.c - see absent.h. */
#include "mosquitto/absent.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

/* 64 MiB at worst. */
#define MOST_CLIENTS 65536u
#define LONGEST_NAME 1000u

typedef struct absent_client {
    const char *name; /* first: what the tree compares */
    struct absent_client *previous, *next;
    const struct mosquitto *client;
    char room[];
} absent_client_t;

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static absent_client_t *find(const absent_t *absent, const char *name)
{
    void *node = name != NULL ? tfind(&name, &absent->names, compare) : NULL;

    return node != NULL ? *(absent_client_t **)node : NULL;
}

static void drop(absent_t *absent, absent_client_t *one)
{
    *(one->previous != NULL ? &one->previous->next : &absent->first) = one->next;
    *(one->next != NULL ? &one->next->previous : &absent->last) = one->previous;
    absent->count--;
    tdelete(one, &absent->names, compare);
    free(one);
}

static void add(absent_t *absent, const char *name, const struct mosquitto *client)
{
    size_t size = strlen(name) + 1;
    absent_client_t *one;

    if (size > LONGEST_NAME)
        return;
    if (absent->count >= MOST_CLIENTS)
        drop(absent, absent->first);
    one = malloc(sizeof(*one) + size);
    if (one == NULL)
        return;
    *one = (absent_client_t) { .name = one->room, .previous = absent->last, .client = client };
    memcpy(one->room, name, size);
    if (tsearch(one, &absent->names, compare) == NULL) {
        free(one);
        return;
    }
    *(absent->last != NULL ? &absent->last->next : &absent->first) = one;
    absent->last = one;
    absent->count++;
}

void absent_forget(absent_t *absent, const struct mosquitto *client)
{
    absent_client_t *one = find(absent, mosquitto_client_id(client));

    if (one != NULL)
        drop(absent, one);
}

/* Before MQTT 5 a clean session ends with its connection; what MQTT 5 agreed on is not shown. */
static bool session_may_stay(const struct mosquitto *client)
{
    return !mosquitto_client_clean_session(client)
        || mosquitto_client_protocol_version(client) >= 5;
}

void absent_leaves(absent_t *absent, const struct mosquitto *client, X509 *certificate)
{
    const char *name = mosquitto_client_id(client);

    absent_moment_over(absent);
    absent_forget(absent, client);
    if (certificate == NULL || name == NULL)
        return;
    if (session_may_stay(client))
        add(absent, name, client);
    if (X509_up_ref(certificate) == 1) {
        absent->leaving = client;
        absent->certificate = certificate;
    }
}

X509 *absent_certificate(const absent_t *absent, const struct mosquitto *client)
{
    return absent->leaving == client ? absent->certificate : NULL;
}

void absent_moment_over(absent_t *absent)
{
    X509_free(absent->certificate);
    absent->certificate = NULL;
    absent->leaving = NULL;
}

bool absent_knows(const absent_t *absent, const struct mosquitto *client)
{
    const absent_client_t *one = find(absent, mosquitto_client_id(client));

    return one != NULL && one->client == client;
}

void absent_free(absent_t *absent)
{
    absent_moment_over(absent);
    while (absent->first != NULL)
        drop(absent, absent->first);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * network.c - lists of networks. An address is looked for by a binary search for each length of
 * prefix in the list, so 100,000 networks cost at most 129 of them.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "san.h"

#define MAX_TEXT 64u /* longer than any network */

static const char mend[]
    = "write an address such as 192.0.2.7, or a network such as 192.0.2.0/24 or 2001:db8::/32";

static int order(const void *a, const void *b)
{
    const san_network_t *x = a, *y = b;

    if (x->size != y->size)
        return x->size < y->size ? -1 : 1;
    if (x->bits != y->bits)
        return x->bits < y->bits ? -1 : 1;
    return memcmp(x->octets, y->octets, sizeof(x->octets));
}

/* Clears what is behind the prefix; true if something was set there. */
static bool cut(san_network_t *network)
{
    bool had = false;
    size_t i;

    for (i = 0; i < network->size; i++) {
        unsigned kept = network->bits > 8 * i ? network->bits - 8 * (unsigned)i : 0;
        uint8_t mask = (uint8_t)(kept >= 8 ? 0xffu : 0xff00u >> kept);
        had = had || (network->octets[i] & ~mask & 0xff) != 0;
        network->octets[i] = network->octets[i] & mask;
    }
    return had;
}

/* The digits behind the slash, without leading zeros; false if they are no length of a prefix. */
static bool read_bits(const char *text, size_t size, unsigned *bits)
{
    unsigned value = 0;
    size_t i;

    if (size == 0 || size > 3 || (text[0] == '0' && size > 1))
        return false;
    for (i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = 10 * value + (unsigned)(text[i] - '0');
    }
    *bits = value;
    return true;
}

static bool read_network(const char *text, size_t size, san_network_t *network)
{
    const char *slash = memchr(text, '/', size);
    size_t length = slash != NULL ? (size_t)(slash - text) : size;
    char address[MAX_TEXT];

    memset(network, 0, sizeof(*network));
    if (length >= sizeof(address))
        return false;
    memcpy(address, text, length);
    address[length] = '\0';
    if (inet_pton(AF_INET, address, network->octets) == 1)
        network->size = 4;
    else if (inet_pton(AF_INET6, address, network->octets) == 1)
        network->size = 16;
    else
        return false;
    network->bits = 8 * (unsigned)network->size;
    if (slash == NULL)
        return true;
    return read_bits(slash + 1, size - length - 1, &network->bits)
        && network->bits <= 8 * network->size;
}

/* ::ffff:0:0/96 (RFC 4291 2.5.5.2) */
static bool is_mapped(const uint8_t *octets, size_t size)
{
    static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };

    return size == 16 && memcmp(octets, prefix, sizeof(prefix)) == 0;
}

static int refuse_host_bits(mtlsauth_instance_t *self, unsigned option, size_t item,
                            const char *text, const san_network_t *network)
{
    char address[INET6_ADDRSTRLEN] = "";

    inet_ntop(network->size == 4 ? AF_INET : AF_INET6, network->octets, address, sizeof(address));
    self->core->fail(self, option, item, "write the network, or the address without a length",
                     "\"%s\" has bits set behind its length: the network is %s/%u", text, address,
                     network->bits);
    return MTLSAUTH_E_POLICY;
}

static int read_item(mtlsauth_instance_t *self, unsigned option, size_t item,
                     san_network_t *network)
{
    const mtlsauth_services_t *core = self->core;
    size_t size;
    const char *text = core->option_item(self, option, item, &size);

    if (!read_network(text, size, network)) {
        core->fail(self, option, item, mend, "\"%s\" is no address and no network", text);
        return MTLSAUTH_E_POLICY;
    }
    if (is_mapped(network->octets, network->size)) {
        core->fail(self, option, item, "write it as IPv4",
                   "\"%s\" is an IPv4 address in IPv6, which matches nothing", text);
        return MTLSAUTH_E_POLICY;
    }
    if (cut(network))
        return refuse_host_bits(self, option, item, text, network);
    network->item = item;
    return 0;
}

int san_networks_load(mtlsauth_instance_t *self, unsigned option, san_networks_t *list)
{
    size_t i, count = self->core->option_count(self, option);

    list->networks = calloc(count + 1, sizeof(*list->networks));
    if (list->networks == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    for (i = 0; i < count; i++) {
        san_network_t *network = &list->networks[i];
        int ret = read_item(self, option, i, network);
        if (ret != 0)
            return ret;
        list->has_bits[network->size == 16][network->bits] = true;
    }
    list->count = count;
    qsort(list->networks, count, sizeof(*list->networks), order);
    return 0;
}

void san_networks_free(san_networks_t *list)
{
    free(list->networks);
}

const char *san_address_fault(const uint8_t *octets, size_t size)
{
    if (size != 4 && size != 16)
        return "it has neither 4 nor 16 octets";
    return is_mapped(octets, size) ? "it is an IPv4 address in IPv6" : NULL;
}

bool san_networks_find(const san_networks_t *list, const uint8_t *octets, size_t size,
                       size_t *item)
{
    unsigned bits;

    if (list->count == 0 || san_address_fault(octets, size) != NULL)
        return false;
    for (bits = 0; bits <= 8 * size; bits++) {
        san_network_t key = { .size = size, .bits = bits };
        const san_network_t *found;
        if (!list->has_bits[size == 16][bits])
            continue;
        memcpy(key.octets, octets, size);
        cut(&key);
        found = bsearch(&key, list->networks, list->count, sizeof(key), order);
        if (found != NULL) {
            *item = found->item;
            return true;
        }
    }
    return false;
}

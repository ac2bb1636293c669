/* SPDX-License-Identifier: BSD-2-Clause */
/* inventory.c - see inventory.h. */
#include "policy/inventory.h"

#include <string.h>

#include "base/encode.h"
#include "cred/name.h"

void ma_inventory_init(ma_inventory_t *inventory, ma_arena_t *arena)
{
    *inventory = (ma_inventory_t) { .arena = arena };
}

/* Room for one more; NULL: out of memory. */
static ma_item_t *new_item(ma_inventory_t *inventory)
{
    if (inventory->count == inventory->room) {
        size_t room = inventory->room == 0 ? 16 : inventory->room * 2;
        ma_item_t *items = ma_arena_array(inventory->arena, room, sizeof(*items));
        if (items == NULL)
            return NULL;
        if (inventory->count > 0)
            memcpy(items, inventory->items, inventory->count * sizeof(*items));
        inventory->items = items;
        inventory->room = room;
    }
    return &inventory->items[inventory->count];
}

/* Copies the texts; the item counts when all of them are there. */
static int finish_item(ma_inventory_t *inventory, ma_item_t *item, const ma_buf_t *name,
                       const ma_buf_t *number, const char *source)
{
    if (!ma_buf_ok(name) || !ma_buf_ok(number))
        return MTLSAUTH_E_NO_MEMORY;
    item->name = ma_arena_string(inventory->arena, ma_buf_string(name));
    item->number = ma_arena_string(inventory->arena, ma_buf_string(number));
    item->source = ma_arena_string(inventory->arena, source);
    if (item->name == NULL || item->number == NULL || item->source == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    inventory->count++;
    return 0;
}

int ma_inventory_add(ma_inventory_t *inventory, ma_item_kind_t kind, const mtlsauth_cert_t *cert,
                     const char *source)
{
    ma_item_t *item = new_item(inventory);
    ma_buf_t name, number;
    int ret;

    if (item == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    ma_buf_init(&name, 0);
    ma_buf_init(&number, 0);
    (void)ma_name_rfc2253(cert->subject, &name); /* one that is no Name reads as none */
    ma_cert_serial_text(cert, &number);
    item->kind = kind;
    item->ends = cert->not_after;
    ret = finish_item(inventory, item, &name, &number, source);
    ma_buf_free(&name);
    ma_buf_free(&number);
    return ret;
}

static int add_list(void *context, const ma_registered_list_t *list)
{
    ma_inventory_t *inventory = context;
    ma_item_t *item = new_item(inventory);
    ma_buf_t name, number;
    int ret;

    if (item == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    ma_buf_init(&name, 0);
    ma_buf_init(&number, 0);
    (void)ma_name_rfc2253(list->issuer, &name);
    ma_encode_hex(&number, list->number.data, list->number.size, false);
    item->kind = list->is_delta ? MA_ITEM_DELTA_CRL : MA_ITEM_CRL;
    item->ends = list->next_update;
    ret = finish_item(inventory, item, &name, &number, list->path);
    ma_buf_free(&name);
    ma_buf_free(&number);
    return ret;
}

static int add_certs(ma_inventory_t *inventory, ma_item_kind_t kind, const ma_cert_list_t *list,
                     const char *source)
{
    size_t i;
    int ret = 0;

    for (i = 0; ret == 0 && i < list->count; i++)
        ret = ma_inventory_add(inventory, kind, list->items[i], source);
    return ret;
}

static int add_policy(ma_inventory_t *inventory, const ma_policy_t *policy)
{
    int ret = add_certs(inventory, MA_ITEM_ANCHOR, &policy->trust.anchors, policy->file);

    if (ret == 0)
        ret = add_certs(inventory, MA_ITEM_INTERMEDIATE, &policy->trust.intermediates,
                        policy->file);
    if (ret == 0 && policy->candidate != NULL) /* which has none of its own */
        ret = add_policy(inventory, policy->candidate);
    return ret;
}

int ma_inventory_add_set(ma_inventory_t *inventory, const ma_set_t *set,
                         const ma_crl_register_t *lists)
{
    size_t i;
    int ret = 0;

    for (i = 0; ret == 0 && i < set->count; i++)
        ret = add_policy(inventory, set->policies[i]);
    if (ret == 0)
        ret = ma_crl_register_each(lists, add_list, inventory);
    return ret;
}

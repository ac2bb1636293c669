/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decision_json.c - a decision as one line of JSON: the schema of logs, tools and the audit.
 *
 * What is not known is left out of `request`; everything else is always there. All strings go
 * through the JSON encoder: names and paths come from clients.
 */
#include <string.h>

#include "base/clock.h"
#include "base/encode.h"
#include "engine/request.h"

/* Names of one certificate that are printed; the rest is in the certificate. */
#define MAX_NAMES 64u

/* A key of ours, which needs no escapes, as it stands before its value. */
#define KEY(name) "\"" name "\":"

static void put_key(ma_buf_t *out, bool *first, const char *key)
{
    if (!*first)
        ma_buf_byte(out, ',');
    *first = false;
    ma_buf_text(out, key);
}

static void put_text(ma_buf_t *out, bool *first, const char *key, const char *text)
{
    put_key(out, first, key);
    ma_encode_json_string(out, text, strlen(text));
}

static void put_bytes(ma_buf_t *out, bool *first, const char *key, ma_bytes_t bytes)
{
    put_key(out, first, key);
    ma_encode_json_string(out, (const char *)bytes.data, bytes.size);
}

static void put_time(ma_buf_t *out, bool *first, const char *key, int64_t time)
{
    put_key(out, first, key);
    ma_buf_byte(out, '"');
    ma_time_text(time, out);
    ma_buf_byte(out, '"');
}

static const char *verdict_name(int verdict)
{
    return verdict == MTLSAUTH_ALLOW ? "allow"
        : verdict == MTLSAUTH_UNDETERMINED ? "undetermined" : "deny";
}

static void put_number(ma_buf_t *out, int64_t number)
{
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    char digits[20];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0)
        ma_buf_byte(out, '-');
    ma_buf_add(out, digits + at, sizeof(digits) - at);
}

/* An address as text: dotted, or eight groups (RFC 4291 2.2 form 1); other sizes in hex. */
static void put_octets(ma_buf_t *out, ma_bytes_t address)
{
    size_t i;

    if (address.size != 4 && address.size != 16)
        ma_encode_hex(out, address.data, address.size, true);
    for (i = 0; address.size == 4 && i < 4; i++) {
        if (i > 0)
            ma_buf_byte(out, '.');
        put_number(out, address.data[i]);
    }
    for (i = 0; address.size == 16 && i < 16; i += 2)
        ma_buf_printf(out, "%s%x", i > 0 ? ":" : "",
                      (unsigned)address.data[i] << 8 | address.data[i + 1]);
}

static void put_address(ma_buf_t *out, bool *first, const char *key, ma_bytes_t address)
{
    put_key(out, first, key);
    ma_buf_byte(out, '"');
    put_octets(out, address);
    ma_buf_byte(out, '"');
}

static void put_sans(ma_buf_t *out, const mtlsauth_cert_t *cert)
{
    static const struct {
        mtlsauth_cert_field_t field;
        const char *prefix;
    } kinds[] = {
        { MTLSAUTH_CERT_SAN_DNS, "dns:" },
        { MTLSAUTH_CERT_SAN_URI, "uri:" },
        { MTLSAUTH_CERT_SAN_EMAIL, "email:" },
        { MTLSAUTH_CERT_SAN_IP, "ip:" },
        { MTLSAUTH_CERT_SAN_UPN, "upn:" },
    };
    const void *bytes;
    size_t kind, item, size, count = 0;

    for (kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++) {
        for (item = 0; count < MAX_NAMES
             && ma_cert_bytes(cert, (uint32_t)kinds[kind].field, item, &bytes, &size);
             item++) {
            ma_buf_text(out, count++ > 0 ? ",\"" : "\"");
            ma_buf_text(out, kinds[kind].prefix);
            if (kinds[kind].field == MTLSAUTH_CERT_SAN_IP)
                put_octets(out, (ma_bytes_t) { bytes, size });
            else
                ma_encode_json(out, bytes, size);
            ma_buf_byte(out, '"');
        }
    }
}

static void put_certificate(ma_buf_t *out, const mtlsauth_cert_t *cert)
{
    ma_bytes_t digest = ma_cert_get(cert, MTLSAUTH_CERT_SHA256);
    bool first = true;

    ma_buf_byte(out, '{');
    put_bytes(out, &first, KEY("subject"), ma_cert_get(cert, MTLSAUTH_CERT_SUBJECT_TEXT));
    put_bytes(out, &first, KEY("issuer"), ma_cert_get(cert, MTLSAUTH_CERT_ISSUER_TEXT));
    put_key(out, &first, KEY("serial"));
    ma_buf_byte(out, '"');
    ma_cert_serial_text(cert, out);
    ma_buf_byte(out, '"');
    put_key(out, &first, KEY("sha256"));
    ma_buf_byte(out, '"');
    ma_encode_hex(out, digest.data, digest.size, true);
    ma_buf_byte(out, '"');
    put_time(out, &first, KEY("not_after"), cert->not_after);
    put_key(out, &first, KEY("sans"));
    ma_buf_byte(out, '[');
    put_sans(out, cert);
    ma_buf_text(out, "]}");
}

/* The value of an attribute that the core knows, or NULL if it is not declared or not set. */
static const ma_fact_value_t *attribute(const mtlsauth_request_t *request, int number)
{
    if (number < 0 || !request->attributes[number].set)
        return NULL;
    return &request->attributes[number];
}

static void put_request(ma_buf_t *out, const mtlsauth_request_t *request)
{
    const ma_core_attributes_t *core = &request->engine->core;
    const struct {
        const char *key;
        int number;
        enum { TEXT, ADDRESS, NUMBER, FLAG } form;
    } rows[] = {
        { KEY("host"), core->host, TEXT },
        { KEY("sni"), core->sni, TEXT },
        { KEY("method"), core->method, TEXT },
        { KEY("path"), core->path, TEXT },
        { KEY("source"), core->source, ADDRESS },
        { KEY("source_port"), core->source_port, NUMBER },
        { KEY("destination"), core->destination, ADDRESS },
        { KEY("destination_port"), core->destination_port, NUMBER },
        { KEY("tls_version"), core->tls_version, TEXT },
        { KEY("resumed"), core->resumed, FLAG },
        { KEY("user"), core->user, TEXT },
        { KEY("resource"), core->resource, TEXT },
        { KEY("action"), core->action, TEXT },
    };
    bool first = true;
    size_t i;

    ma_buf_byte(out, '{');
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const ma_fact_value_t *value = attribute(request, rows[i].number);
        if (value == NULL)
            continue;
        switch (rows[i].form) {
        case TEXT:
            put_bytes(out, &first, rows[i].key, value->bytes);
            break;
        case ADDRESS:
            put_address(out, &first, rows[i].key, value->bytes);
            break;
        case NUMBER:
            put_key(out, &first, rows[i].key);
            put_number(out, value->number);
            break;
        case FLAG:
            put_key(out, &first, rows[i].key);
            ma_buf_text(out, value->number != 0 ? "true" : "false");
            break;
        }
    }
    ma_buf_byte(out, '}');
}

static void put_trace(ma_buf_t *out, const mtlsauth_decision_t *decision)
{
    size_t i;

    ma_buf_byte(out, '[');
    for (i = 0; i < decision->n_trace; i++) {
        const mtlsauth_trace_t *row = decision->trace[i];
        bool first = true;
        ma_buf_text(out, i > 0 ? ",{" : "{");
        put_text(out, &first, KEY("entry"), row->entry);
        put_text(out, &first, KEY("plugin"), row->plugin);
        put_text(out, &first, KEY("control"), row->control);
        put_text(out, &first, KEY("when"), row->when);
        put_text(out, &first, KEY("result"), row->result);
        put_text(out, &first, KEY("action"), row->action);
        put_text(out, &first, KEY("message"), row->message);
        ma_buf_byte(out, '}');
    }
    ma_buf_byte(out, ']');
}

static void put_candidate(ma_buf_t *out, const mtlsauth_candidate_t *candidate)
{
    bool first = true;

    if (candidate == NULL) {
        ma_buf_text(out, "null");
        return;
    }
    ma_buf_byte(out, '{');
    put_text(out, &first, KEY("policy"), candidate->policy);
    put_text(out, &first, KEY("verdict"), verdict_name(candidate->verdict));
    put_text(out, &first, KEY("reason"), candidate->reason);
    put_text(out, &first, KEY("message"), candidate->message);
    ma_buf_byte(out, '}');
}

static void put_headers(ma_buf_t *out, const mtlsauth_decision_t *decision)
{
    size_t i;

    ma_buf_byte(out, '{');
    for (i = 0; i < decision->n_headers; i++) {
        const mtlsauth_header_t *header = decision->headers[i];
        if (i > 0)
            ma_buf_byte(out, ',');
        ma_encode_json_string(out, header->name, strlen(header->name));
        ma_buf_byte(out, ':');
        ma_encode_json_string(out, header->value, strlen(header->value));
    }
    ma_buf_byte(out, '}');
}

static void put_strip(ma_buf_t *out, const mtlsauth_decision_t *decision)
{
    size_t i;

    ma_buf_byte(out, '[');
    for (i = 0; i < decision->n_strip; i++) {
        if (i > 0)
            ma_buf_byte(out, ',');
        ma_encode_json_string(out, decision->strip[i], strlen(decision->strip[i]));
    }
    ma_buf_byte(out, ']');
}

static void put_decision(ma_buf_t *out, const mtlsauth_decision_t *decision,
                         const mtlsauth_request_t *request)
{
    bool first = true;

    ma_buf_byte(out, '{');
    put_text(out, &first, KEY("id"), decision->id);
    put_time(out, &first, KEY("time"), decision->time);
    put_text(out, &first, KEY("server"), decision->server);
    put_text(out, &first, KEY("policy"), decision->policy);
    put_text(out, &first, KEY("policy_digest"), decision->policy_digest);
    put_text(out, &first, KEY("mode"), decision->mode);
    put_text(out, &first, KEY("verdict"), verdict_name(decision->verdict));
    put_text(out, &first, KEY("would"), verdict_name(decision->would));
    put_key(out, &first, KEY("candidate"));
    put_candidate(out, decision->candidate);
    put_text(out, &first, KEY("reason"), decision->reason);
    put_text(out, &first, KEY("message"), decision->message);
    put_text(out, &first, KEY("entry"), decision->entry);
    put_key(out, &first, KEY("trace"));
    put_trace(out, decision);
    put_key(out, &first, KEY("certificate"));
    if (request != NULL && request->credential.leaf != NULL)
        put_certificate(out, request->credential.leaf);
    else
        ma_buf_text(out, "null");
    put_key(out, &first, KEY("request"));
    if (request != NULL)
        put_request(out, request);
    else
        ma_buf_text(out, "{}");
    put_key(out, &first, KEY("headers"));
    put_headers(out, decision);
    put_key(out, &first, KEY("strip"));
    put_strip(out, decision);
    ma_buf_byte(out, '}');
}

int mtlsauth_decision_json(const mtlsauth_decision_t *decision, char *buffer, size_t *size)
{
    const mtlsauth_request_t *request;
    size_t capacity;
    ma_buf_t out;

    if (decision == NULL || size == NULL)
        return MTLSAUTH_E_ARGUMENT;
    capacity = buffer != NULL ? *size : 0;
    request = decision == mtlsauth_decision(NULL) ? NULL : ma_request_of(decision);
    ma_buf_fixed(&out, buffer, capacity);
    put_decision(&out, decision, request);
    if (out.failed)
        return MTLSAUTH_E_LIMIT;
    if (out.size >= capacity) {
        *size = out.size + 1;
        return MTLSAUTH_E_SPACE;
    }
    *size = out.size;
    return 0;
}

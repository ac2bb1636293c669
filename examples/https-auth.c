/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * https-auth.c - see https-auth.h.
 *
 * What comes from the client goes to the library as it is. Texts that the library gives back are
 * printable, one line each; what this server prints beside them it makes printable itself.
 */
#include "https-auth.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <gnutls/x509.h>
#include <mtlsauth/mtlsauth-gnutls.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The attributes this server supplies, and their indices for the setters. */
enum {
    HTTP_HOST,
    HTTP_METHOD,
    HTTP_PATH,
    IP_SRC,
    IP_DST,
    TCP_SRCPORT,
    TCP_DSTPORT,
    TLS_VERSION,
    TLS_CIPHER,
    TLS_SNI,
    TLS_ALPN,
    TLS_RESUMED
};

static const char *const attributes[] = {
    [HTTP_HOST] = "http.host",
    [HTTP_METHOD] = "http.request.method",
    [HTTP_PATH] = "http.request.uri.path",
    [IP_SRC] = "ip.src",
    [IP_DST] = "ip.dst",
    [TCP_SRCPORT] = "tcp.srcport",
    [TCP_DSTPORT] = "tcp.dstport",
    [TLS_VERSION] = "tls.version",
    [TLS_CIPHER] = "tls.cipher",
    [TLS_SNI] = "tls.sni",
    [TLS_ALPN] = "tls.alpn",
    [TLS_RESUMED] = "tls.resumed",
};

static void log_line(void *context, int level, const char *line)
{
    (void)context;
    (void)level;
    fprintf(stderr, "mtlsauth: %s\n", line);
}

static const mtlsauth_api_t *load_library(auth_t *auth, const char *path)
{
    const void *(*get_api)(uint32_t);
    const mtlsauth_api_t *api;
    void *symbol;

    auth->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (auth->library == NULL) {
        /* NOLINTNEXTLINE(concurrency-mt-unsafe): of this thread (glibc, musl) */
        fprintf(stderr, "https-server: %s\n", dlerror());
        return NULL;
    }
    symbol = dlsym(auth->library, "mtlsauth_get_api");
    if (symbol == NULL) {
        fprintf(stderr, "https-server: %s: has no mtlsauth_get_api\n", path);
        return NULL;
    }
    memcpy(&get_api, &symbol, sizeof(get_api)); /* ISO C knows no cast from one to the other */
    api = get_api(MTLSAUTH_API_VERSION);
    if (api == NULL || api->struct_size < sizeof(*api)) {
        fprintf(stderr, "https-server: %s: is older than this program\n", path);
        return NULL;
    }
    return api;
}

bool auth_open(auth_t *auth, const auth_options_t *options)
{
    mtlsauth_open_t how = MTLSAUTH_OPEN_INIT;
    mtlsauth_error_t *err = NULL;

    *auth = (auth_t) { .service = options->service, .json = options->json };
    auth->api = load_library(auth, options->library ? options->library : "libmtlsauth.so.0");
    if (auth->api == NULL)
        return false;
    how.policy = options->policy;
    how.plugin_dir = options->plugin_dir;
    how.server = "https-server";
    how.flags = options->insecure_files ? MTLSAUTH_OPEN_INSECURE_FILES : 0;
    how.attributes = attributes;
    how.n_attributes = sizeof(attributes) / sizeof(attributes[0]);
    how.log = log_line;
    if (auth->api->engine_open(&auth->engine, &how, &err) != MTLSAUTH_OK) {
        fprintf(stderr, "https-server: %s\n", auth->api->error_text(err));
        auth->api->error_free(err);
        return false;
    }
    if (auth->service != NULL && !auth->api->engine_has_service(auth->engine, auth->service)) {
        fprintf(stderr, "https-server: there is no policy for the service that --service names\n");
        return false;
    }
    return true;
}

void auth_close(auth_t *auth)
{
    if (auth->engine != NULL)
        auth->api->engine_free(auth->engine);
    if (auth->library != NULL)
        dlclose(auth->library);
    *auth = (auth_t) { 0 };
}

void auth_reload(auth_t *auth)
{
    mtlsauth_error_t *err = NULL;

    if (auth->api->engine_reload(auth->engine, &err) == MTLSAUTH_OK) {
        fprintf(stderr, "reloaded\n");
        return;
    }
    fprintf(stderr, "not reloaded, the old policies stay in force: %s\n",
            auth->api->error_text(err));
    auth->api->error_free(err);
}

mtlsauth_request_t *auth_request_new(const auth_t *auth)
{
    mtlsauth_request_t *request = NULL;

    if (auth->api->request_new(auth->engine, &request) != MTLSAUTH_OK)
        return NULL;
    return request;
}

void auth_request_free(const auth_t *auth, mtlsauth_request_t *request)
{
    auth->api->request_free(request);
}

static void set_end(const mtlsauth_api_t *api, mtlsauth_request_t *request, unsigned ip,
                    unsigned port, const struct sockaddr_storage *address)
{
    /* Not copied: the octets are borrowed until the request is reset. */
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;

    if (address->ss_family == AF_INET) {
        api->request_address(request, ip, &v4->sin_addr, sizeof(v4->sin_addr));
        api->request_int(request, port, ntohs(v4->sin_port));
    } else if (address->ss_family == AF_INET6) {
        api->request_address(request, ip, &v6->sin6_addr, sizeof(v6->sin6_addr));
        api->request_int(request, port, ntohs(v6->sin6_port));
    }
}

/* For programs that read the log, mtlsauth-audit --decisions among them. */
static void log_json(const mtlsauth_api_t *api, const mtlsauth_decision_t *decision)
{
    size_t size = 0;
    char *line;

    (void)api->decision_json(decision, NULL, &size); /* says how much room it takes */
    line = malloc(++size);
    if (line != NULL && api->decision_json(decision, line, &size) == MTLSAUTH_OK)
        fprintf(stderr, "%s\n", line);
    else
        fprintf(stderr, "a decision was not logged: id=%s\n", decision->id);
    free(line);
}

static void log_decision(const mtlsauth_decision_t *decision, gnutls_session_t session)
{
    char subject[256];

    auth_subject(session, subject, sizeof(subject));
    fprintf(stderr, "%s reason=%s entry=%s id=%s subject=\"%s\" %s\n",
            decision->verdict == MTLSAUTH_ALLOW ? "allow" : "deny", decision->reason,
            decision->entry[0] != '\0' ? decision->entry : "-", decision->id, subject,
            decision->message);
}

/*
 * The certificate is taken from the session for every request, also when the session was resumed:
 * an answer that was right a request ago may be wrong after a reload, or a second past notAfter.
 *
 * A server that passes requests on to an application does two things more: of the headers that the
 * client sent it forwards none for which decision_strips() says 1, whatever the verdict, and then
 * it adds those of decision->headers. This one answers by itself.
 */
bool auth_ask(const auth_t *auth, mtlsauth_request_t *request, const auth_client_t *client,
              const http_head_t *head)
{
    const mtlsauth_api_t *api = auth->api;
    mtlsauth_gnutls_t tls = {
        .tls_version = TLS_VERSION,
        .tls_cipher = TLS_CIPHER,
        .tls_sni = TLS_SNI,
        .tls_alpn = TLS_ALPN,
        .tls_resumed = TLS_RESUMED,
    };
    bool allowed;

    if (auth->service != NULL)
        api->request_service(request, auth->service);
    mtlsauth_gnutls_certificates(api, request, client->session);
    mtlsauth_gnutls_attributes(api, request, client->session, &tls);
    set_end(api, request, IP_SRC, TCP_SRCPORT, client->address);
    set_end(api, request, IP_DST, TCP_DSTPORT, client->server);
    api->request_string(request, HTTP_METHOD, head->method.at, head->method.size);
    api->request_string(request, HTTP_PATH, head->path.at, head->path.size);
    if (head->host.at != NULL)
        api->request_string(request, HTTP_HOST, head->host.at, head->host.size);

    allowed = api->authorize(request) == 1;
    if (auth->json)
        log_json(api, api->decision(request));
    else
        log_decision(api->decision(request), client->session);
    api->request_reset(request); /* what it borrowed goes away with this function */
    return allowed;
}

void auth_subject(gnutls_session_t session, char *out, size_t size)
{
    unsigned count = 0;
    const gnutls_datum_t *list = gnutls_certificate_get_peers(session, &count);
    gnutls_x509_crt_t cert = NULL;
    gnutls_datum_t name = { NULL, 0 };
    size_t n = 0;

    if (list != NULL && count > 0 && gnutls_x509_crt_init(&cert) == GNUTLS_E_SUCCESS
        && gnutls_x509_crt_import(cert, &list[0], GNUTLS_X509_FMT_DER) == GNUTLS_E_SUCCESS
        && gnutls_x509_crt_get_dn3(cert, &name, 0) == GNUTLS_E_SUCCESS) {
        for (; n < name.size && n + 1 < size; n++) {
            unsigned char c = name.data[n];
            out[n] = c >= ' ' && c <= '~' && c != '"' ? (char)c : '?';
        }
    }
    if (n == 0)
        out[n++] = '-';
    out[n] = '\0';
    gnutls_free(name.data);
    if (cert != NULL)
        gnutls_x509_crt_deinit(cert);
}

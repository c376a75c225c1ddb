/* SPDX-License-Identifier: MIT */
#include "ca_store.h"

#include <dirent.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/fd_limits.h"
#include "base/thread.h"
#include "base/tls_library.h"

/*
 * The longest TLS record that is sent. OpenSSL keeps a buffer of this size while a connection is
 * open: 16 KiB by default, but a request has only some hundred bytes.
 */
#define SEND_BYTES 4096

struct ca_store {
    char *file;           /* of certificates; NULL: none */
    const char *variable; /* of the environment, that named the file; NULL: none did */
    char *path;           /* folders of certificates, "a:b"; NULL: none */
    bool is_path_chosen;  /* the path is the user's: everything in it is read at once */
    bool shared;
    pthread_mutex_t mutex; /* protects store until it is set */
    X509_STORE *store;     /* NULL until it is read, or if there are no certificates */
};

/*
 * With the flags that libcurl sets for the stores that it fills itself. TRUSTED_FIRST: the chain
 * ends at the first trusted root; PARTIAL_CHAIN: or at a trusted intermediate.
 */
static X509_STORE *store_new(void)
{
    X509_STORE *store = X509_STORE_new();

    if (store)
        X509_STORE_set_flags(store, X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
    return store;
}

/* Calls visit() for each folder of a list, "a:b", and returns whether one of the calls returned true. */
static bool visit_folders(const char *list, bool (*visit)(X509_STORE *store, const char *path),
                          X509_STORE *store)
{
    char *copy = xstrdup(list);
    char *rest = copy, *path;
    bool any = false;

    while ((path = strsep(&rest, ":")))
        any = visit(store, path) || any;
    free(copy);
    return any;
}

/* Whether a folder contains a file. OpenSSL accepts any name as a folder of certificates. */
static bool has_files(X509_STORE *store, const char *path)
{
    DIR *folder = opendir(path);
    const struct dirent *entry = NULL;

    (void)store;
    while (folder && (entry = readdir(folder)) && entry->d_name[0] == '.')
        ;
    if (folder)
        closedir(folder);
    return entry;
}

/*
 * OpenSSL caches what it derives from a certificate at the first use, and threads that share one
 * would race there. This is the first use, by one thread.
 */
static void prepare_certificates(X509_STORE *store)
{
    const STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);

    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        X509 *certificate = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));

        if (certificate)
            X509_check_purpose(certificate, -1, 0);
    }
}

struct ca_source ca_source_of_servers(const struct check *check)
{
    return (struct ca_source){.file = check->ca_file,
                              .path = check->ca_path,
                              .default_file = check->default_ca_file,
                              .default_path = check->default_ca_path,
                              .default_variable = check->default_ca_variable};
}

/* As in curl, --cacert and --capath are for servers only. */
struct ca_source ca_source_of_proxies(const struct check *check)
{
    struct ca_source source = ca_source_of_servers(check);

    source.file = check->proxy_ca_file;
    source.path = NULL;
    return source;
}

/*
 * Sets file and path to the user's, else to those from the environment, else to libcurl's default.
 * They are copies, as the store may outlive the check.
 */
static void choose_source(struct ca_store *ca_store, const struct ca_source *source)
{
    const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
    bool is_chosen = source->file || source->path;
    const char *file = is_chosen ? source->file : source->default_file;
    const char *path = is_chosen ? source->path : source->default_path;

    if (file && !is_chosen)
        ca_store->variable = source->default_variable;
    if (!file && !is_chosen)
        file = curl->cainfo;
    if (!path && !is_chosen)
        path = curl->capath;
    ca_store->is_path_chosen = source->path;
    ca_store->file = file ? xstrdup(file) : NULL;
    ca_store->path = path ? xstrdup(path) : NULL;
}

/*
 * Reads all certificates of a folder, whose names are hashes. OpenSSL would open each when it is
 * needed, and report it as missing if no descriptor is left then. Returns whether there were any.
 */
static bool read_folder(X509_STORE *store, const char *path)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;
    bool any = false;

    while (folder && (entry = readdir(folder))) {
        char *name;

        if (!tls_library_is_hash_name(entry->d_name))
            continue;
        name = xasprintf("%s/%s", path, entry->d_name);
        any = X509_STORE_load_locations(store, name, NULL) == 1 || any;
        free(name);
    }
    if (folder)
        closedir(folder);
    return any;
}

/*
 * A new store with the certificates; NULL if there are none, or none in a file that the environment
 * names: as in curl, the system's certificates do not replace those.
 */
static X509_STORE *read_certificates(const struct ca_store *ca_store)
{
    X509_STORE *store = store_new();
    bool any = false;

    if (!store)
        return NULL;
    if (ca_store->file)
        any = X509_STORE_load_locations(store, ca_store->file, NULL) == 1;
    if (!any && ca_store->variable)
        goto fail;
    if (ca_store->is_path_chosen)
        any = visit_folders(ca_store->path, read_folder, store) || any;
    else if (ca_store->path && visit_folders(ca_store->path, has_files, NULL))
        any = X509_STORE_load_locations(store, NULL, ca_store->path) == 1 || any;
    if (!any)
        goto fail;
    prepare_certificates(store);
    ERR_clear_error();
    return store;
fail:
    ERR_clear_error();
    X509_STORE_free(store);
    return NULL;
}

/* The certificates, read at the first call; NULL if there are none, or they cannot be read now. */
static X509_STORE *get_store(struct ca_store *ca_store)
{
    X509_STORE *store;

    mutex_lock(&ca_store->mutex);
    if (!ca_store->store)
        ca_store->store = read_certificates(ca_store);
    store = ca_store->store;
    mutex_unlock(&ca_store->mutex);
    return store;
}

struct ca_store *ca_store_new(const struct ca_source *source, struct error *error)
{
    struct ca_store *ca_store = xcalloc(1, sizeof(*ca_store));

    chain_init();
    mutex_init(&ca_store->mutex);
    ca_store->shared = tls_library_is_openssl();
    choose_source(ca_store, source);
    if (source->file && access(source->file, R_OK) != 0)
        error_set_errno(error, "cannot read CA file '%s'", source->file);
    else if (source->file && ca_store->shared && !get_store(ca_store))
        error_set(error, "no certificate in CA file '%s'", source->file);
    else if (source->path && ca_store->shared && !get_store(ca_store))
        error_set(error, "no certificate in CA folder '%s'", source->path);
    else
        return ca_store;
    ca_store_free(ca_store);
    return NULL;
}

void ca_store_free(struct ca_store *ca_store)
{
    if (!ca_store)
        return;
    X509_STORE_free(ca_store->store);
    free(ca_store->file);
    free(ca_store->path);
    mutex_destroy(&ca_store->mutex);
    free(ca_store);
}

char *ca_store_problem(const struct ca_store *ca_store)
{
    if (!ca_store->variable)
        return xstrdup("no CA certificates on this machine (install ca-certificates)");
    if (access(ca_store->file, R_OK) != 0)
        return xasprintf("cannot read CA file '%s' (%s): %s", ca_store->file, ca_store->variable,
                         strerror(errno));
    return xasprintf("no certificate in CA file '%s' (%s)", ca_store->file, ca_store->variable);
}

bool ca_store_is_shared(const struct ca_store *ca_store)
{
    return ca_store->shared;
}

CURLcode ca_store_use(struct ca_store *ca_store, void *ssl_ctx, struct chain *chain)
{
    SSL_CTX *context = ssl_ctx;
    X509_STORE *store = get_store(ca_store);

    *chain = (struct chain){0};
    if (!store && SSL_CTX_get_verify_mode(context) != SSL_VERIFY_NONE)
        return fd_limits_exhausted() ? CURLE_OUT_OF_MEMORY : CURLE_SSL_CACERT_BADFILE;
    if (store)
        SSL_CTX_set1_cert_store(context, store);
#ifdef SSL_OP_IGNORE_UNEXPECTED_EOF
    /* libcurl sets it. But a body that ends with the connection is complete only if TLS ended
       properly (RFC 9112, section 9.8). */
    SSL_CTX_clear_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
#endif
    SSL_CTX_set_max_send_fragment(context, SEND_BYTES);
    chain_observe(context, chain);
    return CURLE_OK;
}

/* SPDX-License-Identifier: MIT */
#include "ca_store.h"

#include <dirent.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fd_limits.h"
#include "base/thread.h"
#include "base/tls_library.h"

/*
 * The longest record sent. OpenSSL keeps a buffer of this size for as long as a connection is open:
 * by default 16 KiB, for requests of some hundred bytes.
 */
#define SEND_BYTES 4096

struct ca_store {
    char *file; /* where certificates are; NULL: none there */
    char *path;
    bool is_path_chosen; /* by the user: all that is there is read at once */
    bool shared;
    pthread_mutex_t mutex; /* of store, until it is set */
    X509_STORE *store;     /* NULL until read, or if there are no certificates */
};

/* Where an SSL_CTX keeps the place to which look_at_chain() reports. Set before any thread runs. */
static int not_after_slot = -1;

/*
 * libcurl sets these two on a store that it fills itself: a root found first ends the chain
 * (TRUSTED_FIRST), and an intermediate that is trusted will do as its end (PARTIAL_CHAIN).
 */
static X509_STORE *store_new(void)
{
    X509_STORE *store = X509_STORE_new();

    if (store)
        X509_STORE_set_flags(store, X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
    return store;
}

/* Whether a folder holds anything: OpenSSL takes any name for a folder of certificates. */
static bool is_filled(const char *path)
{
    DIR *folder = opendir(path);
    const struct dirent *entry = NULL;

    while (folder && (entry = readdir(folder)) && entry->d_name[0] == '.')
        ;
    if (folder)
        closedir(folder);
    return entry;
}

/*
 * OpenSSL fills in what it derives from a certificate when it is first looked at, and threads that
 * share one race there: better done now, by one thread.
 */
static void settle_certificates(X509_STORE *store)
{
    const STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);

    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        X509 *certificate = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));

        if (certificate)
            X509_check_purpose(certificate, -1, 0);
    }
}

/*
 * Where certificates are: what the check names, or the environment, or libcurl's own default. In
 * copies: the check may be gone before its trust. -1 with errno ENOMEM.
 */
static int choose(struct ca_store *ca_store, const struct check *check)
{
    const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
    bool is_chosen = check->ca_file || check->ca_path;
    const char *file = is_chosen ? check->ca_file : check->default_ca_file;
    const char *path = is_chosen ? check->ca_path : check->default_ca_path;

    if (!file && !is_chosen)
        file = curl->cainfo;
    if (!path && !is_chosen)
        path = curl->capath;
    ca_store->is_path_chosen = check->ca_path;
    ca_store->file = file ? strdup(file) : NULL;
    ca_store->path = path ? strdup(path) : NULL;
    return (file && !ca_store->file) || (path && !ca_store->path) ? -1 : 0;
}

/*
 * Reads the certificates of a folder, named by their hashes, now: OpenSSL itself would look for
 * each when it is wanted, and not find it where descriptors are short.
 */
static bool read_folder(X509_STORE *store, const char *path)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;
    bool any = false;
    char *name;

    while (folder && (entry = readdir(folder))) {
        if (!tls_library_is_hash_name(entry->d_name) ||
            asprintf(&name, "%s/%s", path, entry->d_name) < 0)
            continue;
        any = X509_STORE_load_locations(store, name, NULL) == 1 || any;
        free(name);
    }
    if (folder)
        closedir(folder);
    return any;
}

/* Reads what is to be trusted. False if there is nothing. */
static bool read_certificates(struct ca_store *ca_store)
{
    X509_STORE *store = store_new();
    bool any = false;

    if (store && ca_store->file)
        any = X509_STORE_load_locations(store, ca_store->file, NULL) == 1;
    if (store && ca_store->is_path_chosen)
        any = read_folder(store, ca_store->path) || any;
    else if (store && ca_store->path && is_filled(ca_store->path))
        any = X509_STORE_load_locations(store, NULL, ca_store->path) == 1 || any;
    if (store)
        settle_certificates(store);
    ERR_clear_error();
    if (any)
        ca_store->store = store;
    else
        X509_STORE_free(store);
    return any;
}

/* The certificates, read at the first call; NULL if there are none, or they cannot be read now. */
static X509_STORE *store_of(struct ca_store *ca_store)
{
    X509_STORE *store;

    mutex_lock(&ca_store->mutex);
    if (!ca_store->store)
        read_certificates(ca_store);
    store = ca_store->store;
    mutex_unlock(&ca_store->mutex);
    return store;
}

struct ca_store *ca_store_new(const struct check *check, struct error *error)
{
    struct ca_store *ca_store = calloc(1, sizeof(*ca_store));

    if (!ca_store) {
        error_set(error, "out of memory");
        return NULL;
    }
    ca_store->shared = tls_library_is_openssl();
    if (not_after_slot < 0)
        not_after_slot = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    pthread_mutex_init(&ca_store->mutex, NULL);
    if (choose(ca_store, check))
        error_set(error, "out of memory");
    else if (check->ca_file && access(check->ca_file, R_OK) != 0)
        error_set(error, "cannot read CA file '%s': %s", check->ca_file, strerror(errno));
    else if (check->ca_file && ca_store->shared && !store_of(ca_store))
        error_set(error, "no certificate in CA file '%s'", check->ca_file);
    else if (check->ca_path && ca_store->shared && !store_of(ca_store))
        error_set(error, "no certificate in CA folder '%s'", check->ca_path);
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
    pthread_mutex_destroy(&ca_store->mutex);
    free(ca_store);
}

bool ca_store_is_shared(const struct ca_store *ca_store)
{
    return ca_store->shared;
}

/* Lowers *not_after to the certificate's, if that is earlier or the first. */
static void note_expiry(const X509 *certificate, int64_t *not_after)
{
    struct tm date;
    int64_t seconds;

    if (!ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &date))
        return;
    seconds = (int64_t)timegm(&date);
    if (*not_after == 0 || seconds < *not_after)
        *not_after = seconds;
}

/*
 * OpenSSL asks for each certificate of the chain, from the root to the server's own, and on each
 * error: the answer given stands, what is wanted is the look at the chain.
 */
static int look_at_chain(int accepted, X509_STORE_CTX *chain)
{
    const SSL *ssl = X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx());
    int64_t *not_after = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), not_after_slot);
    const STACK_OF(X509) *certificates = X509_STORE_CTX_get0_chain(chain);

    if (accepted && X509_STORE_CTX_get_error_depth(chain) > 0)
        return accepted;
    for (int i = 0; i < sk_X509_num(certificates); i++)
        note_expiry(sk_X509_value(certificates, i), not_after);
    return accepted;
}

CURLcode ca_store_use(struct ca_store *ca_store, void *ssl_ctx, int64_t *not_after)
{
    SSL_CTX *context = ssl_ctx;
    X509_STORE *store = store_of(ca_store);

    *not_after = 0;
    if (!store && SSL_CTX_get_verify_mode(context) != SSL_VERIFY_NONE)
        return fd_limits_exhausted() ? CURLE_OUT_OF_MEMORY : CURLE_SSL_CACERT_BADFILE;
    if (store)
        SSL_CTX_set1_cert_store(context, store);
    SSL_CTX_set_ex_data(context, not_after_slot, not_after);
#ifdef SSL_OP_IGNORE_UNEXPECTED_EOF
    /* libcurl sets it; but a body that ends with the connection is whole only if TLS says so
       (RFC 9112, section 9.8). */
    SSL_CTX_clear_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
#endif
    SSL_CTX_set_max_send_fragment(context, SEND_BYTES);
    SSL_CTX_set_verify(context, SSL_CTX_get_verify_mode(context), look_at_chain);
    return CURLE_OK;
}

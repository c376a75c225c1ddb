/* SPDX-License-Identifier: MIT */
#include "probe/trust.h"

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

#include "engine/limits.h"
#include "engine/sync.h"

/*
 * The longest record sent. OpenSSL keeps a buffer of this size for as long as a connection is open:
 * by default 16 KiB, for requests of some hundred bytes.
 */
#define SEND_BYTES 4096

struct trust {
    char *file; /* where certificates are; NULL: none there */
    char *path;
    bool is_path_chosen; /* by the user: all that is there is read at once */
    bool shared;
    pthread_mutex_t mutex; /* of store, until it is set */
    X509_STORE *store;     /* NULL until read, or if there are no certificates */
};

/* Where an SSL_CTX keeps the place to which look_at_chain() reports. Set before any thread runs. */
static int not_after_slot = -1;

/* Whether the OpenSSL that libcurl runs on is the one that we call: "OpenSSL/3.0.19". */
bool trust_sees_certificates(void)
{
    const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
    const char *ours = OpenSSL_version(OPENSSL_VERSION); /* "OpenSSL 3.0.19 27 Jan 2026" */
    const char *theirs = curl->ssl_version;
    size_t length;

    if (!theirs || strncmp(theirs, "OpenSSL/", 8) != 0 || strncmp(ours, "OpenSSL ", 8) != 0)
        return false;
    theirs += 8;
    ours += 8;
    length = strcspn(ours, " ");
    return strncmp(ours, theirs, length) == 0 && strchr(" (", theirs[length]);
}

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
static int choose(struct trust *trust, const struct check *check)
{
    const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
    bool is_chosen = check->ca_file || check->ca_path;
    const char *file = is_chosen ? check->ca_file : check->default_ca_file;
    const char *path = is_chosen ? check->ca_path : check->default_ca_path;

    if (!file && !is_chosen)
        file = curl->cainfo;
    if (!path && !is_chosen)
        path = curl->capath;
    trust->is_path_chosen = check->ca_path;
    trust->file = file ? strdup(file) : NULL;
    trust->path = path ? strdup(path) : NULL;
    return (file && !trust->file) || (path && !trust->path) ? -1 : 0;
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
        if (strspn(entry->d_name, "0123456789abcdef") != 8 || entry->d_name[8] != '.' ||
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
static bool read_certificates(struct trust *trust)
{
    X509_STORE *store = store_new();
    bool any = false;

    if (store && trust->file)
        any = X509_STORE_load_locations(store, trust->file, NULL) == 1;
    if (store && trust->is_path_chosen)
        any = read_folder(store, trust->path) || any;
    else if (store && trust->path && is_filled(trust->path))
        any = X509_STORE_load_locations(store, NULL, trust->path) == 1 || any;
    if (store)
        settle_certificates(store);
    ERR_clear_error();
    if (any)
        trust->store = store;
    else
        X509_STORE_free(store);
    return any;
}

/* The certificates, read at the first call; NULL if there are none, or they cannot be read now. */
static X509_STORE *store_of(struct trust *trust)
{
    X509_STORE *store;

    sync_lock(&trust->mutex);
    if (!trust->store)
        read_certificates(trust);
    store = trust->store;
    sync_unlock(&trust->mutex);
    return store;
}

struct trust *trust_new(const struct check *check, struct reason *reason)
{
    struct trust *trust = calloc(1, sizeof(*trust));

    if (!trust) {
        reason_set(reason, "out of memory");
        return NULL;
    }
    trust->shared = trust_sees_certificates();
    if (not_after_slot < 0)
        not_after_slot = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    pthread_mutex_init(&trust->mutex, NULL);
    if (choose(trust, check))
        reason_set(reason, "out of memory");
    else if (check->ca_file && access(check->ca_file, R_OK) != 0)
        reason_set(reason, "cannot read CA file '%s': %s", check->ca_file, strerror(errno));
    else if (check->ca_file && trust->shared && !store_of(trust))
        reason_set(reason, "no certificate in CA file '%s'", check->ca_file);
    else if (check->ca_path && trust->shared && !store_of(trust))
        reason_set(reason, "no certificate in CA folder '%s'", check->ca_path);
    else
        return trust;
    trust_free(trust);
    return NULL;
}

void trust_free(struct trust *trust)
{
    if (!trust)
        return;
    X509_STORE_free(trust->store);
    free(trust->file);
    free(trust->path);
    pthread_mutex_destroy(&trust->mutex);
    free(trust);
}

bool trust_is_shared(const struct trust *trust)
{
    return trust->shared;
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

CURLcode trust_use(struct trust *trust, void *ssl_ctx, int64_t *not_after)
{
    SSL_CTX *context = ssl_ctx;
    X509_STORE *store = store_of(trust);

    *not_after = 0;
    if (!store && SSL_CTX_get_verify_mode(context) != SSL_VERIFY_NONE)
        return limits_out_of_files() ? CURLE_OUT_OF_MEMORY : CURLE_SSL_CACERT_BADFILE;
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

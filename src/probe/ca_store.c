/* SPDX-License-Identifier: MIT */
#include "ca_store.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
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
/* How many names of a certificate messages have. */
#define HOSTS_SHOWN 3

struct ca_store {
    char *file;           /* of certificates; NULL: none */
    const char *variable; /* of the environment, that named the file; NULL: none did */
    char *path;           /* a folder of certificates; NULL: none */
    bool is_path_chosen;  /* the path is the user's: everything in it is read at once */
    bool shared;
    pthread_mutex_t mutex; /* protects store until it is set */
    X509_STORE *store;     /* NULL until it is read, or if there are no certificates */
};

/*
 * The index under which an SSL_CTX keeps the struct chain that note_chain() writes to. Set before there
 * are threads.
 */
static int chain_index = -1;

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

/* Whether a folder contains a file. OpenSSL accepts any name as a folder of certificates. */
static bool has_files(const char *path)
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

/*
 * Sets file and path from the check, else from the environment, else from libcurl's default. They
 * are copies, as the store may outlive the check.
 */
static void choose_source(struct ca_store *ca_store, const struct check *check)
{
    const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
    bool is_chosen = check->ca_file || check->ca_path;
    const char *file = is_chosen ? check->ca_file : check->default_ca_file;
    const char *path = is_chosen ? check->ca_path : check->default_ca_path;

    if (file && !is_chosen)
        ca_store->variable = check->default_ca_variable;
    if (!file && !is_chosen)
        file = curl->cainfo;
    if (!path && !is_chosen)
        path = curl->capath;
    ca_store->is_path_chosen = check->ca_path;
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
        any = read_folder(store, ca_store->path) || any;
    else if (ca_store->path && has_files(ca_store->path))
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

struct ca_store *ca_store_new(const struct check *check, struct error *error)
{
    struct ca_store *ca_store = xcalloc(1, sizeof(*ca_store));

    if (chain_index < 0)
        chain_index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    mutex_init(&ca_store->mutex);
    ca_store->shared = tls_library_is_openssl();
    choose_source(ca_store, check);
    if (check->ca_file && access(check->ca_file, R_OK) != 0)
        error_set_errno(error, "cannot read CA file '%s'", check->ca_file);
    else if (check->ca_file && ca_store->shared && !get_store(ca_store))
        error_set(error, "no certificate in CA file '%s'", check->ca_file);
    else if (check->ca_path && ca_store->shared && !get_store(ca_store))
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

/* The common name, or else another part of a name; cut to the size. */
static void copy_name(const X509_NAME *name, char text[CERTIFICATE_NAME_BYTES])
{
    int place = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    X509_NAME_ENTRY *entry;
    unsigned char *utf8 = NULL;
    int length = -1;

    if (place < 0)
        place = X509_NAME_entry_count(name) - 1;
    entry = X509_NAME_get_entry(name, place);
    if (entry)
        length = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(entry));
    snprintf(text, CERTIFICATE_NAME_BYTES, "%.*s", length > 0 ? length : 0,
             utf8 ? (const char *)utf8 : "");
    OPENSSL_free(utf8);
}

/* Seconds since 1970; 0 if it is not a time. */
static int64_t seconds_of(const ASN1_TIME *time)
{
    struct tm date;

    return ASN1_TIME_to_tm(time, &date) ? (int64_t)timegm(&date) : 0;
}

/* Sets *expiry to that of the certificate at that depth if it is earlier. */
static void note_expiry(const X509 *certificate, int depth, struct chain_expiry *expiry)
{
    int64_t seconds = seconds_of(X509_get0_notAfter(certificate));

    if (seconds == 0 || (expiry->not_after && seconds >= expiry->not_after))
        return;
    expiry->not_after = seconds;
    expiry->name[0] = '\0';
    if (depth > 0)
        copy_name(X509_get_subject_name(certificate), expiry->name);
}

/* Writes a name of a certificate's subjectAltName. False: it is of another kind, an e-mail address for
   instance. */
static bool format_host(const GENERAL_NAME *name, char *text, size_t size)
{
    const ASN1_OCTET_STRING *value;
    int length;

    if (name->type != GEN_DNS && name->type != GEN_IPADD)
        return false;
    value = name->type == GEN_DNS ? name->d.dNSName : name->d.iPAddress;
    length = ASN1_STRING_length(value);
    if (name->type == GEN_DNS)
        snprintf(text, size, "%.*s", length, (const char *)ASN1_STRING_get0_data(value));
    else
        inet_ntop(length == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(value), text,
                  (socklen_t)size);
    return true;
}

/*
 * Notes the names for which the server's own certificate is valid: subjectAltName or, if it has none, the
 * common name (RFC 6125, section 6.4.4).
 */
static void note_hosts(const X509 *certificate, struct chain *chain)
{
    GENERAL_NAMES *names;
    size_t used = 0;
    int count = 0;

    ERR_set_mark(); /* libcurl takes what is left in the queue for errors of its own */
    names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    ERR_pop_to_mark();
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        char host[CERTIFICATE_NAME_BYTES];

        if (format_host(sk_GENERAL_NAME_value(names, i), host, sizeof(host)) &&
            ++count <= HOSTS_SHOWN)
            used += (size_t)snprintf(chain->hosts + used, sizeof(chain->hosts) - used, "%s%s",
                                     used ? ", " : "", host);
    }
    if (count == 0)
        copy_name(X509_get_subject_name(certificate), chain->hosts);
    else if (count > HOSTS_SHOWN)
        snprintf(chain->hosts + used, sizeof(chain->hosts) - used, " and %d more",
                 count - HOSTS_SHOWN);
    GENERAL_NAMES_free(names);
}

/* Whether the certificate is not for the host name that the handshake is about; false if unknown. */
static bool is_other_host(X509_STORE_CTX *verification, X509 *certificate)
{
    const SSL *ssl = X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx());
    const char *host = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);

    return host && X509_check_host(certificate, host, 0, 0, NULL) == 0;
}

static void note_bad(X509_STORE_CTX *verification, struct chain *chain)
{
    X509 *own = X509_STORE_CTX_get0_cert(verification);
    const X509 *certificate = X509_STORE_CTX_get_current_cert(verification);
    const X509_NAME *name, *issuer;

    if (!certificate)
        return;
    name = X509_get_subject_name(certificate);
    issuer = X509_get_issuer_name(certificate);
    chain->has_bad = true;
    chain->bad.depth = X509_STORE_CTX_get_error_depth(verification);
    chain->bad.is_root = chain->bad.depth > 0 && X509_NAME_cmp(name, issuer) == 0;
    chain->bad.not_before = seconds_of(X509_get0_notBefore(certificate));
    chain->bad.not_after = seconds_of(X509_get0_notAfter(certificate));
    chain->bad.own_not_before = seconds_of(X509_get0_notBefore(own));
    chain->bad.own_not_after = seconds_of(X509_get0_notAfter(own));
    chain->bad.is_other_host = is_other_host(verification, own);
    copy_name(name, chain->bad.name);
    copy_name(issuer, chain->bad.issuer);
}

/*
 * OpenSSL calls this for each certificate of the chain, from the root to the server's, and for each
 * error. It does not change the verification's result; it only reads the chain.
 */
static int note_chain(int accepted, X509_STORE_CTX *verification)
{
    const SSL *ssl = X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct chain *chain = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), chain_index);
    const STACK_OF(X509) *certificates = X509_STORE_CTX_get0_chain(verification);

    if (!accepted)
        note_bad(verification, chain);
    if (accepted && X509_STORE_CTX_get_error_depth(verification) > 0)
        return accepted;
    if (!*chain->hosts)
        note_hosts(X509_STORE_CTX_get0_cert(verification), chain);
    for (int i = 0; i < sk_X509_num(certificates); i++)
        note_expiry(sk_X509_value(certificates, i), i, &chain->expiry);
    return accepted;
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
    SSL_CTX_set_ex_data(context, chain_index, chain);
#ifdef SSL_OP_IGNORE_UNEXPECTED_EOF
    /* libcurl sets it. But a body that ends with the connection is complete only if TLS ended
       properly (RFC 9112, section 9.8). */
    SSL_CTX_clear_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
#endif
    SSL_CTX_set_max_send_fragment(context, SEND_BYTES);
    SSL_CTX_set_verify(context, SSL_CTX_get_verify_mode(context), note_chain);
    return CURLE_OK;
}

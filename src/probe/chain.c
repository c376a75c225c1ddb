/* SPDX-License-Identifier: MIT */
#include "chain.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <time.h>

/* How many names of a certificate messages have. */
#define HOSTS_SHOWN 3

/* The index under which an SSL_CTX keeps the struct chain that note_chain() writes to. */
static int chain_index = -1;

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
    chain->bad.error = X509_STORE_CTX_get_error(verification);
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

void chain_init(void)
{
    if (chain_index < 0)
        chain_index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
}

void chain_observe(SSL_CTX *context, struct chain *chain)
{
    SSL_CTX_set_ex_data(context, chain_index, chain);
    SSL_CTX_set_verify(context, SSL_CTX_get_verify_mode(context), note_chain);
}

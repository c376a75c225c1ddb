/* SPDX-License-Identifier: MIT */
#include "failure_tls.h"

#include <curl/curl.h>
#include <errno.h>
#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "curl_words.h"
#include "dates.h"

/* " of the proxy HOST:PORT", if it is about an https proxy's certificate; "" if about the server's. */
static void name_owner(const struct outcome *outcome, char *text, size_t size)
{
    bool is_proxy = outcome->in_proxy_handshake && outcome->proxy;

    snprintf(text, size, "%s%s", is_proxy ? " of the proxy " : "", is_proxy ? outcome->proxy : "");
}

/* Which certificate of the chain did not pass: "certificate" is the server's own. */
static void name_certificate(const struct bad_certificate *bad, char *text, size_t size)
{
    if (!bad || bad->depth == 0)
        snprintf(text, size, "certificate");
    else
        snprintf(text, size, "%s certificate '%s'", bad->is_root ? "root" : "intermediate",
                 bad->name);
}

/* The chain ends at a certificate that is not trusted, or whose issuer is missing. */
static struct failure judge_issuer(const struct outcome *outcome, const char *which,
                                   const char *of_owner)
{
    const struct bad_certificate *bad = outcome->bad_certificate;

    if (outcome->verify_error == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT)
        return failure_of(CAUSE_CERT_UNTRUSTED,
                          "the certificate%s is not trusted: self-signed certificate", of_owner);
    if (!bad)
        return failure_of(CAUSE_CERT_UNTRUSTED,
                          "the certificate%s is not trusted: its issuer is not known", of_owner);
    if (bad->is_root)
        return failure_of(CAUSE_CERT_UNTRUSTED,
                          "the certificate%s is not trusted: its %s is not known here", of_owner,
                          which);
    return failure_of(
        CAUSE_CERT_UNTRUSTED,
        "the certificate%s is not trusted: '%s', the issuer of %s%s, is neither known "
        "here nor sent by the server",
        of_owner, bad->issuer, bad->depth ? "its " : "the ", which);
}

static int64_t now_of(const struct outcome *outcome)
{
    return outcome->started_at_us / CLOCK_S;
}

static struct failure judge_host(const struct outcome *outcome, const char *of_owner)
{
    if (!outcome->cert_hosts)
        return failure_of(CAUSE_CERT_HOST, "the certificate%s is for another host", of_owner);
    return failure_of(CAUSE_CERT_HOST, "the certificate%s is valid for %s, not for this host",
                      of_owner, outcome->cert_hosts);
}

/* The first certificate that did not pass, and why. OpenSSL stops there. */
static struct failure judge_first(const struct outcome *outcome)
{
    const struct bad_certificate *bad = outcome->bad_certificate;
    char which[CERTIFICATE_NAME_BYTES + 32];
    char date[DATE_TEXT_BYTES];
    char of_owner[400];

    name_owner(outcome, of_owner, sizeof(of_owner));
    name_certificate(bad, which, sizeof(which));
    switch (outcome->verify_error) {
    case X509_V_OK:
    case X509_V_ERR_UNSPECIFIED: /* libcurl leaves these two if only the name is wrong */
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        /* libcurl's words for the alert certificate_expired: the server does not accept ours */
        if (!bad && failure_says(outcome, "certificate verification failed"))
            return failure_of(CAUSE_TLS, "the server says that the client certificate has expired");
        return judge_host(outcome, of_owner);
    case X509_V_ERR_CERT_HAS_EXPIRED:
        if (!bad)
            return failure_of(CAUSE_CERT_EXPIRED, "a certificate%s has expired", of_owner);
        date_format(bad->not_after, now_of(outcome), date);
        return failure_of(CAUSE_CERT_EXPIRED, "the %s%s expired on %s", which, of_owner, date);
    case X509_V_ERR_CERT_NOT_YET_VALID:
        if (!bad)
            return failure_of(CAUSE_CERT_NOT_YET_VALID, "a certificate%s is not yet valid",
                              of_owner);
        date_format(bad->not_before, now_of(outcome), date);
        return failure_of(CAUSE_CERT_NOT_YET_VALID, "the %s%s is not valid before %s", which,
                          of_owner, date);
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE: return judge_issuer(outcome, which, of_owner);
    default:
        return failure_of(CAUSE_CERT_UNTRUSTED, "the %s%s is not trusted: %s", which, of_owner,
                          curl_words(X509_verify_cert_error_string(outcome->verify_error)).text);
    }
}

/* Adds what else is wrong with the server's own certificate: it may have several faults. */
static void add_other_faults(const struct outcome *outcome, struct failure *failure)
{
    const struct bad_certificate *bad = outcome->bad_certificate;
    int64_t now = now_of(outcome);
    char date[DATE_TEXT_BYTES];

    if (failure->cause != CAUSE_CERT_EXPIRED && bad->own_not_after < now) {
        date_format(bad->own_not_after, now, date);
        failure_add(failure, "; the certificate also expired on %s", date);
    }
    if (failure->cause != CAUSE_CERT_NOT_YET_VALID && bad->own_not_before > now) {
        date_format(bad->own_not_before, now, date);
        failure_add(failure, "; the certificate is also not valid before %s", date);
    }
    if (bad->is_other_host && outcome->cert_hosts)
        failure_add(failure, "; the certificate is also valid for %s, not for this host",
                    outcome->cert_hosts);
}

struct failure failure_certificate(const struct outcome *outcome)
{
    struct failure failure = judge_first(outcome);

    if (outcome->bad_certificate && now_of(outcome))
        add_other_faults(outcome, &failure);
    return failure;
}

/*
 * The TLS handshake failed. If the connection was cut off in it, whether by an end or a reset, and
 * which call of this side noticed it, depends on which packet arrived first: all are one failure.
 */
static struct failure judge_handshake(const struct outcome *outcome)
{
    int os_error = failure_os_error(outcome);

    if (failure_is_shortage(os_error))
        return failure_of(CAUSE_LOCAL, "%s", strerror(os_error));
    if (os_error == ETIMEDOUT)
        return failure_of(CAUSE_TIMEOUT_TLS, "no TLS handshake: %s", strerror(os_error));
    if (failure_says(outcome, "SSL_ERROR_SYSCALL") || failure_says(outcome, "unexpected eof") ||
        failure_says(outcome, "SSL_ERROR_ZERO_RETURN") || failure_says(outcome, "failure: ") ||
        failure_says(outcome, "getpeername")) /* the socket was reset before libcurl looked at it */
        return failure_of(CAUSE_RESET, "connection closed in the middle of the TLS handshake");
    return failure_of(CAUSE_TLS, "%s", failure_detail(outcome).text);
}

struct failure failure_handshake(const struct outcome *outcome)
{
    struct failure failure = judge_handshake(outcome);

    if (outcome->in_proxy_handshake && outcome->proxy)
        return failure_of(failure.cause, "the proxy %s: %.200s", outcome->proxy, failure.message);
    return failure;
}

bool failure_is_client_cert(const struct outcome *outcome)
{
    int os_error = failure_os_error(outcome);

    return outcome->client_cert_requested && !failure_is_shortage(os_error) &&
           os_error != ETIMEDOUT &&
           (outcome->code == CURLE_SSL_CONNECT_ERROR || outcome->code == CURLE_SEND_ERROR ||
            outcome->code == CURLE_RECV_ERROR);
}

struct failure failure_client_cert(const struct outcome *outcome)
{
    if (!outcome->has_client_cert)
        return failure_of(CAUSE_TLS, "the server wants a client certificate (--cert)");
    if (failure_says(outcome, "alert"))
        return failure_of(CAUSE_TLS, "%s", failure_detail(outcome).text);
    return failure_of(CAUSE_TLS, "connection closed after the client certificate was sent");
}

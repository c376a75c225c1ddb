/* SPDX-License-Identifier: MIT */
#ifndef PROBE_CLASS_H
#define PROBE_CLASS_H

#include <stddef.h>

/* The one list of classes: what kind of thing is wrong. The word is the same in every format. */
#define CLASS_LIST(X)                                                                              \
    X(CLASS_NONE, "")                                                                              \
    X(CLASS_BAD_INPUT, "bad-input")                                                                \
    X(CLASS_DNS, "dns")                                                                            \
    X(CLASS_DNS_TIMEOUT, "dns-timeout")                                                            \
    X(CLASS_REFUSED, "refused")                                                                    \
    X(CLASS_UNREACHABLE, "unreachable")                                                            \
    X(CLASS_TIMEOUT_CONNECT, "timeout-connect")                                                    \
    X(CLASS_TIMEOUT_TLS, "timeout-tls")                                                            \
    X(CLASS_TIMEOUT_RESPONSE, "timeout-response")                                                  \
    X(CLASS_TIMEOUT_BODY, "timeout-body")                                                          \
    X(CLASS_TLS, "tls")                                                                            \
    X(CLASS_CERT_EXPIRED, "cert-expired")                                                          \
    X(CLASS_CERT_NOT_YET_VALID, "cert-not-yet-valid")                                              \
    X(CLASS_CERT_HOST, "cert-host")                                                                \
    X(CLASS_CERT_UNTRUSTED, "cert-untrusted")                                                      \
    X(CLASS_CERT_EXPIRY, "cert-expiry")                                                            \
    X(CLASS_RESET, "reset")                                                                        \
    X(CLASS_EMPTY, "empty")                                                                        \
    X(CLASS_TRUNCATED, "truncated")                                                                \
    X(CLASS_PROTOCOL, "protocol")                                                                  \
    X(CLASS_TOO_MANY_REDIRECTS, "too-many-redirects")                                              \
    X(CLASS_REDIRECT_SCHEME, "redirect-scheme")                                                    \
    X(CLASS_REDIRECTED, "redirected")                                                              \
    X(CLASS_HTTP_4XX, "http-4xx")                                                                  \
    X(CLASS_HTTP_5XX, "http-5xx")                                                                  \
    X(CLASS_HTTP_STATUS, "http-status")                                                            \
    X(CLASS_RATE_LIMITED, "rate-limited")                                                          \
    X(CLASS_BLOCKED, "blocked")                                                                    \
    X(CLASS_CONTENT, "content")                                                                    \
    X(CLASS_HEADER, "header")                                                                      \
    X(CLASS_SLOW, "slow")                                                                          \
    X(CLASS_LOCAL, "local")                                                                        \
    X(CLASS_DEADLINE, "deadline")                                                                  \
    X(CLASS_CANCELLED, "cancelled")

#define CLASS_CONSTANT(constant, word) constant,
enum class { CLASS_LIST(CLASS_CONSTANT) CLASS_COUNT };
#undef CLASS_CONSTANT

/* "refused"; "" for CLASS_NONE. */
const char *class_name(enum class class);

/* The class of that word; CLASS_NONE: there is none. */
enum class class_find(const char *word, size_t length);

#endif

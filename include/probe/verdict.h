/* SPDX-License-Identifier: MIT */
#ifndef PROBE_VERDICT_H
#define PROBE_VERDICT_H

#include "input/target.h"
#include "probe/attempts.h"
#include "probe/outcome.h"

enum verdict { VERDICT_OK, VERDICT_FAILED };

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
    X(CLASS_RESET, "reset")                                                                        \
    X(CLASS_EMPTY, "empty")                                                                        \
    X(CLASS_TRUNCATED, "truncated")                                                                \
    X(CLASS_PROTOCOL, "protocol")                                                                  \
    X(CLASS_TOO_MANY_REDIRECTS, "too-many-redirects")                                              \
    X(CLASS_REDIRECT_SCHEME, "redirect-scheme")                                                    \
    X(CLASS_HTTP_4XX, "http-4xx")                                                                  \
    X(CLASS_HTTP_5XX, "http-5xx")                                                                  \
    X(CLASS_HTTP_STATUS, "http-status")                                                            \
    X(CLASS_RATE_LIMITED, "rate-limited")                                                          \
    X(CLASS_BLOCKED, "blocked")                                                                    \
    X(CLASS_LOCAL, "local")                                                                        \
    X(CLASS_DEADLINE, "deadline")                                                                  \
    X(CLASS_CANCELLED, "cancelled")

#define CLASS_CONSTANT(constant, word) constant,
enum class { CLASS_LIST(CLASS_CONSTANT) CLASS_COUNT };
#undef CLASS_CONSTANT

/* A target's result: the verdict, why, and what was seen. Owns message and outcome. */
struct result {
    const struct target *target; /* borrowed */
    enum verdict verdict;
    enum class class;
    char *message;           /* a phrase for people, not yet escaped; NULL if plain OK */
    int attempts;            /* this one included */
    struct attempts earlier; /* what those before it came to */
    int64_t held_until_us;   /* it was not asked: its host is to be left alone until then; else 0 */
    struct outcome outcome;
};

/*
 * Judges the outcome, which it takes over, and fills *result with it. Cannot fail: where memory is
 * short the message alone is missing.
 */
void verdict_judge(const struct target *target, struct outcome *outcome, struct result *result);

/* A result without a probe: of a target with a problem, or that was never, or in vain, begun. */
void verdict_without_probe(const struct target *target, enum class class, const char *message,
                           struct result *result);

/*
 * The result is that of another attempt: it takes over what the one before it knew of earlier ones,
 * and that one is noted as the last of them. The earlier result is then empty.
 */
void result_follow(struct result *result, struct result *earlier);

/* Frees what it owns. */
void result_release(struct result *result);

/* Whether this machine ran short of something that it may have again a moment later. */
bool verdict_is_shortage(const struct result *result);

/* The status of a complete response; 0 where there was none. */
int result_status(const struct result *result);

/* "OK", "FAILED"; "refused"; "tcp": how far it came, "-" if nothing was asked. */
const char *verdict_name(enum verdict verdict);
const char *class_name(enum class class);
const char *phase_name(enum phase phase);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef BASE_CAUSE_H
#define BASE_CAUSE_H

#include <stddef.h>

/*
 * The one list of classes: what kind of thing is wrong, and what is usually the cause of it. The
 * word is the same in every format; the hint is one sentence for people, of at most 90 characters.
 */
/* clang-format off */
#define CAUSE_LIST(X) \
    X(CAUSE_NONE, "", "") \
    X(CAUSE_BAD_INPUT, "bad-input", \
      "not a URL that can be checked, or a wrong attribute behind it: mend that line") \
    X(CAUSE_DNS, "dns", \
      "the name is misspelt, its DNS record was removed, or its domain has expired") \
    X(CAUSE_DNS_TIMEOUT, "dns-timeout", \
      "the name servers fail: this machine's if other names fail too, else the domain's own") \
    X(CAUSE_REFUSED, "refused", \
      "nothing listens on that port: the service is down, or the port is wrong") \
    X(CAUSE_UNREACHABLE, "unreachable", \
      "the host is off, or a router, firewall or proxy on the way turns the check away") \
    X(CAUSE_TIMEOUT_CONNECT, "timeout-connect", \
      "the host is off, or a firewall drops what is sent to that port without a word") \
    X(CAUSE_TIMEOUT_TLS, "timeout-tls", \
      "the server is overloaded, or what listens on that port does not speak TLS") \
    X(CAUSE_TIMEOUT_RESPONSE, "timeout-response", \
      "the application, or a database behind it, hangs or is overloaded") \
    X(CAUSE_TIMEOUT_BODY, "timeout-body", \
      "the application stopped in the middle of the page, or the line is too slow for it") \
    X(CAUSE_TLS, "tls", \
      "no TLS version in common, a client certificate or pinned key at odds, or no TLS there") \
    X(CAUSE_CERT_EXPIRED, "cert-expired", \
      "the certificate was not renewed, or the server not reloaded after it was") \
    X(CAUSE_CERT_NOT_YET_VALID, "cert-not-yet-valid", \
      "the certificate was installed too early, or the clock of this machine is slow") \
    X(CAUSE_CERT_HOST, "cert-host", \
      "the server has another site's certificate, or this name was left out of its own") \
    X(CAUSE_CERT_UNTRUSTED, "cert-untrusted", \
      "it is self-signed, of a private CA (try --cacert), or sent without its intermediates") \
    X(CAUSE_CERT_EXPIRY, "cert-expiry", \
      "the renewal is late, or failed: see the log of what renews it, and reload the server") \
    X(CAUSE_RESET, "reset", \
      "the server crashed or was restarted, or a firewall on the way cut the connection") \
    X(CAUSE_EMPTY, "empty", \
      "the server crashed, dropped the request, or speaks TLS where http was asked") \
    X(CAUSE_TRUNCATED, "truncated", \
      "the application, or a proxy before it, died or gave up in the middle of the answer") \
    X(CAUSE_PROTOCOL, "protocol", \
      "what listens there is not a web server, or a broken one, or a broken proxy is between") \
    X(CAUSE_TOO_MANY_REDIRECTS, "too-many-redirects", \
      "mostly a loop: http to https and back, two names, or a cookie that is wanted (try -b '')") \
    X(CAUSE_REDIRECT_SCHEME, "redirect-scheme", \
      "the server sends its visitors to an app, a mail address, or a mistyped Location") \
    X(CAUSE_REDIRECTED, "redirected", \
      "the page has moved (put its new address into the list), or a login stands before it") \
    X(CAUSE_HTTP_4XX, "http-4xx", \
      "404, 410: the page is gone or moved; 401, 403: it wants a login; else a wrong request") \
    X(CAUSE_HTTP_5XX, "http-5xx", \
      "500: see the server's log; 502, 503, 504: what is behind it is down or overloaded") \
    X(CAUSE_HTTP_STATUS, "http-status", \
      "an odd status, or one that --accept does not list: mend the server, or the list") \
    X(CAUSE_RATE_LIMITED, "rate-limited", \
      "asked too often: lower --rate or --parallel-max-host, or be patient with --retry") \
    X(CAUSE_BLOCKED, "blocked", \
      "a wall against robots is before the page: be let through it, or accept=blocked") \
    X(CAUSE_CONTENT, "content", \
      "an error page that says 200, a login page, or a text that was changed") \
    X(CAUSE_HEADER, "header", \
      "a setting of the server, or of a proxy before it, was changed: see what curl -I shows") \
    X(CAUSE_SLOW, "slow", \
      "the server or its database is overloaded, its caches are cold, or the limit is tight") \
    X(CAUSE_LOCAL, "local", \
      "this machine is short of files, threads, memory or ports: see ulimit, --parallel-max") \
    X(CAUSE_DEADLINE, "deadline", \
      "the list is too long for the --deadline, or slow URLs used it up (lower --max-time)") \
    X(CAUSE_CANCELLED, "cancelled", \
      "the run was interrupted first: nothing is known of this URL")
/* clang-format on */

#define CAUSE_CONSTANT(constant, word, hint) constant,
enum cause { CAUSE_LIST(CAUSE_CONSTANT) CAUSE_COUNT };
#undef CAUSE_CONSTANT

/* "refused"; "" for CAUSE_NONE. */
const char *cause_name(enum cause cause);

/* What usually causes it, and what to look at; "" for CAUSE_NONE. */
const char *cause_hint(enum cause cause);

/* The class of that word; CAUSE_NONE: there is none. */
enum cause cause_find(const char *word, size_t length);

#endif

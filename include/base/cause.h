/* SPDX-License-Identifier: MIT */
#ifndef BASE_CAUSE_H
#define BASE_CAUSE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The classes of results, as users call them: why a result is not plain OK. CAUSE_LIST is the only
 * list of them. Each has a word, which is the same in every format, and a hint for users: the usual
 * reason and what to look at, at most 90 ASCII characters.
 */
/* clang-format off */
#define CAUSE_LIST(X) \
    X(CAUSE_NONE, "", "") \
    X(CAUSE_BAD_INPUT, "bad-input", \
      "not a URL that can be checked, or a wrong attribute after it: correct that line") \
    X(CAUSE_DNS, "dns", \
      "the name is misspelled, its DNS record was removed, or its domain has expired") \
    X(CAUSE_DNS_TIMEOUT, "dns-timeout", \
      "name servers do not answer: this machine's if other names fail too, else the domain's") \
    X(CAUSE_REFUSED, "refused", \
      "nothing listens on that port: the service is down, or the port is wrong") \
    X(CAUSE_UNREACHABLE, "unreachable", \
      "the host is off, or a router, firewall or proxy rejects the connection") \
    X(CAUSE_TIMEOUT_CONNECT, "timeout-connect", \
      "the host is off, or a firewall silently drops packets to that port") \
    X(CAUSE_TIMEOUT_TLS, "timeout-tls", \
      "the server is overloaded, or the service on that port does not use TLS") \
    X(CAUSE_TIMEOUT_RESPONSE, "timeout-response", \
      "the application, or a database that it uses, hangs or is overloaded") \
    X(CAUSE_TIMEOUT_BODY, "timeout-body", \
      "the application stopped in the middle of the page, or the network is too slow") \
    X(CAUSE_TLS, "tls", \
      "no common TLS version, a wrong client certificate or pinned key, or no TLS on that port") \
    X(CAUSE_CERT_EXPIRED, "cert-expired", \
      "the certificate was not renewed, or the server was not reloaded after the renewal") \
    X(CAUSE_CERT_NOT_YET_VALID, "cert-not-yet-valid", \
      "the certificate was installed too early, or the clock of this machine is slow") \
    X(CAUSE_CERT_HOST, "cert-host", \
      "the server sends another site's certificate, or its own does not list this name") \
    X(CAUSE_CERT_UNTRUSTED, "cert-untrusted", \
      "the certificate is self-signed, from a private CA (--cacert), or lacks its intermediates") \
    X(CAUSE_CERT_EXPIRY, "cert-expiry", \
      "the renewal is late or has failed: check the renewal log, then reload the server") \
    X(CAUSE_RESET, "reset", \
      "the server crashed or was restarted, or a firewall cut the connection") \
    X(CAUSE_EMPTY, "empty", \
      "the server crashed, dropped the request, or expects https on that port") \
    X(CAUSE_TRUNCATED, "truncated", \
      "the application, or a proxy in front of it, failed in the middle of the response") \
    X(CAUSE_PROTOCOL, "protocol", \
      "the service on that port is not a web server, or the server or a proxy is broken") \
    X(CAUSE_TOO_MANY_REDIRECTS, "too-many-redirects", \
      "usually a loop between http and https or two names, or a missing cookie (try -b '')") \
    X(CAUSE_REDIRECT_SCHEME, "redirect-scheme", \
      "the redirect leads to an app or a mail address, or its Location has a typo") \
    X(CAUSE_REDIRECTED, "redirected", \
      "the page has moved (put its new address into the list), or it requires a login") \
    X(CAUSE_HTTP_4XX, "http-4xx", \
      "the server rejects the request: compare it with what a browser sends (--explain)") \
    X(CAUSE_HTTP_5XX, "http-5xx", \
      "the server failed: its log says why; if that happens now and then, use --retry") \
    X(CAUSE_HTTP_STATUS, "http-status", \
      "an unusual status, or one that --accept does not list: correct the server or the list") \
    X(CAUSE_RATE_LIMITED, "rate-limited", \
      "too many requests: lower --rate or --parallel-max-host, or use --retry") \
    X(CAUSE_BLOCKED, "blocked", \
      "a bot wall protects the page: ask its owner for access, or use accept=blocked") \
    X(CAUSE_CONTENT, "content", \
      "an error page sent with status 200, a login page, or a changed text") \
    X(CAUSE_HEADER, "header", \
      "the configuration of the server or of a proxy has changed: compare with curl -I") \
    X(CAUSE_SLOW, "slow", \
      "the server or its database is overloaded, its caches are cold, or the limit is too low") \
    X(CAUSE_SOME_PLACES, "some-places", \
      "the way from some places is broken, or the server rejects them: see seen_from in jsonl") \
    X(CAUSE_LOCAL, "local", \
      "this machine ran out of files, threads, memory or ports: see ulimit and --parallel-max") \
    X(CAUSE_DEADLINE, "deadline", \
      "the list is too long for --deadline, or slow URLs used it up (lower --max-time)") \
    X(CAUSE_CANCELLED, "cancelled", \
      "the run was interrupted before this check ended: nothing is known of this URL")
/* clang-format on */

#define CAUSE_CONSTANT(constant, word, hint) constant,
enum cause { CAUSE_LIST(CAUSE_CONSTANT) CAUSE_COUNT };
#undef CAUSE_CONSTANT

/* The word, for instance "refused"; "" for CAUSE_NONE. Static. */
const char *cause_name(enum cause cause);

/* The hint; "" for CAUSE_NONE. Static. */
const char *cause_hint(enum cause cause);

/*
 * True for the classes that say something about this machine or the run, and nothing about the URL:
 * local, deadline, cancelled. Their verdict is UNKNOWN.
 */
bool cause_is_of_run(enum cause cause);

/* False for the classes that say something about the list, the places, this machine or the run instead. */
bool cause_is_of_server(enum cause cause);

/* The class whose word is the first length bytes of text; CAUSE_NONE: no class has that word. */
enum cause cause_find(const char *text, size_t length);

#endif

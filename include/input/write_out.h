/* SPDX-License-Identifier: MIT */
#ifndef INPUT_WRITE_OUT_H
#define INPUT_WRITE_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/*
 * The argument of --write-out, compiled once: https://curl.se/docs/manpage.html#-w. What the variables
 * stand for is in src/output/write_out_variables.c.
 */

/* What a variable needs that a check does not keep otherwise. */
#define WRITE_OUT_TRANSFER 1 /* outcome.transfer */
#define WRITE_OUT_HEADERS 2  /* all headers of the last response */

/* X(constant, name, needs): all variables, in the order of %{json}. */
/* clang-format off */
#define WRITE_OUT_LIST(X) \
    X(CHANGE, "change", 0) \
    X(CLASS, "class", 0) \
    X(CONTENT_TYPE, "content_type", 0) \
    X(ERRORMSG, "errormsg", 0) \
    X(EXITCODE, "exitcode", 0) \
    X(HEADER_JSON, "header_json", WRITE_OUT_HEADERS) \
    X(HTTP_CODE, "http_code", 0) \
    X(HTTP_CONNECT, "http_connect", 0) \
    X(HTTP_VERSION, "http_version", 0) \
    X(JSON, "json", WRITE_OUT_TRANSFER) \
    X(LOCAL_IP, "local_ip", WRITE_OUT_TRANSFER) \
    X(LOCAL_PORT, "local_port", WRITE_OUT_TRANSFER) \
    X(MESSAGE, "message", 0) \
    X(METHOD, "method", WRITE_OUT_TRANSFER) \
    X(NAME, "name", 0) \
    X(NUM_CONNECTS, "num_connects", WRITE_OUT_TRANSFER) \
    X(NUM_HEADERS, "num_headers", WRITE_OUT_TRANSFER) \
    X(NUM_REDIRECTS, "num_redirects", 0) \
    X(NUM_RETRIES, "num_retries", 0) \
    X(ONERROR, "onerror", 0) \
    X(PROXY_SSL_VERIFY_RESULT, "proxy_ssl_verify_result", WRITE_OUT_TRANSFER) \
    X(PROXY_USED, "proxy_used", 0) \
    X(REDIRECT_URL, "redirect_url", WRITE_OUT_TRANSFER) \
    X(REFERER, "referer", WRITE_OUT_TRANSFER) \
    X(REMOTE_IP, "remote_ip", 0) \
    X(REMOTE_PORT, "remote_port", 0) \
    X(RESPONSE_CODE, "response_code", 0) \
    X(SCHEME, "scheme", WRITE_OUT_TRANSFER) \
    X(SIZE_DOWNLOAD, "size_download", WRITE_OUT_TRANSFER) \
    X(SIZE_HEADER, "size_header", WRITE_OUT_TRANSFER) \
    X(SIZE_REQUEST, "size_request", WRITE_OUT_TRANSFER) \
    X(SIZE_UPLOAD, "size_upload", WRITE_OUT_TRANSFER) \
    X(SPEED_DOWNLOAD, "speed_download", WRITE_OUT_TRANSFER) \
    X(SPEED_UPLOAD, "speed_upload", WRITE_OUT_TRANSFER) \
    X(SSL_VERIFY_RESULT, "ssl_verify_result", 0) \
    X(TIME_APPCONNECT, "time_appconnect", WRITE_OUT_TRANSFER) \
    X(TIME_CONNECT, "time_connect", WRITE_OUT_TRANSFER) \
    X(TIME_NAMELOOKUP, "time_namelookup", WRITE_OUT_TRANSFER) \
    X(TIME_PRETRANSFER, "time_pretransfer", WRITE_OUT_TRANSFER) \
    X(TIME_REDIRECT, "time_redirect", WRITE_OUT_TRANSFER) \
    X(TIME_STARTTRANSFER, "time_starttransfer", WRITE_OUT_TRANSFER) \
    X(TIME_TOTAL, "time_total", 0) \
    X(URL, "url", 0) \
    X(URL_FRAGMENT, "url.fragment", 0) \
    X(URL_HOST, "url.host", 0) \
    X(URL_PASSWORD, "url.password", 0) \
    X(URL_PATH, "url.path", 0) \
    X(URL_PORT, "url.port", 0) \
    X(URL_QUERY, "url.query", 0) \
    X(URL_SCHEME, "url.scheme", 0) \
    X(URL_USER, "url.user", 0) \
    X(URL_EFFECTIVE, "url_effective", WRITE_OUT_TRANSFER) \
    X(URLNUM, "urlnum", 0) \
    X(VERDICT, "verdict", 0)
/* clang-format on */

#define WRITE_OUT_CONSTANT(constant, name, needs) WRITE_OUT_##constant,
enum write_out_variable { WRITE_OUT_LIST(WRITE_OUT_CONSTANT) WRITE_OUT_VARIABLES };
#undef WRITE_OUT_CONSTANT

struct write_out_part {
    enum write_out_kind {
        WRITE_OUT_TEXT,    /* text is printed as it is */
        WRITE_OUT_VALUE,   /* the variable's value */
        WRITE_OUT_A_HEADER /* the value of the header whose name is text */
    } kind;
    enum write_out_variable variable;
    char *text; /* owned; NULL for WRITE_OUT_VALUE */
};

struct write_out {
    struct write_out_part *parts;
    size_t count;
    int needs;      /* of all variables: WRITE_OUT_TRANSFER, WRITE_OUT_HEADERS */
    bool ends_line; /* each result ends with a newline */
};

/*
 * Compiles a format. NULL with the reason: a variable that does not exist, or without its closing
 * brace. As in curl, any other % or backslash is text. write_out_free() frees it.
 */
struct write_out *write_out_parse(const char *format, struct error *error);

/* NULL is fine. */
void write_out_free(struct write_out *write_out);

/* Whether it prints the header in this line, "Name: value", which need not end in NUL. */
bool write_out_has_header(const struct write_out *write_out, const char *line, size_t length);

/* The name of a variable, without braces. Static. */
const char *write_out_name(enum write_out_variable variable);

#endif

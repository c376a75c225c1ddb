/* SPDX-License-Identifier: MIT */
#include "write_out_variables.h"

#include <ctype.h>
#include <curl/curl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "base/units.h"
#include "fields.h"
#include "json_value.h"

/*
 * Each function gets the number that its entry of the table has: the offset of a field, or which part of
 * a URL.
 */
typedef struct write_out_value value_function(const struct format_context *context,
                                              const struct result *result, size_t what);

static struct write_out_value text_value(char *text)
{
    return (struct write_out_value){.kind = VALUE_TEXT, .text = text};
}

static struct write_out_value number_value(int64_t number)
{
    return (struct write_out_value){.kind = VALUE_NUMBER, .number = number};
}

static struct write_out_value status_value(int status)
{
    return (struct write_out_value){.kind = VALUE_STATUS, .number = status};
}

static struct write_out_value seconds_value(int64_t time_us)
{
    return (struct write_out_value){.kind = VALUE_SECONDS, .number = time_us};
}

/* Escaped; NULL for NULL and "". */
static struct write_out_value escaped_value(const char *text)
{
    return text_value(text && *text ? escape_text(text) : NULL);
}

/* Fields of struct transfer_facts. */

static const void *fact(const struct result *result, size_t offset)
{
    static const struct transfer_facts none;
    const struct transfer_facts *facts = result->outcome.transfer;

    return (const char *)(facts ? facts : &none) + offset;
}

static struct write_out_value fact_number(const struct format_context *context,
                                          const struct result *result, size_t what)
{
    (void)context;
    return number_value(*(const int64_t *)fact(result, what));
}

static struct write_out_value fact_text(const struct format_context *context,
                                        const struct result *result, size_t what)
{
    (void)context;
    return escaped_value(*(char *const *)fact(result, what));
}

static struct write_out_value fact_url(const struct format_context *context,
                                       const struct result *result, size_t what)
{
    const char *url = *(char *const *)fact(result, what);

    (void)context;
    return text_value(url ? escape_url(url) : NULL);
}

/* From the start of the check to the end of a phase of its last transfer. */
static struct write_out_value fact_time(const struct format_context *context,
                                        const struct result *result, size_t what)
{
    int64_t time_us = *(const int64_t *)fact(result, what);

    (void)context;
    return seconds_value(time_us ? result->outcome.transfer->started_us + time_us : 0);
}

/* What every check knows. */

/* curl's: 3 is a malformed URL. */
static int exit_code(const struct result *result)
{
    return result->cause == CAUSE_BAD_INPUT ? CURLE_URL_MALFORMAT : result->outcome.code;
}

static struct write_out_value text_of(const struct format_context *context,
                                      const struct result *result, size_t what)
{
    const struct outcome *outcome = &result->outcome;
    char *url;

    (void)context;
    switch (what) {
    case WRITE_OUT_CHANGE: return escaped_value(change_name(result->transition.change));
    case WRITE_OUT_CLASS: return escaped_value(cause_name(result->cause));
    case WRITE_OUT_CONTENT_TYPE: return escaped_value(outcome->content_type);
    case WRITE_OUT_ERRORMSG: return escaped_value(exit_code(result) ? field_message(result) : NULL);
    case WRITE_OUT_HTTP_VERSION:
        return text_value(xstrdup(outcome->http_version ? outcome->http_version : "0"));
    case WRITE_OUT_MESSAGE: return escaped_value(field_message(result));
    case WRITE_OUT_NAME: return escaped_value(result->target->name);
    case WRITE_OUT_REMOTE_IP: return escaped_value(outcome->remote_ip);
    case WRITE_OUT_URL: return text_value(escape_url(result->target->given));
    case WRITE_OUT_URL_EFFECTIVE:
        url = outcome->transfer ? outcome->transfer->effective_url : NULL;
        return text_value(url ? escape_url(url) : field_final_url(result));
    default: return escaped_value(verdict_name(result->verdict));
    }
}

static struct write_out_value number_of(const struct format_context *context,
                                        const struct result *result, size_t what)
{
    const struct outcome *outcome = &result->outcome;

    switch (what) {
    case WRITE_OUT_EXITCODE: return number_value(exit_code(result));
    case WRITE_OUT_HTTP_CODE: return status_value(result_status(result));
    case WRITE_OUT_HTTP_CONNECT: return status_value(outcome->connect_status);
    case WRITE_OUT_NUM_REDIRECTS: return number_value(outcome->redirects);
    case WRITE_OUT_NUM_RETRIES:
        return number_value(result->attempts > 1 ? result->attempts - 1 : 0);
    case WRITE_OUT_PROXY_USED: return number_value(outcome->used_proxy != NULL);
    case WRITE_OUT_REMOTE_PORT: /* of a try that failed, curl has none */
        return number_value(*outcome->remote_ip ? outcome->remote_port : 0);
    case WRITE_OUT_SSL_VERIFY_RESULT: return number_value(outcome->verify_error);
    case WRITE_OUT_TIME_TOTAL: return seconds_value(outcome->total_us);
    default: return number_value((int64_t)context->count - 1); /* urlnum */
    }
}

/* A part of the URL as it was given, with its scheme. User and password are only shown as ***. */
static struct write_out_value url_part(const struct format_context *context,
                                       const struct result *result, size_t what)
{
    CURLUPart part = (CURLUPart)what;
    CURLU *url = curl_url();
    char *text = NULL, *escaped = NULL;

    (void)context;
    if (!url)
        return text_value(NULL);
    if (result->target->url &&
        curl_url_set(url, CURLUPART_URL, result->target->url, CURLU_NON_SUPPORT_SCHEME) == 0 &&
        curl_url_get(url, part, &text, CURLU_DEFAULT_PORT) == 0 && text)
        escaped = part == CURLUPART_USER || part == CURLUPART_PASSWORD ? xstrdup("***")
                                                                       : escape_url(text);
    curl_free(text);
    curl_url_cleanup(url);
    return text_value(escaped);
}

#define TEXT(variable) [WRITE_OUT_##variable] = {text_of, WRITE_OUT_##variable}
#define NUMBER(variable) [WRITE_OUT_##variable] = {number_of, WRITE_OUT_##variable}
#define FACT(variable, function, field)                                                            \
    [WRITE_OUT_##variable] = {function, offsetof(struct transfer_facts, field)}
#define PART(part) [WRITE_OUT_URL_##part] = {url_part, CURLUPART_##part}

/* Without those that print_part() knows: header_json, json, onerror. */
static const struct {
    value_function *function;
    size_t what;
} functions[WRITE_OUT_VARIABLES] = {
    TEXT(CHANGE),
    TEXT(CLASS),
    TEXT(CONTENT_TYPE),
    TEXT(ERRORMSG),
    TEXT(HTTP_VERSION),
    TEXT(MESSAGE),
    TEXT(NAME),
    TEXT(REMOTE_IP),
    TEXT(URL),
    TEXT(URL_EFFECTIVE),
    TEXT(VERDICT),
    NUMBER(EXITCODE),
    NUMBER(HTTP_CODE),
    NUMBER(HTTP_CONNECT),
    NUMBER(NUM_REDIRECTS),
    NUMBER(NUM_RETRIES),
    NUMBER(PROXY_USED),
    NUMBER(REMOTE_PORT),
    NUMBER(SSL_VERIFY_RESULT),
    NUMBER(TIME_TOTAL),
    NUMBER(URLNUM),
    FACT(LOCAL_IP, fact_text, local_ip),
    FACT(METHOD, fact_text, method),
    FACT(REDIRECT_URL, fact_url, redirect_url),
    FACT(REFERER, fact_url, referer),
    FACT(SCHEME, fact_text, scheme),
    FACT(LOCAL_PORT, fact_number, local_port),
    FACT(NUM_CONNECTS, fact_number, connects),
    FACT(NUM_HEADERS, fact_number, header_count),
    FACT(PROXY_SSL_VERIFY_RESULT, fact_number, proxy_verify_result),
    FACT(SIZE_DOWNLOAD, fact_number, download_bytes),
    FACT(SIZE_HEADER, fact_number, header_bytes),
    FACT(SIZE_REQUEST, fact_number, request_bytes),
    FACT(SIZE_UPLOAD, fact_number, upload_bytes),
    FACT(SPEED_DOWNLOAD, fact_number, download_bytes_per_s),
    FACT(SPEED_UPLOAD, fact_number, upload_bytes_per_s),
    FACT(TIME_APPCONNECT, fact_time, appconnect_us),
    FACT(TIME_CONNECT, fact_time, connect_us),
    FACT(TIME_NAMELOOKUP, fact_time, namelookup_us),
    FACT(TIME_PRETRANSFER, fact_time, pretransfer_us),
    FACT(TIME_REDIRECT, fact_time, redirect_us),
    FACT(TIME_STARTTRANSFER, fact_time, starttransfer_us),
    PART(FRAGMENT),
    PART(HOST),
    PART(PASSWORD),
    PART(PATH),
    PART(PORT),
    PART(QUERY),
    PART(SCHEME),
    PART(USER),
    /* RESPONSE_CODE is another name of HTTP_CODE. */
    [WRITE_OUT_RESPONSE_CODE] = {number_of, WRITE_OUT_HTTP_CODE},
};

struct write_out_value write_out_value(const struct format_context *context,
                                       const struct result *result,
                                       enum write_out_variable variable)
{
    return functions[variable].function(context, result, functions[variable].what);
}

/* The header after `header`, or the first one; NULL: there is none. */
static const char *next_header(const struct result *result, const char *header)
{
    const struct byte_buffer *headers = &result->outcome.headers;
    const char *next = header ? header + strlen(header) + 1 : headers->bytes;

    return next && next < headers->bytes + headers->length ? next : NULL;
}

/* The value of "Name: value", escaped. */
static char *value_of_header(const char *header)
{
    const char *value = header + strcspn(header, ":");

    value += *value == ':';
    return escape_text(value + strspn(value, " \t"));
}

char *write_out_header(const struct result *result, const char *name)
{
    size_t length = strlen(name);

    for (const char *header = NULL; (header = next_header(result, header));) {
        if (strncasecmp(header, name, length) == 0 && header[length] == ':')
            return value_of_header(header);
    }
    return NULL;
}

/* The name of "Name: value" in lower case, escaped. */
static char *name_of_header(const char *header)
{
    char *name = xstrndup(header, strcspn(header, ":"));
    char *escaped;

    for (char *c = name; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    escaped = escape_text(name);
    free(name);
    return escaped;
}

json_t *write_out_header_json(const struct result *result)
{
    json_t *object = json_object();

    for (const char *header = NULL; (header = next_header(result, header));) {
        char *name = name_of_header(header), *value = value_of_header(header);
        json_t *values = json_object_get(object, name);

        if (!values)
            json_object_set_new(object, name, values = json_array());
        json_array_append_new(values, json_string(value));
        free(name);
        free(value);
    }
    return object;
}

static json_t *json_of(const struct write_out_value *value)
{
    if (value->kind == VALUE_SECONDS)
        return json_real(us_to_seconds(value->number));
    if (value->kind == VALUE_TEXT)
        return value->text ? json_string(value->text) : json_null();
    return json_integer(value->number);
}

json_t *write_out_json(const struct format_context *context, const struct result *result)
{
    json_t *object = json_object();

    for (enum write_out_variable variable = 0; variable < WRITE_OUT_VARIABLES; variable++) {
        struct write_out_value value;

        if (!functions[variable].function || functions[variable].function == url_part)
            continue;
        value = write_out_value(context, result, variable);
        json_object_set_new(object, write_out_name(variable), json_of(&value));
        free(value.text);
    }
    return object;
}

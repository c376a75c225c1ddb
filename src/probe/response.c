/* SPDX-License-Identifier: MIT */
#include "response.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/escape.h"
#include "base/http_status.h"
#include "header_value.h"
#include "input/check.h"
#include "input/write_out.h"
#include "probe/alloc_monitor.h"
#include "redirect.h"

/* Header lines after the last chunk. */
#define TRAILER_BYTES ((size_t)64 * 1024)
/*
 * What is read of a body that nobody needs, so that the connection can be used again: less than a
 * new connection with its handshake costs.
 */
#define READ_ON_BYTES ((int64_t)1024 * 1024)
/* All header lines of a response and of the 1xx responses before it; libcurl has the same limit. */
#define HEADER_BYTES ((size_t)300 * 1024)
/* All header lines of a transfer. Some versions of libcurl apply HEADER_BYTES to that. */
#define ALL_HEADER_BYTES ((size_t)1024 * 1024)
/* A longer Content-Type is cut: it is only shown. */
#define CONTENT_TYPE_BYTES ((size_t)256)
#define PHRASE_BYTES ((size_t)100)
#define GREETING_BYTES ((size_t)100)

size_t response_abort(struct transfer_state *state, const char *reason)
{
    state->abort_reason = reason;
    return 0;
}

/* Aborts the transfer, as there is no memory for the response. */
static size_t abort_for_memory(void)
{
    alloc_monitor_note_failure();
    return 0;
}

void response_forget(struct transfer_state *state)
{
    state->status = 0;
    state->content_length = -1;
    state->body_bytes = 0;
    state->closes_connection = state->marks_end = false;
    state->has_location = state->is_followed = state->bot_wall = state->has_retry_after = false;
    state->is_compressed = state->is_decoder_open = false;
    state->is_body_passed = false;
    state->encodings[0] = state->auth_schemes[0] = '\0';
    decoder_free(state->decoder);
    state->decoder = NULL;
    free(state->location);
    free(state->phrase);
    free(state->greeting);
    free(state->content_type);
    state->location = state->phrase = state->greeting = state->content_type = NULL;
    state->header_count = 0;
    byte_buffer_clear(&state->body);
    byte_buffer_clear(&state->headers);
}

/* Keeps the reason phrase, which follows the status, if it is not the standard one. */
static void on_phrase(struct transfer_state *state, const char *phrase, size_t length)
{
    const char *standard = http_reason(state->status);

    header_trim(&phrase, &length);
    if (length == 0 ||
        (standard && strlen(standard) == length && strncasecmp(phrase, standard, length) == 0))
        return;
    state->phrase = xstrndup(phrase, length < PHRASE_BYTES ? length : PHRASE_BYTES);
}

/* The first line of a response. */
static const char *on_status_line(struct transfer_state *state, const char *line, size_t length)
{
    const char *phrase;

    response_forget(state);
    state->is_status_line_next = false;
    state->is_client_cert_requested = false; /* the server did not insist on it */
    state->status = header_status(line, length, &phrase);
    if (state->status == 0)
        return "a status line that is not valid HTTP";
    state->closes_connection = memcmp(line, "HTTP/1.0", 8) == 0;
    state->marks_end = memcmp(line, "HTTP/1", 6) != 0;
    on_phrase(state, phrase, (size_t)(line + length - phrase));
    return NULL;
}

/* Whether the user requested an upgrade of the connection, with a header. */
static bool check_requests_upgrade(const struct check *check)
{
    for (size_t i = 0; i < check->headers.count; i++) {
        if (header_is(check->headers.items[i], strlen(check->headers.items[i]), "upgrade"))
            return true;
    }
    return false;
}

/* Whether libcurl requested an upgrade to HTTP/2, which it does without TLS only. */
static bool libcurl_requests_upgrade(const struct transfer_state *state)
{
    const char *scheme = NULL;

    curl_easy_getinfo(state->easy, CURLINFO_SCHEME, &scheme);
    return state->check->http_version == HTTP_2 && scheme && strcasecmp(scheme, "http") == 0;
}

/* No other check will use the connection; but a redirect within the origin may. */
static void choose_reuse(struct transfer_state *state)
{
    bool stays = state->is_followed && redirect_stays(state);

    curl_easy_setopt(state->easy, CURLOPT_FORBID_REUSE, stays ? 0L : 1L);
}

/* The headers of the final response are complete. */
static void on_head(struct transfer_state *state)
{
    state->phase = PHASE_BODY;
    state->complete_head_status = state->status;
    state->is_followed = state->follow_redirects && state->has_location && state->status / 100 == 3;
    state->redirects += state->is_followed;
    if (state->is_followed)
        curl_easy_getinfo(state->easy, CURLINFO_REDIRECT_COUNT, &state->follows_before);
    if (state->redirects && state->keeps_for_redirects)
        choose_reuse(state);
    if (state->is_followed && state->options)
        state->is_body_withheld = !redirect_is_allowed(state);
}

/*
 * After the headers of a 1xx response others follow; but what follows 101 is another protocol, and
 * libcurl would wait for its end.
 */
static const char *on_end_of_headers(struct transfer_state *state)
{
    if (state->status == 101 && check_requests_upgrade(state->check)) {
        on_head(state);
        state->has_enough = true;
    } else if (state->status == 101 && !libcurl_requests_upgrade(state)) {
        return "101 Switching Protocols, but no upgrade was requested";
    } else if (state->status / 100 == 1) {
        state->is_status_line_next = true;
    } else {
        on_head(state);
    }
    return NULL;
}

/* As libcurl, takes the first one that is not empty. */
static void on_location(struct transfer_state *state, const char *value, size_t length)
{
    header_trim(&value, &length);
    if (length == 0 || state->has_location)
        return;
    free(state->location);
    state->location = xstrndup(value, length);
    state->has_location = true;
}

static void on_content_type(struct transfer_state *state, const char *value, size_t length)
{
    header_trim(&value, &length);
    free(state->content_type);
    state->content_type =
        xstrndup(value, length < CONTENT_TYPE_BYTES ? length : CONTENT_TYPE_BYTES);
}

static const char *on_content_length(struct transfer_state *state, const char *value, size_t length)
{
    return header_content_length(value, length, &state->content_length)
               ? "an invalid Content-Length, or two different ones"
               : NULL;
}

/* Several headers, whose values make one list, or one. */
static void on_content_encoding(struct transfer_state *state, const char *value, size_t length)
{
    size_t used = strlen(state->encodings);

    header_trim(&value, &length);
    if (!decoder_is_needed(value, length))
        return;
    if (state->check->compressed)
        snprintf(state->encodings + used, sizeof(state->encodings) - used, "%s%.*s",
                 used ? "," : "", (int)length, value);
    else
        state->is_compressed |= header_is_compression(value, length);
}

static bool is_expected(const struct pattern_list *expected, const char *line, size_t length)
{
    for (size_t i = 0; i < expected->count; i++) {
        const char *argument = expected->items[i]->argument; /* "Name: RE" */
        size_t name = strcspn(argument, ":");

        if (length > name && line[name] == ':' && strncasecmp(line, argument, name) == 0)
            return true;
    }
    return false;
}

/* Whether the line begins a header: it is no status line, and no continuation of the line before. */
static bool has_name(const char *line, size_t length)
{
    return memchr(line, ':', length) && !header_is_blank(*line) &&
           (length < 5 || memcmp(line, "HTTP/", 5) != 0);
}

/* Keeps a header that is printed or that the check expects. 0, or -1 with errno ENOMEM. */
static int keep_header(struct transfer_state *state, const char *line, size_t length)
{
    const struct write_out *write_out = state->check->write_out;

    if (!has_name(line, length))
        return 0;
    state->header_count++;
    if (!is_expected(&state->check->expect_header, line, length) &&
        !(write_out && write_out_has_header(write_out, line, length)))
        return 0;
    while (length && strchr("\r\n \t", line[length - 1]))
        length--;
    if (byte_buffer_append(&state->headers, line, length, HEADER_BYTES))
        return -1;
    return byte_buffer_append(&state->headers, "", 1, HEADER_BYTES);
}

/* A line of the head. Why the transfer must be aborted; NULL: it need not. */
static const char *on_line(struct transfer_state *state, const char *line, size_t length)
{
    if (state->is_status_line_next)
        return on_status_line(state, line, length);
    if (line[0] == '\r' || line[0] == '\n')
        return on_end_of_headers(state);
    if (header_is(line, length, "location"))
        on_location(state, line + 9, length - 9);
    else if (header_is(line, length, "content-length"))
        return on_content_length(state, line + 15, length - 15);
    else if (header_is(line, length, "content-encoding"))
        on_content_encoding(state, line + 17, length - 17);
    else if (header_is(line, length, "connection"))
        state->closes_connection |= header_has_word(line + 11, length - 11, "close");
    else if (header_is(line, length, "transfer-encoding"))
        state->marks_end = true;
    else if (header_is(line, length, "content-type"))
        on_content_type(state, line + 13, length - 13);
    else if (state->status == 401 && header_is(line, length, "www-authenticate"))
        auth_schemes_add(state->auth_schemes, line + 17, length - 17);
    else if (state->status == 407 && header_is(line, length, "proxy-authenticate"))
        auth_schemes_add(state->auth_schemes, line + 19, length - 19);
    else if (header_is(line, length, "cf-mitigated"))
        state->bot_wall = true;
    else if (header_is(line, length, "retry-after"))
        state->has_retry_after = true;
    return NULL;
}

size_t response_on_header(char *line, size_t size, size_t count, void *data)
{
    struct transfer_state *state = data;
    size_t length = size * count;
    const char *problem;

    state->header_lines++;
    state->header_bytes += length;
    state->all_header_bytes += length;
    state->quiet_calls = 0;
    if (state->header_bytes > HEADER_BYTES)
        return response_abort(state, "response headers of over 300 KiB");
    if (state->all_header_bytes > ALL_HEADER_BYTES)
        return response_abort(state, "redirects with headers of over 1 MiB in all");
    if (state->phase == PHASE_BODY) {
        state->trailer_bytes += length;
        return state->trailer_bytes > TRAILER_BYTES
                   ? response_abort(state, "trailers of over 64 KiB")
                   : length;
    }
    problem = on_line(state, line, length);
    if (problem)
        return response_abort(state, problem);
    if (state->keeps_headers && keep_header(state, line, length))
        return abort_for_memory();
    return state->has_enough || state->is_body_withheld ? 0 : length;
}

/*
 * Whether to read more of a body that has enough: only if its end is known to come, and soon, and
 * the connection can be used again after it.
 */
static bool reads_on(struct transfer_state *state)
{
    if (!state->keeps_connection || state->closes_connection || state->check->max_filesize)
        return false;
    if (state->content_length < 0 && !state->marks_end)
        return false;
    if (state->content_length > READ_ON_BYTES || state->body_bytes > READ_ON_BYTES)
        return false;
    if (state->enough_us == 0)
        state->enough_us = clock_now_us();
    return true;
}

/* Takes decoded bytes of the body. False: no more are needed, or there is no memory for them. */
static bool take_body(void *data, const char *bytes, size_t length)
{
    struct transfer_state *state = data;
    int64_t limit = check_body_bytes(state->check);

    state->quiet_calls = 0;
    state->body_bytes += (int64_t)length;
    if (state->keeps_body && byte_buffer_append(&state->body, bytes, length, (size_t)limit))
        return abort_for_memory();
    state->has_enough = state->body_bytes > limit;
    return !state->has_enough || reads_on(state);
}

/* As response_on_body(), for a body with a Content-Encoding. */
static size_t on_encoded_body(struct transfer_state *state, const char *bytes, size_t length)
{
    enum decoder_status status;

    if (!state->decoder)
        state->decoder = decoder_new(state->encodings, take_body, state);
    if (!state->decoder)
        return response_abort(state, "a Content-Encoding that was not requested");
    status = decoder_feed(state->decoder, bytes, length);
    state->is_decoder_open = status == DECODER_MORE;
    state->has_enough |= status == DECODER_SURPLUS; /* which browsers ignore */
    switch (status) {
    case DECODER_INVALID:
        return response_abort(state, "a body that is not in the format of its Content-Encoding");
    case DECODER_NO_MEMORY: return abort_for_memory();
    case DECODER_SURPLUS:
    case DECODER_STOPPED: return 0;
    default: return length;
    }
}

/*
 * Keeps the first line of what is no response, if people can read it, and ends the transfer. libcurl
 * takes such bytes for the body of an HTTP/0.9 response, which is allowed so that they come here.
 */
static size_t on_greeting(struct transfer_state *state, const char *bytes, size_t length)
{
    size_t end = 0;

    while (end < length && end < GREETING_BYTES && !strchr("\r\n", bytes[end]))
        end++;
    state->greeting = xstrndup(bytes, end);
    if (strlen(state->greeting) < end || escape_is_needed(state->greeting))
        *state->greeting = '\0';
    return 0;
}

/* Whether a line, or the beginning of it, is meant to be a status line. */
static bool is_status_line(const char *line, size_t length)
{
    return strncasecmp(line, "HTTP/", length < 5 ? length : 5) == 0;
}

size_t response_on_body(char *bytes, size_t size, size_t count, void *data)
{
    struct transfer_state *state = data;
    size_t length = size * count;

    if (state->is_status_line_next && !is_status_line(bytes, length))
        return on_greeting(state, bytes, length);
    /* A header line, because of CURLOPT_HEADER: see transfer_callbacks.c. */
    if (state->phase == PHASE_RESPONSE || state->is_followed)
        return state->header_lines == 1 && header_is_blank(*bytes)
                   ? response_abort(state, "the first header line begins with a blank")
                   : length;
    state->is_body_passed = true;
    if (state->encodings[0])
        return on_encoded_body(state, bytes, length);
    return take_body(state, bytes, length) ? length : 0;
}

/* SPDX-License-Identifier: MIT */
/*
 *     main        pinger_start()         checks URLs          pinger_finish()
 *                      |                                           |
 *     threads          +-- /start, up to 3 tries --+               +-- waits for it, then /<exit status>
 *
 * A ping is a check of its URL, so it knows proxies, certificates and failures as any other check does. It
 * has its own prober, since that of the run is cancelled by a signal or the deadline. A ping that is
 * cancelled gives up within a second: its prober ends the request, and its channel `stop` the pause
 * between tries.
 */
#include "ping.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "base/thread.h"
#include "base/units.h"
#include "engine/chan.h"
#include "input/ping_url.h"
#include "output/message.h"
#include "probe/judge.h"
#include "probe/probe.h"

#define STACK_BYTES ((size_t)256 * 1024)
#define RUN_ID_BYTES 37
#define PAUSE_US (500 * CLOCK_MS)
/* How long the end waits for the begin, so that they arrive in this order. */
#define START_PATIENCE_US (PINGER_PATIENCE_US / 2)
/* What the end of the process needs after a signal. */
#define CLOSING_US (300 * CLOCK_MS)
/* How much of another reply than "OK" a message shows. */
#define REPLY_CHARACTERS 60

struct pinger {
    const struct settings *settings;
    struct signals *signals;
    struct write_out *kept; /* the header that is kept of a response */
    char run_id[RUN_ID_BYTES];
    struct ping *start; /* NULL: it has ended */
    size_t body_max;
    struct error problem; /* "" while there is none */
    bool threads_left;
};

/* One ping. Its thread sets body_max and problem. */
struct ping {
    const struct pinger *pinger;
    struct ping_content content;
    struct prober *prober;
    struct chan *stop;  /* closed: give up */
    struct chan *ended; /* closed by its thread */
    pthread_t thread;
    int64_t end_us;
    size_t body_max; /* 0: the server has not said */
    struct error problem;
};

/* A random UUID: RFC 9562, section 5.4. */
static void make_run_id(char id[RUN_ID_BYTES])
{
    unsigned char bytes[16] = {0};
    char *end = id;

    if (getentropy(bytes, sizeof(bytes)))
        memset(bytes, 0, sizeof(bytes)); /* a kernel without it: better than no report */
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    for (size_t i = 0; i < sizeof(bytes); i++)
        end += sprintf(end, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", bytes[i]);
}

/* Notes how much of a body the server keeps, if it says so. */
static void read_limit(struct ping *ping, const struct outcome *outcome)
{
    static const char name[] = PING_LIMIT_HEADER ":";
    const struct byte_buffer *headers = &outcome->headers;
    const char *line = headers->bytes;

    for (; line && line < headers->bytes + headers->length; line += strlen(line) + 1) {
        const char *value = line + strlen(name), *end;
        long limit;

        if (strncasecmp(line, name, strlen(name)) != 0)
            continue;
        value += strspn(value, " \t");
        if (parse_number(value, 1, 1L << 30, &limit, &end) == 0)
            ping->body_max = (size_t)limit;
    }
}

static bool is_ok(const struct byte_buffer *body)
{
    size_t length = body->length;

    while (length && strchr("\r\n \t", body->bytes[length - 1]))
        length--;
    return length == 2 && memcmp(body->bytes, "OK", 2) == 0;
}

/* A complete response with another body: hc-ping.com says "OK (not found)" if it does not know the URL. */
static int refuse_reply(struct ping *ping, const struct byte_buffer *body)
{
    char *text = xstrndup(body->length ? body->bytes : "", body->length);
    char *shown = escape_excerpt(text, REPLY_CHARACTERS);

    error_set(&ping->problem, "the reply is \"%s\", not \"OK\"", shown);
    free(shown);
    free(text);
    return -1;
}

/* There was no response with status 200. Returns -1, with the problem. */
static int refuse_result(struct ping *ping, const struct result *result)
{
    if (result_status(result))
        return error_set(&ping->problem, "%s", result->message);
    if (result->cause == CAUSE_CANCELLED) /* what an earlier try found says more */
        return *ping->problem.text ? -1 : error_set(&ping->problem, "no reply in time");
    return error_set(&ping->problem, "%s: %s", cause_name(result->cause), result->message);
}

/* 0; or -1 with the problem. *may_retry: another try could succeed. Releases the outcome. */
static int judge(struct ping *ping, const struct target *target, struct outcome *outcome,
                 bool *may_retry)
{
    int status = outcome->code == CURLE_OK ? outcome->status : 0;
    struct result result;
    int found;

    *may_retry = status == 0 || status == 408 || status == 429 || status >= 500;
    if (status == 200) {
        read_limit(ping, outcome);
        found = is_ok(&outcome->body) ? 0 : refuse_reply(ping, &outcome->body);
        outcome_release(outcome);
        return found;
    }
    judge_outcome(target, outcome, &result);
    refuse_result(ping, &result);
    result_release(&result);
    return -1;
}

/* Sends it once. */
static int try_once(struct ping *ping, int64_t max_time_us, bool *may_retry)
{
    const struct probe_options options = {.close_connection = true};
    const struct pinger *pinger = ping->pinger;
    struct outcome outcome;
    struct target *target;
    int status;

    ping->content.max_time_us = max_time_us;
    target = ping_url_target(pinger->settings, &ping->content, pinger->kept);
    if (!target)
        return error_set(&ping->problem, "%s", strerror(ENOMEM));
    probe(ping->prober, target, &options, &outcome);
    status = judge(ping, target, &outcome, may_retry);
    target_free(target);
    return status;
}

/* Waits until time_us. False: the ping is to be given up. */
static bool pause_until(struct ping *ping, int64_t time_us)
{
    return chan_select(&ping->stop, 1, time_us) != 0;
}

/* Each try but the last one gets half of the time that is left. */
static void *send_ping(void *argument)
{
    struct ping *ping = argument;
    bool may_retry = true;

    for (int try = 1; may_retry; try++) {
        int64_t left_us = ping->end_us - clock_now_us();

        may_retry = false;
        if (left_us <= 0) {
            if (try == 1)
                error_set(&ping->problem, "no time was left");
            break;
        }
        if (try_once(ping, try < PING_TRIES ? left_us / 2 : left_us, &may_retry) == 0) {
            ping->problem.text[0] = '\0';
            break;
        }
        may_retry = may_retry && try < PING_TRIES && pause_until(ping, clock_now_us() + PAUSE_US);
    }
    chan_close(ping->ended);
    return NULL;
}

static void free_ping(struct ping *ping)
{
    chan_free(ping->stop);
    chan_free(ping->ended);
    free(ping);
}

/* Begins to send the content, until end_us at the latest. NULL, with the problem noted. */
static struct ping *begin_ping(struct pinger *pinger, const struct ping_content *content,
                               int64_t end_us)
{
    struct ping *ping = xcalloc(1, sizeof(*ping));

    *ping = (struct ping){.pinger = pinger,
                          .content = *content,
                          .stop = chan_new(0, 1),
                          .ended = chan_new(0, 1),
                          .end_us = end_us};
    ping->prober = prober_new(&pinger->settings->check, 1, 0, &pinger->problem);
    if (!ping->prober) {
        free_ping(ping);
        return NULL;
    }
    if (thread_start(&ping->thread, STACK_BYTES, send_ping, ping) == 0)
        return ping;
    error_set(&pinger->problem, "%s", strerror(errno));
    prober_free(ping->prober);
    free_ping(ping);
    return NULL;
}

/*
 * Waits until the ping has ended, or for a signal, or until time_us: then it is cancelled. Frees it. With
 * last_try, there is no further try.
 */
static void end_ping(struct pinger *pinger, struct ping *ping, bool last_try, int64_t time_us)
{
    struct chan *const chans[] = {ping->ended, signals_received(pinger->signals)};

    if (last_try)
        chan_close(ping->stop);
    if (chan_select(chans, 2, time_us) != 0 || chan_select(chans, 1, 0) != 0) {
        chan_close(ping->stop);
        prober_cancel(ping->prober);
    }
    thread_join(ping->thread);
    if (*ping->problem.text)
        pinger->problem = ping->problem;
    if (ping->body_max)
        pinger->body_max = ping->body_max;
    pinger->threads_left |= prober_free(ping->prober) > 0;
    free_ping(ping);
}

struct pinger *pinger_start(const struct settings *settings, struct signals *signals)
{
    struct pinger *pinger;
    struct error error;

    if (settings->ping_url.count == 0)
        return NULL;
    pinger = xcalloc(1, sizeof(*pinger));
    pinger->settings = settings;
    pinger->signals = signals;
    pinger->body_max = PING_BODY_BYTES;
    pinger->kept = write_out_parse("%header{" PING_LIMIT_HEADER "}", &error);
    make_run_id(pinger->run_id);
    pinger->start =
        begin_ping(pinger, &(struct ping_content){.suffix = "start", .run_id = pinger->run_id},
                   clock_now_us() + PINGER_PATIENCE_US);
    return pinger;
}

/* A copy of the first lines of the report that have at most body_max bytes. */
static char *cut(const char *report, size_t body_max)
{
    size_t length = strlen(report);

    if (length > body_max) {
        length = body_max;
        while (length && report[length - 1] != '\n')
            length--;
    }
    return xstrndup(report, length);
}

static void send_end(struct pinger *pinger, int exit_status, const char *report, int64_t end_us)
{
    char *body = cut(report, pinger->body_max);
    char suffix[16];
    struct ping *ping;

    snprintf(suffix, sizeof(suffix), "%d", exit_status);
    ping = begin_ping(
        pinger, &(struct ping_content){.suffix = suffix, .run_id = pinger->run_id, .body = body},
        end_us);
    if (ping)
        end_ping(pinger, ping, false, end_us);
    free(body);
}

bool pinger_finish(struct pinger *pinger, int exit_status, const char *report)
{
    int64_t now_us = clock_now_us(), end_us = now_us + PINGER_PATIENCE_US;
    bool threads_left;
    char *url;

    if (!pinger)
        return false;
    if (signals_end_us(pinger->signals) != CLOCK_NEVER &&
        signals_end_us(pinger->signals) - CLOSING_US < end_us)
        end_us = signals_end_us(pinger->signals) - CLOSING_US;
    if (pinger->start)
        end_ping(pinger, pinger->start, true,
                 end_us - now_us < START_PATIENCE_US ? now_us + (end_us - now_us) / 2
                                                     : now_us + START_PATIENCE_US);
    send_end(pinger, exit_status, report, end_us);
    if (*pinger->problem.text) {
        url = ping_url_show(pinger->settings->ping_url.items[0]);
        message("--ping-url %s: %s", url, pinger->problem.text);
        free(url);
    }
    threads_left = pinger->threads_left;
    write_out_free(pinger->kept);
    free(pinger);
    return threads_left;
}

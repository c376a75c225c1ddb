/* SPDX-License-Identifier: MIT */
#include "output/output.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/environment.h"
#include "destination.h"
#include "json_value.h"
#include "output/summary.h"
#include "output/terminal.h"
#include "own_files.h"

#define FORMAT_ADDRESS(name) &format_##name,
static const struct format *const formats[] = {FORMAT_LIST(FORMAT_ADDRESS)};

/* NULL: --history has no such format. */
#define HISTORY_FORMAT_ADDRESS(name) [FORMAT_##name] = &format_history_##name,
static const struct format *const history_formats[sizeof(formats) / sizeof(formats[0])] = {
    HISTORY_FORMAT_LIST(HISTORY_FORMAT_ADDRESS)};

struct output {
    const struct settings *settings;
    struct shown shown[OUTPUT_BATCH];
    char host_name[256]; /* of this machine: RFC 1035 allows 255 bytes */
    struct destination *destinations;
    size_t count;
    const struct destination *failed; /* borrowed; NULL: none */
};

static const char *name_of(const struct destination *destination)
{
    if (destination->context.failed_file)
        return destination->context.failed_file;
    return destination->name ? destination->name : "standard output";
}

/*
 * --color, else NO_COLOR (https://no-color.org/), else FORCE_COLOR (https://force-color.org/; as in
 * Node.js, 0 and false mean no colour), else whether standard output is a terminal that has colours.
 */
static bool wants_color(const struct settings *settings, const char *name)
{
    const char *force_color = environment_value("FORCE_COLOR");

    if (settings->color != CHOICE_AUTO)
        return settings->color == CHOICE_ALWAYS;
    if (name || environment_value("NO_COLOR"))
        return false;
    if (force_color)
        return strcmp(force_color, "0") != 0 && strcmp(force_color, "false") != 0;
    return terminal_has_escapes(STDOUT_FILENO);
}

/* The file that a request names; NULL: standard output. */
static const char *file_of(const struct settings *settings, const struct output_request *request)
{
    const char *name = request->file ? request->file : settings->output_file;

    return name && strcmp(name, "-") == 0 ? NULL : name;
}

bool output_is_for_nagios(const struct settings *settings)
{
    for (size_t i = 0; i < settings->output_count; i++) {
        const struct output_request *request = &settings->outputs[i];

        if (formats[request->format] == &format_nagios && !file_of(settings, request))
            return true;
    }
    return false;
}

/* Whether a request before the last one has the same destination. */
static bool is_taken(const struct output *output)
{
    const struct destination *last = &output->destinations[output->count - 1];

    for (size_t i = 0; i + 1 < output->count; i++) {
        if (destination_is_same(&output->destinations[i], last))
            return true;
    }
    return false;
}

/* Whether it is text on a terminal, for a person who also sees the summary. */
static bool is_seen_with_summary(const struct settings *settings,
                                 const struct destination *destination)
{
    return destination->context.kind == DESTINATION_TERMINAL &&
           destination->format == &format_text && isatty(STDERR_FILENO) &&
           summary_is_wanted(settings);
}

/* Adds the destination of a request in a format. -1 with the reason and errno. */
static int add_destination(struct output *output, const struct output_request *request,
                           const struct format *format, struct error *error)
{
    const struct settings *settings = output->settings;
    const char *name = file_of(settings, request), *own = NULL;
    struct destination *destination = &output->destinations[output->count++];

    if (settings->changes && !name && format == &format_text)
        format = &format_changes;
    *destination = (struct destination){
        .format = format,
        .context = {.settings = settings,
                    .replaces_text = !request->file,
                    .is_stdout = !name,
                    .color = wants_color(settings, name),
                    .place = settings->place ? settings->place : output->host_name},
        .name = name};
    if (name && !*name) {
        errno = EINVAL;
        return error_set(error, "--output: a file needs a name");
    }
    if (destination_open(destination))
        return error_set_errno(error, "cannot write '%s'", name_of(destination));
    destination->sink.counts_rows = is_seen_with_summary(settings, destination);
    if (is_taken(output)) {
        errno = EINVAL;
        return error_set(error, "--format: two formats for %s (try NAME:FILE)",
                         name_of(destination));
    }
    if (destination->file)
        own = own_files_find(settings, destination->file, format == &format_jsonl);
    if (own) {
        errno = EINVAL;
        return error_set(error, "cannot write '%s': it is %s (name another file)", name, own);
    }
    return 0;
}

/* Whether a format is given for standard output or --output's file. */
static bool has_format_without_file(const struct settings *settings)
{
    for (size_t i = 0; i < settings->output_count; i++) {
        if (!settings->outputs[i].file)
            return true;
    }
    return false;
}

static int add_destinations(struct output *output, struct error *error)
{
    static const struct output_request standard = {0};
    const struct settings *settings = output->settings;
    const struct format *const *table = settings->history_us ? history_formats : formats;
    const struct format *usual = settings->write_out ? &format_write_out : table[FORMAT_text];

    if (!has_format_without_file(settings) && add_destination(output, &standard, usual, error))
        return -1;
    for (size_t i = 0; i < settings->output_count; i++) {
        const struct output_request *request = &settings->outputs[i];

        if (add_destination(output, request, table[request->format], error))
            return -1;
    }
    return 0;
}

struct output *output_open(const struct settings *settings, struct error *error)
{
    struct output *output = xcalloc(1, sizeof(*output));

    json_prepare();
    output->settings = settings;
    if (gethostname(output->host_name, sizeof(output->host_name) - 1) != 0)
        strcpy(output->host_name, "localhost");
    output->destinations = xcalloc(settings->output_count + 1, sizeof(*output->destinations));
    if (add_destinations(output, error)) {
        int saved_errno = errno;
        struct error ignored;

        output_close(output, NULL, &ignored);
        errno = saved_errno;
        return NULL;
    }
    return output;
}

/* Whether a result is printed on standard output. */
static bool is_shown(const struct settings *settings, const struct result *result)
{
    if (settings->silent)
        return false;
    if (settings->changes)
        return result->transition.change != CHANGE_NONE;
    return !settings->quiet || result->verdict != VERDICT_OK;
}

static bool wants(const struct settings *settings, const struct destination *destination,
                  const struct result *result)
{
    if (destination->name)
        return true;
    if (result->verdict == VERDICT_UNKNOWN && is_seen_with_summary(settings, destination))
        return false; /* the summary has their number */
    return is_shown(settings, result);
}

bool output_skips_ok(const struct output *output)
{
    const struct result plain = {.verdict = VERDICT_OK};

    for (size_t i = 0; i < output->count; i++) {
        if (wants(output->settings, &output->destinations[i], &plain))
            return false;
    }
    return true;
}

bool output_wants_latencies(const struct output *output)
{
    for (size_t i = 0; i < output->count; i++) {
        if (output->destinations[i].format->wants_latencies)
            return true;
    }
    return false;
}

bool output_wants_numbers(const struct output *output)
{
    for (size_t i = 0; i < output->count; i++) {
        if (output->destinations[i].format->wants_numbers)
            return true;
    }
    return false;
}

int64_t output_history_us(const struct output *output)
{
    int64_t longest_us = 0;

    for (size_t i = 0; i < output->count && output->settings->state; i++) {
        int64_t wanted_us = output->destinations[i].format->history_us;

        longest_us = wanted_us > longest_us ? wanted_us : longest_us;
    }
    return longest_us;
}

bool output_keeps_order(const struct output *output)
{
    for (size_t i = 0; i < output->count; i++) {
        if (output->destinations[i].order == ORDER_INPUT)
            return true;
    }
    return false;
}

/* Adds the results that were begun to a destination. 0, or -1 with errno. */
static int add_results(struct output *output, struct destination *destination, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct shown *shown = &output->shown[i];

        if (!wants(output->settings, destination, shown->result))
            continue;
        if (destination_add(destination, shown)) {
            output->failed = destination;
            return -1;
        }
    }
    return 0;
}

int output_print(struct output *output, const struct result *const results[], size_t count,
                 enum order order)
{
    int status = 0;

    for (size_t i = 0; i < count; i++)
        shown_begin(&output->shown[i], results[i]);
    for (size_t i = 0; i < output->count && status == 0; i++) {
        if (output->destinations[i].order == order)
            status = add_results(output, &output->destinations[i], count);
    }
    return status;
}

int output_flush(struct output *output)
{
    for (size_t i = 0; i < output->count; i++) {
        struct destination *destination = &output->destinations[i];

        if (destination_flush(destination)) {
            output->failed = destination;
            return -1;
        }
    }
    return 0;
}

size_t output_rows_seen(const struct output *output)
{
    size_t rows = 0;

    for (size_t i = 0; i < output->count; i++)
        rows += sink_rows(&output->destinations[i].sink);
    return rows;
}

const char *output_failed_name(const struct output *output)
{
    return output->failed ? name_of(output->failed) : "standard output";
}

int output_look_for_reader(const struct output *output)
{
    struct pollfd standard = {.fd = STDOUT_FILENO};

    for (size_t i = 0; i < output->count; i++) {
        const struct sink *sink = &output->destinations[i].sink;

        if (sink->fd == STDOUT_FILENO && !sink->is_terminal && poll(&standard, 1, 0) == 1 &&
            (standard.revents & POLLERR)) {
            errno = EPIPE;
            return -1;
        }
    }
    return 0;
}

/*
 * Whether nothing more is printed: on standard output, with --silent; and with --changes, if nothing has
 * changed, as cron mails whatever is printed. Nagios needs its line in any case.
 */
static bool is_silent(const struct output *output, const struct destination *destination,
                      const struct totals *totals)
{
    const struct settings *settings = output->settings;

    if (destination->name || !totals)
        return false;
    return settings->silent || (settings->changes && destination->context.count == 0 &&
                                !totals->trouble && destination->format != &format_nagios);
}

int output_close(struct output *output, const struct totals *totals, struct error *error)
{
    int status = 0, close_errno = 0;

    for (size_t i = 0; output && i < output->count; i++) {
        struct destination *destination = &output->destinations[i];
        bool is_known = destination->sink.write_errno != 0;
        bool silent = is_silent(output, destination, totals);

        if (!destination_close(destination, silent ? NULL : totals) || is_known)
            continue;
        close_errno = errno;
        if (destination->name || errno != EPIPE)
            status = error_set_errno(error, "cannot write %s", name_of(destination));
    }
    for (size_t i = 0; output && i < OUTPUT_BATCH; i++)
        shown_release(&output->shown[i]);
    if (output)
        free(output->destinations);
    free(output);
    errno = close_errno;
    return status;
}

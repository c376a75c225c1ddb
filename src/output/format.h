/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_FORMAT_H
#define OUTPUT_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "input/format_names.h"
#include "input/settings.h"
#include "output/totals.h"
#include "result/result.h"
#include "shown.h"

/*
 * An output format: a file of its own with `const struct format format_NAME`, where NAME is a word
 * of FORMAT_LIST (input/format_names.h). Nothing else need be changed.
 *
 * A format that streams prints each result to `out` as it comes:
 *
 *     begin: out <- header    result: out <- record    end: out <- last line
 *
 * A format that needs totals first has sections. In result() it prints what is finished to a
 * section, in end() it prints the beginning and then copies the sections in any order:
 *
 *     begin: -                result: section <- fragment    end: out <- head, section 1, section 0
 *
 * Sections are kept outside of memory if they are long (spool.h). A format keeps nothing else whose
 * size grows with the list.
 *
 * Everything runs on the main thread. What result() prints is one whole record or fragment; it is written later,
 * together with others. Text from outside goes through base/escape.h and then through the format's own quoting.
 */

enum destination_kind {
    DESTINATION_TERMINAL, /* shown as it comes */
    DESTINATION_STREAM,   /* a pipe, a device, or where standard output leads: shown as it comes */
    DESTINATION_FILE      /* appears when the run ends */
};

/* What a format's functions get, for one destination. */
struct format_context {
    struct text *out;
    void *state;                     /* the format's own: state_bytes, zero at first */
    const struct settings *settings; /* borrowed */
    const struct totals *totals;     /* only in end() and trouble() */
    const char *place; /* where this run looks from: --place, or the host name; not escaped */
    enum destination_kind kind;
    bool replaces_text; /* it is what standard output, or the file of --output, gets */
    bool is_stdout;     /* --quiet and --silent apply to it */
    bool color;
    bool is_journal; /* systemd's: a line may begin with its priority (sd-daemon(3)) */
    size_t columns;  /* of the terminal; 0: it is none */
    size_t count; /* how many results the format got, the present one included; with --quiet fewer
                     than totals has */

    struct shown *shown; /* in result(): of the present result; borrowed */

    /*
     * Set by a format that writes to a file of its own, if it could not, with sink->write_errno. NULL:
     * none. Borrowed.
     */
    const char *failed_file;

    /* For the functions below. */
    struct sink *sink;
    struct spool *spool;
};

struct format {
    void (*begin)(struct format_context *context); /* before the first result, or before end() */
    void (*result)(struct format_context *context, const struct result *result);
    void (*end)(struct format_context *context);

    /*
     * Instead of end(), if totals->trouble says why results are missing, or if there is no history. Returns whether a
     * file is replaced. NULL: prints nothing, and a file stays as it was.
     */
    bool (*trouble)(struct format_context *context);

    void (*release)(struct format_context *context); /* frees what the state owns */

    size_t state_bytes;
    size_t section_count;
    bool wants_latencies; /* for stats_percentile_us() */
    bool wants_numbers;   /* result->number */

    /*
     * With --state: how much of totals->history it needs. If there is none then, as the state file could
     * not be read or written, trouble() is called instead of end().
     */
    int64_t history_us;
};

/* All functions of a format but result may be NULL. */

/* The text of a section, from 0. */
struct text *format_section(const struct format_context *context, size_t section);

/* In end() and trouble(): appends all of a section to `out`. */
void format_copy_section(struct format_context *context, size_t section);

/*
 * In end() and trouble(), instead of format_copy_section(): visit() gets all of a section, in pieces of about 64 KiB
 * that begin and end where a call of result() did. It ends early if the output cannot be written.
 */
typedef void section_visitor(struct format_context *context, void *argument, const char *bytes,
                             size_t count);
void format_visit_section(struct format_context *context, size_t section, section_visitor *visit,
                          void *argument);

/* Where a result is from; not escaped. NULL: unknown, of a merged run, which was not this one. */
const char *format_result_place(const struct format_context *context, const struct result *result);

/* In end() and trouble(): where the checks looked from; not escaped. */
const char *format_place(const struct format_context *context);

/* How a line for people begins that goes on with the one before, so that no script takes it for a result. */
#define FORMAT_INDENT "        "

/* What text prints before a reason: blanks, or the beginning of an indented line on a terminal under 100 columns. */
const char *format_before_reason(const struct format_context *context);

#define FORMAT_DECLARATION(name) extern const struct format format_##name;
FORMAT_LIST(FORMAT_DECLARATION)
FORMAT_DECLARATION(write_out) /* of --write-out, not of --format */
FORMAT_DECLARATION(changes)   /* of --changes: what standard output gets instead of text */
#define HISTORY_FORMAT_DECLARATION(name) FORMAT_DECLARATION(history_##name)
HISTORY_FORMAT_LIST(HISTORY_FORMAT_DECLARATION) /* of --history: they have only end() */
#undef HISTORY_FORMAT_DECLARATION
#undef FORMAT_DECLARATION

#endif

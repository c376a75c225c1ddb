/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_SHOWN_H
#define OUTPUT_SHOWN_H

#include <stdbool.h>

#include "base/text.h"
#include "fields.h"

/*
 * What formats show of a result: text from outside, escaped by base/escape.h. Each text is made when a
 * format first asks for it, and once for all formats of the run. Main thread. All zeros: of no result.
 */
enum shown_text {
    SHOWN_URL,          /* as it was given; '' if it is empty */
    SHOWN_NAME,         /* NULL: it has none */
    SHOWN_CASE,         /* target_case() */
    SHOWN_HOST,         /* field_host() */
    SHOWN_HOST_NAME,    /* without a port; NULL: none */
    SHOWN_MESSAGE,      /* "" if plain OK */
    SHOWN_REASON,       /* field_message(): the message without the place of a bad line */
    SHOWN_FILE,         /* field_source_file(); NULL: none */
    SHOWN_FINAL_URL,    /* field_final_url() */
    SHOWN_CONTENT_TYPE, /* NULL: none */
    SHOWN_TEXTS
};

struct shown {
    const struct result *result; /* borrowed */
    char *texts[SHOWN_TEXTS];
    bool is_made[SHOWN_TEXTS];
    char started_at[FIELD_DATE_BYTES]; /* "": not made */
    struct text json;                  /* of jsonl_print(); empty: not made */
};

/* Forgets the texts of the result before. */
void shown_begin(struct shown *shown, const struct result *result);

/* Frees the texts; there is no result any more. */
void shown_release(struct shown *shown);

/* Valid until shown_begin() or shown_release(). NULL: there is no such text. */
const char *shown_text(struct shown *shown, enum shown_text which);

/* When the check started, as field_date() with its microseconds; "": it was not checked. */
const char *shown_started_at(struct shown *shown);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef STATE_STATE_INTERNAL_H
#define STATE_STATE_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/hash.h"
#include "database.h"
#include "result/result.h"
#include "url_state.h"

/* A result of this run that is stored, and what is known of its URL. Owns its texts. */
struct record {
    char *url, *name, *host, *message,
        *needs; /* escaped, so without passwords; all but url may be NULL */
    enum verdict verdict;
    enum cause cause;
    int64_t latency_us;        /* 0: there was no response */
    int64_t cert_not_after_us; /* 0: unknown */
    bool is_maintenance;
    int64_t time_us;        /* when it came; until state_commit(): 0 if only its caller knows */
    bool is_overtaken;      /* a later result is in the file, and stays the last one */
    bool is_repeated;       /* --merge has added it before, or a later one: it is not added */
    int64_t id;             /* of its row in the table url; 0: it is not there yet */
    struct url_state state; /* read from the file by state_commit() */
    struct transition transition;
};

/* A target of this run. */
struct entry {
    char *key;
    size_t base_length;      /* of the key without its number */
    size_t twins;            /* how many later targets would have the same key */
    char *name;              /* escaped; NULL: none */
    char *row;               /* the key of its row in the file, set by twins_match() */
    struct entry *next_twin; /* in a list of twins.c */
    const struct target *target;
    struct record *record; /* NULL: no result, or it is UNKNOWN */
    UT_hash_handle by_key, by_target, by_row;
};

/* Results of --merge have their own times: those that are so far apart at most may be of the last run. */
#define STATE_RUN_US (15 * 60 * CLOCK_S)

#define STATE_TWIN "%s #%zu" /* the key of a line, if others before it have the same */

struct state {
    struct database database;
    struct entry *entries;              /* by key; iterates in the order of the input */
    struct entry *by_target;            /* those whose target still exists */
    struct entry *by_row;               /* those whose row is known */
    size_t change_count;                /* of the last state_commit() */
    bool has_news;                      /* state_has_news() */
    const struct record *needs_unknown; /* state_needs_unknown() */
    bool is_needed_old;                 /* the same */
};

/* Waits for other runs, and begins to write. 0, or -1 with the reason. */
int state_begin(struct state *state, int64_t wait_us, struct error *error);

#endif

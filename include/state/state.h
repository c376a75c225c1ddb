/* SPDX-License-Identifier: MIT */
#ifndef STATE_STATE_H
#define STATE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "input/settings.h"
#include "result/result.h"
#include "state/patience.h"

/*
 * The file of --state: an SQLite database with the last state of each URL, its results, packed by day,
 * and its outages. The life cycle in a run:
 *
 *     state_open()              before the checks; creates the file, mode 0600; no transaction stays open
 *     state_admit()             for each target, in the order of the input; only memory
 *     state_add()               for each result, as it comes; only memory
 *     state_commit()            after the last result: one BEGIN IMMEDIATE transaction reads what is
 *                               known of each URL, decides what has changed, and writes everything
 *     state_transition()        what changed with a target: goes into its result, and is printed
 *     state_set_notified()      after the output has succeeded: the changes have been reported
 *
 * A run that is killed before state_commit() has ended leaves the file as it was. If it is killed between
 * state_commit() and state_set_notified(), the next run reports these changes.
 *
 * A URL's key is its text without password, the attributes of its line (of those with secrets, only the
 * names), and a number if several lines have the same; name= and the options of SECTION_CRON are no part
 * of it. Lines with the same key are told apart by their names (src/state/twins.h). No secret is stored.
 *
 * Results that are UNKNOWN are not added. A bad-input line is reported like a URL that is down, but
 * has no history. Times are microseconds since 1970. One thread. Errors are sentences for users that
 * name the file.
 *
 * While it is open, the process must not open and close the file in another way: that would release the
 * locks of SQLite (fcntl(2)).
 */
struct state;

enum state_mode {
    STATE_UPDATE, /* created if missing */
    STATE_READ    /* for --history: the file must exist; it may be read-only */
};

/*
 * NULL with the reason: it is no database, of another program, of a newer urlcheck, not readable, … Waits
 * at most 10 s for other processes. The patience may be NULL.
 */
struct state *state_open(const char *file, enum state_mode mode, const struct patience *patience,
                         struct error *error);

/* How long runs wait for others before they write. */
#define STATE_WAIT_US (60 * CLOCK_S)

/* NULL is fine. What was not committed is lost. */
void state_close(struct state *state);

/* A target of this run. It is borrowed until it has its result; then another may have its address. */
void state_admit(struct state *state, const struct target *target);

/* The result of a target that was admitted. Copies what it needs. */
void state_add(struct state *state, const struct result *result);

/*
 * Writes the results of this run, of now_us, and removes history that is older than settings->keep_us.
 * Waits at most wait_us for other runs; where one has meanwhile written a result that is less than
 * STATE_WAIT_US later, that is the last one, and nothing has changed here. Results of --merge have their own
 * times: when the check ended, of several places the last one. 0; or -1 with the reason: the file is as it was
 * before.
 */
int state_commit(struct state *state, const struct settings *settings, int64_t now_us,
                 int64_t wait_us, struct error *error);

/* After state_commit(): what changed with a target of this run. All zeros if nothing did. */
struct transition state_transition(const struct state *state, const struct target *target);

/* After state_commit(): how many URLs have a change to report. */
size_t state_change_count(const struct state *state);

/*
 * After state_commit(): false if results were given, all by --merge, and none is newer than that of its URL in
 * the file: they were merged before, or come too late. They are not added, so they make no outage longer; a change that
 * was not reported is decided once more. A result as old as that of the file is added if only one of both is
 * FAILED: more places have changed the answer.
 */
bool state_has_news(const struct state *state);

/*
 * After state_commit(): a name of needs= that no URL of this run has, and no recent one of the file (is_old: the
 * file has an old one), perhaps as it is misspelled, and the first URL that needs it; both are escaped, and
 * borrowed. NULL: there is none.
 */
const char *state_needs_unknown(const struct state *state, const char **url, bool *is_old);

/* The changes of this run have been reported. Waits at most wait_us. 0, or -1 with the reason. */
int state_set_notified(struct state *state, int64_t now_us, int64_t wait_us, struct error *error);

/*
 * The median latency of the target's last `count` successes, in microseconds; 0: there are fewer, or they
 * cannot be read, for instance as another process writes: it is not waited for.
 */
int64_t state_usual_latency_us(struct state *state, const struct target *target, size_t count);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_SCHEDULER_H
#define ENGINE_SCHEDULER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/run.h"

/*
 * Decides which job is checked next. Jobs wait in one queue per host; hosts take turns, so that a
 * list sorted by host does not overload one of them, and no host has more checks in flight than
 * allowed. It starts nothing and reads no clock: times are passed in. Jobs are borrowed.
 *
 * Used by one thread, except the three functions at the end.
 */
struct scheduler;

struct scheduler *scheduler_new(const struct scheduler_rules *rules);
void scheduler_free(struct scheduler *scheduler);

/* A new job joins its host's queue. */
void scheduler_add(struct scheduler *scheduler, struct job *job);

/* A parked job is checked again, not before time_us. */
void scheduler_add_at(struct scheduler *scheduler, struct job *job, int64_t time_us);

/* The job whose turn it is at now_us; it is in flight from now on. NULL: no job may start now. */
struct job *scheduler_next(struct scheduler *scheduler, int64_t now_us);

/*
 * The check of a job in flight has ended, and the job is checked again, not before time_us. Jobs of
 * its host that were never checked come first, so that a job that fails fast does not starve them.
 */
void scheduler_again(struct scheduler *scheduler, struct job *job, int64_t time_us);

/* The check of a job in flight has ended; the job is parked, and its host is kept. */
void scheduler_park(struct scheduler *scheduler, struct job *job);

/* A job in flight or parked is done with. */
void scheduler_finish(struct scheduler *scheduler, struct job *job);

/* Takes out any job that waits, ignoring limits, and is done with it. NULL: none waits. */
struct job *scheduler_drop(struct scheduler *scheduler);

/*
 * The host of a job in flight is overloaded: from now on half as many of its checks as before may
 * be in flight, at least one. Each time that enough checks have ended without another such call,
 * one more is allowed. Has no effect until as many checks have ended as were in flight at the last
 * call, since those started before the limit was lowered.
 */
void scheduler_slow_host(struct scheduler *scheduler, struct job *job);

/*
 * Slows the host of a job in flight, and starts none of its checks before until_us, as it asked at
 * asked_us. Pauses add up, but not where they overlap: false if this host has asked, without another response
 * in between, for pauses of more than patience_us together; the host is then only slowed.
 */
bool scheduler_pause_host(struct scheduler *scheduler, struct job *job, int64_t asked_us,
                          int64_t until_us, int64_t patience_us);

/* The host of a job in flight has answered without asking for a pause: its pauses no longer add up. */
void scheduler_note_response(struct job *job);

/*
 * Whether the connection that the job's check leaves open is needed: jobs of the same host wait. If the
 * host gets one check at a time, the next one must be able to use the connection: it may be the only
 * one that the server accepts.
 */
bool scheduler_keeps_connection(const struct job *job);

/*
 * Counts of the host's checks: the jobs that wait, or are in flight but have not begun, and those that are
 * stalled, which threads count. They may use it until the job is done with.
 */
struct host_counts *scheduler_host_counts(const struct job *job);

/* Whether every host with a waiting job is at its limit or paused: jobs of other hosts could start. */
bool scheduler_is_starved(const struct scheduler *scheduler);

/* How many jobs wait, delayed ones included. */
size_t scheduler_waiting(const struct scheduler *scheduler);

/* How many of them are delayed. */
size_t scheduler_delayed(const struct scheduler *scheduler);

/* When scheduler_next() may have a job only because time has passed; CLOCK_NEVER: never. */
int64_t scheduler_wake_us(const struct scheduler *scheduler);

/* A job in flight begins, or no thread was found for it. Any thread. */
void scheduler_note_begun(struct job *job);

/*
 * For threads that check the job. A job that was handed to a thread before main heard of the pause
 * must not start: until when its host is paused, 0 if it is not; and a pause that the host has just
 * asked for, which main confirms or revokes by scheduler_pause_host().
 */
int64_t scheduler_paused_until_us(const struct job *job);
void scheduler_announce_pause(struct job *job, int64_t until_us);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef PROBE_PROBER_H
#define PROBE_PROBER_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "input/check.h"

/*
 * Checks URLs with libcurl. A prober holds what checks share: idle connections, CA certificates and
 * looked-up names.
 */
struct prober;

/*
 * A prober for the command line's check, which it borrows. At most lookups_max name lookups run at
 * the same time. idle_max: how many idle connections may be kept, in addition to those of checks in
 * flight; 0: descriptors are scarce, so none is kept that is not needed. Call alloc_monitor_init()
 * before. NULL with the reason: an option of the check is wrong (a CA file without a certificate,
 * for instance), or this machine ran out of descriptors.
 */
struct prober *prober_new(const struct check *check, size_t lookups_max, size_t idle_max,
                          struct error *error);

/*
 * Ends all probes at time_us (base/clock.h): what has not ended by then gets
 * CURLE_ABORTED_BY_CALLBACK. Call it before the first probe.
 */
void prober_end_at(struct prober *prober, int64_t time_us);

/*
 * Ends all probes, now and from now on, with CURLE_ABORTED_BY_CALLBACK, within a second. Does not
 * block. Any thread.
 */
void prober_cancel(struct prober *prober);

/* Closes the idle connections. From then on idle_max is 0. Any thread. */
void prober_trim(struct prober *prober);

/*
 * Frees the prober; no probe may be running. NULL is fine. Returns how many lookup threads still
 * wait for a silent name server. These cannot be joined, and use memory that exit() would destroy:
 * if there are any, the process must end by quick_exit().
 */
size_t prober_free(struct prober *prober);

#endif

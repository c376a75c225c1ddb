/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_GATE_H
#define ENGINE_GATE_H

#include <stdint.h>

#include "engine/retries.h"

/*
 * The hosts that wish to be left alone, as threads see them: the schedule hears of it later, when
 * the result has reached it, and a check of that host may wait for a thread by then. Here it is
 * decided, once for each result, what comes of its wish. Any thread.
 */
struct gate;

/* NULL with errno. */
struct gate *gate_new(void);
void gate_free(struct gate *gate);

/*
 * Notes a result that has just come, and sets its wish. It is as retries_wish() has it, but that a
 * host is waited for retries_patience_us() in all at most: a wish of a host that would have it left
 * alone for longer, in one time or in many, is not granted. Time for which it was to be left alone
 * already does not count twice, and any response of its own without such a wish begins the count
 * anew. A host whose wish is granted is not to be asked before that time. Short of memory it is
 * granted, and forgotten: nothing else is kept from that host.
 */
void gate_note(struct gate *gate, const struct retry_rules *rules, struct result *result,
               int64_t now_us);

/* When the host may be asked: 0 if it may be now. */
int64_t gate_until_us(struct gate *gate, const char *host, int64_t now_us);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_GATE_H
#define ENGINE_GATE_H

#include <stdint.h>

/*
 * The hosts that asked to be left alone, as threads see them: the schedule hears of it later, when
 * the result has reached it, and a check of that host may wait for a thread by then. Any thread.
 */
struct gate;

/* NULL with errno. */
struct gate *gate_new(void);
void gate_free(struct gate *gate);

/* The host is not to be asked before until_us. Short of memory, it is. */
void gate_close(struct gate *gate, const char *host, int64_t until_us);

/* When the host may be asked: 0 if it may be now. */
int64_t gate_until_us(struct gate *gate, const char *host, int64_t now_us);

#endif

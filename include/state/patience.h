/* SPDX-License-Identifier: MIT */
#ifndef STATE_PATIENCE_H
#define STATE_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

/* When to stop waiting for other processes that have locked the file, earlier than after the usual time. */
struct patience {
    int64_t open_until_us;           /* state_open() waits until then at most (base/clock.h) */
    bool (*gives_up)(void *context); /* asked before each try, all the time; NULL: never */
    void *context;
};

#endif

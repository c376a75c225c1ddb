/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_RETRIES_H
#define ENGINE_RETRIES_H

#include <stdbool.h>
#include <stdint.h>

#include "probe/verdict.h"

/*
 * Which results are not the last word, and when to ask again: a transport error, a timeout, and the
 * statuses 408, 429, 500, 502, 503 and 504. A pure data structure: time is given to it, and chance.
 */
struct retry_rules {
    int max; /* how often a target is tried again; 0: not at all */
    int64_t
        delay_us; /* before the first time; each further one is twice as long, up to 2 minutes */
    int64_t
        until_us; /* what could not be tried again before that time is not; 0: any time will do */
};

struct retries {
    struct retry_rules rules;
    uint64_t random;      /* the state of chance; any but 0 */
    struct trial *trials; /* the targets that will be tried again */
};

void retries_release(struct retries *retries);

/*
 * Whether the result's target is to be tried again: at *again_us, a quarter sooner or later than
 * the rules say, so that those that failed together do not come back together; or exactly when
 * the server said (Retry-After, RFC 9110, section 10.2.3). The result is then kept here. If not, or
 * if there is no memory to keep it, the result carries from now on what its earlier attempts came
 * to. Either way *hold_until_us is what retries_hold_until_us() says.
 */
bool retries_note(struct retries *retries, struct result *result, int64_t now_us, int64_t *again_us,
                  int64_t *hold_until_us);

/*
 * The target is done with, and may be freed: its last result, if there is one that is not NULL,
 * carries what its earlier attempts came to.
 */
void retries_forget(struct retries *retries, const struct target *target, struct result *result);

/*
 * The result of a target that was to be tried again and will not be: the last one that it had.
 * False: it had none.
 */
bool retries_take(struct retries *retries, const struct target *target, struct result *result);

/*
 * Until when the host of a result is to be left alone by all; 0: it is not, as its server did not
 * ask for that, or for longer than is waited for: ten minutes, or what the rules allow. Any thread.
 */
int64_t retries_hold_until_us(const struct retry_rules *rules, const struct result *result,
                              int64_t now_us);

#endif

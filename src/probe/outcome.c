/* SPDX-License-Identifier: MIT */
#include "probe/outcome.h"

#include <stdlib.h>

void outcome_release(struct outcome *outcome)
{
    free(outcome->detail);
    free(outcome->location);
    free(outcome->final_url);
    *outcome = (struct outcome){0};
}

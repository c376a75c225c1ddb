/* SPDX-License-Identifier: MIT */
#include "probe/outcome.h"

#include <stdlib.h>

void outcome_forget_owned(struct outcome *outcome)
{
    free(outcome->detail);
    free(outcome->location);
    free(outcome->final_url);
    outcome->detail = outcome->location = outcome->final_url = NULL;
    excerpt_release(&outcome->body);
    excerpt_release(&outcome->headers);
}

void outcome_release(struct outcome *outcome)
{
    outcome_forget_owned(outcome);
    *outcome = (struct outcome){0};
}

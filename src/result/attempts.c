/* SPDX-License-Identifier: MIT */
#include "result/attempts.h"

#include <stdlib.h>

void attempts_add(struct attempts *attempts, const struct attempt_note *note)
{
    struct attempt_note *grown = realloc(attempts->notes, (attempts->count + 1) * sizeof(*grown));

    if (!grown) {
        free(note->message);
        return;
    }
    attempts->notes = grown;
    grown[attempts->count++] = *note;
}

void attempts_release(struct attempts *attempts)
{
    for (size_t i = 0; i < attempts->count; i++)
        free(attempts->notes[i].message);
    free(attempts->notes);
    *attempts = (struct attempts){0};
}

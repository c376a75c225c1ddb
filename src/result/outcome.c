/* SPDX-License-Identifier: MIT */
#include "result/outcome.h"

#include <stddef.h>
#include <stdlib.h>

void outcome_release_owned(struct outcome *outcome)
{
    free(outcome->detail);
    free(outcome->location);
    free(outcome->final_url);
    free(outcome->proxy);
    free(outcome->bad_certificate);
    free(outcome->cert_name);
    outcome->detail = outcome->location = outcome->final_url = outcome->proxy = NULL;
    outcome->bad_certificate = NULL;
    outcome->cert_name = NULL;
    byte_buffer_release(&outcome->body);
    byte_buffer_release(&outcome->headers);
}

void outcome_release(struct outcome *outcome)
{
    outcome_release_owned(outcome);
    *outcome = (struct outcome){0};
}

void outcome_subtract_stop(struct outcome *outcome)
{
    int64_t *const phases[] = {&outcome->resolve_us, &outcome->connect_us, &outcome->tls_us,
                               &outcome->processing_us, &outcome->transfer_us};
    const size_t count = sizeof(phases) / sizeof(phases[0]);
    int64_t excess_us = -outcome->total_us;

    for (size_t i = 0; i < count; i++)
        excess_us += *phases[i];
    while (excess_us > 0) {
        int64_t *longest = phases[0];
        int64_t part_us;

        for (size_t i = 1; i < count; i++) {
            if (*phases[i] > *longest)
                longest = phases[i];
        }
        if (*longest <= 0)
            return;
        part_us = *longest < excess_us ? *longest : excess_us;
        *longest -= part_us;
        excess_us -= part_us;
    }
}

const char *phase_name(enum phase phase)
{
    static const char *const names[] = {
        [PHASE_NONE] = "-",   [PHASE_RESOLVE] = "dns",   [PHASE_CONNECT] = "tcp",
        [PHASE_TLS] = "tls",  [PHASE_RESPONSE] = "http", [PHASE_BODY] = "http",
        [PHASE_DONE] = "http"};

    return names[phase];
}

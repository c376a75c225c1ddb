/* SPDX-License-Identifier: MIT */
#include "result/outcome.h"

#include <stddef.h>
#include <stdlib.h>

int64_t outcome_phase_us(const struct outcome *outcome, enum phase phase)
{
    bool is_certain =
        outcome->phase == phase || (outcome->phase == PHASE_DONE && phase >= PHASE_RESPONSE);
    int64_t time_us = 0;

    switch (phase) {
    case PHASE_RESOLVE: time_us = outcome->resolve_us; break;
    case PHASE_CONNECT: time_us = outcome->connect_us; break;
    case PHASE_TLS: time_us = outcome->tls_us; break;
    case PHASE_RESPONSE: time_us = outcome->processing_us; break;
    case PHASE_BODY: time_us = outcome->transfer_us; break;
    default: return -1;
    }
    return time_us || is_certain ? time_us : -1;
}

void outcome_note_stop(struct outcome *outcome)
{
    int64_t missing_us = outcome->total_us - outcome->resolve_us - outcome->connect_us -
                         outcome->tls_us - outcome->processing_us - outcome->transfer_us;

    if (missing_us <= 0)
        return;
    switch (outcome->phase) {
    case PHASE_RESOLVE: outcome->resolve_us += missing_us; break;
    case PHASE_CONNECT: outcome->connect_us += missing_us; break;
    case PHASE_TLS: outcome->tls_us += missing_us; break;
    case PHASE_RESPONSE: outcome->processing_us += missing_us; break;
    case PHASE_BODY: outcome->transfer_us += missing_us; break;
    default: break; /* all phases are over, or none began */
    }
}

void outcome_release_owned(struct outcome *outcome)
{
    free(outcome->detail);
    free(outcome->location);
    free(outcome->final_url);
    free(outcome->proxy);
    free(outcome->used_proxy);
    free(outcome->greeting);
    free(outcome->phrase);
    free(outcome->content_type);
    free(outcome->auth_schemes);
    free(outcome->bad_certificate);
    free(outcome->cert_name);
    free(outcome->cert_hosts);
    transfer_facts_free(outcome->transfer);
    outcome->transfer = NULL;
    outcome->detail = outcome->location = outcome->final_url = outcome->proxy = NULL;
    outcome->used_proxy = NULL;
    outcome->greeting = outcome->phrase = outcome->content_type = NULL;
    outcome->bad_certificate = NULL;
    outcome->cert_name = outcome->cert_hosts = outcome->auth_schemes = NULL;
    byte_buffer_release(&outcome->body);
    byte_buffer_release(&outcome->headers);
}

void outcome_release(struct outcome *outcome)
{
    outcome_release_owned(outcome);
    *outcome = (struct outcome){0};
}

void outcome_subtract_pause(struct outcome *outcome)
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

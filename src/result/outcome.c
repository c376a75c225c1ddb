/* SPDX-License-Identifier: MIT */
#include "result/outcome.h"

#include <stdlib.h>

void outcome_release_owned(struct outcome *outcome)
{
    free(outcome->detail);
    free(outcome->location);
    free(outcome->final_url);
    free(outcome->proxy);
    free(outcome->auth_schemes);
    free(outcome->bad_certificate);
    free(outcome->cert_name);
    outcome->detail = outcome->location = outcome->final_url = outcome->proxy = NULL;
    outcome->bad_certificate = NULL;
    outcome->cert_name = outcome->auth_schemes = NULL;
    byte_buffer_release(&outcome->body);
    byte_buffer_release(&outcome->headers);
}

void outcome_release(struct outcome *outcome)
{
    outcome_release_owned(outcome);
    *outcome = (struct outcome){0};
}

const char *phase_name(enum phase phase)
{
    static const char *const names[] = {
        [PHASE_NONE] = "-",   [PHASE_RESOLVE] = "dns",   [PHASE_CONNECT] = "tcp",
        [PHASE_TLS] = "tls",  [PHASE_RESPONSE] = "http", [PHASE_BODY] = "http",
        [PHASE_DONE] = "http"};

    return names[phase];
}

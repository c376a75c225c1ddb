/* SPDX-License-Identifier: MIT */
#include "result/transfer_facts.h"

#include <stdlib.h>

void transfer_facts_free(struct transfer_facts *facts)
{
    if (!facts)
        return;
    free(facts->effective_url);
    free(facts->redirect_url);
    free(facts->method);
    free(facts->scheme);
    free(facts->referer);
    free(facts->local_ip);
    free(facts);
}

/* SPDX-License-Identifier: MIT */
#ifndef PROBE_GETINFO_H
#define PROBE_GETINFO_H

#include <curl/curl.h>

#include "result/transfer_facts.h"

/* What the handle says of its last transfer. transfer_facts_free() frees it. */
struct transfer_facts *getinfo_facts(CURL *easy);

#endif

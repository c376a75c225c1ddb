/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_NAGIOS_H
#define OUTPUT_NAGIOS_H

#include "base/text.h"
#include "input/settings.h"
#include "output/totals.h"

/*
 * The states of a monitoring plugin: its exit status, and the second word of what it prints
 * (https://www.monitoring-plugins.org/doc/guidelines.html).
 */
enum nagios_state { NAGIOS_OK, NAGIOS_WARNING, NAGIOS_CRITICAL, NAGIOS_UNKNOWN };

/*
 * The state of a run. A FAILED URL makes it CRITICAL whatever else happened, unless --min-ok is
 * reached. If there is none, but not every URL has a verdict, it is UNKNOWN; so it is if --state could not
 * remember what would be OK or WARNING.
 */
enum nagios_state nagios_state(const struct settings *settings, const struct totals *totals);

/* Prints what there is to say if there are no results: the reason is a sentence, not yet escaped. */
void nagios_print_unknown(struct text *out, const char *reason);

#endif

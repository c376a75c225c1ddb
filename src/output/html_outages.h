/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_HTML_OUTAGES_H
#define OUTPUT_HTML_OUTAGES_H

#include "base/text.h"
#include "status.h"

/*
 * The section of the status page with its outages, the last one first. Those that began and ended with the
 * same runs, for the same reason, are one row: mostly they have one cause.
 */
void html_print_outages(struct text *out, const struct status *status);

#endif

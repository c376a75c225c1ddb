/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_FILE_LINK_H
#define OUTPUT_FILE_LINK_H

#include "input/format_names.h"
#include "input/settings.h"

/*
 * The relative URL (RFC 3986, section 4.2) that leads from the file of one format of this run to that of
 * another, for pages that are served from the folders that they are written to. NULL: there are not both,
 * or one is no file, or their names do not tell how to get from one to the other. The caller frees it.
 */
char *file_link(const struct settings *settings, enum format_name from, enum format_name to);

/* The last part of the file's name, as a relative URL; NULL: it is no file. The caller frees it. */
char *file_link_own(const struct settings *settings, enum format_name format);

#endif

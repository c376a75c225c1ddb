/* SPDX-License-Identifier: MIT */
#ifndef INPUT_TARGET_PARSER_H
#define INPUT_TARGET_PARSER_H

#include <stddef.h>

#include "input/settings.h"
#include "input/target.h"

/* Makes targets from operands and from the lines of lists. For one thread at a time. */
struct target_parser;

/*
 * A parser that adds attributes to the given check: &settings->check, or that of canaries. It
 * borrows both arguments.
 */
struct target_parser *target_parser_new(const struct settings *settings, const struct check *check);
void target_parser_free(struct target_parser *parser);

/*
 * From now on, attributes may not use files and variables of this machine, for this reason (NULL:
 * they may, as at first): src/input/list_trust.h. The text is borrowed.
 */
void target_parser_distrust(struct target_parser *parser, const char *reason);

/*
 * The target for an item of length bytes: an operand, which is a URL; or, if source has a file, a
 * line, which is a URL and perhaps attributes (attributes.h), with blanks around them. An item that
 * cannot be checked gives a target with a problem (target_refuse.h).
 * The caller frees it. NULL with errno only if this machine is to blame: error_is_shortage().
 */
struct target *target_parse(struct target_parser *parser, const char *item, size_t length,
                            struct source source);

#endif

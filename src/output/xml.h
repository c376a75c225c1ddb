/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_XML_H
#define OUTPUT_XML_H

#include "base/text.h"

/*
 * Prints text that base/escape.h has escaped, so that an XML 1.0 parser reads exactly this text: in an
 * attribute in double quotes, or between tags. HTML parsers read the same. NULL prints nothing.
 */
void xml_print(struct text *out, const char *escaped);

/* The same for text from outside, which is escaped by a function of base/escape.h first. */
void xml_print_text(struct text *out, char *(*escape)(const char *), const char *text);

#endif

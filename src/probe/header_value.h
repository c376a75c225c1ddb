/* SPDX-License-Identifier: MIT */
#ifndef PROBE_HEADER_VALUE_H
#define PROBE_HEADER_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* Reads the status line and values of headers, which no NUL needs to end. */

/* Space or tab: RFC 9110, section 5.6.3. */
static inline bool header_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/*
 * Whether a header line has this name, in upper or lower case. Inline: each line is compared with ten
 * literals, whose lengths the compiler then knows.
 */
static inline bool header_is(const char *line, size_t length, const char *name)
{
    size_t name_length = strlen(name);

    return length > name_length && line[name_length] == ':' &&
           strncasecmp(line, name, name_length) == 0;
}

/* Whether a value that is a list of words has this one, which is in lower case. */
bool header_has_word(const char *value, size_t length, const char *word);

/* Moves *value and *length to what is left without the blanks around it and the end of the line. */
void header_trim(const char **value, size_t *length);

/*
 * The status in "HTTP/1.1 200 OK" (RFC 9112, section 4); 0 if it is no such line. libcurl is laxer:
 * it takes "http/1.1 500" for a status of 200. *phrase is set to what follows the status.
 */
int header_status(const char *line, size_t length, const char **phrase);

/*
 * Reads the value of Content-Length: a number, or the same number several times with commas between
 * (RFC 9110, section 8.6). *bytes is that of an earlier such header, or -1. 0, or -1: it is something
 * else, or differs from the earlier one, so that the end of the body is unknown (RFC 9112,
 * section 6.3). libcurl 7.88 takes "3aa" for 3 and "0x3" for 0.
 */
int header_content_length(const char *value, size_t length, int64_t *bytes);

/* Whether Content-Encoding lists a compression; some servers send "utf-8" or "none" in it. */
bool header_is_compression(const char *value, size_t length);

#endif

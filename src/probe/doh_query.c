/* SPDX-License-Identifier: MIT */
#include "doh_query.h"

#include <string.h>

/* RFC 1035, sections 3.2 and 4.1. */
enum { TYPE_A = 1, TYPE_AAAA = 28, CLASS_IN = 1 };
enum { RCODE_NO_ERROR = 0, RCODE_NO_NAME = 3 };
#define HEADER_BYTES 12
#define LABEL_BYTES 63
#define RECORD_BYTES 10 /* type, class, TTL, length of the data */

/* Appends the name as labels with their lengths. 0, or -1: a label or the name is too long. */
static int add_name(struct doh_query *query, const char *name)
{
    while (*name) {
        size_t length = strcspn(name, ".");

        if (length == 0 || length > LABEL_BYTES ||
            query->length + 1 + length + 5 > sizeof(query->bytes))
            return -1;
        query->bytes[query->length] = (unsigned char)length;
        memcpy(query->bytes + query->length + 1, name, length);
        query->length += 1 + length;
        name += length + (name[length] == '.');
    }
    query->bytes[query->length++] = 0; /* the root */
    return 0;
}

int doh_query_make(struct doh_query *query, const char *name, bool is_ipv6)
{
    unsigned char end[] = {0, is_ipv6 ? TYPE_AAAA : TYPE_A, 0, CLASS_IN};

    *query = (struct doh_query){.length = HEADER_BYTES};
    query->bytes[2] = 1; /* recursion desired */
    query->bytes[5] = 1; /* one question; its ID is 0: RFC 8484, section 4.1 */
    if (add_name(query, name))
        return -1;
    memcpy(query->bytes + query->length, end, sizeof(end));
    query->length += sizeof(end);
    return 0;
}

static unsigned read_16(const unsigned char *bytes)
{
    return (unsigned)bytes[0] << 8 | bytes[1];
}

/* The end of a name: labels, then the root or a pointer (RFC 1035, section 4.1.4); NULL: cut off. */
static const unsigned char *skip_name(const unsigned char *at, const unsigned char *end)
{
    while (at < end && *at && *at < 0xc0)
        at += 1 + *at;
    if (at < end)
        at += *at ? 2 : 1;
    return at <= end ? at : NULL;
}

/* Whether one of the answer's records has the type; records that are cut off do not count. */
static bool has_record(const unsigned char *at, const unsigned char *end, unsigned count,
                       unsigned type)
{
    for (; count; count--) {
        at = skip_name(at, end);
        if (!at || end - at < RECORD_BYTES || end - at - RECORD_BYTES < read_16(at + 8))
            return false;
        if (read_16(at) == type)
            return true;
        at += RECORD_BYTES + read_16(at + 8);
    }
    return false;
}

enum lookup_status doh_query_read_answer(const struct doh_query *query, const void *answer,
                                         size_t length)
{
    const unsigned char *bytes = answer;
    unsigned type = read_16(query->bytes + query->length - 4);
    bool is_answer = length >= query->length && bytes[0] == 0 && bytes[1] == 0 &&
                     (bytes[2] & 0x80) && bytes[4] == 0 && bytes[5] == 1 &&
                     memcmp(bytes + HEADER_BYTES, query->bytes + HEADER_BYTES,
                            query->length - HEADER_BYTES) == 0;

    if (!is_answer)
        return LOOKUP_NONE;
    switch (bytes[3] & 0x0f) {
    case RCODE_NO_ERROR:
        return has_record(bytes + query->length, bytes + length, read_16(bytes + 6), type)
                   ? LOOKUP_FOUND
                   : LOOKUP_NO_NAME;
    case RCODE_NO_NAME: return LOOKUP_NO_NAME;
    default: return LOOKUP_FAILED;
    }
}

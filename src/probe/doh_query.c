/* SPDX-License-Identifier: MIT */
#include "doh_query.h"

#include <string.h>

/* RFC 1035, sections 3.2 and 4.1. */
enum { TYPE_A = 1, TYPE_AAAA = 28, CLASS_IN = 1 };
enum { RCODE_NO_ERROR = 0, RCODE_NO_NAME = 3 };
#define HEADER_BYTES 12
#define LABEL_BYTES 63

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

enum lookup_status doh_query_read_answer(const struct doh_query *query, const void *answer,
                                         size_t length)
{
    const unsigned char *bytes = answer;
    bool is_answer = length >= query->length && bytes[0] == 0 && bytes[1] == 0 &&
                     (bytes[2] & 0x80) && bytes[4] == 0 && bytes[5] == 1 &&
                     memcmp(bytes + HEADER_BYTES, query->bytes + HEADER_BYTES,
                            query->length - HEADER_BYTES) == 0;

    if (!is_answer)
        return LOOKUP_NONE;
    switch (bytes[3] & 0x0f) {
    case RCODE_NO_ERROR: return LOOKUP_FOUND;
    case RCODE_NO_NAME: return LOOKUP_NO_NAME;
    default: return LOOKUP_FAILED;
    }
}

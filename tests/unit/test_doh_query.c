/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "probe/doh_query.h"

/* RFC 1035, section 4.1: ID 0, recursion desired, one question. */
static const unsigned char query_bytes[] = {
    0, 0,   1,   0,   0,   1, 0,   0,   0,   0,   0, 0, /* header */
    4, 'n', 'a', 'm', 'e', 4, 't', 'e', 's', 't', 0,    /* name */
    0, 1,   0,   1,                                     /* A, IN */
};

/* A record of the answer: a pointer to the name, type, class, TTL, data. */
static const unsigned char cname[] = {0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 2, 0xc0, 12};
static const unsigned char address[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1};

static struct doh_query query;
static unsigned char answer[128];

static enum lookup_status read_answer(size_t length)
{
    return doh_query_read_answer(&query, answer, length);
}

static int setup(void **state)
{
    (void)state;
    assert_int_equal(doh_query_make(&query, "name.test", false), 0);
    memset(answer, 0, sizeof(answer));
    memcpy(answer, query.bytes, query.length);
    answer[2] = 0x81;
    answer[3] = 0x80;
    return 0;
}

TEST(a_query)
{
    assert_int_equal(query.length, sizeof(query_bytes));
    assert_memory_equal(query.bytes, query_bytes, sizeof(query_bytes));
    assert_int_equal(doh_query_make(&query, "name.test.", true), 0);
    assert_int_equal(query.length, sizeof(query_bytes));
    assert_int_equal(query.bytes[24], 28);
}

TEST(names_that_dns_cannot_hold)
{
    char name[300];

    assert_int_equal(doh_query_make(&query, "a..b", false), -1);
    memset(name, 'a', sizeof(name));
    name[64] = '\0';
    assert_int_equal(doh_query_make(&query, name, false), -1);
    name[63] = '\0';
    assert_int_equal(doh_query_make(&query, name, false), 0);
    for (size_t i = 0; i < sizeof(name) - 1; i++)
        name[i] = i % 2 ? '.' : 'a';
    name[sizeof(name) - 1] = '\0';
    assert_int_equal(doh_query_make(&query, name, false), -1);
    name[253] = '\0'; /* 127 labels of one letter: 255 bytes */
    assert_int_equal(doh_query_make(&query, name, false), 0);
    assert_int_equal(query.length, DOH_QUERY_BYTES);
}

TEST(answers)
{
    static const enum lookup_status statuses[16] = {[0] = LOOKUP_NO_NAME,
                                                    [1] = LOOKUP_FAILED,
                                                    [2] = LOOKUP_FAILED,
                                                    [3] = LOOKUP_NO_NAME,
                                                    [5] = LOOKUP_FAILED};

    for (unsigned char rcode = 0; rcode < 16; rcode++) {
        answer[3] = 0x80 | rcode;
        assert_int_equal(read_answer(query.length),
                         statuses[rcode] ? statuses[rcode] : LOOKUP_FAILED);
        assert_int_equal(read_answer(sizeof(answer)), read_answer(query.length));
    }
}

TEST(records)
{
    size_t length = query.length;

    memcpy(answer + length, cname, sizeof(cname));
    length += sizeof(cname);
    answer[7] = 1;
    assert_int_equal(read_answer(length), LOOKUP_NO_NAME);
    memcpy(answer + length, address, sizeof(address));
    length += sizeof(address);
    assert_int_equal(read_answer(length), LOOKUP_NO_NAME); /* not counted */
    answer[7] = 2;
    assert_int_equal(read_answer(length), LOOKUP_FOUND);
    for (size_t cut = query.length; cut < length; cut++)
        assert_int_equal(read_answer(cut), LOOKUP_NO_NAME);
    /* A name without a pointer, and one that leads beyond the end. */
    answer[query.length] = 1;
    answer[query.length + 1] = 'a';
    answer[query.length + 2] = 63;
    assert_int_equal(read_answer(length), LOOKUP_NO_NAME);
}

/* Another web server's page, an answer to something else, or less than an answer. */
TEST(garbage)
{
    for (size_t length = 0; length < query.length; length++)
        assert_int_equal(read_answer(length), LOOKUP_NONE);
    for (size_t i = 0; i < query.length; i++) {
        bool is_free = i == 3 || (i >= 6 && i < 12); /* flags, numbers of records */

        answer[i] ^= 0x80;
        if (!is_free)
            assert_int_equal(read_answer(query.length), LOOKUP_NONE);
        answer[i] ^= 0x80;
    }
    assert_int_equal(doh_query_read_answer(&query, "<!DOCTYPE html><title>Welcome</title>", 37),
                     LOOKUP_NONE);
    assert_int_equal(doh_query_read_answer(&query, NULL, 0), LOOKUP_NONE);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_query, setup),
        cmocka_unit_test_setup(names_that_dns_cannot_hold, setup),
        cmocka_unit_test_setup(answers, setup),
        cmocka_unit_test_setup(records, setup),
        cmocka_unit_test_setup(garbage, setup),
    };

    return RUN_TESTS(tests);
}

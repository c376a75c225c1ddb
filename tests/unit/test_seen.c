/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "results/dedup.h"

/* The set of keys that were seen. */

#define KEYS 20000

static int add_number(struct dedup *seen, size_t number)
{
    char key[32];
    int length = sprintf(key, "http://host%zu/", number);

    return dedup_add(seen, key, (size_t)length);
}

TEST(a_key_is_new_once)
{
    struct dedup *seen = dedup_new();

    assert_non_null(seen);
    assert_int_equal(dedup_add(seen, "a", 1), 1);
    assert_int_equal(dedup_add(seen, "a", 1), 0);
    assert_int_equal(dedup_add(seen, "b", 1), 1);
    assert_int_equal(dedup_add(seen, "a", 1), 0);
    dedup_free(seen);
    dedup_free(NULL);
}

TEST(keys_are_told_apart_by_every_byte_and_by_length)
{
    struct dedup *seen = dedup_new();

    assert_int_equal(dedup_add(seen, "", 0), 1);
    assert_int_equal(dedup_add(seen, "\0", 1), 1);
    assert_int_equal(dedup_add(seen, "\0\0", 2), 1);
    assert_int_equal(dedup_add(seen, "a\0", 2), 1);
    assert_int_equal(dedup_add(seen, "A", 1), 1);
    assert_int_equal(dedup_add(seen, "", 0), 0);
    assert_int_equal(dedup_add(seen, "a\0b", 2), 0);
    dedup_free(seen);
}

/* Through many growths: none is forgotten, none is taken for another. */
TEST(many_keys_are_all_remembered)
{
    struct dedup *seen = dedup_new();

    for (size_t i = 0; i < KEYS; i++) {
        assert_int_equal(add_number(seen, i), 1);
        assert_int_equal(add_number(seen, i / 2), 0);
    }
    for (size_t i = 0; i < KEYS; i++)
        assert_int_equal(add_number(seen, i), 0);
    dedup_free(seen);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_new_once),
        cmocka_unit_test(keys_are_told_apart_by_every_byte_and_by_length),
        cmocka_unit_test(many_keys_are_all_remembered),
    };

    return RUN_TESTS(tests);
}

/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "results/dedup.h"

#define KEYS 20000

static bool add_number(struct dedup *dedup, size_t number)
{
    char key[32];
    int length = sprintf(key, "http://host%zu/", number);

    return dedup_add(dedup, key, (size_t)length);
}

TEST(a_key_is_new_once)
{
    struct dedup *dedup = dedup_new();

    assert_false(dedup_has(dedup, "a", 1));
    assert_true(dedup_add(dedup, "a", 1));
    assert_true(dedup_has(dedup, "a", 1));
    assert_false(dedup_add(dedup, "a", 1));
    assert_false(dedup_has(dedup, "b", 1));
    assert_true(dedup_add(dedup, "b", 1));
    assert_false(dedup_add(dedup, "a", 1));
    dedup_free(dedup);
    dedup_free(NULL);
}

TEST(keys_differ_by_any_byte_and_by_length)
{
    struct dedup *dedup = dedup_new();

    assert_true(dedup_add(dedup, "", 0));
    assert_true(dedup_add(dedup, "\0", 1));
    assert_true(dedup_add(dedup, "\0\0", 2));
    assert_true(dedup_add(dedup, "a\0", 2));
    assert_true(dedup_add(dedup, "A", 1));
    assert_false(dedup_add(dedup, "", 0));
    assert_false(dedup_add(dedup, "a\0b", 2));
    dedup_free(dedup);
}

/* The tables grow many times. */
TEST(many_keys_are_all_remembered)
{
    struct dedup *dedup = dedup_new();

    for (size_t i = 0; i < KEYS; i++) {
        assert_true(add_number(dedup, i));
        assert_false(add_number(dedup, i / 2));
    }
    for (size_t i = 0; i < KEYS; i++)
        assert_false(add_number(dedup, i));
    dedup_free(dedup);
}

TEST(equal_texts_are_numbered)
{
    struct dedup *dedup = dedup_new();

    assert_int_equal(dedup_add_numbered(dedup, "a"), 1);
    for (size_t i = 2; i < 1000; i++)
        assert_int_equal(dedup_add_numbered(dedup, "a"), i);
    assert_false(dedup_add(dedup, "a #5", 4));
    assert_int_equal(dedup_add_numbered(dedup, "b #2"), 1);
    assert_int_equal(dedup_add_numbered(dedup, "b"), 1);
    assert_int_equal(dedup_add_numbered(dedup, "b"), 3);
    dedup_free(dedup);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_new_once),
        cmocka_unit_test(keys_differ_by_any_byte_and_by_length),
        cmocka_unit_test(many_keys_are_all_remembered),
        cmocka_unit_test(equal_texts_are_numbered),
    };

    return RUN_TESTS(tests);
}

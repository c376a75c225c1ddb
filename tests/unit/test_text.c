/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/text.h"

#define MANY 100000

static void expect(struct text *text, const char *wanted)
{
    assert_int_equal(text->length, strlen(wanted));
    if (text->length)
        assert_memory_equal(text->bytes, wanted, text->length);
    text_release(text);
}

TEST(nothing_is_empty)
{
    struct text text = {0};

    text_add(&text, "");
    text_add_bytes(&text, NULL, 0);
    assert_null(text.bytes);
    expect(&text, "");
}

TEST(parts_follow_each_other)
{
    struct text text = {0};

    text_add(&text, "ab");
    text_add_char(&text, 'c');
    text_add_bytes(&text, "defg", 2);
    text_add_all(&text, "h", "");
    text_add_all(&text, "", "i", "j", "", "", "", "", "k");
    text_addf(&text, "%d-%s", 7, "x");
    text_add_decimal(&text, -1234567, 6);
    text_add_decimal(&text, INT64_MIN, 0);
    text_add_decimal(&text, 5, 3);
    for (int64_t number = -1; number <= 10; number++)
        text_add_decimal(&text, number, 0);
    expect(&text, "abcdehijk7-x-1.234567-92233720368547758080.005-1012345678910");
}

TEST(it_grows)
{
    struct text text = {0};

    for (int i = 0; i < MANY; i++) {
        text_add_char(&text, (char)('a' + i % 26));
        text_add(&text, "0123456789");
    }
    assert_int_equal(text.length, 11 * MANY);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(text.bytes[11 * i], 'a' + i % 26);
        assert_memory_equal(text.bytes + 11 * i + 1, "0123456789", 10);
    }
    text_release(&text);
}

TEST(long_formatted_text_is_complete)
{
    struct text text = {0};
    char *wanted = calloc(1, MANY + 1);

    memset(wanted, 'x', MANY);
    text_addf(&text, "%s", wanted);
    expect(&text, wanted);
    for (size_t length = 250; length < 260; length++) {
        wanted[length] = '\0';
        text_addf(&text, "%s", wanted);
        expect(&text, wanted);
        wanted[length] = 'x';
    }
    free(wanted);
}

TEST(cleared_text_keeps_its_memory)
{
    struct text text = {0};
    const char *bytes;

    text_add(&text, "old");
    bytes = text.bytes;
    text_clear(&text);
    text_add(&text, "new one");
    assert_ptr_equal(text.bytes, bytes);
    expect(&text, "new one");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_empty),
        cmocka_unit_test(parts_follow_each_other),
        cmocka_unit_test(it_grows),
        cmocka_unit_test(long_formatted_text_is_complete),
        cmocka_unit_test(cleared_text_keeps_its_memory),
    };

    begin_tests();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

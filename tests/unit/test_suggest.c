/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "input/suggest.h"

/* Suggestions for unknown names. */

static const char *const names[] = {"head",   "header", "max-time", "max-redirs",
                                    "format", "ipv4",   "ipv6",     "name"};

static const char *nearest(const char *typed)
{
    struct suggestion suggestion = suggest_begin(typed, strlen(typed));

    for (size_t i = 0; i < COUNT_OF(names); i++)
        suggest_consider(&suggestion, names[i]);
    return suggestion.nearest;
}

static void expect(const char *typed, const char *wanted)
{
    const char *got = nearest(typed);

    if (!wanted && got)
        fail_msg("'%s' is taken for '%s'", typed, got);
    if (wanted && (!got || strcmp(got, wanted) != 0))
        fail_msg("'%s' is taken for '%s', not '%s'", typed, got ? got : "nothing", wanted);
}

TEST(one_error_of_each_kind)
{
    expect("max-tme", "max-time");
    expect("max-timee", "max-time");
    expect("max-tine", "max-time");
    expect("max-tiem", "max-time");
    expect("amx-time", "max-time");
    expect("maxtime", "max-time");
    expect("Format", "format");
}

TEST(the_nearest_of_several)
{
    expect("heade", "head");
    expect("headr", "head");
    expect("headre", "header");
    expect("max-redir", "max-redirs");
}

TEST(a_beginning_is_near)
{
    expect("max-r", "max-redirs");
    expect("for", "format");
    expect("hea", "head");
}

TEST(more_errors_in_a_longer_name)
{
    expect("mx-redisr", "max-redirs");
    expect("famt", NULL);
    expect("nmae", "name");
    expect("mnae", NULL);
}

TEST(distant_names_are_not_suggested)
{
    expect("frobnicate", NULL);
    expect("timeout", NULL);
    expect("x", NULL);
    expect("he", NULL);
    expect("", NULL);
    expect("a-name-that-is-longer-than-any-that-there-could-ever-be", NULL);
}

TEST(length_counts)
{
    struct suggestion suggestion = suggest_begin("heap=x", 4);

    suggest_consider(&suggestion, "head");
    assert_string_equal(suggestion.nearest, "head");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_error_of_each_kind),
        cmocka_unit_test(the_nearest_of_several),
        cmocka_unit_test(a_beginning_is_near),
        cmocka_unit_test(more_errors_in_a_longer_name),
        cmocka_unit_test(distant_names_are_not_suggested),
        cmocka_unit_test(length_counts),
    };

    return RUN_TESTS(tests);
}

/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>
#include <locale.h>
#include <regex.h>
#include <stdlib.h>

#include "base/thread.h"
#include "input/pattern.h"

/* Regular expressions: which there are, and what they find in text of any kind. */

static const char *const accepted[] = {
    "a",    "^$",          "a|b",         "(a|b)*c",  "a{2}",   "a{2,}",   "a{2,4}",
    "[]a]", "[^]a]",       "[a\\]",       "a\\)",     "\\(",    "[()]",    "a.*b",
    "()",   "[{*+?|]",     "(\xc3\xa9)+", "\xc3\xa9", "a{255}", "x.{50}y", "((((a))))*",
    "^a",   "[[:digit:]]", "[[.-.]]",     "a$|^b",    "\\.",    "(ab?)+",
};

static const struct {
    const char *pattern, *what;
} refused[] = {
    {"", "empty"},
    {"(", "Unmatched ("},
    {"(()", "Unmatched ("},
    {")", "without its ("},
    {"a)|b", "without its ("},
    {"(a))", "without its ("},
    {"[a", "Unmatched ["},
    {"[[:nothing:]]", "character class"},
    {"a{2,1}", "Invalid"},
    {"*", "preceding"},
    {"a\\", "backslash"},
    {"(a)\\1", "back-reference"},
    {"\\9", "back-reference"},
    {"[\xc3\xa9]", "within []"},
    {"[a[:alpha:]\xff]", "within []"},
    {"\xc3\xa9*", "within ()"},
    {"\xff{2}", "within ()"},
    {"a{1001}", "too large"},
    {"a.*b{13}", "a count over 12 beside *"},
    {"(a{13}|b)+", "a count over 12 beside *"},
    {"a{13,}", "a count over 12 beside *"},
    {"(a{50}){50}", "too large"},
    {"((a?){100}b){10}", "too large"},
    {"a{99999999999999999999}", "too large"},
    {"(((((((((((((((((((((a)))))))))))))))))))))", "parentheses"},
};

TEST(right_ones_are_accepted)
{
    struct error error;

    for (size_t i = 0; i < COUNT_OF(accepted); i++) {
        if (pattern_check(accepted[i], &error))
            fail_msg("'%s' is refused: %s", accepted[i], error.text);
    }
}

TEST(wrong_ones_are_refused)
{
    struct error error;

    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        errno = 0;
        if (pattern_check(refused[i].pattern, &error) == 0)
            fail_msg("'%s' is not refused", refused[i].pattern);
        assert_int_equal(errno, EINVAL);
        if (!strstr(error.text, refused[i].what))
            fail_msg("'%s': '%s' does not say '%s'", refused[i].pattern, error.text,
                     refused[i].what);
    }
}

#define TEXT(literal) literal, sizeof(literal) - 1

static const struct {
    const char *pattern, *text;
    size_t length;
    bool cut;
    int found;
} searches[] = {
    {"b", TEXT("abc"), false, 1},
    {"d", TEXT("abc"), false, 0},
    {"^b", TEXT("a\nb\nc"), false, 1},
    {"^b$", TEXT("a\r\nb\r\nc"), false, 1},
    {"^b$", TEXT("a\0b\0c"), false, 1},
    {"c", TEXT("\0\0\0c"), false, 1},
    {"a.*b", TEXT("a\nb"), false, 0},
    {"a.*b", TEXT("a\0b"), false, 0},
    {"a.*b", TEXT("xxaxxbxx"), false, 1},
    {"a[^x]b", TEXT("a\nb"), false, 0},
    {"a.*b", TEXT("a\xff\xc3 b"), false, 1},
    {"^.{4}$", TEXT("a\xff\xc3 "), false, 1},
    {"\xc3\xa9", TEXT("caf\xc3\xa9"), false, 1},
    {"^$", TEXT(""), false, 1},
    {"^$", TEXT("a\n"), false, 0},
    {"^$", TEXT("a\n\nb"), false, 1},
    {"^$", TEXT("a\r\n\r\nb"), false, 1},
    {"b$", TEXT("a\nb"), false, 1},
    {"b$", TEXT("a\nb"), true, 0},
    {"a$", TEXT("a\nb"), true, 1},
    {"b", TEXT("a\nb"), true, 1},
    {"a|^b", TEXT("xb"), false, 0},
    {"(^a|b$)+", TEXT("xb"), false, 1},
    {"^(a|b)*$", TEXT("abbac\nabba"), false, 1},
    {"[[:digit:]]{3}", TEXT("12 345"), false, 1},
    {"x.{3}y.*z", TEXT("xxx123yyz"), false, 1},
    {"x.{12}y.*z", TEXT("x012345678901y z"), false, 1},
    {"x.{12}y.*z", TEXT("x01234567890y z"), false, 0},
    {"x.{20}y", TEXT("x01234567890123456789y z"), false, 1},
};

/* At the end of a block of its own size, so that memory checkers see a byte too far. */
static int search(const char *pattern, const char *text, size_t length, bool cut)
{
    char *copy = malloc(length + 1);
    int found;

    assert_non_null(copy);
    memcpy(copy, text, length);
    found = pattern_search(pattern, copy, length, cut);
    free(copy);
    return found;
}

TEST(lines_are_searched)
{
    for (size_t i = 0; i < COUNT_OF(searches); i++) {
        int found =
            search(searches[i].pattern, searches[i].text, searches[i].length, searches[i].cut);

        if (found != searches[i].found)
            fail_msg("'%s', number %zu: %d", searches[i].pattern, i, found);
    }
}

/* Where the locale knows letters of many bytes, . would stop at what is none. */
TEST(locale_changes_nothing)
{
    const char *before = setlocale(LC_CTYPE, "C.UTF-8");

    if (before)
        lines_are_searched(state);
    setlocale(LC_CTYPE, "C");
}

/* A random expression over a and b, in what is mostly its right form. */
static void write_pattern(uint64_t *random, char *text, size_t size, int depth)
{
    static const char *const atoms[] = {"a", "b", ".", "[ab]", "[^a]", "^", "$", "a.*", "b+"};
    static const char *const repeats[] = {"", "", "", "*", "+", "?", "{2}", "{0,1}"};
    size_t count = 1 + random_below(random, 4);

    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        char inner[256] = "";
        size_t length = strlen(text);

        if (depth && random_below(random, 3) == 0)
            write_pattern(random, inner, sizeof(inner) / 2, depth - 1);
        snprintf(text + length, size - length, "%s%s%s%s%s",
                 i && random_below(random, 4) == 0 ? "|" : "", *inner ? "(" : "",
                 *inner ? inner : atoms[random_below(random, COUNT_OF(atoms))], *inner ? ")" : "",
                 *inner ? repeats[random_below(random, COUNT_OF(repeats))] : "");
    }
}

static void write_text(uint64_t *random, char *text, size_t length)
{
    static const char letters[] = {'a', 'b', 'a', 'b', 'c', '\n', '\0'};

    for (size_t i = 0; i < length; i++)
        text[i] = letters[random_below(random, COUNT_OF(letters))];
    text[length] = '\0';
}

/* What regexec() finds in each line by itself. */
static bool found_plainly(const char *pattern, const char *text, size_t length)
{
    regex_t compiled;
    bool found = false;

    assert_int_equal(regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB), 0);
    for (size_t at = 0; !found && (at < length || at == 0);) {
        size_t end = at;
        char line[64];

        while (end < length && text[end] != '\n' && text[end] != '\0')
            end++;
        snprintf(line, sizeof(line), "%.*s", (int)(end - at), text + at);
        found = regexec(&compiled, line, 0, NULL, 0) == 0;
        at = end + 1;
    }
    regfree(&compiled);
    return found;
}

TEST(random_ones_find_what_regexec_does)
{
    uint64_t random = random_seed(1);
    size_t tried = 0, found = 0;

    while (tried < 20000) {
        char pattern[256], text[33];
        size_t length = random_below(&random, 32);
        struct error error;
        bool wanted;

        write_pattern(&random, pattern, sizeof(pattern), 2);
        write_text(&random, text, length);
        if (pattern_check(pattern, &error))
            continue;
        wanted = found_plainly(pattern, text, length);
        if (search(pattern, text, length, false) != wanted)
            fail_msg("'%s' in number %zu: not %d", pattern, tried, wanted);
        tried++;
        found += wanted;
    }
    assert_in_range(found, tried / 10, tried * 9 / 10);
}

/* From each of its beginnings to the end of the line it would be hours: HANG_S comes first. */
TEST(long_lines_take_no_longer_than_they_are_long)
{
    static const char *const patterns[] = {"foo.*bar", "(foo)+ ", "f.*o.*o.*b", "^(foo|o)*$|bar+",
                                           "(fo+){3,}bar"};
    const size_t length = ((size_t)1 << 20) / 3 * 3;
    char *text = malloc(length + 1);

    assert_non_null(text);
    for (size_t i = 0; i < length; i++)
        text[i] = "foo"[i % 3];
    for (size_t i = 0; i < COUNT_OF(patterns); i++)
        assert_int_equal(pattern_search(patterns[i], text, length, false), i == 3);
    free(text);
}

/* The largest of each kind that is accepted. */
static void write_large(char *text, int kind)
{
    static const char *const units[] = {"a?", "a|", "a*", "(a)", "a", "(a?)"};
    char shorter[2048] = "";
    struct error error;

    text[0] = '\0';
    if (kind == (int)COUNT_OF(units)) {
        strcpy(text, "((((((((((((((((((((a*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*");
        return;
    }
    while (strlen(shorter) < 2000) {
        strcat(shorter, units[kind]);
        if (pattern_check(shorter, &error))
            break;
        strcpy(text, shorter);
    }
}

static void *search_on_small_stack(void *patterns)
{
    char(*pattern)[2048] = patterns;
    char text[] = "zzzaaaaaaaaaaaaaaab";

    for (int kind = 0; kind < 7; kind++) {
        if (pattern_search(pattern[kind], text, sizeof(text) - 1, false) < 0)
            return patterns;
    }
    return NULL;
}

/* Of the size that the crew's threads have. */
TEST(large_ones_fit_on_a_checks_stack)
{
    static char patterns[7][2048];
    struct error error;
    pthread_t thread;
    void *wrong;

    for (int kind = 0; kind < 7; kind++) {
        write_large(patterns[kind], kind);
        if (pattern_check(patterns[kind], &error))
            fail_msg("%s", error.text);
    }
    assert_int_equal(thread_start(&thread, (size_t)128 * 1024, search_on_small_stack, patterns), 0);
    assert_int_equal(pthread_join(thread, &wrong), 0);
    assert_null(wrong);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_ones_are_accepted),
        cmocka_unit_test(wrong_ones_are_refused),
        cmocka_unit_test(lines_are_searched),
        cmocka_unit_test(locale_changes_nothing),
        cmocka_unit_test(random_ones_find_what_regexec_does),
        cmocka_unit_test(long_lines_take_no_longer_than_they_are_long),
        cmocka_unit_test(large_ones_fit_on_a_checks_stack),
    };

    return RUN_TESTS(tests);
}

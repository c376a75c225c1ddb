/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>
#include <locale.h>
#include <regex.h>
#include <stdlib.h>
#include <time.h>

#include "base/thread.h"
#include "input/pattern.h"

/* Regular expressions: which are accepted, what they match in any text, and what they cost. */

#define TEXT_BYTES ((size_t)1 << 20)
#define STACK_BYTES ((size_t)128 * 1024) /* as the worker threads have */

static struct pattern *compile(const char *expression)
{
    struct error error;
    struct pattern *pattern = pattern_new(expression, 0, &error);

    if (!pattern)
        fail_msg("'%s' is refused: %s", expression, error.text);
    return pattern;
}

static const char *const accepted[] = {
    "a",      "^$",         "a|b",          "(a|b)*c",    "a{2,4}",    "[]a]",      "[{*+?|]",
    "",       "[\xc3\xa9]", "\xc3\xa9*",    "(a)\\1",     "a{255}",    "x.{50}y.*", "[[:digit:]]",
    "\\d+",   "(?i)a",      "(?<year>\\d)", "(?=a)(?!b)", "a*?",       "\\p{L}",    "a$|^b",
    "(?#c)a", "\\x{20ac}",  "\\bword\\b",   "(?>a+)b",    "\\Qa.b\\E", "a{1001}",   "(?C1)a",
};

TEST(right_ones_are_accepted)
{
    for (size_t i = 0; i < COUNT_OF(accepted); i++)
        pattern_unref(compile(accepted[i]));
}

static const struct {
    const char *expression, *what;
} refused[] = {
    {"(", "'(': missing closing parenthesis, at offset 1"},
    {"(()", "missing closing parenthesis, at offset 3"},
    {"a)|b", "unmatched closing parenthesis, at offset 1"},
    {"[a", "missing terminating ]"},
    {"[[:nothing:]]", "unknown POSIX class name"},
    {"a{2,1}", "numbers out of order"},
    {"*", "quantifier does not follow a repeatable item, at offset 0"},
    {"a\\", "\\ at end of pattern"},
    {"\\9", "reference to non-existent subpattern"},
    {"\xff", "UTF-8 error"},
    {"\\C", "using \\C is disabled"},
    {"(a{9999}){9999}", "regular expression is too large"},
    {"((((((((((((((((((((((((((((((((((((((((((((((((((("
     "a)))))))))))))))))))))))))))))))))))))))))))))))))))",
     "parentheses are too deeply nested"},
};

TEST(wrong_ones_are_refused)
{
    struct error error;

    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        errno = 0;
        if (pattern_new(refused[i].expression, 0, &error))
            fail_msg("'%s' is not refused", refused[i].expression);
        assert_int_equal(errno, EINVAL);
        if (!strstr(error.text, refused[i].what))
            fail_msg("'%s': '%s' does not say '%s'", refused[i].expression, error.text,
                     refused[i].what);
    }
}

TEST(expression_is_the_end_of_an_argument)
{
    struct error error;
    struct pattern *pattern = pattern_new("Name: ^a", 6, &error);

    assert_non_null(pattern);
    assert_string_equal(pattern->argument, "Name: ^a");
    assert_string_equal(pattern->expression, "^a");
    assert_int_equal(pattern_search(pattern, "ab", 2, false), 1);
    assert_int_equal(pattern_search(pattern, "Name: ^a", 8, false), 0);
    pattern_unref(pattern);
    assert_null(pattern_new("Name: (", 6, &error));
    assert_string_equal(error.text, "'(': missing closing parenthesis, at offset 1");
}

#define TEXT(literal) literal, sizeof(literal) - 1

static const struct {
    const char *expression, *text;
    size_t length;
    bool is_cut;
    int found;
} searches[] = {
    {"b", TEXT("abc"), false, 1},
    {"d", TEXT("abc"), false, 0},
    /* Lines. */
    {"^b", TEXT("a\nb\nc"), false, 1},
    {"^b$", TEXT("a\r\nb\r\nc"), false, 1},
    {"^b$", TEXT("a\rb\rc"), false, 1},
    {"a.*b", TEXT("a\nb"), false, 0},
    {"a.*b", TEXT("a\rb"), false, 0},
    {"(?s)a.*b", TEXT("a\nb"), false, 1},
    {"a[^x]b", TEXT("a\nb"), false, 1},
    {"a\\s+b", TEXT("a \r\n b"), false, 1},
    {"^$", TEXT(""), false, 1},
    {"^$", TEXT("a\n"), false, 0},
    {"^$", TEXT("a\n\nb"), false, 1},
    {"^$", TEXT("a\r\n\r\nb"), false, 1},
    {"b$", TEXT("a\nb"), false, 1},
    {"b$", TEXT("a\nb"), true, 0},
    {"a$", TEXT("a\nb"), true, 1},
    {"b", TEXT("a\nb"), true, 1},
    /* NUL bytes. */
    {"^b", TEXT("a\0b\0c"), false, 0},
    {"c", TEXT("\0\0\0c"), false, 1},
    {"a.*b", TEXT("a\0b"), false, 1},
    {"^a\\x00b$", TEXT("a\0b"), false, 1},
    /* UTF-8, and what is not. */
    {"a.*b", TEXT("a\xff\xc3 b"), false, 1},
    {"^.{4}$", TEXT("a\xff\xc3 "), false, 1},
    {"^a\\x{fffd}{2}$", TEXT("a\xe2\x82"), false, 1},
    {"caf.$", TEXT("caf\xe9"), false, 1},
    {"^caf.$", TEXT("caf\xc3\xa9"), false, 1},
    {"(?i)\xc3\x89", TEXT("caf\xc3\xa9"), false, 1},
    {"^[\xc3\xa9\xc3\xa8]+$", TEXT("\xc3\xa9\xc3\xa8"), false, 1},
    {"^\\w+$", TEXT("caf\xc3\xa9"), false, 0},
    {"(*UCP)^\\w+$", TEXT("caf\xc3\xa9"), false, 1},
    /* Expressions that grep -E does not have. */
    {"\\d{3}", TEXT("12 345"), false, 1},
    {"(a|b)\\1", TEXT("abba"), false, 1},
    {"a(?!b)", TEXT("abab"), false, 0},
    {"(?i)ok", TEXT("OK"), false, 1},
    {"(*CRLF)^b", TEXT("a\nb"), false, 0},
    {"a|^b", TEXT("xb"), false, 0},
    {"^(a|b)*$", TEXT("abbac\nabba"), false, 1},
};

/* The text is at the end of a block of its own size, so that memory checkers see a byte too far. */
static int search(const struct pattern *pattern, const char *text, size_t length, bool is_cut)
{
    char *copy = malloc(length ? length : 1);
    int found;

    assert_non_null(copy);
    memcpy(copy, text, length);
    found = pattern_search(pattern, copy, length, is_cut);
    free(copy);
    return found;
}

TEST(texts_are_searched)
{
    for (size_t i = 0; i < COUNT_OF(searches); i++) {
        struct pattern *pattern = compile(searches[i].expression);
        int found = search(pattern, searches[i].text, searches[i].length, searches[i].is_cut);

        pattern_unref(pattern);
        if (found != searches[i].found)
            fail_msg("'%s', number %zu: %d", searches[i].expression, i, found);
    }
}

TEST(locale_changes_nothing)
{
    const char *before = setlocale(LC_CTYPE, "C.UTF-8");

    if (before)
        texts_are_searched(state);
    setlocale(LC_CTYPE, "C");
}

#define EXPRESSION_DEPTH 2

/*
 * A random expression over a and b. glibc repeats groups with ^ or $ wrongly, so that these are
 * only outside of groups.
 */
static void write_expression(uint64_t *random, char *text, size_t size, int depth)
{
    static const char *const atoms[] = {"a", "b", ".", "[ab]", "[bc]", "a.*", "b+", "^", "$"};
    static const char *const repeats[] = {"", "", "", "*", "+", "?", "{2}", "{0,1}"};
    size_t count = 1 + random_below(random, 4);
    size_t atom_count = depth == EXPRESSION_DEPTH ? COUNT_OF(atoms) : COUNT_OF(atoms) - 2;

    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        char inner[256] = "";
        size_t length = strlen(text);

        if (depth && random_below(random, 3) == 0)
            write_expression(random, inner, sizeof(inner) / 2, depth - 1);
        snprintf(text + length, size - length, "%s%s%s%s%s",
                 i && random_below(random, 4) == 0 ? "|" : "", *inner ? "(" : "",
                 *inner ? inner : atoms[random_below(random, atom_count)], *inner ? ")" : "",
                 *inner ? repeats[random_below(random, COUNT_OF(repeats))] : "");
    }
}

static void write_text(uint64_t *random, char *text, size_t length)
{
    static const char letters[] = {'a', 'b', 'a', 'b', 'c', '\n'};

    for (size_t i = 0; i < length; i++)
        text[i] = letters[random_below(random, COUNT_OF(letters))];
    text[length] = '\0';
}

/* Whether regexec() finds a match in any single line. */
static bool found_by_regexec(const char *expression, const char *text, size_t length)
{
    regex_t compiled;
    bool found = false;

    assert_int_equal(regcomp(&compiled, expression, REG_EXTENDED | REG_NOSUB), 0);
    for (size_t at = 0; !found && (at < length || at == 0);) {
        size_t end = at;
        char line[64];

        while (end < length && text[end] != '\n')
            end++;
        snprintf(line, sizeof(line), "%.*s", (int)(end - at), text + at);
        found = regexec(&compiled, line, 0, NULL, 0) == 0;
        at = end + 1;
    }
    regfree(&compiled);
    return found;
}

TEST(random_ones_match_where_regexec_does)
{
    uint64_t random = random_seed(1);
    size_t found = 0;
    const size_t runs = 5000;

    for (size_t run = 0; run < runs; run++) {
        char expression[256], text[33];
        size_t length = random_below(&random, 32);
        struct pattern *pattern;
        bool wanted;

        write_expression(&random, expression, sizeof(expression), EXPRESSION_DEPTH);
        write_text(&random, text, length);
        pattern = compile(expression);
        wanted = found_by_regexec(expression, text, length);
        if (search(pattern, text, length, false) != wanted)
            fail_msg("'%s' in number %zu: not %d", expression, run, wanted);
        pattern_unref(pattern);
        found += wanted;
    }
    assert_in_range(found, runs / 10, runs * 9 / 10);
}

/* Some hit a limit within one attempt, others need few steps at each position, but long ones. */
static const char *const expensive[] = {
    "a[^b]*[bc~]",  "(a+)+[bc~]",        "[^b]{60000}[bc~]",
    "(?:a|b)*[c~]", "(.*)(.*)(.*)[xyz]", "(?:(?R)|a)[xy]",
};

static int64_t cpu_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

TEST(any_search_ends_in_time)
{
    char *text = malloc(TEXT_BYTES);

    assert_non_null(text);
    memset(text, 'a', TEXT_BYTES);
    for (size_t i = 0; i < COUNT_OF(expensive); i++) {
        struct pattern *pattern = compile(expensive[i]);
        int64_t begin_ms = cpu_ms();

        if (pattern_search(pattern, text, TEXT_BYTES, false) != -1)
            fail_msg("'%s' hits no limit", expensive[i]);
        if (cpu_ms() - begin_ms > 2 * PATTERN_SEARCH_MS)
            fail_msg("'%s' took %d ms", expensive[i], (int)(cpu_ms() - begin_ms));
        pattern_unref(pattern);
    }
    free(text);
}

#define LINE_BYTES (TEXT_BYTES / 8) /* under memcheck this is slow enough */

/* Usual expressions are far from any limit, also in a very long line. */
TEST(usual_ones_hit_no_limit)
{
    static const char *const usual[] = {
        "needle",        "(?i)needle",           ".*needle",      "\"status\": *\"ok\"",
        "^<h1>.*</h1>$", "<title>[^<]*</title>", "\\d{4}-\\d\\d", "href=\"[^\"]*\\.zip\"",
    };
    static const char page[] = "<li class=\"item\"><a href=\"/path/17\">Some text</a></li> ";
    char *text = malloc(LINE_BYTES);

    assert_non_null(text);
    for (size_t i = 0; i < LINE_BYTES; i++)
        text[i] = page[i % (sizeof(page) - 1)];
    for (size_t i = 0; i < COUNT_OF(usual); i++) {
        struct pattern *pattern = compile(usual[i]);

        if (pattern_search(pattern, text, LINE_BYTES, false) != 0)
            fail_msg("'%s'", usual[i]);
        pattern_unref(pattern);
    }
    free(text);
}

/* An expression of about 2,000 bytes: the unit, again and again. */
static void write_large(char *text, const char *unit)
{
    text[0] = '\0';
    while (strlen(text) < 2000)
        strcat(text, unit);
}

static void *compile_and_search(void *expression)
{
    struct error error;
    struct pattern *pattern = pattern_new(expression, 0, &error);

    if (!pattern)
        return expression;
    pattern_search(pattern, "zzzaaaaaaaaaaaaaaab", 19, false);
    pattern_unref(pattern);
    return NULL;
}

TEST(large_ones_fit_on_the_stack_of_a_worker)
{
    static const char *const units[] = {"a?", "a|", "a*", "(a)", "a", "(a?)", "(?=a)", "[^a]{9}"};
    static const char nested[] = "((((((((((((((((((((((((((((((((((((((((((((((((((a*"
                                 ")*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*"
                                 ")*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*";

    for (size_t i = 0; i <= COUNT_OF(units); i++) {
        char expression[2048];
        pthread_t thread;
        void *wrong;

        if (i < COUNT_OF(units))
            write_large(expression, units[i]);
        else
            strcpy(expression, nested);
        assert_int_equal(thread_start(&thread, STACK_BYTES, compile_and_search, expression), 0);
        assert_int_equal(pthread_join(thread, &wrong), 0);
        if (wrong)
            fail_msg("'%s' is refused", expression);
    }
}

#define THREADS 4

static void *search_often(void *pattern)
{
    for (int i = 0; i < 200; i++) {
        if (pattern_search(pattern, "xx aab", 6, false) != 1 ||
            pattern_search(pattern, "xx bba", 6, false) != 0)
            return pattern;
        pattern_unref(pattern_ref(pattern));
    }
    return NULL;
}

TEST(threads_share_a_pattern)
{
    struct pattern *pattern = compile("(a+)b$");
    pthread_t threads[THREADS];
    void *wrong;

    for (int i = 0; i < THREADS; i++)
        assert_int_equal(thread_start(&threads[i], STACK_BYTES, search_often, pattern), 0);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
    pattern_unref(pattern);
}

TEST(copies_of_a_list_share_its_patterns)
{
    struct pattern_list list = {0}, copy;

    pattern_list_add(&list, compile("a"));
    pattern_list_add(&list, compile("b"));
    pattern_list_copy(&copy, &list);
    assert_int_equal(copy.count, 2);
    assert_ptr_equal(copy.items[1], list.items[1]);
    pattern_list_release(&list);
    assert_int_equal(list.count, 0);
    assert_int_equal(pattern_search(copy.items[1], "b", 1, false), 1);
    pattern_list_release(&copy);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_ones_are_accepted),
        cmocka_unit_test(wrong_ones_are_refused),
        cmocka_unit_test(expression_is_the_end_of_an_argument),
        cmocka_unit_test(texts_are_searched),
        cmocka_unit_test(locale_changes_nothing),
        cmocka_unit_test(random_ones_match_where_regexec_does),
        cmocka_unit_test(any_search_ends_in_time),
        cmocka_unit_test(usual_ones_hit_no_limit),
        cmocka_unit_test(large_ones_fit_on_the_stack_of_a_worker),
        cmocka_unit_test(threads_share_a_pattern),
        cmocka_unit_test(copies_of_a_list_share_its_patterns),
    };

    return RUN_TESTS(tests);
}

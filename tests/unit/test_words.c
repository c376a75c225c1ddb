/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>

#include "base/shell_words.h"

/* Splitting and quoting of words with a shell's quotes. */

#define RUNS 20000

/* Expects these words, each with | after it. */
static void expect(const char *text, const char *wanted)
{
    struct shell_words words;
    struct error error;

    if (shell_words_split(text, strlen(text), &words, &error))
        fail_msg("'%s' is refused: %s", text, error.text);
    for (char *word = words.text; words.count; words.count--) {
        size_t length = strlen(word);

        if (strncmp(wanted, word, length) != 0 || wanted[length] != '|')
            fail_msg("'%s': '%s' is not the beginning of '%s'", text, word, wanted);
        wanted += length + 1;
        word += length + 1;
    }
    assert_string_equal(wanted, "");
    free(words.text);
}

TEST(blanks_separate_words)
{
    expect("", "");
    expect(" \t\r\n ", "");
    expect("a", "a|");
    expect(" a  b\tc\nd ", "a|b|c|d|");
    expect("a=1 b", "a=1|b|");
}

TEST(quotes_preserve_their_contents)
{
    expect("'a b' c", "a b|c|");
    expect("\"a b\" c", "a b|c|");
    expect("a='b c'", "a=b c|");
    expect("''", "|");
    expect("\"\" '' x", "||x|");
    expect("'a\nb'", "a\nb|");
    expect("'\"'", "\"|");
    expect("\"'\"", "'|");
    expect("'\\'", "\\|");
}

TEST(backslash_quotes_one_character)
{
    expect("a\\ b", "a b|");
    expect("\\'\\\"\\\\", "'\"\\|");
    expect("\\a", "a|");
    expect("\"\\\"\\\\\\$\\`\"", "\"\\$`|");
    expect("\"\\d\\n \\'\"", "\\d\\n \\'|");
}

TEST(adjacent_parts_form_one_word)
{
    expect("a'b'\"c\"\\d", "abcd|");
    expect("'it'\\''s'", "it's|");
    expect("a''b", "ab|");
}

TEST(comment_begins_with_a_word)
{
    expect("a #b c", "a|");
    expect("a\t# b", "a|");
    expect("#a", "");
    expect("a#b '#' \"# c\" \\#d e#", "a#b|#|# c|#d|e#|");
    expect("a # it's", "a|");
}

TEST(nothing_is_expanded)
{
    expect("$HOME `x` * ~ a#b ;|&", "$HOME|`x`|*|~|a#b|;|&|");
}

static void expect_refused(const char *text, const char *what)
{
    struct shell_words words;
    struct error error;

    errno = 0;
    assert_int_equal(shell_words_split(text, strlen(text), &words, &error), -1);
    assert_int_equal(errno, EINVAL);
    assert_null(words.text);
    if (!strstr(error.text, what))
        fail_msg("'%s': '%s' does not say '%s'", text, error.text, what);
}

TEST(missing_ends_are_refused)
{
    expect_refused("'", "'");
    expect_refused("a 'b c", "'");
    expect_refused("\"", "\"");
    expect_refused("\"a\\\"", "\"");
    expect_refused("\"a\\", "\"");
    expect_refused("a\\", "backslash");
    expect_refused("'it'\\''s", "'");
}

/* Nothing after the end of the text is read. */
TEST(length_counts)
{
    char *text = malloc(3);
    struct shell_words words;
    struct error error;

    assert_non_null(text);
    memcpy(text, "a b", 3);
    assert_int_equal(shell_words_split(text, 3, &words, &error), 0);
    assert_int_equal(words.count, 2);
    assert_string_equal(words.text, "a");
    assert_string_equal(words.text + 2, "b");
    free(words.text);
    memcpy(text, "a\"\\", 3);
    assert_int_equal(shell_words_split(text, 3, &words, &error), -1);
    free(text);
}

/* Mostly characters with a meaning; no NUL. */
static void make_text(uint64_t *random, char *text, size_t most)
{
    static const char special[] = " \t\n'\"\\\\''\"\"=$`ab";
    size_t length = random_below(random, most);

    for (size_t i = 0; i < length; i++)
        text[i] = random_below(random, 4) ? special[random_below(random, sizeof(special) - 1)]
                                          : (char)(1 + random_below(random, 255));
    text[length] = '\0';
}

TEST(quoted_words_come_back)
{
    for (unsigned run = 0; run < RUNS; run++) {
        uint64_t random = random_seed(run);
        char texts[4][20], line[512] = "";
        size_t count = 1 + random_below(&random, COUNT_OF(texts));
        struct shell_words words;
        struct error error;
        const char *word;

        for (size_t i = 0; i < count; i++) {
            char *quoted;

            make_text(&random, texts[i], sizeof(texts[i]));
            quoted = shell_quote(texts[i]);
            assert_non_null(quoted);
            sprintf(line + strlen(line), "%s ", quoted);
            free(quoted);
        }
        if (shell_words_split(line, strlen(line), &words, &error) || words.count != count)
            fail_msg("run %u: '%s'", run, line);
        word = words.text;
        for (size_t i = 0; i < count; i++) {
            if (strcmp(word, texts[i]) != 0)
                fail_msg("run %u: '%s' became '%s' in '%s'", run, texts[i], word, line);
            word += strlen(word) + 1;
        }
        free(words.text);
    }
}

/* Any text gives words, no longer than the text, or a reason. */
TEST(any_text_is_split_or_refused)
{
    for (unsigned run = 0; run < RUNS; run++) {
        uint64_t random = random_seed(run);
        char text[40], *exact;
        struct shell_words words;
        struct error error = {""};
        size_t bytes = 0;

        make_text(&random, text, sizeof(text));
        exact = malloc(strlen(text) + 1);
        assert_non_null(exact);
        memcpy(exact, text, strlen(text));
        if (shell_words_split(exact, strlen(text), &words, &error)) {
            assert_true(strlen(error.text) > 0);
        } else {
            for (size_t i = 0; i < words.count; i++)
                bytes += strlen(words.text + bytes) + 1;
            assert_in_range(bytes, 0, strlen(text) + 1);
            free(words.text);
        }
        free(exact);
    }
}

/* A shell reads it back, too. */
TEST(shell_agrees)
{
    for (unsigned run = 0; run < 50; run++) {
        uint64_t random = random_seed(run);
        char text[20], command[256], got[64] = "";
        char *quoted;
        FILE *shell;

        make_text(&random, text, sizeof(text));
        quoted = shell_quote(text);
        assert_non_null(quoted);
        snprintf(command, sizeof(command), "printf '%%s' %s", quoted);
        free(quoted);
        shell = popen(command, "r");
        assert_non_null(shell);
        got[fread(got, 1, sizeof(got) - 1, shell)] = '\0';
        assert_int_equal(pclose(shell), 0);
        assert_string_equal(got, text);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(blanks_separate_words),
        cmocka_unit_test(quotes_preserve_their_contents),
        cmocka_unit_test(backslash_quotes_one_character),
        cmocka_unit_test(adjacent_parts_form_one_word),
        cmocka_unit_test(comment_begins_with_a_word),
        cmocka_unit_test(nothing_is_expanded),
        cmocka_unit_test(missing_ends_are_refused),
        cmocka_unit_test(length_counts),
        cmocka_unit_test(quoted_words_come_back),
        cmocka_unit_test(any_text_is_split_or_refused),
        cmocka_unit_test(shell_agrees),
    };

    return RUN_TESTS(tests);
}

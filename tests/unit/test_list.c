/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <fcntl.h>

#include "list_files.h"

/* Lists in files, and their targets. */

TEST(lines_become_targets)
{
    ADD_FILE("http://a/\nhttps://b/c\nd\n");
    EXPECT("1 http://a/", "2 https://b/c", "3 d");
}

TEST(empty_lists_end_at_once)
{
    expect_list((const char *const[]){NULL});
    ADD_FILE("");
    ADD_FILE("\n\n  \n\t\n\r\n");
    ADD_FILE("# nothing\n  # at all");
    ADD_FILE("\xef\xbb\xbf");
    expect_list((const char *const[]){NULL});
}

TEST(comments_and_blanks_count_as_lines)
{
    ADD_FILE("# first\n\na\n   \n \t# indented\n\tb \n\n#c\n\nd");
    EXPECT("3 a", "6 b", "10 d");
}

TEST(comment_begins_after_a_blank)
{
    ADD_FILE("http://a/#b\nc #d\ne  # f\ng#h # i\nj\t#k\nl name=m#n # o\np name=\"q # r\n");
    EXPECT("1 http://a/#b", "2 c", "3 e", "4 g#h", "5 j", "6 l", "7 !without a closing");
}

TEST(byte_order_mark_is_skipped_at_the_beginning_only)
{
    ADD_FILE("\xef\xbb\xbfhttp://a/\n");
    ADD_FILE("\xef\xbb\xbf# comment\nb\n");
    ADD_FILE("\xef\xbb\xbf\nc\n");
    ADD_FILE("\xef\xbb\xbf");
    EXPECT("1 http://a/", "2 b", "2 c");
}

TEST(byte_order_mark_elsewhere_belongs_to_its_line)
{
    struct list *list;
    struct target *target;
    struct error error;

    ADD_FILE("a\n\xef\xbb\xbf# no comment\n");
    list = open_list();
    expect_next(list, "1 a");
    assert_int_equal(list_next(list, &target, &error), 1);
    assert_int_equal(target->source.line, 2);
    target_free(target);
    expect_next(list, NULL);
    list_free(list);
}

TEST(carriage_return_before_newline_is_tolerated)
{
    ADD_FILE("http://a/\r\nb\r\n\r\n# c\r\nd\r");
    EXPECT("1 http://a/", "2 b", "5 d");
}

TEST(last_line_may_lack_its_newline)
{
    ADD_FILE("a\nb");
    ADD_FILE("c");
    EXPECT("1 a", "2 b", "1 c");
}

TEST(second_word_is_refused)
{
    ADD_FILE("a b\nc\nd\te\n");
    EXPECT("1 !unexpected text after the URL", "2 c", "3 !unexpected text after the URL");
}

TEST(nul_byte_is_refused)
{
    ADD_FILE("a\0b\nc\n\0\nd\n# \0 comment\ne\0");
    EXPECT("1 !NUL", "2 c", "3 !NUL", "4 d", "6 !NUL");
}

TEST(null_separates_items)
{
    settings.null_separated = true;
    ADD_FILE("http://a/\0b\0\0# comment\0  c \0d");
    EXPECT("1 http://a/", "2 b", "5 c", "6 d");
}

TEST(newline_within_an_item_is_refused)
{
    settings.null_separated = true;
    ADD_FILE("a\nb\0c\0");
    EXPECT("1 !unexpected text after the URL", "2 c");
}

TEST(problem_names_the_file)
{
    char wanted[128];

    ADD_FILE("a\nftp://b\n");
    snprintf(wanted, sizeof(wanted), "2 !%s:2: ", paths[0]);
    EXPECT("1 a", wanted);
}

TEST(inputs_come_in_their_order)
{
    add_operand("one");
    ADD_FILE("two\nthree");
    add_operand("four");
    ADD_FILE("\n");
    ADD_FILE("five\n");
    add_operand("six");
    EXPECT("1 one", "1 two", "2 three", "2 four", "1 five", "3 six");
}

TEST(bad_operand_stops_nothing)
{
    add_operand("");
    add_operand("a b");
    add_operand("ftp://user:secret@c/");
    add_operand("# no comment");
    add_operand("d");
    EXPECT("1 !argument 1: ", "2 !argument 2: ", "3 !argument 3: ", "4 !argument 4: ", "5 d");
}

TEST(dash_is_standard_input)
{
    int before = dup(STDIN_FILENO);
    int file;

    ADD_FILE("a\nb c\n");
    file = open(paths[0], O_RDONLY);
    assert_true(dup2(file, STDIN_FILENO) >= 0);
    inputs[settings.input_count++] = (struct input){.kind = INPUT_FILE, .text = "-"};
    EXPECT("1 a", "2 !unexpected text", "1 a", "2 !stdin:2: ");
    settings.input_count--;
    if (before >= 0)
        dup2(before, STDIN_FILENO);
    close(before);
    close(file);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        LIST_TEST(lines_become_targets),
        LIST_TEST(empty_lists_end_at_once),
        LIST_TEST(comments_and_blanks_count_as_lines),
        LIST_TEST(comment_begins_after_a_blank),
        LIST_TEST(byte_order_mark_is_skipped_at_the_beginning_only),
        LIST_TEST(byte_order_mark_elsewhere_belongs_to_its_line),
        LIST_TEST(carriage_return_before_newline_is_tolerated),
        LIST_TEST(last_line_may_lack_its_newline),
        LIST_TEST(second_word_is_refused),
        LIST_TEST(nul_byte_is_refused),
        LIST_TEST(null_separates_items),
        LIST_TEST(newline_within_an_item_is_refused),
        LIST_TEST(problem_names_the_file),
        LIST_TEST(inputs_come_in_their_order),
        LIST_TEST(bad_operand_stops_nothing),
        LIST_TEST(dash_is_standard_input),
    };

    return RUN_TESTS(tests);
}

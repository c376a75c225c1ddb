/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdlib.h>

#include "input/write_out.h"

/* The format of --write-out: which parts it has. Values are tested in tests/cli. */

#define RUNS 20000
#define PIECES 8

static void print_parts(FILE *file, const struct write_out *write_out)
{
    for (size_t i = 0; i < write_out->count; i++) {
        const struct write_out_part *part = &write_out->parts[i];

        switch (part->kind) {
        case WRITE_OUT_TEXT: fprintf(file, "[%s]", part->text); break;
        case WRITE_OUT_VALUE: fprintf(file, "<%s>", write_out_name(part->variable)); break;
        case WRITE_OUT_A_HEADER: fprintf(file, "(%s)", part->text); break;
        }
    }
}

/* The parts as text: [text], <variable>, (header). */
static void expect(const char *format, const char *wanted)
{
    struct error error;
    struct write_out *write_out = write_out_parse(format, &error);
    char *text = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&text, &length);

    assert_non_null(file);
    if (!write_out)
        fail_msg("'%s' is refused: %s", format, error.text);
    print_parts(file, write_out);
    fclose(file);
    if (strcmp(text, wanted) != 0)
        fail_msg("'%s' is '%s', not '%s'", format, text, wanted);
    free(text);
    write_out_free(write_out);
}

static void refuse(const char *format, const char *reason)
{
    struct error error;

    assert_null(write_out_parse(format, &error));
    assert_string_equal(error.text, reason);
}

TEST(parts)
{
    expect("", "");
    expect("a b", "[a b]");
    expect("%{url}", "<url>");
    expect("%{url}%{http_code}", "<url><http_code>");
    expect("a%{url}b\\n", "[a]<url>[b\n]");
    expect("%header{Content-Type}", "(Content-Type)");
    expect("%header{a}%header{b}", "(a)(b)");
    expect("%{onerror}%{url.host}", "<onerror><url.host>");
}

/* As curl 7.88 prints them. */
TEST(other_percent_signs_and_backslashes_are_text)
{
    expect("%%", "[%]");
    expect("%%{url}", "[%{url}]");
    expect("%%%{url}", "[%]<url>");
    expect("100%", "[100%]");
    expect("%x", "[%x]");
    expect("%header", "[%header]");
    expect("%\\n", "[%\\n]");
    expect("\\r\\n\\t", "[\r\n\t]");
    expect("\\q\\", "[\\q\\]");
    expect("\\\\n", "[\\\\n]");
    expect("\\%{url}", "[\\%{url}]");
    expect("{url}}", "[{url}}]");
}

TEST(errors_say_what_is_right)
{
    refuse("%{http-code}", "unknown variable '%{http-code}' (did you mean %{http_code}?)");
    refuse("x%{nonsense!}", "unknown variable '%{nonsense!}' (man urlcheck has the list)");
    refuse("%{}", "unknown variable '%{}' (man urlcheck has the list)");
    refuse("%{stdout}", "curl's variable '%{stdout}' does not exist here");
    refuse("%{url", "'%{url' has no closing brace");
    refuse("%header{a", "'%header{a' has no closing brace");
    refuse("%header{}", "'%header{}' lacks a name (try %header{server})");
    refuse("%output{file}", "'%output{FILE}' does not exist here: use --output FILE");
    refuse("%time{%Y}", "curl's '%time{}' does not exist here");
}

TEST(needs_are_those_of_the_variables)
{
    static const struct {
        const char *format;
        int needs;
        bool ends_line;
    } formats[] = {
        {"", 0, true},
        {"%{http_code} %{url}\\n", 0, true},
        {"%{http_code}", 0, false},
        {"%{method}\\n%{onerror}%{url}\\n", WRITE_OUT_TRANSFER, true},
        {"%{url} %{onerror}%{method}\\n", WRITE_OUT_TRANSFER, false},
        {"%{header_json}\\n", WRITE_OUT_HEADERS, true},
        {"%header{a}\\n ", 0, false},
    };
    struct error error;

    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        struct write_out *write_out = write_out_parse(formats[i].format, &error);

        assert_non_null(write_out);
        assert_int_equal(write_out->needs, formats[i].needs);
        assert_int_equal(write_out->ends_line, formats[i].ends_line);
        write_out_free(write_out);
    }
}

TEST(headers_that_are_printed)
{
    static const char line[] = {'E', 'T', 'a', 'g', ':', 'x'}; /* without a NUL */
    struct error error;
    struct write_out *some = write_out_parse("%header{server}%header{etag}", &error);
    struct write_out *all = write_out_parse("%{header_json}", &error);

    assert_true(write_out_has_header(some, line, sizeof(line)));
    assert_false(write_out_has_header(some, line, 4));
    assert_false(write_out_has_header(some, "ETags: x", 8));
    assert_false(write_out_has_header(some, "X: server:", 10));
    assert_true(write_out_has_header(all, "X: 1", 4));
    write_out_free(some);
    write_out_free(all);
}

/* Pieces whose meaning does not depend on their neighbours, and that meaning. */
static const struct {
    const char *format, *text, *part;
} pieces[] = {
    {"a", "a", NULL},
    {" b", " b", NULL},
    {"%%", "%", NULL},
    {"\\n", "\n", NULL},
    {"}", "}", NULL},
    {"\\q", "\\q", NULL},
    {"%{verdict}", NULL, "<verdict>"},
    {"%{time_total}", NULL, "<time_total>"},
    {"%header{X-a:b}", NULL, "(X-a:b)"},
};

TEST(random_formats_of_known_pieces)
{
    for (unsigned run = 0; run < RUNS; run++) {
        uint64_t seed = random_seed(run);
        char format[PIECES * 16] = "", wanted[PIECES * 16] = "";
        bool is_text = false;

        for (size_t i = random_below(&seed, PIECES + 1); i > 0; i--) {
            size_t piece = random_below(&seed, COUNT_OF(pieces));
            const char *part = pieces[piece].part;

            strcat(format, pieces[piece].format);
            if (is_text && part)
                strcat(wanted, "]");
            if (!is_text && !part)
                strcat(wanted, "[");
            strcat(wanted, part ? part : pieces[piece].text);
            is_text = !part;
        }
        if (is_text)
            strcat(wanted, "]");
        expect(format, wanted);
    }
}

/* Any bytes: refused with a reason, or parts that are not longer than the format. */
TEST(random_bytes)
{
    static const char *const words[] = {"%", "{",  "}",    "\\",      "header{", "url",
                                        "n", "\n", "\xff", "output{", "onerror", ":"};

    for (unsigned run = 0; run < RUNS; run++) {
        uint64_t seed = random_seed(run);
        char format[PIECES * 16] = "";
        struct error error = {.text = ""};
        struct write_out *write_out;
        size_t length = 0;

        for (size_t i = random_below(&seed, PIECES + 1); i > 0; i--)
            strcat(format, words[random_below(&seed, COUNT_OF(words))]);
        write_out = write_out_parse(format, &error);
        assert_true(write_out || *error.text);
        for (size_t i = 0; write_out && i < write_out->count; i++) {
            const struct write_out_part *part = &write_out->parts[i];

            assert_true(part->kind == WRITE_OUT_VALUE || *part->text);
            assert_true(i == 0 || part->kind != WRITE_OUT_TEXT || part[-1].kind != WRITE_OUT_TEXT);
            length += part->text ? strlen(part->text) : 1;
        }
        assert_true(length <= strlen(format));
        write_out_free(write_out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts),
        cmocka_unit_test(other_percent_signs_and_backslashes_are_text),
        cmocka_unit_test(errors_say_what_is_right),
        cmocka_unit_test(needs_are_those_of_the_variables),
        cmocka_unit_test(headers_that_are_printed),
        cmocka_unit_test(random_formats_of_known_pieces),
        cmocka_unit_test(random_bytes),
    };

    return RUN_TESTS(tests);
}

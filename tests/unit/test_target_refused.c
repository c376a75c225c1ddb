/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

#include "input/target_parser.h"
#include "input/target_refuse.h"

static const struct settings http = {.proto_default = "http"};
static const struct source line_7 = {.file = "list", .line = 7};
static const struct source from_stdin = {.file = "-", .line = 3};
static const struct source operand_2 = {.line = 2};

static struct target *parse_bytes(const char *item, size_t length, struct source source)
{
    struct target_parser *parser = target_parser_new(&http, &http.check);
    struct target *target;

    assert_non_null(parser);
    target = target_parse(parser, item, length, source);
    assert_non_null(target);
    target_parser_free(parser);
    return target;
}

/* A refused item gives a target whose problem says where and why. */
static void expect_refused(const char *item, size_t length, struct source source,
                           const char *problem)
{
    struct target *target = parse_bytes(item, length, source);

    assert_non_null(target->problem);
    if (!strstr(target->problem, problem))
        fail_msg("'%s' does not say '%s'", target->problem, problem);
    /* A mistake after the URL does not change its host. */
    assert_string_equal(target->host, strstr(problem, "unexpected") ? "a.test" : "");
    assert_ptr_equal(target->url + strlen(target->url) - strlen(target->given), target->given);
    target_free(target);
}

static void expect_accepted(const char *item)
{
    struct target *target = parse_bytes(item, strlen(item), line_7);

    if (target->problem)
        fail_msg("%s: %s", item, target->problem);
    target_free(target);
}

static void expect_problem(const char *item, const char *problem)
{
    expect_refused(item, strlen(item), line_7, problem);
}

TEST(problem_says_where)
{
    expect_refused("ftp://a", 7, line_7, "list:7: ");
    expect_refused("ftp://a", 7, from_stdin, "stdin:3: ");
    expect_refused("ftp://a", 7, operand_2, "argument 2: ");
}

TEST(other_schemes_are_refused)
{
    static const char *const items[] = {
        "ftp://a.test/",     "file:///etc/passwd", "gopher://a.test",  "ws://a.test/",
        "FTP://a.test",      "mailto:me@a.test",   "tel:+1234",        "javascript:alert(1)",
        "data:text/plain,a", "urn:isbn:1",         "about:blank",      "MAILTO:me@a.test",
        "x-y+z.1://a.test",  "httpx://a.test",     "http+unix://a/b/", "sms:+1234",
    };

    for (size_t i = 0; i < COUNT_OF(items); i++)
        expect_problem(items[i], "only http and https");
    expect_problem("gopher://a.test/", "'gopher'");
}

TEST(what_is_not_a_url_is_refused)
{
    expect_problem("http://", "no host");
    expect_problem("http://a.test:65536/", "port");
    expect_problem("http://a.test:8x/", "port");
    expect_problem("a.test:-1", "port");
    expect_problem("http://us@er:word@a.test/", "not a URL");
    expect_problem("http://[::1/", "not a URL");
    expect_problem("http://[zz]/", "not a URL");
    expect_problem("http://a%00b.test/", "not a URL");
    expect_refused("", 0, operand_2, "empty");
    expect_refused(" \t ", 3, line_7, "empty");
}

/* libcurl's parser accepts most of these: it would look up "http", "about" and "src". */
TEST(slips_are_named)
{
    static const struct {
        const char *item, *problem;
    } cases[] = {
        {"/about", "no host"},
        {"/127.0.0.1:80/ok", "no host"},
        {"./links.txt", "no host"},
        {"../links.txt", "no host"},
        {".a.test", "no host"},
        {"http:", "no host in the URL"},
        {"HTTPS:", "no host in the URL"},
        {"https//", "no host in the URL"},
        {"http://http://", "no host in the URL"},
        {"http//a.test", "did you mean http://a.test?"},
        {"https;//a.test/b", "did you mean https://a.test/b?"},
        {"http|//a.test", "did you mean http://a.test?"},
        {"://a.test", "did you mean http://a.test?"},
        {"http:a.test", "did you mean http://a.test?"},
        {"//a.test/b", "did you mean http://a.test/b?"},
        {"http://http://a.test", "did you mean http://a.test?"},
        {"http://https//a.test", "did you mean https://a.test?"},
        {"https://http:/a.test", "did you mean http://a.test?"},
        {"http://a.testhttp://b.test", "two URLs"},
        {"htp://a.test", "did you mean http?"},
        {"ht!tp://a.test", "not http or https"},
        {"http%3A%2F%2Fa.test", "percent-encoded as a whole"},
        {"8080", "a number is no host"},
        {"8080/a", "a number is no host"},
        {":8080", "localhost:8080"},
        {"links.txt:12:http://a.test", "text before the URL"},
        {"src/links.txt:12:http://a.test/b", "text before the URL"},
        {"src/links.txt:http://a.test/b", "text before the URL"},
        {"12:https://a.test", "text before the URL"},
        {"links.txt-12-http://a.test", "text before the URL"},
        {"src/links.txt-12-https://a.test", "text before the URL"},
        {"url=http://a.test", "text before the URL"},
        {"- http://a.test", "text before the URL"},
        {"1. http://a.test", "text before the URL"},
        {"URL: https://a.test", "text before the URL"},
        {"1,http://a.test,b", "row of a table"},
        {"|http://a.test|", "row of a table"},
        {"[b](http://a.test)", "Markdown"},
        {"<a href=http://a.test>", "HTML"},
        {"<http://a.test>", "brackets"},
        {"(http://a.test)", "brackets"},
        {"\"http://a.test\",", "quotes"},
        {"'http://a.test'", "quotes"},
        {"`http://a.test`", "quotes"},
        {"\xe2\x80\x9chttp://a.test\xe2\x80\x9d", "quotes"},
        {"\xe2\x80\x98"
         "a.test\xe2\x80\x99",
         "quotes"},
        {"\xc2\xabhttp://a.test/\xc2\xbb", "quotes"},
        {"http://a.test\xe2\x80\x9d", "quotes"},
        {"\xe2\x80\x8bhttp://a.test/", "invisible character (U+200B)"},
        {"\xc2\xa0http://a.test/", "invisible character (U+00A0)"},
        {"http://a.test\xe3\x80\x80/", "invisible character (U+3000)"},
        {"http:\\\\a.test\\b", "not backslashes"},
        {"http://a.test\\b", "not backslashes"},
        {"http://a.test\\@b.test", "not backslashes"},
        {"C:\\links.txt", "not backslashes"},
        {"C:/links.txt", "no host"},
        {"http\xef\xbc\x9a//a.test", "(U+FF1A) that looks like ':'"},
        {"http:\xef\xbc\x8f\xef\xbc\x8f"
         "a.test",
         "(U+FF0F) that looks like '/'"},
        {"http://a.test\xef\xbc\x9f"
         "b",
         "(U+FF1F) that looks like '?'"},
        {"http://a.test\xe2\x88\x95"
         "b",
         "(U+2215) that looks like '/'"},
        {"http://a.test\"", "quotes"},
        {"http://a.test|200", "cannot contain '|'"},
        {"http://fe80::1%25eth0/", "brackets"},
        {"http://.a.test/", "no host begins with a dot"},
        {"http://-/", "no host in the URL"},
        {"http://a:b@c@d/", "two @"},
        {"http://::1/", "brackets"},
        {"::1", "brackets"},
        {"http://[::1", "no IPv6 address"},
        {"http://[zz]/", "no IPv6 address"},
        {"http://a<b/", "cannot contain '<'"},
        {"http://a,b.test/", "cannot contain ','"},
        {"http://a.test,", "comma after the URL"},
        {"http://a.test/,", "comma after the URL"},
        {"a.test,", "comma after the URL"},
        {"http://a.test/>", "brackets"},
        {"http://a.test/\"", "quotes"},
        {"http://a.test/`", "quotes"},
        {"url", "heading of a column"},
        {"url,name", "row of a table"},
        {"a.test,1", "row of a table"},
        {"http://a.test/,http://b.test/", "row of a table"},
        {"\"http://a.test\",\"b\"", "row of a table"},
        {"x;http://a.test;y", "row of a table"},
        {"// a comment", "begins with #"},
        {"; a comment", "begins with #"},
        {"* http://a.test", "text before the URL"},
        {"\xe2\x80\xa2 http://a.test", "text before the URL"},
        {"- [ ] http://a.test", "text before the URL"},
        {"- name: http://a.test", "text before the URL"},
        {"curl -I http://a.test", "text before the URL"},
        {"{\"url\": \"http://a.test\"}", "text before the URL"},
        {"- [b c](http://a.test)", "Markdown"},
        {"![b](http://a.test/c.png)", "Markdown"},
        {"<a href=\"http://a.test/\">b</a>", "HTML"},
        {"<loc>http://a.test/</loc>", "HTML"},
        {"http://a.test/</loc>", "HTML"},
        {"$URL", "a variable"},
        {"http://a.test/[1-9].html", "[1-9] is not expanded"},
        {"http://a.test/[a-z:2]", "[a-z:2] is not expanded"},
        {"http://{a,b}.test/", "{a,b} is not expanded"},
        {"http://a.test/{b,c}", "{b,c} is not expanded"},
        {"10.0.0.0/24", "a range of addresses"},
        {"http://${HOST}/", "a variable"},
        {"b_!.test # see http://b.test", "cannot contain '!'"},
        {"http://a%20b/", "cannot contain '%20'"},
        {"http://a:b/c@d/", "%2F"},
        {"http:////a.test", "too many slashes"},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        expect_problem(cases[i].item, cases[i].problem);
}

static void expect_shown(const char *item, const char *shown)
{
    struct target *target = parse_bytes(item, strlen(item), line_7);

    assert_non_null(target->problem);
    assert_string_equal(target->given, shown);
    /* Another item with the same URL is another target. */
    assert_non_null(strstr(target->key, item));
    target_free(target);
}

TEST(url_is_shown_without_the_text_around_it)
{
    expect_shown("- http://a.test/b", "http://a.test/b");
    expect_shown("[a b](http://a.test/b)", "http://a.test/b");
    expect_shown("{ \"a\": \"http://a.test/b\" }", "http://a.test/b");
    expect_shown("<a href=\"http://a.test/b\">c</a>", "http://a.test/b");
    expect_shown("see http://u:SECRET@a.test/b", "http://***@a.test/b");
    expect_shown("see http://u:SEC)RET@a.test/b", "***");
    expect_shown("see http://u:SEC RET@a.test/b", "***");
    expect_shown("see http://SEC>RET@a.test/b", "***");
    expect_shown("see http://a.test/b)@c", "http://a.test/b");
}

/* Neither the URL in a comment or an attribute nor the @ in a comment matters. */
TEST(comment_is_no_part_of_a_line)
{
    struct target *target;

    expect_accepted("a.test # see http://b.test");
    expect_accepted("http://a.test:80 # ask me@home");
    target = parse_bytes("http://user:12 #3@a.test", 24, line_7);
    assert_string_equal(target->given, "***");
    target_free(target);
    target = parse_bytes("a.test name='see http://b.test' bogus=1", 39, line_7);
    assert_non_null(strstr(target->problem, "unknown attribute"));
    assert_string_equal(target->given, "a.test");
    target_free(target);
}

TEST(long_hosts_are_refused)
{
    static const char label[] = "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghij";
    char url[400];

    snprintf(url, sizeof(url), "http://%sabcd/", label);
    expect_problem(url, "a part of the host name is longer than 63 bytes");
    snprintf(url, sizeof(url), "http://\xc3\xbc%sab/", label);
    expect_problem(url, "a part of the host name is longer than 63 bytes");
    snprintf(url, sizeof(url), "http://%s.%s.%s.%s.abcdefghij/", label, label, label, label);
    expect_problem(url, "the host name is longer than 253 bytes");
}

TEST(unusual_urls_are_no_slips)
{
    static const char *const items[] = {
        "http:80",
        "http/a",
        "http.test/a",
        "http",
        "http:/a.test",
        "http:///a.test",
        "http://a.test./",
        "http://https/",
        "a.test/http://b",
        "a.test?u=http://",
        "a.test#http://b",
        "a/b=http://c.test/",
        "http://a.test/\\",
        "http://a..b@c/",
        "http://a.test//b//c",
        "http://2130706433/",
        "[::1]:80/",
        "1.2.3.4",
        "1password.test",
        "http://a_b.-c.test/",
        "a.test/\xe2\x80\x9d",
        "http://a.test/<b>",
        "http://a.test/?q=<b>",
        "http://a.test/?q=<b>c</b>",
        "http://a.test/?q=\"",
        "http://a.test/b,c.html",
        "http://a.test/?b[]=1&c[1-2]=3&{d,e}",
        "http://a.test/[b]/[1]/{c}/[a-]/[-b]/[c-d",
        "http://[fe80::1]/",
        "10.0.0.1/244",
        "http://10.0.0.0/24",
        "10.0.0.256/24",
        "http://a.test/it's",
        "http://a.test/b_(c)",
        "web.archive.org/web/http://b.test/",
        "urls.test",
    };

    for (size_t i = 0; i < COUNT_OF(items); i++)
        expect_accepted(items[i]);
}

TEST(operands_that_are_files_or_options_are_named)
{
    char name[] = "/tmp/urlcheck-operand-XXXXXX";
    int fd = mkstemp(name);

    assert_true(fd >= 0);
    close(fd);
    expect_refused(name, strlen(name), operand_2, "is a file: use -i /tmp/urlcheck-operand-");
    expect_problem(name, "no host");
    unlink(name);
    expect_refused(name, strlen(name), operand_2, "no host");
    expect_refused(" http://a.test", 14, operand_2, "blank before the URL");
    expect_refused("http://a.test\n", 14, operand_2, "blank after the URL");
    expect_refused("http://a.test\nhttps://b.test", 28, operand_2, "two URLs");
    expect_refused("http://a.test/b\nc", 17, operand_2, "a line break");
    expect_refused("help", 4, operand_2, "did you mean --help?");
    expect_refused("version", 7, operand_2, "did you mean --version?");
    expect_refused("\xe2\x80\x94max-time", 11, operand_2, "U+2014");
}

TEST(spaces_and_controls_are_refused)
{
    expect_refused("http://a.test/b c", 17, operand_2, "space");
    expect_problem("http://a.test/b c", "unexpected text after the URL");
    expect_problem("a.test\tb.test", "unexpected text after the URL");
    expect_problem("http://a.test/\x01", "control character");
    expect_problem("http://a.test/\x1b[31m", "control character");
    expect_problem("http://a.test/\x7f", "control character");
    expect_problem("\x01", "control character");
}

TEST(nul_bytes_are_refused)
{
    static const char item[] = "http://a.test/\0b";
    struct target *target;

    expect_refused(item, sizeof(item) - 1, line_7, "NUL");
    expect_refused("\0", 1, line_7, "NUL");
    target = parse_bytes(item, sizeof(item) - 1, line_7);
    /* The whole item is shown, so that it can be found in the list. */
    assert_non_null(strstr(target->given, "http://a.test/"));
    assert_int_equal(target->given[strlen(target->given) - 1], 'b');
    target_free(target);
}

/* No text of a refused item may contain a password. */
static void expect_no_secret(const char *item, struct source source)
{
    struct target *target = parse_bytes(item, strlen(item), source);

    assert_non_null(target->problem);
    assert_null(strstr(target->problem, "secret"));
    if (strstr(target->url, "secret"))
        fail_msg("shown as '%s'", target->url);
    assert_null(strstr(target->given, "secret"));
    target_free(target);
}

TEST(passwords_of_refused_items_are_hidden)
{
    static const char *const items[] = {
        "ftp://user:secret@a.test/",
        "http://user:secret@a.test:99999/",
        "user:secret@a.test:99999",
        "http://user:sec secret@a.test/",
        "user:secret word@a.test/",
        "user:secret@a.test/ b",
        "http://user:secret/@a.test:1/\1",
        "http://user:secret@[::1",
        "http://user:secret@/",
        "user:secret@a.test:/b c",
        "user:secret@a.test/?u=b://c d",
        "http://user:secret@a.test/ http://b.test/",
        "user:secret/secret@a b",
        "http:/user:secret@a.test:x",
        "http//user:secret@a.test",
        "http:user:secret@a.test",
        "//user:secret@a.test",
        "http://http://user:secret@a.test",
        "user:secret@http://a.test",
        "<http://user:secret@a.test>",
        "user:secret@a.test\\b",
    };

    for (size_t i = 0; i < COUNT_OF(items); i++) {
        expect_no_secret(items[i], line_7);
        expect_no_secret(items[i], operand_2);
    }
}

/* If attributes are wrong, only the URL is shown. */
TEST(attributes_of_refused_items_are_hidden)
{
    static const char *const items[] = {
        "http://a.test/ header='X: secret' max-tiem=3",
        "http://a.test header='X: secret@x' max-tiem=3",
        "http://a.test:80 header='X: secret@x' max-tiem=3",
        "ftp://a.test/ header='X: secret'",
        "http://a.test/ header='X: secret",
        "http://user:12 secret@a.test/",
        "http://user:12/3 x secret@a.test/",
        "http://us er:secret@a.test/",
        "http://user:word secret x@a.test/",
        "user:pass secret@a.test",
        "http://user:1 secret\\",
        "http//user:pass secret@a.test",
        "http;//user:pass secret@a.test",
    };

    for (size_t i = 0; i < COUNT_OF(items); i++)
        expect_no_secret(items[i], line_7);
}

static struct target *refuse_cut(const char *item, size_t length)
{
    struct target *target = target_refuse_cut(item, length, line_7, "too odd");

    assert_non_null(target);
    assert_string_equal(target->problem, "list:7: too odd");
    assert_string_equal(target->host, "");
    assert_ptr_equal(target->url + strlen(target->url) - strlen(target->given), target->given);
    return target;
}

TEST(cut_item_has_no_key)
{
    struct target *target = refuse_cut("user:secret@a b", 15);

    assert_null(target->key);
    assert_string_equal(target->given, "***");
    target_free(target);
    target_free(NULL);
}

TEST(long_items_are_not_shown_whole)
{
    static char item[70000];
    struct target *target;

    memset(item, 'x', sizeof(item));
    memcpy(item, "http://a.test/", 14);
    target = refuse_cut(item, sizeof(item));
    assert_memory_equal(target->given, "http://a.test/x", 15);
    assert_in_range(strlen(target->given), 15, 2000);
    target_free(target);
}

/* The userinfo may go on after the part that was read. */
TEST(password_cut_off_from_its_at_is_hidden)
{
    static char item[66000];
    struct target *target;

    memset(item, 'x', sizeof(item));
    memcpy(item, "http://user:secret", 18);
    target = refuse_cut(item, sizeof(item));
    assert_null(strstr(target->given, "secret"));
    target_free(target);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(problem_says_where),
        cmocka_unit_test(other_schemes_are_refused),
        cmocka_unit_test(what_is_not_a_url_is_refused),
        cmocka_unit_test(slips_are_named),
        cmocka_unit_test(url_is_shown_without_the_text_around_it),
        cmocka_unit_test(comment_is_no_part_of_a_line),
        cmocka_unit_test(long_hosts_are_refused),
        cmocka_unit_test(unusual_urls_are_no_slips),
        cmocka_unit_test(operands_that_are_files_or_options_are_named),
        cmocka_unit_test(spaces_and_controls_are_refused),
        cmocka_unit_test(nul_bytes_are_refused),
        cmocka_unit_test(passwords_of_refused_items_are_hidden),
        cmocka_unit_test(attributes_of_refused_items_are_hidden),
        cmocka_unit_test(cut_item_has_no_key),
        cmocka_unit_test(long_items_are_not_shown_whole),
        cmocka_unit_test(password_cut_off_from_its_at_is_hidden),
    };

    return RUN_TESTS(tests);
}

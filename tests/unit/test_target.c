/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdlib.h>

#include "input/target_parser.h"

static const struct settings http = {.proto_default = "http"};
static const struct settings https = {.proto_default = "https"};
static const struct source line_7 = {.file = "list", .line = 7};
static const struct source line_8 = {.file = "list", .line = 8};
static const struct source operand_2 = {.line = 2};

static struct target *parse_bytes(const struct settings *settings, const char *item, size_t length,
                                  struct source source)
{
    struct target_parser *parser = target_parser_new(settings, &settings->check);
    struct target *target;

    assert_non_null(parser);
    target = target_parse(parser, item, length, source);
    assert_non_null(target);
    target_parser_free(parser);
    return target;
}

static struct target *parse(const char *item)
{
    return parse_bytes(&http, item, strlen(item), line_7);
}

/* What is true of every target that can be checked. */
static void expect_fine(const struct target *target, const char *given)
{
    size_t prefix;

    assert_null(target->problem);
    assert_string_equal(target->given, given);
    prefix = strlen(target->url) - strlen(target->given);
    assert_ptr_equal(target->url + prefix, target->given);
    assert_true(*target->host != '\0');
    assert_non_null(strstr(target->origin, "://"));
}

static void expect(const char *given, const char *url, const char *host, const char *origin)
{
    struct target *target = parse(given);

    expect_fine(target, given);
    assert_string_equal(target->url, url);
    assert_string_equal(target->host, host);
    assert_string_equal(target->origin, origin);
    assert_ptr_equal(target->check, &http.check);
    target_free(target);
}

TEST(urls_with_a_scheme_stay)
{
    expect("http://a.test/b?c=d#e", "http://a.test/b?c=d#e", "a.test", "http://a.test:80");
    expect("https://a.test", "https://a.test", "a.test", "https://a.test:443");
    expect("HTTPS://a.test/B", "HTTPS://a.test/B", "a.test", "https://a.test:443");
    expect("Http://a.test:8080/", "Http://a.test:8080/", "a.test", "http://a.test:8080");
}

TEST(default_port_is_the_origins)
{
    expect("http://a.test:80/x", "http://a.test:80/x", "a.test", "http://a.test:80");
    expect("https://a.test:443/x", "https://a.test:443/x", "a.test", "https://a.test:443");
    expect("https://a.test:80/x", "https://a.test:80/x", "a.test", "https://a.test:80");
    expect("http://a.test:/x", "http://a.test:/x", "a.test", "http://a.test:80");
    expect("http://a.test:65535", "http://a.test:65535", "a.test", "http://a.test:65535");
}

TEST(missing_scheme_is_added)
{
    expect("a.test", "http://a.test", "a.test", "http://a.test:80");
    expect("a.test/b", "http://a.test/b", "a.test", "http://a.test:80");
    expect("a.test:8080", "http://a.test:8080", "a.test", "http://a.test:8080");
    expect("localhost:8080/x", "http://localhost:8080/x", "localhost", "http://localhost:8080");
    expect("user:word@a.test/", "http://user:word@a.test/", "a.test", "http://a.test:80");
    expect("127.0.0.1:81", "http://127.0.0.1:81", "127.0.0.1", "http://127.0.0.1:81");
}

TEST(scheme_to_be_added_can_be_https)
{
    struct target *target = parse_bytes(&https, "a.test:444/x", 12, operand_2);

    expect_fine(target, "a.test:444/x");
    assert_string_equal(target->url, "https://a.test:444/x");
    assert_string_equal(target->origin, "https://a.test:444");
    assert_ptr_equal(target->check, &https.check);
    target_free(target);
}

/* curl guesses ftp for a name such as "ftp.a.test". urlcheck does not. */
TEST(name_does_not_decide_the_scheme)
{
    expect("ftp.a.test", "http://ftp.a.test", "ftp.a.test", "http://ftp.a.test:80");
    expect("imap.a.test/x", "http://imap.a.test/x", "imap.a.test", "http://imap.a.test:80");
}

TEST(hosts_are_lower_case)
{
    expect("http://WWW.A.Test/B", "http://WWW.A.Test/B", "www.a.test", "http://www.a.test:80");
    expect("A.TEST:81", "http://A.TEST:81", "a.test", "http://a.test:81");
}

TEST(userinfo_is_not_part_of_host_and_origin)
{
    expect("https://user:word@a.test:81/b@c", "https://user:word@a.test:81/b@c", "a.test",
           "https://a.test:81");
}

TEST(ipv6_literals)
{
    expect("http://[::1]:8080/x", "http://[::1]:8080/x", "[::1]", "http://[::1]:8080");
    expect("[2001:DB8::1]", "http://[2001:DB8::1]", "[2001:db8::1]", "http://[2001:db8::1]:80");
    expect("https://user:word@[::1]/", "https://user:word@[::1]/", "[::1]", "https://[::1]:443");
}

TEST(blanks_around_the_url_are_dropped)
{
    static const char item[] = " \t http://a.test/ \t\r\n";
    struct target *target = parse_bytes(&http, item, sizeof(item) - 1, line_7);

    expect_fine(target, "http://a.test/");
    target_free(target);
}

TEST(item_needs_no_nul_at_the_end)
{
    char item[] = {'a', '.', 'b', '!', '!'};
    struct target *target = parse_bytes(&http, item, 3, operand_2);

    expect_fine(target, "a.b");
    memset(item, 'x', sizeof(item));
    assert_string_equal(target->given, "a.b");
    target_free(target);
}

TEST(source_is_copied)
{
    struct target *target = parse("a.test");

    assert_string_equal(target->source.file, "list");
    assert_int_equal(target->source.line, 7);
    target_free(target);
    target = parse_bytes(&http, "a b", 3, operand_2);
    assert_null(target->source.file);
    assert_int_equal(target->source.line, 2);
    target_free(target);
}

/* The key identifies the item even if only a part of it may be shown. */
static void expect_keys(const char *a, size_t a_length, const char *b, size_t b_length, bool equal)
{
    struct target *first = parse_bytes(&http, a, a_length, line_7);
    struct target *second = parse_bytes(&http, b, b_length, line_8);

    assert_true(first->key && second->key);
    assert_int_equal(strcmp(first->key, second->key) == 0, equal);
    target_free(first);
    target_free(second);
}

TEST(same_item_has_the_same_key)
{
    expect_keys("http://a.test/", 14, "http://a.test/", 14, true);
    expect_keys("  a.test\r\n", 10, "a.test", 6, true);
    expect_keys("ftp://a.test/", 13, "ftp://a.test/", 13, true);
    expect_keys("ftp://a:b@c/", 12, "ftp://a:b@c/", 12, true);
    expect_keys("http://a/\0b", 11, "http://a/\0b", 11, true);
}

TEST(other_items_have_other_keys)
{
    expect_keys("http://a.test/", 14, "http://a.test/b", 15, false);
    expect_keys("http://a:b@c/", 13, "http://a:d@c/", 13, false);
    expect_keys("ftp://a:b@c/", 12, "ftp://a:d@c/", 12, false);
    expect_keys("http://a/\0b", 11, "http://a/\0c", 11, false);
}

/* A NUL byte and the text that is shown for it are different items. */
TEST(nul_has_a_key_of_its_own)
{
    expect_keys("http://a/\0b", 11, "http://a/\\x00b", 14, false);
}

TEST(without_attributes_the_command_lines_check_is_shared)
{
    struct target *target = parse("http://a.test/ ");

    assert_ptr_equal(target->check, &http.check);
    assert_null(target->own_check);
    assert_null(target->name);
    assert_ptr_equal(target->connection_key, target->origin);
    assert_ptr_equal(target->key, target->given);
    target_free(target);
}

TEST(attributes_make_a_check_of_its_own)
{
    static const char item[] = "http://a.test/ max-time=3 name='a b'";
    struct target *target = parse(item);

    expect_fine(target, "http://a.test/");
    assert_non_null(target->own_check);
    assert_ptr_equal(target->check, target->own_check);
    assert_int_equal(target->check->max_time_us, 3000000);
    assert_string_equal(target->name, "a b");
    assert_string_equal(target->origin, "http://a.test:80");
    assert_string_not_equal(target->connection_key, target->origin);
    target_free(target);
}

TEST(name_alone_makes_no_check)
{
    struct target *target = parse("http://a.test/ name=x");

    assert_ptr_equal(target->check, &http.check);
    assert_ptr_equal(target->connection_key, target->origin);
    assert_string_equal(target->name, "x");
    target_free(target);
}

TEST(key_contains_the_check)
{
    expect_keys("a.test head max-time=3", 22, "a.test max-time=3s  head ", 25, true);
    expect_keys("a.test max-time=3", 17, "a.test", 6, false);
    expect_keys("a.test max-time=3", 17, "b.test max-time=3", 17, false);
    expect_keys("a.test name=x", 13, "a.test name=y", 13, false);
    expect_keys("a.test name=head", 16, "a.test head", 11, false);
    expect_keys("a.test name=x head", 18, "a.test user-agent='head name=x'", 31, false);
}

TEST(idle_connections_are_separated)
{
    struct target *plain = parse("https://a.test/b");
    struct target *insecure = parse("https://a.test/b insecure");
    struct target *same = parse("https://a.test/c  insecure name=x");

    assert_string_not_equal(plain->connection_key, insecure->connection_key);
    assert_string_equal(insecure->connection_key, same->connection_key);
    target_free(plain);
    target_free(insecure);
    target_free(same);
}

TEST(expectations_do_not_separate_connections)
{
    struct target *plain = parse("https://a.test/b");
    struct target *expects = parse("https://a.test/b contains=x");
    struct target *both = parse("https://a.test/b insecure accept=404");
    struct target *insecure = parse("https://a.test/b insecure");

    assert_string_equal(expects->connection_key, plain->connection_key);
    assert_string_equal(both->connection_key, insecure->connection_key);
    assert_string_not_equal(expects->key, plain->key);
    assert_string_not_equal(both->key, insecure->key);
    target_free(plain);
    target_free(expects);
    target_free(both);
    target_free(insecure);
}

TEST(quoted_blank_at_the_end_is_kept)
{
    struct target *target = parse("a.test name=x\\ \r\n");

    assert_string_equal(target->name, "x ");
    target_free(target);
    target = parse("a.test name='x '  ");
    assert_string_equal(target->name, "x ");
    target_free(target);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_with_a_scheme_stay),
        cmocka_unit_test(default_port_is_the_origins),
        cmocka_unit_test(missing_scheme_is_added),
        cmocka_unit_test(scheme_to_be_added_can_be_https),
        cmocka_unit_test(name_does_not_decide_the_scheme),
        cmocka_unit_test(hosts_are_lower_case),
        cmocka_unit_test(userinfo_is_not_part_of_host_and_origin),
        cmocka_unit_test(ipv6_literals),
        cmocka_unit_test(blanks_around_the_url_are_dropped),
        cmocka_unit_test(item_needs_no_nul_at_the_end),
        cmocka_unit_test(source_is_copied),
        cmocka_unit_test(same_item_has_the_same_key),
        cmocka_unit_test(other_items_have_other_keys),
        cmocka_unit_test(nul_has_a_key_of_its_own),
        cmocka_unit_test(without_attributes_the_command_lines_check_is_shared),
        cmocka_unit_test(attributes_make_a_check_of_its_own),
        cmocka_unit_test(name_alone_makes_no_check),
        cmocka_unit_test(key_contains_the_check),
        cmocka_unit_test(idle_connections_are_separated),
        cmocka_unit_test(expectations_do_not_separate_connections),
        cmocka_unit_test(quoted_blank_at_the_end_is_kept),
    };

    return RUN_TESTS(tests);
}

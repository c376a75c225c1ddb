/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdbool.h>

#include "../../src/input/last_origin.h"

/* Reads url after first, and expects what a parser that has read nothing else says. */
static void expect_same(const char *first, const char *url)
{
    struct last_origin origin = {0}, fresh = {0};
    CURLUcode code;

    assert_int_equal(last_origin_read(&origin, first), CURLUE_OK);
    code = last_origin_read(&fresh, url);
    assert_int_equal(last_origin_read(&origin, url), code);
    if (code == CURLUE_OK) {
        assert_string_equal(origin.text, fresh.text);
        assert_string_equal(origin.parts.scheme, fresh.parts.scheme);
        assert_string_equal(origin.parts.host, fresh.parts.host);
        assert_string_equal(origin.parts.port, fresh.parts.port);
    }
    assert_int_equal(last_origin_read(&origin, first), CURLUE_OK);
    last_origin_release(&origin);
    last_origin_release(&fresh);
}

TEST(origin_has_scheme_host_and_port)
{
    struct last_origin origin = {0};

    assert_int_equal(last_origin_read(&origin, "HTTPS://u:p@A.Test/x?y#z"), CURLUE_OK);
    assert_string_equal(origin.text, "https://a.test:443");
    assert_int_equal(last_origin_read(&origin, "HTTPS://u:p@A.Test?"), CURLUE_OK);
    assert_string_equal(origin.text, "https://a.test:443");
    assert_int_equal(last_origin_read(&origin, "http://[::1]:080"), CURLUE_OK);
    assert_string_equal(origin.text, "http://[::1]:80");
    last_origin_release(&origin);
}

/* A mark in the text stays only if the text is not made again: its address could be the same by chance. */
TEST(same_server_is_not_parsed_again)
{
    struct last_origin origin = {0};

    assert_int_equal(last_origin_read(&origin, "http://a.test/b"), CURLUE_OK);
    *origin.text = 'X';
    assert_int_equal(last_origin_read(&origin, "http://a.test/c?d#e"), CURLUE_OK);
    assert_string_equal(origin.text, "Xttp://a.test:80");
    assert_int_equal(last_origin_read(&origin, "http://b.test/"), CURLUE_OK);
    assert_string_equal(origin.text, "http://b.test:80");
    last_origin_release(&origin);
}

TEST(next_url_is_read_as_if_it_were_the_first)
{
    static const char *const urls[] = {
        "http://a.test",
        "http://a.test/",
        "http://a.test/b?c#d",
        "http://a.test?b",
        "http://a.test#b",
        "http://a.test/\xc3\xbc",
        "http://a.test/b c",
        "http://a.test/\x7f",
        "http://a.test/\x01",
        "http://a.test/#\t",
        "http://a.test:",
        "http://a.test:80/",
        "http://a.test:8080/",
        "http://a.test.example/",
        "http://a.test@b.test/",
        "http://a.test:1@b.test/",
        "http://a.test\\b",
        "http://a.test b",
        "http://a.tes",
        "http://A.test/",
        "http:/a.test/",
        "https://a.test/",
        "http://a.test:80",
        "http://a.test:99999/",
        "http://u:p@a.test/",
        "http://u:p@a.test/@b",
        "http://",
        "http:///",
        "http://[fe80::1%25lo]/",
        "http://[fe80::1%25lo]:80/b",
        "http://[fe80::1%25eth0]/",
        "http://[fe80::1]/",
        "http://b\xc3\xbc.test/",
        "http://b\xc3\xbc.test/b",
        "http://xn--b-xka.test/",
        "http://%61.test/",
        "http://%61.test/b",
        "http://a%2etest/",
    };
    const size_t count = sizeof(urls) / sizeof(urls[0]);
    struct last_origin origin = {0};

    for (size_t first = 0; first < count; first++) {
        bool is_valid = last_origin_read(&origin, urls[first]) == CURLUE_OK;

        for (size_t i = 0; is_valid && i < count; i++)
            expect_same(urls[first], urls[i]);
    }
    last_origin_release(&origin);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(origin_has_scheme_host_and_port),
        cmocka_unit_test(same_server_is_not_parsed_again),
        cmocka_unit_test(next_url_is_read_as_if_it_were_the_first),
    };

    return RUN_TESTS(tests);
}

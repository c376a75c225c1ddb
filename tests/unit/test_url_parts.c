/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdlib.h>

#include "base/url_parts.h"

static void expect(const char *url, const char *wanted)
{
    char *encoded = url_percent_encode(url);

    assert_string_equal(encoded, wanted);
    free(encoded);
}

TEST(ascii_stays)
{
    expect("http://a.test", "http://a.test");
    expect("https://u:p@a.test:1/b%20c?\"<>{}|^`'#d", "https://u:p@a.test:1/b%20c?\"<>{}|^`'#d");
}

TEST(other_bytes_are_encoded_in_path_query_and_fragment)
{
    expect("http://a.test/\xc3\xbc", "http://a.test/%C3%BC");
    expect("http://a.test?\xc3\xbc", "http://a.test?%C3%BC");
    expect("http://a.test/b?c=\xff&\x80#\xe9", "http://a.test/b?c=%FF&%80#%E9");
    expect("http:/a.test/\xe9", "http:/a.test/%E9");
    expect("HTTP:///a.test/\xe9//b", "HTTP:///a.test/%E9//b");
}

/* libcurl converts names itself (RFC 5891), and decodes %XX in userinfo. */
TEST(host_and_userinfo_stay)
{
    expect("http://\xc3\xbc:\xc3\xa9@gr\xc3\xbcn.test/\xc3\xbc", "http://\xc3\xbc:\xc3\xa9@gr\xc3"
                                                                 "\xbcn.test/%C3%BC");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(ascii_stays),
        cmocka_unit_test(other_bytes_are_encoded_in_path_query_and_fragment),
        cmocka_unit_test(host_and_userinfo_stay),
    };

    return RUN_TESTS(tests);
}

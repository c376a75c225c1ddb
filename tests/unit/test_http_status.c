/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/http_status.h"

TEST(registered_statuses_have_a_phrase)
{
    char text[HTTP_STATUS_TEXT_BYTES];

    assert_string_equal(http_reason(404), "Not Found");
    assert_string_equal(http_status_text(404, text), "404 Not Found");
    assert_string_equal(http_status_text(200, text), "200 OK");
    assert_string_equal(http_status_text(511, text), "511 Network Authentication Required");
}

TEST(other_statuses_have_none)
{
    static const int others[] = {-1, 0, 99, 306, 418, 430, 512, 999, 100000};
    char text[HTTP_STATUS_TEXT_BYTES];

    for (size_t i = 0; i < COUNT_OF(others); i++)
        assert_null(http_reason(others[i]));
    assert_string_equal(http_status_text(999, text), "HTTP 999");
}

/* The longest phrase fits, and is not cut. */
TEST(every_phrase_fits)
{
    char text[HTTP_STATUS_TEXT_BYTES];

    for (int status = 100; status < 600; status++) {
        if (http_reason(status))
            assert_string_equal(http_status_text(status, text) + 4, http_reason(status));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(registered_statuses_have_a_phrase),
        cmocka_unit_test(other_statuses_have_none),
        cmocka_unit_test(every_phrase_fits),
    };

    alarm(HANG_S);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

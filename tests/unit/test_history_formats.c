/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "printed_page.h"

#define HOUR_US (3600 * CLOCK_S)

/* How a line of --history begins if the URL has those times. */
static void expect_line(struct history_time time, const char *wanted)
{
    struct history history;
    char *text;

    fake_history_init(&history, 1);
    fake_url(&history.urls[0], "http://a.example/", NULL, "a.example");
    history.urls[0].time = time;
    text = printed_page(&format_history_text, &history, false);
    assert_int_equal(strncmp(text, wanted, strlen(wanted)), 0);
    free(text);
    fake_history_release(&history);
}

TEST(columns_stay_whatever_was_measured)
{
    expect_line((struct history_time){.up_us = HOUR_US}, "   100 % of the 100 % measured  p50 ");
    expect_line((struct history_time){.up_us = HOUR_US, .unknown_us = 10000 * HOUR_US},
                "   100 % of   < 0.1 % measured  p50 ");
    expect_line((struct history_time){.up_us = HOUR_US, .unknown_us = 199 * HOUR_US},
                "   100 % of the 0.5 % measured  p50 ");
    expect_line((struct history_time){.maintenance_us = HOUR_US},
                "     - % of the 100 % measured  p50 ");
    expect_line((struct history_time){0}, "              not measured yet  p50 ");
    expect_line((struct history_time){.unknown_us = HOUR_US},
                "              not measured yet  p50 ");
}

TEST(json_has_microseconds)
{
    struct history history;
    char *text;

    fake_history_init(&history, 1);
    fake_url(&history.urls[0], "http://a.example/", NULL, "a.example");
    history.urls[0].time = (struct history_time){.up_us = 90 * FAKE_DAY_US - 1, .down_us = 100000};
    text = printed_page(&format_history_jsonl, &history, false);
    expect_part(text, "\"up\":7775999.999999,\"down\":0.1,");
    expect_part(text, "\"uptime\":99.99,");
    free(text);
    fake_history_release(&history);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_stay_whatever_was_measured),
        cmocka_unit_test(json_has_microseconds),
    };

    return RUN_TESTS(tests);
}

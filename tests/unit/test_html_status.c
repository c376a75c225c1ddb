/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "printed_page.h"

#define HOUR_US (3600 * CLOCK_S)

/* One URL, with a day of each kind, and a second one that is down. */
static void make_history(struct history *history)
{
    struct history_url *url;

    fake_history_init(history, 2);
    url = &history->urls[0];
    fake_url(url, "https://a.example/x?key=SECRET", "A <b> & \"c\"", "a.example");
    fake_outage(url, 10 * FAKE_DAY_US, 60 * CLOCK_S, CAUSE_DNS, "no such host");
    fake_outage(url, 11 * FAKE_DAY_US, 2 * HOUR_US, CAUSE_DNS, "no such host");
    fake_outage(url, 12 * FAKE_DAY_US, 3 * HOUR_US, CAUSE_REFUSED, "connection refused");
    url->days[0] = (struct history_day){.begin_us = fake_day_us(89)};
    fake_move(&url->days[1].time.up_us, &url->days[1].time.unknown_us, FAKE_DAY_US * 3 / 4);
    fake_move(&url->days[2].time.up_us, &url->days[2].time.maintenance_us, 2 * HOUR_US);
    url->cert_not_after_us = FAKE_NOW_US + 45 * FAKE_DAY_US;
    url = &history->urls[1];
    fake_url(url, "http://b.example/path/SECRET", NULL, "b.example");
    fake_outage(url, 2 * HOUR_US, 3 * HOUR_US, CAUSE_HTTP_5XX, "503 SECRET");
    for (size_t i = 0; i < history->count; i++)
        fake_sum_up(&history->urls[i]);
}

TEST(page_says_how_all_are)
{
    struct history history;
    char *page;

    make_history(&history);
    page = printed_page(&format_html, &history, false);
    expect_part(page, "<title>1 of 2 is down - status</title>");
    expect_part(page, "<meta http-equiv=\"refresh\" content=\"300\">");
    expect_part(page,
                "datetime=\"2026-11-30T14:05:39Z\" data-stale=\"750\">30 Nov 2026, 14:05 UTC<");
    expect_part(page, "<b>1</b> Down");
    expect_part(page, "<b>4</b> Outages in 90 days");
    expect_part(page, "Since 30 Nov, 12:05 UTC, for 2 h: http-5xx: 503 SECRET</p>");
    expect_part(page, "<b>45 days left</b>");
    expect_part(page, "title=\"Outages\" href=\"feed.atom\">");
    expect_no_part(page, " style=");
    expect_part(page, "urls.txt, checked from checker by urlcheck");
    free(page);
    fake_history_release(&history);
}

TEST(a_bar_is_a_day)
{
    static const char *const bars[] = {
        "<i class=\"n\" title=\"2 Sep: not measured\">.</i>",
        "<i class=\"p\" title=\"3 Sep: up in the 25 % that was measured\">:</i>",
        "<i class=\"m\" title=\"4 Sep: maintenance for 2 h\">-</i>",
        "<i class=\"u\" title=\"5 Sep: up\">|</i>",
        "<i class=\"c\" title=\"18 Nov: down for 3 h\">X</i>",
        "<i class=\"b\" title=\"19 Nov: down for 2 h\">x</i>",
        "<i class=\"a\" title=\"20 Nov: down for 1 min\">!</i>"};
    struct history history;
    char *page;

    make_history(&history);
    page = printed_page(&format_html, &history, false);
    for (size_t i = 0; i < COUNT_OF(bars); i++)
        expect_part(page, bars[i]);
    expect_part(page, "aria-label=\"3 of 89 measured days with downtime\"");
    assert_int_equal(count_of(page, "<i class=\"u\" title="), 2 * FAKE_DAYS - 7);
    expect_part(page, "<tr><th scope=\"row\">5 Sep to 17 Nov</th><td>up</td></tr>");
    expect_part(page, "<tr><th scope=\"row\">4 Sep</th><td>maintenance for 2 h</td></tr>");
    free(page);
    fake_history_release(&history);
}

TEST(uptime_says_what_was_measured)
{
    struct history history;
    char *page;

    make_history(&history);
    page = printed_page(&format_html, &history, false);
    /* 6 h 1 min... of 88 days, without maintenance and what is unknown, and never rounded up. */
    expect_part(page, "<b>99.76 %</b> up of the 99 % measured in 89 days</p>");
    free(page);
    history.urls[0].time = (struct history_time){.unknown_us = FAKE_DAY_US};
    page = printed_page(&format_html, &history, false);
    expect_part(page, "<p class=\"uptime\">not measured yet</p>");
    free(page);
    fake_history_release(&history);
}

TEST(uptime_of_all_is_of_those_that_are_checked)
{
    struct history history;
    char *page;

    fake_history_init(&history, 3);
    for (size_t i = 0; i < 3; i++)
        fake_url(&history.urls[i], "http://a.example/", NULL, "a.example");
    history.urls[0].time = (struct history_time){.up_us = HOUR_US};
    history.urls[1].time = (struct history_time){.up_us = HOUR_US / 2, .unknown_us = HOUR_US / 2};
    history.urls[2].time = (struct history_time){.down_us = 10 * FAKE_DAY_US};
    history.urls[2].last_us = history.urls[2].valid_until_us = FAKE_NOW_US - 2 * FAKE_DAY_US;
    page = printed_page(&format_html, &history, false);
    expect_part(page, "<p>All together: <b>100 %</b> up of the 75 % measured in 1 h</p>");
    free(page);
    fake_history_release(&history);
}

TEST(texts_are_texts)
{
    struct history history;
    char *page;

    make_history(&history);
    page = printed_page(&format_html, &history, false);
    expect_part(page, "A &lt;b&gt; &amp; &quot;c&quot;");
    expect_no_part(page, "A <b>");
    free(page);
    fake_history_release(&history);
}

TEST(public_page_hides_urls_and_messages)
{
    struct history history;
    char *page;

    make_history(&history);
    page = printed_page(&format_html, &history, true);
    expect_no_part(page, "SECRET");
    expect_no_part(page, "a.example");
    expect_no_part(page, "/path");
    expect_no_part(page, "urls.txt");
    expect_no_part(page, "checker");
    expect_part(page, "<span class=\"label\">b.example</span>");
    expect_part(page, "for 2 h: http-5xx</p>");
    free(page);
    fake_history_release(&history);
}

TEST(outages_of_one_moment_are_one_row)
{
    struct history history;
    char text[64], *page;

    fake_history_init(&history, 12);
    for (size_t i = 0; i < 12; i++) {
        snprintf(text, sizeof(text), "http://a.example/%zu", i);
        fake_url(&history.urls[i], text, NULL, "a.example");
        fake_outage(&history.urls[i], FAKE_DAY_US, HOUR_US, CAUSE_REFUSED, "connection refused");
    }
    fake_outage(&history.urls[0], 2 * FAKE_DAY_US, HOUR_US, CAUSE_REFUSED, "connection refused");
    page = printed_page(&format_html, &history, false);
    assert_int_equal(count_of(page, "<td>1 h</td>"), 2);
    expect_part(page, "<a href=\"#u3\">http://a.example/2</a><br>and 9 more");
    free(page);
    fake_history_release(&history);
}

TEST(many_outages_are_folded)
{
    struct history history;
    char *page;

    fake_history_init(&history, 1);
    fake_url(&history.urls[0], "http://a.example/", NULL, "a.example");
    for (size_t i = 25; i > 0; i--)
        fake_outage(&history.urls[0], (int64_t)i * FAKE_DAY_US, HOUR_US, CAUSE_DNS, NULL);
    page = printed_page(&format_html, &history, false);
    expect_part(page, "<summary>Earlier outages (5)</summary>");
    assert_int_equal(count_of(page, "<td>1 h</td>"), 25);
    free(page);
    fake_history_release(&history);
}

/* 60 URLs: 58 of one host. */
static void make_many(struct history *history)
{
    char text[64];

    fake_history_init(history, 60);
    for (size_t i = 0; i < 60; i++) {
        snprintf(text, sizeof(text), "http://a.example/%zu", i);
        fake_url(&history->urls[i], text, NULL, i == 5 ? "b.example" : "a.example");
        fake_sum_up(&history->urls[i]);
    }
    fake_outage(&history->urls[7], HOUR_US, 2 * HOUR_US, CAUSE_REFUSED, NULL);
}

TEST(many_urls_that_are_up_are_groups)
{
    struct history history;
    char *page;

    make_many(&history);
    page = printed_page(&format_html, &history, false);
    assert_int_equal(count_of(page, "<details class=\"group\">"), 1);
    expect_part(page, "<span class=\"uptime\">58 URLs, <b>100 %</b> up</span>");
    assert_int_equal(count_of(page, "<article "), 60);
    assert_true(strstr(page, "id=\"u8\"") < strstr(page, "id=\"u1\""));
    expect_part(page, "<div id=\"tools\" role=\"search\" hidden>");
    free(page);
    page = printed_page(&format_html, &history, true);
    assert_int_equal(count_of(page, "<details class=\"group\">"), 0);
    assert_int_equal(count_of(page, "<article "), 60);
    free(page);
    fake_history_release(&history);
}

TEST(hundred_urls_are_below_a_megabyte)
{
    struct history history;
    char *page;

    fake_history_init(&history, 100);
    for (size_t i = 0; i < 100; i++) {
        fake_url(&history.urls[i], "https://service.example/some/path/to/check", "Some service",
                 "service.example");
        for (int64_t day = 12; day > 0; day--)
            fake_outage(&history.urls[i], day * 7 * FAKE_DAY_US + (int64_t)i * CLOCK_S, HOUR_US,
                        CAUSE_REFUSED, "connection refused");
    }
    page = printed_page(&format_html, &history, false);
    assert_in_range(strlen(page), 500000, 1000000);
    free(page);
    fake_history_release(&history);
}

TEST(page_of_nothing)
{
    struct history history;
    char *page;

    fake_history_init(&history, 0);
    page = printed_page(&format_html, &history, false);
    expect_part(page, "<title>Nothing is known yet - status</title>");
    expect_part(page, "No outages in the last 90 days");
    free(page);
    fake_history_release(&history);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(page_says_how_all_are),
        cmocka_unit_test(a_bar_is_a_day),
        cmocka_unit_test(uptime_says_what_was_measured),
        cmocka_unit_test(uptime_of_all_is_of_those_that_are_checked),
        cmocka_unit_test(texts_are_texts),
        cmocka_unit_test(public_page_hides_urls_and_messages),
        cmocka_unit_test(outages_of_one_moment_are_one_row),
        cmocka_unit_test(many_outages_are_folded),
        cmocka_unit_test(many_urls_that_are_up_are_groups),
        cmocka_unit_test(hundred_urls_are_below_a_megabyte),
        cmocka_unit_test(page_of_nothing),
    };

    return RUN_TESTS(tests);
}

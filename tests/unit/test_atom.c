/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "printed_page.h"

#define HOUR_US (3600 * CLOCK_S)

static void make_history(struct history *history)
{
    fake_history_init(history, 2);
    fake_url(&history->urls[0], "https://a.example/x?key=SECRET", "A <b>", "a.example");
    fake_url(&history->urls[1], "http://b.example/SECRET", NULL, "b.example");
    fake_outage(&history->urls[0], 2 * HOUR_US, 3 * HOUR_US, CAUSE_REFUSED, "by 192.0.2.1");
    fake_outage(&history->urls[1], 5 * HOUR_US, 1 * HOUR_US, CAUSE_DNS, "no such host <x>");
}

/* The ids of the entries, in their order; the caller frees each. Returns how many there are. */
static size_t ids_of(const char *feed, char *ids[], size_t room)
{
    size_t count = 0;

    while ((feed = strstr(feed, "<entry>\n<id>")) && count < room) {
        feed += strlen("<entry>\n<id>");
        ids[count++] = strndup(feed, strcspn(feed, "<"));
    }
    return count;
}

TEST(an_outage_is_an_entry)
{
    struct history history;
    char *feed;

    make_history(&history);
    feed = printed_page(&format_atom, &history, false);
    expect_part(feed, "<title>Down: A &lt;b&gt;: refused</title>\n"
                      "<published>2026-11-30T12:05:39Z</published>\n"
                      "<updated>2026-11-30T12:05:39Z</updated>\n"
                      "<category term=\"refused\"/>\n");
    expect_part(feed, "<title>Up after 1 h: http://b.example/SECRET: dns</title>\n"
                      "<published>2026-11-30T09:05:39Z</published>\n"
                      "<updated>2026-11-30T10:05:39Z</updated>\n");
    expect_part(feed, "<content type=\"text\">Down from 30 Nov 2026, 09:05 UTC to 30 Nov 2026, "
                      "10:05 UTC. dns: no such host &lt;x&gt;</content>");
    expect_part(feed,
                "<subtitle>1 of 2 is down</subtitle>\n<updated>2026-11-30T12:05:39Z</updated>");
    expect_part(feed, "<link rel=\"self\" type=\"application/atom+xml\" href=\"feed.atom\"/>");
    expect_part(feed, "<link rel=\"alternate\" type=\"text/html\" href=\"index.html\"/>");
    free(feed);
    fake_history_release(&history);
}

TEST(an_outage_without_a_known_end_has_the_word_of_the_page)
{
    struct history history;
    char *feed;

    make_history(&history);
    history.urls[0].last_us = history.urls[0].valid_until_us = FAKE_NOW_US - HOUR_US;
    feed = printed_page(&format_atom, &history, false);
    expect_part(feed, "<title>Unknown: A &lt;b&gt;: refused</title>");
    free(feed);
    history.urls[0].last_us = history.urls[0].valid_until_us = FAKE_NOW_US - 2 * FAKE_DAY_US;
    feed = printed_page(&format_atom, &history, false);
    expect_part(feed, "<title>No longer checked: A &lt;b&gt;: refused</title>");
    free(feed);
    fake_history_release(&history);
}

TEST(ids_stay_when_outages_end_and_others_come)
{
    struct history history;
    char *feed, *before[4], *after[4];

    make_history(&history);
    feed = printed_page(&format_atom, &history, false);
    assert_int_equal(ids_of(feed, before, COUNT_OF(before)), 2);
    free(feed);
    history.urls[0].outages[0].end_us = FAKE_NOW_US;
    fake_outage(&history.urls[1], HOUR_US, HOUR_US + 1, CAUSE_DNS, NULL);
    free(history.urls[0].name);
    history.urls[0].name = xstrdup("another");
    feed = printed_page(&format_atom, &history, false);
    assert_int_equal(ids_of(feed, after, COUNT_OF(after)), 3);
    assert_string_equal(before[0], after[1]);
    assert_string_equal(before[1], after[2]);
    assert_string_not_equal(after[0], after[2]);
    for (size_t i = 0; i < 2; i++)
        free(before[i]);
    for (size_t i = 0; i < 3; i++)
        free(after[i]);
    free(feed);
    fake_history_release(&history);
}

TEST(ids_of_the_same_url_differ)
{
    struct history history;
    char *feed, *ids[3];

    fake_history_init(&history, 3);
    for (size_t i = 0; i < 3; i++) {
        fake_url(&history.urls[i], "http://a.example/", NULL, "a.example");
        fake_outage(&history.urls[i], HOUR_US, HOUR_US, CAUSE_DNS, NULL);
    }
    for (int is_public = 0; is_public < 2; is_public++) {
        feed = printed_page(&format_atom, &history, is_public);
        assert_int_equal(ids_of(feed, ids, COUNT_OF(ids)), 3);
        assert_string_not_equal(ids[0], ids[1]);
        assert_string_not_equal(ids[0], ids[2]);
        assert_string_not_equal(ids[1], ids[2]);
        for (size_t i = 0; i < 3; i++)
            free(ids[i]);
        free(feed);
    }
    fake_history_release(&history);
}

/* The id of the entry that has a message; the caller frees it. */
static char *id_of(const struct history *history, const char *message)
{
    char *feed = printed_page(&format_atom, history, false), *id = NULL;

    for (const char *entry = feed; (entry = strstr(entry, "<entry>\n<id>")); entry++) {
        const char *found = strstr(entry, message), *end = strstr(entry, "</entry>");

        if (found && found < end)
            id = strndup(entry + strlen("<entry>\n<id>"),
                         strcspn(entry + strlen("<entry>\n<id>"), "<"));
    }
    assert_non_null(id);
    free(feed);
    return id;
}

TEST(ids_of_the_same_url_stay_when_one_outage_ends)
{
    static const char *const messages[] = {"first", "second", "third"};
    struct history history;
    char *before[3];

    fake_history_init(&history, 3);
    for (size_t i = 0; i < 3; i++) {
        fake_url(&history.urls[i], "http://a.example/", NULL, "a.example");
        fake_outage(&history.urls[i], HOUR_US, HOUR_US, CAUSE_DNS, messages[i]);
    }
    history.urls[2].attributes = xstrdup("head");
    for (size_t i = 0; i < 3; i++)
        before[i] = id_of(&history, messages[i]);
    for (size_t ended = 0; ended < 3; ended++) {
        history.urls[ended].outages[0].end_us = FAKE_NOW_US - 1;
        for (size_t i = 0; i < 3; i++) {
            char *after = id_of(&history, messages[i]);

            assert_string_equal(before[i], after);
            free(after);
        }
        history.urls[ended].outages[0].end_us = 0;
    }
    assert_string_not_equal(before[0], before[1]);
    assert_string_not_equal(before[0], before[2]);
    for (size_t i = 0; i < 3; i++)
        free(before[i]);
    fake_history_release(&history);
}

TEST(public_feed_hides_urls_and_messages)
{
    struct history history;
    char *feed;

    make_history(&history);
    feed = printed_page(&format_atom, &history, true);
    expect_no_part(feed, "SECRET");
    expect_no_part(feed, "a.example");
    expect_no_part(feed, "192.0.2.1");
    expect_part(feed, "<title>Up after 1 h: b.example: dns</title>");
    free(feed);
    fake_history_release(&history);
}

TEST(feed_of_nothing)
{
    struct history history;
    char *feed;

    fake_history_init(&history, 0);
    feed = printed_page(&format_atom, &history, false);
    expect_part(feed, "<updated>2026-11-30T14:05:39Z</updated>");
    expect_no_part(feed, "<entry>");
    free(feed);
    fake_history_release(&history);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_outage_is_an_entry),
        cmocka_unit_test(an_outage_without_a_known_end_has_the_word_of_the_page),
        cmocka_unit_test(ids_stay_when_outages_end_and_others_come),
        cmocka_unit_test(ids_of_the_same_url_differ),
        cmocka_unit_test(ids_of_the_same_url_stay_when_one_outage_ends),
        cmocka_unit_test(public_feed_hides_urls_and_messages),
        cmocka_unit_test(feed_of_nothing),
    };

    return RUN_TESTS(tests);
}

/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "command_line.h"
#include "input/ping_url.h"

/* The options --ping-url and --lock, and what is requested for a ping. */

static struct target *target_of(const char *options, const struct ping_content *content)
{
    accept(options);
    return ping_url_target(&settings, content, NULL);
}

static void expect_url(const char *base, const char *wanted)
{
    char options[256];
    struct target *target;

    snprintf(options, sizeof(options), "--ping-url %s http://a/", base);
    target = target_of(options,
                       &(struct ping_content){.suffix = "start", .run_id = "1-2", .body = NULL});
    assert_non_null(target);
    assert_string_equal(target->url, wanted);
    target_free(target);
    settings_release(&settings);
}

TEST(suffix_is_the_end_of_the_path)
{
    expect_url("https://h/uuid", "https://h/uuid/start?rid=1-2");
    expect_url("https://h/uuid/", "https://h/uuid/start?rid=1-2");
    expect_url("https://h", "https://h/start?rid=1-2");
    expect_url("http://h:8000/key/slug?create=1", "http://h:8000/key/slug/start?create=1&rid=1-2");
    expect_url("https://h/a%20b#part", "https://h/a%20b/start?rid=1-2");
    expect_url("https://me:word@h/uuid", "https://me:word@h/uuid/start?rid=1-2");
}

TEST(request_has_only_network_options_of_the_command_line)
{
    const struct ping_content content = {.suffix = "0",
                                         .run_id = "1-2",
                                         .body = "@all is well & fine",
                                         .max_time_us = 7};
    struct target *target =
        target_of("-k -4 -x http://proxy:1 -X PUT -H X:y -u me:word --contains x "
                  "-m 3 --ping-url http://h/uuid http://a/",
                  &content);
    const struct check *check = target->check;

    assert_true(check->insecure);
    assert_int_equal(check->ip_version, IP_4);
    assert_string_equal(check->proxy, "http://proxy:1");
    assert_null(check->request);
    assert_false(check->follow);
    assert_int_equal(check->user.count, 0);
    assert_int_equal(check->headers.count, 1);
    assert_int_equal(check->data.count, 1);
    assert_string_equal(check->data.items[0], content.body);
    assert_int_equal(check->max_time_us, 7);
    assert_true(check_judges_content(check));
    assert_string_equal(target->host, "h");
    target_free(target);
    settings_release(&settings);
}

static void expect_shown(const char *url, const char *wanted)
{
    char *shown = ping_url_show(url);

    assert_string_equal(shown, wanted);
    free(shown);
}

TEST(only_scheme_and_host_are_shown)
{
    expect_shown("https://h/uuid", "https://h/***");
    expect_shown("https://h:80/uuid?key=1#x", "https://h:80/***");
    expect_shown("https://h?key", "https://h/***");
    expect_shown("https://me:word@h/uuid", "https://***@h/***");
}

TEST(argument_of_lock_may_be_left_out)
{
    accept("--state s http://a/");
    assert_int_equal(settings.lock, LOCK_NONE);
    accept("--state s --lock http://a/");
    assert_int_equal(settings.lock, LOCK_WAIT);
    assert_int_equal(settings.input_count, 1);
    accept("--state s --lock=skip http://a/");
    assert_int_equal(settings.lock, LOCK_SKIP);
    accept("--state s --lock=skip --lock=wait http://a/");
    assert_int_equal(settings.lock, LOCK_WAIT);
    refuse("--state s --lock= http://a/", "--lock", "is not wait or skip");
    refuse("--lock=skip http://a/", "--lock", "--state");
    settings_release(&settings);
}

TEST(wrong_ping_urls_are_refused)
{
    static const char *const urls[] = {"''",      "h/uuid",       "ftp://h/",
                                       "http://", "https://h:x/", "@/no/file"};

    for (size_t i = 0; i < COUNT_OF(urls); i++) {
        char options[64];

        snprintf(options, sizeof(options), "--ping-url %s http://a/", urls[i]);
        refuse(options, "--ping-url: ",
               i + 1 < COUNT_OF(urls) ? "not an http or https URL" : "cannot read '/no/file'");
    }
    settings_release(&settings);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(suffix_is_the_end_of_the_path),
        cmocka_unit_test(request_has_only_network_options_of_the_command_line),
        cmocka_unit_test(only_scheme_and_host_are_shown),
        cmocka_unit_test(argument_of_lock_may_be_left_out),
        cmocka_unit_test(wrong_ping_urls_are_refused),
    };

    return RUN_TESTS(tests);
}

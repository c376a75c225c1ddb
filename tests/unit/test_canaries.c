/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "command_line.h"
#include "input/canaries.h"
#include "input/check_options.h"
#include "input/option_table.h"
#include "input/target.h"

/* Which options of the command line are for canaries, too. */

static const struct target *canary(size_t index)
{
    assert_true(index < settings.canaries.count);
    return settings.canary_targets[index];
}

/* The check of a canary is this, as attributes. */
static void expect_identity(size_t index, const char *wanted)
{
    char *identity = check_identify(canary(index)->check);

    assert_non_null(identity);
    assert_string_equal(identity, wanted);
    free(identity);
}

TEST(none_by_default)
{
    accept("a");
    assert_int_equal(settings.canaries.count, 0);
    assert_null(settings.canary_targets);
}

TEST(canary_is_a_line_of_a_list)
{
    accept("--canary b/x --canary https://c/ a");
    assert_int_equal(settings.canaries.count, 2);
    assert_string_equal(canary(0)->url, "http://b/x");
    assert_string_equal(canary(1)->url, "https://c/");
    expect_identity(0, "");
    assert_int_equal(settings.input_count, 1);
}

TEST(attributes_are_added_to_the_defaults)
{
    char text[] = " b  head header='X: y' max-time=1 ";

    accept("-H Z:1 --connect-timeout 3 a");
    string_list_add(&settings.canaries, text);
    assert_int_equal(canaries_parse(&settings, &error), 0);
    expect_identity(0, "head header='X: y' max-time=1 connect-timeout=3 ");
}

/* The order does not matter: options after --canary are for it, too. */
TEST(time_tls_and_network_are_for_canaries)
{
    accept("--canary b -m 3 --connect-timeout 2 -k --tlsv1.2 -4 --resolve h:1:127.0.0.1 "
           "--connect-to h::i: --interface lo -x http://p/ --noproxy n a");
    expect_identity(0, "max-time=3 connect-timeout=2 insecure tlsv1.2 ipv4 "
                       "resolve=h:1:127.0.0.1 interface=lo proxy=http://p/ "
                       "noproxy=n ");
}

TEST(requests_and_expectations_are_not)
{
    accept("-X PUT -H a:b -A me -e r -b c=d -d e -u f:g -n --compressed --no-location "
           "--max-redirs 3 --canary b a");
    expect_identity(0, "");
    accept("--canary b --accept 404 --warn 500 --contains x --regex y --expect-header z: "
           "--max-filesize 7 --max-latency 1 --warn-latency 1 --cert-expiry 3 a");
    expect_identity(0, "");
    accept("--canary b --oauth2-bearer t --json {} --unix-socket /s --fail-on-redirect "
           "--pinnedpubkey sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= a");
    expect_identity(0, "");
}

/* A new option of these sections needs a decision: is it about particular servers? */
TEST(each_option_is_for_canaries_or_not)
{
    static const char theirs[] = " max-time connect-timeout insecure cacert capath proxy-insecure "
                                 "proxy-cacert tlsv1.2 tlsv1.3 "
                                 "ipv4 ipv6 resolve interface doh-url proxy noproxy ";
    char word[64];

    for (size_t i = 0; i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];
        bool is_theirs = (spec->section == SECTION_LIMITS || spec->section == SECTION_TLS ||
                          spec->section == SECTION_NETWORK) &&
                         !spec->server_specific;

        snprintf(word, sizeof(word), " %s ", spec->name);
        assert_int_equal(is_theirs, strstr(theirs, word) != NULL);
    }
}

/* A connection that was set up for the command line's requests may carry credentials. */
TEST(canary_shares_no_connection_with_other_requests)
{
    accept("-u f:g --canary b a");
    assert_non_null(canary(0)->check->request_identity);
    assert_string_equal(canary(0)->connection_key, "http://b:80 ");
    accept("--accept 404 --canary b a");
    assert_null(canary(0)->check->request_identity);
    assert_string_equal(canary(0)->connection_key, canary(0)->origin);
}

TEST(canary_that_cannot_be_checked)
{
    refuse("--canary ftp://h/ a", "--canary: 'ftp://h/': ", "scheme");
    refuse("--canary '' a", "--canary: '': ", "empty");
    refuse("--canary b --canary http://u:secret@h:99999/ a",
           "--canary: 'http://***@h:99999/': ", "port");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        OPTIONS_TEST(none_by_default),
        OPTIONS_TEST(canary_is_a_line_of_a_list),
        OPTIONS_TEST(attributes_are_added_to_the_defaults),
        OPTIONS_TEST(time_tls_and_network_are_for_canaries),
        OPTIONS_TEST(requests_and_expectations_are_not),
        OPTIONS_TEST(each_option_is_for_canaries_or_not),
        OPTIONS_TEST(canary_shares_no_connection_with_other_requests),
        OPTIONS_TEST(canary_that_cannot_be_checked),
    };

    return RUN_TESTS(tests);
}

/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdlib.h>

#include "input/check_options.h"
#include "input/option_table.h"
#include "probe/endpoint.h"

/* The host whose address is looked up before libcurl begins. */

static struct check check;
static struct proxies proxies;

/* Options as attributes, separated by blanks: "connect-to=a:1:b:2". */
static void use_options(const char *options)
{
    static char text[512];
    char *rest = NULL;

    check_release(&check);
    check = check_defaults();
    snprintf(text, sizeof(text), "%s", options);
    for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        char *value = strchr(word, '=');
        struct error error;

        *value++ = '\0';
        if (option_apply(&(struct option_use){.spec = option_find(word, strlen(word)),
                                              .settings = &check,
                                              .argument = value},
                         &error))
            fail_msg("%s: %s", word, error.text);
    }
}

/* wanted: "host:port", or NULL. */
static void expect(const char *host, const char *origin, const char *wanted)
{
    struct target target = {.check = &check, .host = host, .origin = origin};
    struct endpoint endpoint;

    assert_int_equal(endpoint_find(&endpoint, &target, &proxies), 0);
    if (!wanted) {
        assert_null(endpoint.host);
    } else {
        assert_non_null(endpoint.host);
        assert_string_equal(endpoint.host_port, wanted);
        assert_memory_equal(endpoint.host, wanted, strlen(endpoint.host));
        assert_int_equal(wanted[strlen(endpoint.host)], ':');
    }
    endpoint_release(&endpoint);
}

TEST(the_host_of_the_url)
{
    use_options("");
    expect("a.test", "http://a.test:80", "a.test:80");
    expect("127.0.0.1", "http://127.0.0.1:80", NULL);
    expect("[::1]", "http://[::1]:80", NULL);
    expect("localhost", "http://localhost:80", NULL);
    expect("a.localhost", "http://a.localhost:80", NULL);
    expect("gr\xc3\xbcn.test", "http://gr\xc3\xbcn.test:80", NULL);
}

TEST(resolve_needs_no_lookup)
{
    use_options("resolve=a.test:80:1.2.3.4 resolve=+B.test:81:1.2.3.4");
    expect("a.test", "http://a.test:80", NULL);
    expect("a.test", "https://a.test:443", "a.test:443");
    expect("b.test", "http://b.test:81", NULL);
    expect("b.test", "http://b.test:8", "b.test:8");
}

TEST(connect_to_replaces_the_host)
{
    use_options("connect-to=a.test:80:B.test:81 connect-to=c.test::d.test: connect-to=:82:e.test: "
                "connect-to=[::2]:80:f.test:80 connect-to=a.test:80:never.test:1");
    expect("a.test", "http://a.test:80", "b.test:81");
    expect("a.test", "http://a.test:8", "a.test:8");
    expect("aa.test", "http://aa.test:80", "aa.test:80");
    expect("c.test", "http://c.test:7", "d.test:7");
    expect("x.test", "http://x.test:82", "e.test:82");
    expect("[::2]", "http://[::2]:80", "f.test:80");
    use_options("connect-to=::[::1]:9");
    expect("a.test", "http://a.test:80", NULL);
    use_options("connect-to=:::9 resolve=a.test:9:1.2.3.4");
    expect("a.test", "http://a.test:80", NULL);
    expect("b.test", "http://b.test:80", "b.test:9");
}

TEST(doh_needs_the_address_of_its_server)
{
    use_options("doh-url=https://Doh.test/dns-query connect-to=b.test:80:c.test:80 "
                "connect-to=d.test:80:1.2.3.4:80");
    expect("a.test", "http://a.test:80", "doh.test:443");
    expect("b.test", "http://b.test:80", "doh.test:443");
    expect("d.test", "http://d.test:80", NULL);
    expect("127.0.0.1", "http://127.0.0.1:80", NULL);
    use_options("doh-url=https://1.2.3.4:5/");
    expect("a.test", "http://a.test:80", NULL);
    use_options("doh-url=https://doh.test:5/ resolve=doh.test:5:1.2.3.4");
    expect("a.test", "http://a.test:80", NULL);
}

TEST(connect_to_applies_to_redirects)
{
    struct endpoint endpoint;

    use_options("connect-to=a.test:443:B.test:81");
    assert_int_equal(endpoint_of_url(&endpoint, &check, "https://A.test/x"), 0);
    assert_string_equal(endpoint.host, "b.test");
    endpoint_release(&endpoint);
    assert_int_equal(endpoint_of_url(&endpoint, &check, "http://A.test/x"), 0);
    assert_string_equal(endpoint.host_port, "a.test:80");
    endpoint_release(&endpoint);
    assert_int_equal(endpoint_of_url(&endpoint, &check, "http://"), -1);
    endpoint_release(&endpoint);
}

static bool is_other_host(const char *host, const char *url)
{
    return endpoint_is_other_host(&(struct target){.check = &check, .host = host}, url);
}

TEST(other_hosts_have_another_name)
{
    use_options("connect-to=a.test:443:b.test:443 connect-to=b.test:80:a.test:80");
    assert_false(is_other_host("a.test", "https://A.Test/x"));
    assert_false(is_other_host("a.test", "http://u:p@a.test:81/?b.test"));
    assert_false(is_other_host("[::1]", "http://[::1]:81/"));
    assert_true(is_other_host("a.test", "http://b.test/"));
    assert_true(is_other_host("a.test", "http://aa.test/"));
    assert_true(is_other_host("a.test", "http://a.test.b.test/"));
    assert_true(is_other_host("a.test", "http://"));
}

TEST(no_lookup_with_a_proxy_or_a_unix_socket)
{
    char proxy[] = "proxy.test";

    use_options("unix-socket=/a");
    expect("a.test", "http://a.test:80", NULL);
    use_options("connect-to=::b.test:80");
    proxies.http.host = proxy;
    expect("a.test", "http://a.test:80", NULL);
    expect("a.test", "https://a.test:443", "b.test:80");
    proxies.http.host = NULL;
    check_release(&check);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_host_of_the_url),
        cmocka_unit_test(resolve_needs_no_lookup),
        cmocka_unit_test(connect_to_replaces_the_host),
        cmocka_unit_test(doh_needs_the_address_of_its_server),
        cmocka_unit_test(connect_to_applies_to_redirects),
        cmocka_unit_test(other_hosts_have_another_name),
        cmocka_unit_test(no_lookup_with_a_proxy_or_a_unix_socket),
    };

    return RUN_TESTS(tests);
}

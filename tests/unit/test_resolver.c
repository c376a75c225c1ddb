/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "fake_resolver.h"

/* The answers to lookups, and that each name is looked up once. */

#define HOUR_US INT64_C(3600000000)

static int setup(void **state)
{
    (void)state;
    begin(4);
    return 0;
}

static void end(void)
{
    assert_int_equal(resolver_free(resolver), 0);
}

static void expect_found(const char *name, int family, const char *addresses)
{
    struct resolution found = resolver_lookup(resolver, name, family, HOUR_US, 0);

    assert_int_equal(found.status, LOOKUP_FOUND);
    assert_non_null(found.addresses);
    assert_string_equal(found.addresses, addresses);
    free(found.addresses);
}

/* Expects that the lookup of the name fails with that status. */
static void expect(const char *name, enum lookup_status wanted, int os_error)
{
    struct resolution found = resolver_lookup(resolver, name, AF_UNSPEC, HOUR_US, 0);

    assert_int_equal(found.status, wanted);
    assert_null(found.addresses);
    if (wanted == LOOKUP_SHORTAGE)
        assert_int_equal(found.os_error, os_error);
}

TEST(addresses_have_the_format_of_libcurl)
{
    expect_found("a.test", AF_INET, "127.0.0.1");
    expect_found("a.test", AF_INET6, "[::1]");
    expect_found("a.test", AF_UNSPEC, "127.0.0.1,[::1]");
    end();
}

/* CURLOPT_RESOLVE has no scopes: such names are left to libcurl. */
TEST(addresses_with_a_scope_are_not_returned)
{
    struct resolution found = resolver_lookup(resolver, "scoped.test", AF_UNSPEC, HOUR_US, 0);

    assert_int_equal(found.status, LOOKUP_FOUND);
    assert_null(found.addresses);
    end();
}

TEST(arguments_are_passed_on)
{
    static const int families[] = {AF_UNSPEC, AF_INET, AF_INET6};

    for (size_t i = 0; i < COUNT_OF(families); i++) {
        free(resolver_lookup(resolver, "www.a.test", families[i], HOUR_US, 0).addresses);
        assert_string_equal(dns.last_name, "www.a.test");
        assert_int_equal(dns.last_hints.ai_family, families[i]);
        /* Otherwise each address comes three times: for TCP, UDP and raw sockets. */
        assert_int_equal(dns.last_hints.ai_socktype, SOCK_STREAM);
    }
    end();
}

TEST(name_is_looked_up_once)
{
    for (int i = 0; i < 5; i++)
        expect_found("a.test", AF_INET, "127.0.0.1");
    assert_int_equal(dns_asked(), 1);
    expect_found("b.test", AF_INET, "127.0.0.1");
    assert_int_equal(dns_asked(), 2);
    end();
}

TEST(families_are_looked_up_separately)
{
    for (int i = 0; i < 2; i++) {
        expect_found("a.test", AF_INET, "127.0.0.1");
        expect_found("a.test", AF_INET6, "[::1]");
        expect_found("a.test", AF_UNSPEC, "127.0.0.1,[::1]");
    }
    assert_int_equal(dns_asked(), 3);
    end();
}

TEST(concurrent_callers_share_one_answer)
{
    struct lookup_call calls[20];

    for (size_t i = 0; i < COUNT_OF(calls); i++)
        begin_lookup(&calls[i], resolver, "stuck.test");
    for (size_t i = 0; i < COUNT_OF(calls); i++)
        helper_await_sleep(&calls[i].helper);
    dns_release();
    for (size_t i = 0; i < COUNT_OF(calls); i++)
        expect_lookup(&calls[i], LOOKUP_FOUND);
    assert_int_equal(dns_asked(), 1);
    end();
}

static const struct failure {
    int code, os_error;
    enum lookup_status status;
} failures[] = {
    {EAI_NONAME, 0, LOOKUP_NO_NAME},
    {EAI_NODATA, 0, LOOKUP_NO_NAME},
    {EAI_ADDRFAMILY, 0, LOOKUP_NO_NAME},
    {EAI_NONAME, ENOENT, LOOKUP_NO_NAME},
    {EAI_AGAIN, 0, LOOKUP_FAILED},
    {EAI_FAIL, 0, LOOKUP_FAILED},
    {EAI_AGAIN, ETIMEDOUT, LOOKUP_FAILED},
    {EAI_AGAIN, ECONNREFUSED, LOOKUP_FAILED},
    {EAI_SYSTEM, ECONNREFUSED, LOOKUP_FAILED},
    {EAI_SYSTEM, ENETUNREACH, LOOKUP_FAILED},
    {EAI_MEMORY, 0, LOOKUP_SHORTAGE},
    {EAI_SYSTEM, EMFILE, LOOKUP_SHORTAGE},
    {EAI_SYSTEM, ENFILE, LOOKUP_SHORTAGE},
    {EAI_SYSTEM, ENOMEM, LOOKUP_SHORTAGE},
    {EAI_SYSTEM, ENOBUFS, LOOKUP_SHORTAGE},
    {EAI_AGAIN, EMFILE, LOOKUP_SHORTAGE},
};

TEST(failures_have_different_statuses)
{
    for (size_t i = 0; i < COUNT_OF(failures); i++) {
        char name[32];

        sprintf(name, "n%zu.test", i);
        dns.code = failures[i].code;
        dns.os_error = failures[i].os_error;
        expect(name, failures[i].status,
               failures[i].code == EAI_MEMORY ? ENOMEM : failures[i].os_error);
    }
    end();
}

/* An answer is kept for the run. */
TEST(missing_names_are_kept)
{
    dns.code = EAI_NONAME;
    expect("a.test", LOOKUP_NO_NAME, 0);
    dns.code = 0;
    expect("a.test", LOOKUP_NO_NAME, 0);
    assert_int_equal(dns_asked(), 1);
    end();
}

TEST(shortage_is_not_kept)
{
    dns.code = EAI_SYSTEM;
    dns.os_error = EMFILE;
    expect("a.test", LOOKUP_SHORTAGE, EMFILE);
    expect("a.test", LOOKUP_SHORTAGE, EMFILE);
    dns.code = 0;
    expect_found("a.test", AF_UNSPEC, "127.0.0.1,[::1]");
    expect_found("a.test", AF_UNSPEC, "127.0.0.1,[::1]");
    assert_int_equal(dns_asked(), 3);
    end();
}

TEST(lack_of_threads_is_a_shortage)
{
    atomic_store(&no_threads, true);
    expect("a.test", LOOKUP_SHORTAGE, EAGAIN);
    assert_int_equal(dns_asked(), 0);
    atomic_store(&no_threads, false);
    expect_found("a.test", AF_INET, "127.0.0.1");
    /* One thread is enough for all that follow. */
    atomic_store(&no_threads, true);
    expect_found("b.test", AF_INET, "127.0.0.1");
    expect_found("c.test", AF_INET, "127.0.0.1");
    end();
}

TEST(free_without_a_lookup)
{
    end();
    assert_int_equal(resolver_free(NULL), 0);
}

/* Threads look up random names: each name is looked up once. */
#define NAMES 60

static atomic_int wrong;

static void look_up_any_names(void *argument)
{
    uint64_t random = random_seed((unsigned)(uintptr_t)argument);

    for (int i = 0; i < 2000; i++) {
        char name[32];
        struct resolution found;

        sprintf(name, "n%zu.test", random_below(&random, NAMES));
        found = resolver_lookup(resolver, name, AF_INET, HOUR_US, 0);
        if (found.status != LOOKUP_FOUND || !found.addresses ||
            strcmp(found.addresses, "127.0.0.1") != 0)
            atomic_fetch_add(&wrong, 1);
        free(found.addresses);
    }
}

TEST(threads_may_look_up_any_names)
{
    struct helper helpers[6];

    for (size_t i = 0; i < COUNT_OF(helpers); i++)
        helper_start(&helpers[i], look_up_any_names, (void *)(uintptr_t)i);
    for (size_t i = 0; i < COUNT_OF(helpers); i++)
        helper_join(&helpers[i]);
    assert_int_equal(atomic_load(&wrong), 0);
    assert_int_equal(dns_asked(), NAMES);
    end();
}

#define RESOLVER_TEST(test) cmocka_unit_test_setup(test, setup)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        RESOLVER_TEST(addresses_have_the_format_of_libcurl),
        RESOLVER_TEST(addresses_with_a_scope_are_not_returned),
        RESOLVER_TEST(arguments_are_passed_on),
        RESOLVER_TEST(name_is_looked_up_once),
        RESOLVER_TEST(families_are_looked_up_separately),
        RESOLVER_TEST(concurrent_callers_share_one_answer),
        RESOLVER_TEST(failures_have_different_statuses),
        RESOLVER_TEST(missing_names_are_kept),
        RESOLVER_TEST(shortage_is_not_kept),
        RESOLVER_TEST(lack_of_threads_is_a_shortage),
        RESOLVER_TEST(free_without_a_lookup),
        RESOLVER_TEST(threads_may_look_up_any_names),
    };

    return RUN_TESTS(tests);
}

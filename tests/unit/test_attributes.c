/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>

#include "attribute_words.h"
#include "input/option_table.h"

/* Attributes of lines, and the identities of their checks. */

static char folder[] = "/tmp/urlcheck-test-XXXXXX";
static char ca_file[64];

/* A folder with one file, which looks like any file that an option may need. */
static int make_files(void **state)
{
    static const char text[] = "-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n";
    FILE *file;

    (void)state;
    if (!mkdtemp(folder))
        return -1;
    sprintf(ca_file, "%s/0123abcd.0", folder);
    file = fopen(ca_file, "w");
    return file && fputs(text, file) >= 0 && fclose(file) == 0 ? 0 : -1;
}

static int remove_files(void **state)
{
    (void)state;
    return unlink(ca_file) || rmdir(folder) ? -1 : 0;
}

static int make_base(void **state)
{
    (void)state;
    command_line = check_defaults();
    command_line.max_time_us = 5000000;
    string_list_add(&command_line.headers, "A: 1");
    identify_defaults();
    return 0;
}

static void release(struct attributes *attributes)
{
    check_free(attributes->check);
    free(attributes->name);
    free(attributes->shown);
}

TEST(values_replace_those_of_the_command_line)
{
    struct attributes attributes = parse(" max-time=3 head insecure user-agent='a b' ");

    assert_int_equal(attributes.check->max_time_us, 3000000);
    assert_true(attributes.check->head && attributes.check->insecure);
    assert_string_equal(attributes.check->user_agent, "a b");
    assert_null(attributes.name);
    release(&attributes);
    assert_int_equal(command_line.max_time_us, 5000000);
    assert_false(command_line.head);
}

TEST(lists_are_added_to)
{
    struct attributes attributes = parse("header=B:2 header=\"C: 3\" resolve=a:80:1.2.3.4");

    assert_int_equal(attributes.check->headers.count, 3);
    assert_string_equal(attributes.check->headers.items[0], "A: 1");
    assert_string_equal(attributes.check->headers.items[2], "C: 3");
    assert_int_equal(attributes.check->resolve.count, 1);
    release(&attributes);
    assert_int_equal(command_line.headers.count, 1);
    assert_int_equal(command_line.resolve.count, 0);
}

TEST(check_owns_its_texts)
{
    char text[] = "request=PUT name=label";
    struct attributes attributes = parse(text);

    memset(text, 'x', sizeof(text) - 1);
    assert_string_equal(attributes.check->request, "PUT");
    assert_string_equal(attributes.name, "label");
    release(&attributes);
}

TEST(same_check_as_the_command_line_is_not_copied)
{
    static const char *const texts[] = {"",         "max-time=5",       "name=x", "max-time=5000ms",
                                        "location", "location location"};

    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct attributes attributes = parse(texts[i]);

        if (attributes.check)
            fail_msg("'%s': %s", texts[i], attributes.check->identity);
        release(&attributes);
    }
}

TEST(names)
{
    struct attributes attributes = parse("name='b c'");

    assert_string_equal(attributes.name, "b c");
    release(&attributes);
    attributes = parse("name=''");
    assert_null(attributes.name);
    release(&attributes);
}

static void expect_same(const char *a, const char *b, bool wanted)
{
    struct attributes first = parse(a), second = parse(b);

    if ((strcmp(first.check->identity, second.check->identity) == 0) != wanted)
        fail_msg("'%s' is %s, '%s' is %s", a, first.check->identity, b, second.check->identity);
    release(&first);
    release(&second);
}

TEST(identity_does_not_depend_on_spelling)
{
    expect_same("max-time=3 head", "head  max-time=3000ms", true);
    expect_same("header=X:1", "\"header=X:1\"", true);
    expect_same("request=PUT head", "head", true);
    expect_same("ipv6 ipv6", "ipv6", true);
    expect_same("max-time=3", "max-time=3001ms", false);
    expect_same("header=X:1 header=Y:2", "header=Y:2 header=X:1", false);
    expect_same("header='X:1 header=Y:2'", "header=X:1 header=Y:2", false);
    expect_same("user-agent='a insecure'", "user-agent=a insecure", false);
    expect_same("user-agent=\"a' insecure'\"", "user-agent=a insecure", false);
}

/* Expectations change the identity of the check, but not that of its request. */
TEST(neither_expectations_nor_alerts_are_part_of_the_request)
{
    struct attributes attributes = parse("contains=x accept=404");

    assert_non_null(attributes.check->identity);
    assert_null(attributes.check->request_identity);
    release(&attributes);
    attributes = parse("needs=gateway maintenance='Sat 14:00-16:00'");
    assert_non_null(attributes.check->identity);
    assert_null(attributes.check->request_identity);
    release(&attributes);
    attributes = parse("contains=x max-time=3");
    assert_non_null(attributes.check->request_identity);
    assert_null(strstr(attributes.check->request_identity, "contains"));
    release(&attributes);
}

TEST(later_request_replaces_head)
{
    struct attributes attributes = parse("head contains=x request=GET");

    assert_false(attributes.check->head);
    release(&attributes);
}

static void expect_refused(const char *text, const char *what)
{
    struct attributes attributes;
    struct error error;

    errno = 0;
    if (attributes_parse(text, strlen(text), &defaults, &attributes, &error) == 0)
        fail_msg("'%s' is not refused", text);
    assert_int_equal(errno, EINVAL);
    assert_null(attributes.check);
    assert_null(attributes.name);
    if (!strstr(error.text, what))
        fail_msg("'%s': '%s' does not say '%s'", text, error.text, what);
}

TEST(wrong_ones_are_refused)
{
    expect_refused("timeout=3", "unknown attribute 'timeout'; as an option: use -m TIME");
    expect_refused("--method=GET", "use -X METHOD");
    expect_refused("password SECRET", "unexpected text after the URL");
    expect_refused("max-tiem=3", "did you mean max-time?");
    expect_refused("nmae=x", "did you mean name?");
    expect_refused("--head", "did you mean head?");
    expect_refused("parallel-max=3", "command line");
    expect_refused("quiet", "command line");
    expect_refused("max-time", "max-time=TIME");
    expect_refused("name", "name=TEXT");
    expect_refused("head=1", "takes no value");
    expect_refused("head=", "takes no value");
    expect_refused("max-time=x", "max-time: 'x'");
    expect_refused("name=a head max-time=x", "max-time: 'x'");
    expect_refused("header=x", "header: ");
    expect_refused("header=@/nowhere/to/be/found", "No such file");
    expect_refused("cacert=/", "cacert: ");
    expect_refused("=x", "unexpected text after the URL");
    expect_refused("head contains=x", "contains: ");
    expect_refused("regex=x head", "regex: ");
    expect_refused("'a", "'");
}

/* The reason does not quote what may be a secret. */
TEST(text_that_cannot_be_a_key_is_not_quoted)
{
    expect_refused("pass@word", "unexpected text after the URL");
    expect_refused("p:word", "unexpected text after the URL");
}

/* A correct argument, by its name in the help. */
static const char *sample_of(const struct option_spec *spec)
{
    static const char *const samples[][2] = {
        {"FILE", ca_file},
        {"FILE[:PASSWORD]", ca_file},
        {"DIR", folder},
        {"METHOD", "PUT"},
        {"LINE|@FILE", "X: y"},
        {"DATA|@FILE", "a=b"},
        {"DATA|FILE", "a=b"},
        {"URL", "https://p:1"},
        {"TIME", "7"},
        {"USER:PASSWORD|@FILE", "me:secret"},
        {"HASHES|FILE", "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},
        {"NAME", "127.0.0.1"},
        {"HOST1:PORT1:HOST2:PORT2", "::b:"},
        {"LIST", "200"},
        {"NAME:RE", "X: y"},
        {"HOST:PORT:ADDRESS", "a:80:1.2.3.4"},
        {"WINDOW", "Sat 14:00-16:00"}};

    if (spec->words)
        return spec->words[0];
    for (size_t i = 0; spec->argument && i < COUNT_OF(samples); i++) {
        if (strcmp(spec->argument, samples[i][0]) == 0)
            return samples[i][1];
    }
    return "7";
}

/*
 * Connections are separated by the identity: if an option were missing there, a check could use a
 * connection of another one. A copy must have all options, too.
 */
TEST(each_option_is_in_the_identity_and_in_copies)
{
    const struct check nothing_set = check_defaults();
    char *none = check_identify(&nothing_set);

    assert_string_equal(none, "");
    for (size_t i = 0; i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];
        struct check check = check_defaults();
        struct error error;
        struct check *copy;

        if (spec->scope != SCOPE_CHECK || spec->feature == CURL_VERSION_HTTP3)
            continue; /* few libcurls have that */
        if (option_apply(
                &(struct option_use){.spec = spec, .settings = &check, .argument = sample_of(spec)},
                &error))
            fail_msg("--%s does not take '%s': %s", spec->name, sample_of(spec), error.text);
        copy = check_copy(&check, NULL);
        assert_non_null(copy);
        check.identity = check_identify(&check);
        copy->identity = check_identify(copy);
        assert_string_equal(check.identity, copy->identity);
        assert_int_equal(option_is_set(spec, &check), *check.identity != '\0');
        if (!*check.identity && spec->kind != OPTION_FLAG && spec->kind != OPTION_VALUE)
            fail_msg("--%s leaves no trace", spec->name);
        check_release(&check);
        check_free(copy);
    }
    free(none);
}

#define ATTRIBUTES_TEST(test) cmocka_unit_test_setup_teardown(test, make_base, release_defaults)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        ATTRIBUTES_TEST(values_replace_those_of_the_command_line),
        ATTRIBUTES_TEST(lists_are_added_to),
        ATTRIBUTES_TEST(check_owns_its_texts),
        ATTRIBUTES_TEST(same_check_as_the_command_line_is_not_copied),
        ATTRIBUTES_TEST(names),
        ATTRIBUTES_TEST(neither_expectations_nor_alerts_are_part_of_the_request),
        ATTRIBUTES_TEST(later_request_replaces_head),
        ATTRIBUTES_TEST(identity_does_not_depend_on_spelling),
        ATTRIBUTES_TEST(wrong_ones_are_refused),
        ATTRIBUTES_TEST(text_that_cannot_be_a_key_is_not_quoted),
        cmocka_unit_test_setup_teardown(each_option_is_in_the_identity_and_in_copies, make_files,
                                        remove_files),
    };

    return RUN_TESTS(tests);
}

/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <fcntl.h>

#include "command_line.h"

/* Command lines, and their settings. */

/* The inputs, in order; a file has an @ before its name. */
static void expect_inputs(const char *wanted)
{
    char seen[512] = "";

    for (size_t i = 0; i < settings.input_count; i++)
        sprintf(seen + strlen(seen), "%s%s%s", i ? " " : "",
                settings.inputs[i].kind == INPUT_FILE ? "@" : "", settings.inputs[i].text);
    assert_string_equal(seen, wanted);
}

TEST(defaults)
{
    accept("a");
    assert_int_equal(settings.check.max_time_us, 10000000);
    assert_int_equal(settings.check.connect_timeout_us, 0);
    assert_int_equal(settings.check.max_redirects, 10);
    assert_true(settings.check.follow);
    assert_false(settings.check.head);
    assert_false(settings.check.insecure);
    assert_null(settings.check.request);
    assert_null(settings.check.ca_file);
    assert_null(settings.check.proxy);
    assert_null(settings.check.no_proxy);
    assert_int_equal(settings.check.http_version, HTTP_AUTO);
    assert_int_equal(settings.check.ip_version, IP_ANY);
    assert_memory_equal(settings.check.user_agent, "urlcheck/", 9);
    assert_string_equal(settings.proto_default, "http");
    assert_int_equal(settings.parallel_max, 256);
    assert_int_equal(settings.parallel_max_host, 10);
    assert_int_equal(settings.color, CHOICE_AUTO);
    assert_int_equal(settings.output_count, 0);
    assert_null(settings.output_file);
    assert_false(settings.quiet || settings.silent || settings.verbose);
    assert_int_equal(settings.order, ORDER_AUTO);
    assert_false(settings.help || settings.version || settings.summary || settings.no_progress);
    assert_false(settings.null_separated || settings.allow_empty);
}

TEST(inputs_stay_in_order)
{
    accept("a -i one b --input-file two -q c --input-file=three -i- d");
    expect_inputs("a @one b @two c @three @- d");
    accept("-ione -qi two a");
    expect_inputs("@one @two a");
}

TEST(dash_is_standard_input)
{
    accept("a - b");
    expect_inputs("a @- b");
    accept("-- - -i a");
    expect_inputs("@- -i a");
}

TEST(double_dash_ends_options)
{
    accept("-q a -- -v --head b -- c");
    expect_inputs("a -v --head b -- c");
    assert_true(settings.quiet);
    assert_false(settings.verbose);
    assert_false(settings.check.head);
    accept("-i -- a");
    expect_inputs("@-- a");
    accept("a --");
    expect_inputs("a");
}

TEST(options_may_be_anywhere)
{
    accept("a -q b --max-time 3 c -k");
    expect_inputs("a b c");
    assert_true(settings.quiet);
    assert_true(settings.check.insecure);
    assert_int_equal(settings.check.max_time_us, 3000000);
}

TEST(letters_can_be_clustered)
{
    accept("-qvkI0L4 a");
    assert_true(settings.quiet && settings.verbose && settings.check.insecure);
    assert_true(settings.check.head && settings.null_separated);
    assert_int_equal(settings.check.ip_version, IP_4);
    accept("-qm2 a");
    assert_int_equal(settings.check.max_time_us, 2000000);
    accept("-qkm 500ms a");
    assert_int_equal(settings.check.max_time_us, 500000);
}

TEST(names_can_be_abbreviated)
{
    accept("--max-t 3 --ins --parallel-max 5 --user-a=me --heade A:b --head a");
    assert_int_equal(settings.check.max_time_us, 3000000);
    assert_true(settings.check.insecure && settings.check.head);
    assert_int_equal(settings.parallel_max, 5);
    assert_string_equal(settings.check.user_agent, "me");
    assert_int_equal(settings.check.headers.count, 1);
}

TEST(last_one_counts)
{
    accept("-m 1 -m 2 -4 -6 --http2 --http1.1 --no-location -L --color never --color always a");
    assert_int_equal(settings.check.max_time_us, 2000000);
    assert_int_equal(settings.check.ip_version, IP_6);
    assert_int_equal(settings.check.http_version, HTTP_1_1);
    assert_true(settings.check.follow);
    assert_int_equal(settings.color, CHOICE_ALWAYS);
    accept("-L --no-location a");
    assert_false(settings.check.follow);
}

TEST(repeatable_options_add_up)
{
    accept("-H A:1 --header B: -H C; --resolve a:80:1.2.3.4 --resolve +b:443:[::1],1.2.3.4 a");
    assert_int_equal(settings.check.headers.count, 3);
    assert_string_equal(settings.check.headers.items[0], "A:1");
    assert_string_equal(settings.check.headers.items[1], "B:");
    assert_string_equal(settings.check.headers.items[2], "C;");
    assert_int_equal(settings.check.resolve.count, 2);
    assert_string_equal(settings.check.resolve.items[0], "a:80:1.2.3.4");
    accept("--format text --format=jsonl:out:put -o file a");
    assert_int_equal(settings.output_count, 2);
    assert_int_equal(settings.outputs[0].format, 0);
    assert_null(settings.outputs[0].file);
    assert_int_equal(settings.outputs[1].format, 1);
    assert_string_equal(settings.outputs[1].file, "out:put");
    assert_string_equal(settings.output_file, "file");
}

TEST(texts)
{
    accept("-X POST -A agent/1 -x http://proxy:1 --noproxy * --proto-default HTTPS a");
    assert_string_equal(settings.check.request, "POST");
    assert_string_equal(settings.check.user_agent, "agent/1");
    assert_string_equal(settings.check.proxy, "http://proxy:1");
    assert_string_equal(settings.check.no_proxy, "*");
    assert_string_equal(settings.proto_default, "https");
    accept("-x '' a");
    assert_string_equal(settings.check.proxy, "");
}

/* curl does so too: otherwise libcurl waits for the body of a HEAD. */
TEST(request_of_head_is_head)
{
    accept("-X HEAD a");
    assert_true(settings.check.head);
    assert_null(settings.check.request);
}

TEST(counts)
{
    accept("--parallel-max 1 --parallel-max-host 0 --max-redirs -1 a");
    assert_int_equal(settings.parallel_max, 1);
    assert_int_equal(settings.parallel_max_host, 0);
    assert_int_equal(settings.check.max_redirects, -1);
    accept("--max-redirs 0 --parallel-max 1000000 a");
    assert_int_equal(settings.check.max_redirects, 0);
    assert_int_equal(settings.parallel_max, 1000000);
}

TEST(resolve_accepts_the_forms_of_curl)
{
    accept("--resolve +a:80:1.2.3.4 a");
    accept("--resolve *:443:1.2.3.4 a");
    accept("--resolve a:80:::1 a");
    accept("--resolve a:80:[::1],1.2.3.4,::2 a");
}

TEST(headers_come_from_files)
{
    char path[] = "/tmp/urlcheck-test-XXXXXX";
    int fd = mkstemp(path);
    char text[64];

    assert_true(fd >= 0);
    assert_true(dprintf(fd, "A: 1\r\n\nB: 2") > 0);
    snprintf(text, sizeof(text), "-H @%s a", path);
    accept(text);
    assert_int_equal(settings.check.headers.count, 2);
    assert_string_equal(settings.check.headers.items[0], "A: 1");
    assert_string_equal(settings.check.headers.items[1], "B: 2");
    assert_true(dprintf(fd, "\nno colon\n") > 0);
    close(fd);
    refuse(text, "--header", "colon");
    unlink(path);
}

/* As if standard input were a pipe: then the list is read from there. */
TEST(no_operand_means_standard_input)
{
    int before = dup(STDIN_FILENO);
    int null = open("/dev/null", O_RDONLY);

    dup2(null, STDIN_FILENO);
    accept("");
    expect_inputs("@-");
    accept("-q -m 3");
    expect_inputs("@-");
    accept("--");
    expect_inputs("@-");
    accept("--help");
    expect_inputs("");
    assert_int_equal(settings.help, HELP_ALL);
    accept("-qh");
    expect_inputs("");
    assert_int_equal(settings.help, HELP_BRIEF);
    accept("-V");
    expect_inputs("");
    assert_true(settings.version);
    if (before >= 0)
        dup2(before, STDIN_FILENO);
    close(before);
    close(null);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        OPTIONS_TEST(defaults),
        OPTIONS_TEST(inputs_stay_in_order),
        OPTIONS_TEST(dash_is_standard_input),
        OPTIONS_TEST(double_dash_ends_options),
        OPTIONS_TEST(options_may_be_anywhere),
        OPTIONS_TEST(letters_can_be_clustered),
        OPTIONS_TEST(names_can_be_abbreviated),
        OPTIONS_TEST(last_one_counts),
        OPTIONS_TEST(repeatable_options_add_up),
        OPTIONS_TEST(texts),
        OPTIONS_TEST(request_of_head_is_head),
        OPTIONS_TEST(counts),
        OPTIONS_TEST(resolve_accepts_the_forms_of_curl),
        OPTIONS_TEST(headers_come_from_files),
        OPTIONS_TEST(no_operand_means_standard_input),
    };

    return RUN_TESTS(tests);
}

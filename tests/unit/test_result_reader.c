/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "results/record_pack.h"
#include "results/result_reader.h"

/* Lines of jsonl as results. */

static struct string_pool *names;
static struct result_reader *reader;
static char *packed; /* the last record */
static struct settings settings;

static int setup(void **state)
{
    (void)state;
    names = string_pool_new();
    reader = result_reader_new(names);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    result_reader_free(reader);
    string_pool_free(names);
    free(packed);
    packed = NULL;
    return 0;
}

/* The record of a line, after it was packed. */
static struct result_record read_line(const char *line)
{
    struct result_record record;
    struct error error;
    size_t bytes;

    if (result_reader_read(reader, line, strlen(line), &record, &error))
        fail_msg("'%s' is refused: %s", line, error.text);
    bytes = record_pack_bytes(&record);
    assert_int_equal(bytes % RECORD_ALIGN, 0);
    free(packed);
    packed = malloc(bytes);
    record_pack(&record, bytes, packed);
    assert_int_equal(record_packed_bytes(packed), bytes);
    assert_int_equal(result_reader_read(reader, "{}", 2, &record, &error), -1);
    record_unpack(packed, &record);
    record_unpack(packed, &record);
    return record;
}

static void expect_refused(const char *line, const char *what)
{
    struct result_record record;
    struct error error;

    if (result_reader_read(reader, line, strlen(line), &record, &error) == 0)
        fail_msg("'%s' is not refused", line);
    if (!strstr(error.text, what))
        fail_msg("'%s': '%s' does not say '%s'", line, error.text, what);
}

#define BEGIN "{\"url\":\"http://h/\",\"verdict\":\"OK\""

TEST(fields_become_a_result)
{
    struct result_record record = read_line(
        "{\"url\":\"https://h/\",\"name\":\"n\",\"host\":\"h\",\"port\":443,\"verdict\":\"FAILED\","
        "\"class\":\"timeout-body\",\"message\":\"m\",\"status\":null,\"final_url\":\"https://h/x\","
        "\"redirects\":1,\"time_total\":1.000001,\"phases\":{\"resolve\":null,\"connect\":0.5,"
        "\"tls\":2.3e-5,\"processing\":0.0,\"transfer\":0.25},\"phase\":\"transfer\",\"attempts\":2,"
        "\"earlier_attempts\":[{\"started_at\":\"1970-01-01T00:00:01Z\",\"class\":\"reset\","
        "\"message\":\"r\",\"status\":null,\"time_total\":2}],"
        "\"started_at\":\"1970-01-02T00:00:00.000001Z\",\"source\":{\"file\":\"list\",\"line\":3},"
        "\"place\":\"p\",\"confirmations\":1}");
    struct target *target = result_record_target(&record, &settings);
    struct result result;

    result_from_record(&record, target, &result);
    assert_string_equal(target->given, "https://h/");
    assert_string_equal(target->origin, "https://h:443");
    assert_string_equal(target->source.file, "list");
    assert_int_equal(result.verdict, VERDICT_FAILED);
    assert_int_equal(result.cause, CAUSE_TIMEOUT_BODY);
    assert_int_equal(result.rounds, 2);
    assert_int_equal(result.outcome.phase, PHASE_BODY);
    assert_int_equal(result.outcome.total_us, 1000001);
    assert_int_equal(result.outcome.tls_us, 23);
    assert_int_equal(result.outcome.started_at_us, INT64_C(86400000001));
    assert_string_equal(result.outcome.final_url, "https://h/x");
    assert_int_equal(result.earlier.count, 1);
    assert_int_equal(result.earlier.items[0].started_at_us, 1000000);
    assert_string_equal(result.earlier.items[0].message, "r");
    assert_string_equal(result.place, "p");
    result_release(&result);
    target_free(target);
}

/* What is done with a result is still to be done. How it was checked is not read: it lacks secrets. */
TEST(attributes_about_results_are_applied)
{
    struct result_record record =
        read_line(BEGIN ",\"attributes\":\"head header='X: ***' needs=gate maintenance=02:00-03:00 "
                        "maintenance=x max-time=1\"}");
    struct target *target = result_record_target(&record, &settings);

    assert_string_equal(target->check->needs, "gate");
    assert_int_equal(target->check->maintenance.count, 1);
    assert_string_equal(target->check->maintenance.items[0], "02:00-03:00");
    assert_false(target->check->head);
    assert_int_equal(target->check->headers.count, 0);
    target_free(target);
    record = read_line(BEGIN ",\"attributes\":\"head needs\"}");
    target = result_record_target(&record, &settings);
    assert_ptr_equal(target->check, &settings.check);
    target_free(target);
}

TEST(fields_may_be_missing_or_unknown)
{
    struct result_record record = read_line(" {\"x\":[{}],\"url\":\"u\",\"verdict\":\"OK\"} \r");

    assert_string_equal(record.url, "u");
    assert_int_equal(record.phase, PHASE_NONE);
    assert_null(record.place);
    /* Without "phase", as in earlier versions. */
    record =
        read_line("{\"url\":\"u\",\"verdict\":\"FAILED\",\"class\":\"tls\",\"final_url\":\"u\","
                  "\"phases\":{\"connect\":1,\"tls\":1}}");
    assert_int_equal(record.phase, PHASE_TLS);
    assert_string_equal(record.message, "");
}

#define SIGHTING(place)                                                                            \
    "{\"place\":\"" place "\",\"verdict\":\"OK\",\"started_at\":\"1970-01-01T00:00:01Z\"}"

/* Of a field that is there twice, the last one counts. */
TEST(arrays_are_kept)
{
    struct result_record record =
        read_line(BEGIN ",\"earlier_attempts\":[{\"message\":\"1\"},{\"message\":\"2\"},{}],"
                        "\"seen_from\":[" SIGHTING("a") "," SIGHTING(
                            "b") "],"
                                 "\"earlier_attempts\":[{},{\"message\":\"3\"}],"
                                 "\"seen_from\":[" SIGHTING("c") "," SIGHTING("d") "]}");

    assert_int_equal(record.earlier.count, 2);
    assert_null(record.earlier.items[0].message);
    assert_string_equal(record.earlier.items[1].message, "3");
    assert_int_equal(record.seen_from.count, 2);
    assert_string_equal(record.seen_from.items[0].place, "c");
    assert_string_equal(record.seen_from.items[1].place, "d");
    assert_int_equal(record.seen_from.items[1].started_at_us, 1000000);
}

TEST(equal_names_are_one)
{
    const char *place = read_line(BEGIN ",\"place\":\"p\"}").place;

    assert_ptr_not_equal(place, read_line(BEGIN ",\"place\":\"q\"}").place);
    assert_ptr_equal(place, read_line(BEGIN ",\"place\":\"p\"}").place);
    assert_null(read_line(BEGIN ",\"place\":null}").place);
    assert_ptr_equal(place, read_line(BEGIN ",\"place\":\"p\"}").place);
    assert_ptr_equal(place, read_line(BEGIN ",\"source\":{\"file\":\"p\"}}").source.file);
    assert_ptr_equal(place,
                     read_line(BEGIN ",\"seen_from\":[{\"place\":\"p\",\"verdict\":\"OK\"}]}")
                         .seen_from.items[0]
                         .place);
}

/* Only what was not checked may have no URL. */
TEST(url_may_be_missing_without_a_check)
{
    assert_string_equal(read_line("{\"verdict\":\"FAILED\",\"class\":\"bad-input\"}").url, "");
    assert_string_equal(
        read_line("{\"url\":null,\"verdict\":\"UNKNOWN\",\"class\":\"cancelled\"}").url, "");
    expect_refused("{\"url\":null,\"verdict\":\"OK\"}", "without url");
    expect_refused("{\"URL\":\"http://h/\",\"verdict\":\"OK\"}", "without url");
    expect_refused("{\"verdict\":\"FAILED\",\"class\":\"dns\"}", "without url");
}

/* cJSON would cut a text off there. */
TEST(nul_bytes_are_refused)
{
    static const char raw[] = BEGIN ",\"name\":\"a\0b\"}";
    struct result_record record;
    struct error error;

    assert_int_equal(result_reader_read(reader, raw, sizeof(raw) - 1, &record, &error), -1);
    assert_string_equal(error.text, "no result of urlcheck: a text with a NUL byte");
    expect_refused(BEGIN ",\"name\":\"\\u0000\"}", "NUL");
    expect_refused(BEGIN ",\"name\":\"\\u0001\\\\\\u0000\"}", "NUL");
    expect_refused(BEGIN ",\"\\u0000\":1}", "NUL");
    assert_string_equal(read_line(BEGIN ",\"name\":\"\\\\u0000\"}").name, "\\u0000");
}

static void expect_other_format(const char *bytes, size_t length, const char *reason)
{
    struct result_record record;
    struct error error;

    assert_int_equal(result_reader_read(reader, bytes, length, &record, &error), -1);
    assert_string_equal(error.text, reason);
}

TEST(other_formats_are_named)
{
    static const char utf_16[] = "no result of urlcheck: in UTF-16, not in UTF-8";

    expect_other_format("\xff\xfe{\0\"\0", 6, utf_16);
    expect_other_format("\xfe\xff\0{\0\"", 6, utf_16);
    expect_other_format("{\0\"\0", 4, utf_16);
    expect_other_format("\0{\0\"", 4, utf_16);
    expect_other_format("\x1f\x8b\x08\0\0\0\0\0", 8, "no result of urlcheck: compressed (gzip)");
    expect_other_format("PK\x03\x04\0\0", 6, "no result of urlcheck: no JSON");
    expect_other_format("\0", 1, "no result of urlcheck: no JSON");
}

TEST(what_is_no_result_is_refused)
{
    expect_refused("", "no JSON");
    expect_refused("x", "no JSON");
    expect_refused(BEGIN, "no JSON");
    expect_refused(BEGIN "}}", "no JSON");
    expect_refused(BEGIN "} {", "no JSON");
    expect_refused("[1]", "no JSON object");
    expect_refused("{}", "without verdict");
    expect_refused("{\"verdict\":\"FAILED\"}", "without verdict and class");
    expect_refused("{\"verdict\":\"ok\"}", "'verdict'");
    expect_refused(BEGIN ",\"class\":\"new\"}", "'class'");
    expect_refused(BEGIN ",\"remote_ip\":\"1\\n2\"}", "'remote_ip'");
    expect_refused(BEGIN ",\"port\":\"80\"}", "'port'");
    expect_refused(BEGIN ",\"status\":-1}", "'status'");
    expect_refused(BEGIN ",\"attempts\":2000000000}", "'attempts'");
    expect_refused(BEGIN ",\"time_total\":1e300}", "'time_total'");
    expect_refused(BEGIN ",\"started_at\":\"2026-11-30\"}", "'started_at'");
    expect_refused(BEGIN ",\"started_at\":\"2026-11-30T00:00:00+01:00\"}", "'started_at'");
    expect_refused(BEGIN ",\"source\":\"list\"}", "'source'");
    expect_refused(BEGIN ",\"earlier_attempts\":[1]}", "'earlier_attempts'");
    expect_refused(BEGIN ",\"seen_from\":[{\"place\":\"x\"}]}", "'seen_from'");
    expect_refused(BEGIN ",\"seen_from\":[{\"verdict\":\"FAILED\"}]}", "'seen_from'");
    expect_refused(BEGIN ",\"seen_from\":[{\"verdict\":\"OK\",\"class\":\"dns\"}]}", "'seen_from'");
    expect_refused(BEGIN ",\"class\":\"dns\"}", "it is OK, and has a class");
    expect_refused("{\"url\":\"u\",\"uptime\":null,\"verdict\":\"OK\"}", "a line of --history");
}

/* 100 KiB in a text, and 20,000 values: more than the block for one line has room for. */
TEST(long_lines)
{
    size_t length = 300000;
    char *line = malloc(length + 100);
    char *end = stpcpy(line, BEGIN ",\"x\":[");

    for (int i = 0; i < 20000; i++)
        end = stpcpy(end, "1,");
    end = stpcpy(end, "1],\"name\":\"");
    memset(end, 'n', 100000);
    strcpy(end + 100000, "\"}");
    for (int i = 0; i < 3; i++)
        assert_int_equal(strlen(read_line(line).name), 100000);
    free(line);
}

static void expect_key(const char *line, const char *key)
{
    struct result_record record = read_line(line);
    char *found = result_record_key(&record);

    assert_string_equal(found, key);
    free(found);
}

TEST(url_name_and_attributes_are_the_key)
{
    expect_key(BEGIN ",\"source\":{\"file\":\"l\",\"line\":1}}", "http://h/\n\n\n");
    expect_key(BEGIN ",\"name\":\"n\",\"attributes\":\"head\"}", "http://h/\nn\nhead\n");
    expect_key(
        "{\"url\":\"x\",\"verdict\":\"FAILED\",\"class\":\"bad-input\",\"message\":\"l:1: no\","
        "\"source\":{\"file\":\"l\",\"line\":1}}",
        "x\n\n\nno");
}

#define READER_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        READER_TEST(fields_become_a_result),
        READER_TEST(attributes_about_results_are_applied),
        READER_TEST(fields_may_be_missing_or_unknown),
        READER_TEST(arrays_are_kept),
        READER_TEST(equal_names_are_one),
        READER_TEST(url_may_be_missing_without_a_check),
        READER_TEST(nul_bytes_are_refused),
        READER_TEST(other_formats_are_named),
        READER_TEST(what_is_no_result_is_refused),
        READER_TEST(long_lines),
        READER_TEST(url_name_and_attributes_are_the_key),
    };

    return RUN_TESTS(tests);
}

/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "fake_target.h"
#include "input/shard.h"
#include "input/target_parser.h"
#include "input/target_refuse.h"
#include "list_files.h"

/* Parts of a list. */

/* The only part, of count, that includes the target. */
static size_t part_of(const struct target *target, size_t count)
{
    size_t part = 0;

    for (size_t i = 1; i <= count; i++) {
        if (!shard_includes(&(struct shard){.index = i, .count = count}, target))
            continue;
        assert_int_equal(part, 0);
        part = i;
    }
    assert_int_not_equal(part, 0);
    return part;
}

static size_t part_of_host(const char *host, size_t count)
{
    struct target *target = fake_target("http://what.test/ever", host);
    size_t part = part_of(target, count);

    target_free(target);
    return part;
}

/* These must never change, as machines share a list. They were computed by another program. */
TEST(parts_are_the_same_everywhere)
{
    static const size_t counts[] = {2, 3, 4, 7};
    static const struct {
        const char *host;
        size_t parts[COUNT_OF(counts)];
    } known[] = {
        {"a", {1, 2, 1, 6}},
        {"example.com", {2, 1, 2, 5}},
        {"www.example.com", {2, 1, 4, 4}},
        {"xn--bcher-kva.test", {1, 2, 1, 4}},
        {"127.0.0.1", {2, 1, 4, 4}},
        {"[::1]", {1, 3, 1, 7}},
    };

    for (size_t i = 0; i < COUNT_OF(known); i++) {
        for (size_t j = 0; j < COUNT_OF(counts); j++)
            assert_int_equal(part_of_host(known[i].host, counts[j]), known[i].parts[j]);
    }
}

TEST(one_part_is_all)
{
    struct target *target = fake_target("http://a/", "a");

    assert_true(shard_includes(&(struct shard){0}, target));
    assert_true(shard_includes(&(struct shard){.index = 1, .count = 1}, target));
    target_free(target);
}

/* Of 300 hosts each of four parts has about 75. */
TEST(hosts_that_look_alike_are_spread)
{
    static const struct {
        const char *before, *behind;
    } forms[] = {{"127.0.0.", ""}, {"web", ".example.com"}, {"", ".test"}};

    for (size_t form = 0; form < COUNT_OF(forms); form++) {
        size_t hosts[4] = {0};

        for (size_t i = 0; i < 300; i++) {
            char host[64];

            snprintf(host, sizeof(host), "%s%zu%s", forms[form].before, i, forms[form].behind);
            hosts[part_of_host(host, 4) - 1]++;
        }
        for (size_t part = 0; part < 4; part++)
            assert_in_range(hosts[part], 50, 100);
    }
}

/* A refused item has no host, and one that is too long no key. */
TEST(target_without_a_host_is_in_one_part)
{
    const struct source source = {.file = "list", .line = 1};
    size_t hosts[4] = {0};

    for (size_t i = 0; i < 100; i++) {
        struct target *target;
        char item[64];
        int length = snprintf(item, sizeof(item), "ftp://a/%zu", i);

        target = target_refuse(item, (size_t)length, source, "", "odd");
        hosts[part_of(target, 4) - 1]++;
        target_free(target);
        target = target_refuse_cut(item, (size_t)length, source, "long");
        part_of(target, 4);
        target_free(target);
    }
    for (size_t part = 0; part < 4; part++)
        assert_in_range(hosts[part], 5, 50);
}

/* On another machine the files that a line names may be missing. */
TEST(attributes_do_not_matter)
{
    static const char *const items[] = {"http://A.test/", "a.test:81/x", "http://a.test/ insecure",
                                        "http://a.test/ data=@/nowhere/to/be/found",
                                        "https://u:p@a.test/ nonsense"};
    const struct source source = {.file = "list", .line = 1};
    const struct settings http = {.proto_default = "http"};
    struct target_parser *parser = target_parser_new(&http, &http.check);

    for (size_t i = 0; i < COUNT_OF(items); i++) {
        struct target *target = target_parse(parser, items[i], strlen(items[i]), source);

        assert_int_equal(!target->problem, i < 3);
        assert_int_equal(part_of(target, 1000), part_of_host("a.test", 1000));
        target_free(target);
    }
    target_parser_free(parser);
}

TEST(list_returns_its_part)
{
    struct list *list;

    add_operand("http://a/");
    add_operand("http://example.com/");
    ADD_FILE("http://www.example.com/\n[::1]\na:1\n");
    ADD_FILE("EXAMPLE.COM\n");
    settings.shard = (struct shard){.index = 1, .count = 2};
    EXPECT("1 http://a/", "2 [::1]", "3 a:1");
    settings.shard.index = 2;
    EXPECT("2 http://example.com/", "1 http://www.example.com/", "1 EXAMPLE.COM");
    settings.shard = (struct shard){.index = 5, .count = 7};
    list = open_list();
    expect_next(list, "2 http://example.com/");
    expect_next(list, "1 EXAMPLE.COM");
    expect_next(list, NULL);
    list_free(list);
}

TEST(list_is_empty_if_no_part_has_targets)
{
    struct list *list;
    struct error error;

    ADD_FILE("# nothing\n");
    settings.shard = (struct shard){.index = 2, .count = 2};
    list = open_list();
    expect_next(list, NULL);
    assert_true(list_was_empty(list, &error));
    assert_string_equal(error.text, "no URLs given");
    list_free(list);
    ADD_FILE("http://a/\n");
    list = open_list();
    expect_next(list, NULL);
    assert_false(list_was_empty(list, &error));
    list_free(list);
}

/* "NAME=value ..." is the environment. 0: no index. */
static size_t index_in(const char *environment, size_t count)
{
    static const char *const names[] = {"JOB_COMPLETION_INDEX",      "SLURM_ARRAY_TASK_ID",
                                        "SLURM_ARRAY_TASK_MIN",      "SLURM_ARRAY_TASK_COUNT",
                                        "AWS_BATCH_JOB_ARRAY_INDEX", "PARALLEL_SEQ"};
    char text[256], *rest = NULL;
    struct error error;
    size_t index = 0;

    for (size_t i = 0; i < COUNT_OF(names); i++)
        unsetenv(names[i]);
    snprintf(text, sizeof(text), "%s", environment);
    for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        char *value = strchr(word, '=');

        *value++ = '\0';
        assert_int_equal(setenv(word, value, 1), 0);
    }
    return shard_find_index(count, &index, &error) ? 0 : index;
}

TEST(index_of_a_batch_system)
{
    static const struct {
        const char *environment;
        size_t index; /* among 4 */
    } cases[] = {
        {"", 0},
        {"JOB_COMPLETION_INDEX=0", 1},
        {"JOB_COMPLETION_INDEX=3", 4},
        {"JOB_COMPLETION_INDEX=4", 0},
        {"JOB_COMPLETION_INDEX=-1", 0},
        {"JOB_COMPLETION_INDEX=1x", 0},
        {"JOB_COMPLETION_INDEX=99999999999999999999", 0},
        {"AWS_BATCH_JOB_ARRAY_INDEX=0", 1},
        {"AWS_BATCH_JOB_ARRAY_INDEX=4", 0},
        {"PARALLEL_SEQ=0", 0},
        {"PARALLEL_SEQ=1", 1},
        {"PARALLEL_SEQ=4", 4},
        {"PARALLEL_SEQ=5", 0},
        {"SLURM_ARRAY_TASK_ID=7", 0},
        {"SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=5", 3},
        {"SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=5 SLURM_ARRAY_TASK_COUNT=4", 3},
        {"SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=5 SLURM_ARRAY_TASK_COUNT=2", 0},
        {"SLURM_ARRAY_TASK_ID=4 SLURM_ARRAY_TASK_MIN=5", 0},
        {"SLURM_ARRAY_TASK_ID=9 SLURM_ARRAY_TASK_MIN=5", 0},
        {"SLURM_ARRAY_TASK_COUNT=7 JOB_COMPLETION_INDEX=1 SLURM_ARRAY_TASK_ID=3", 2},
        {"AWS_BATCH_JOB_ARRAY_INDEX=2 PARALLEL_SEQ=1", 3},
        {"JOB_COMPLETION_INDEX= PARALLEL_SEQ=2", 2},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        if (index_in(cases[i].environment, 4) != cases[i].index)
            fail_msg("'%s' is not index %zu", cases[i].environment, cases[i].index);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_the_same_everywhere),
        cmocka_unit_test(one_part_is_all),
        cmocka_unit_test(hosts_that_look_alike_are_spread),
        cmocka_unit_test(target_without_a_host_is_in_one_part),
        cmocka_unit_test(attributes_do_not_matter),
        cmocka_unit_test(index_of_a_batch_system),
        LIST_TEST(list_returns_its_part),
        LIST_TEST(list_is_empty_if_no_part_has_targets),
    };

    return RUN_TESTS(tests);
}

/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "command_line.h"

/* Command lines that are refused, and the reasons. */

TEST(wrong_counts_are_refused)
{
    static const char *const counts[] = {
        "0", "-1", "1000001", "x", "1x", "1.5", "''", "0x10", "99999999999999999999"};

    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        char text[64];

        snprintf(text, sizeof(text), "--parallel-max %s a", counts[i]);
        refuse(text, "--parallel-max:", strcmp(counts[i], "''") == 0 ? "''" : counts[i]);
    }
    refuse("--max-redirs -2 a", "--max-redirs", "-2");
    refuse("--parallel-max-host -1 a", "--parallel-max-host", "-1");
}

static const struct {
    const char *line, *name, *what;
} cases[] = {
    {"--nope a", "--nope", "unknown"},
    {"--nope=x a", "--nope", "unknown"},
    {"a --nope", "--nope", "unknown"},
    {"-W a", "-W", "unknown"},
    {"-qW a", "-W", "unknown"},
    {"--max-redir-x 1 a", "--max-redir-x", "unknown"},
    {"--timeout=3 a", "--timeout", "-m TIME"},
    {"-qt5 a", "-t", "-m TIME"},
    {"-timeout 5 a", "-timeout", "-m TIME"},
    {"-max-time=5 a", "two dashes", "--max-time"},
    {"-u http://a/ b", "--user", "a URL"},
    {"-i http://a/", "--input-file", "a URL"},
    {"-x GET a", "--proxy", "-X GET"},
    {"--para 1 a", "--para", "ambiguous: --parallel-max, --parallel-max-host"},
    {"--ht a", "--ht", "ambiguous"},
    {"--ip a", "--ip", "ambiguous"},
    {"--max-time", "--max-time", "argument"},
    {"a -m", "--max-time", "TIME"},
    {"-qm", "--max-time", "argument"},
    {"--head=yes a", "--head", "no argument"},
    {"--quiet= a", "--quiet", "no argument"},
    {"--max-time 0 a", "--max-time", "'0'"},
    {"-m x a", "--max-time", "'x'"},
    {"-m -1 a", "--max-time", "'-1'"},
    {"--connect-timeout 3x a", "--connect-timeout", "'3x'"},
    {"--proto-default ftp a", "--proto-default", "http or https"},
    {"-X '' a", "--request", "method"},
    {"-X GET/ a", "--request", "'GET/'"},
    {"-H NoColon a", "--header", "colon"},
    {"-H :x a", "--header", "name"},
    {"-H A:\x01 a", "--header", "control character"},
    {"-H @/nowhere/to/be/found a", "--header", "/nowhere/to/be/found"},
    {"--resolve a:80 a", "--resolve", "HOST:PORT:ADDRESS"},
    {"--resolve :80:1.2.3.4 a", "--resolve", "HOST:PORT:ADDRESS"},
    {"--resolve a:0:1.2.3.4 a", "--resolve", "HOST:PORT:ADDRESS"},
    {"--resolve a:65536:1.2.3.4 a", "--resolve", "HOST:PORT:ADDRESS"},
    {"--resolve a:x:1.2.3.4 a", "--resolve", "HOST:PORT:ADDRESS"},
    {"--resolve a:80:b a", "--resolve", "HOST:PORT:ADDRESS"},
    {"--resolve a:80:1.2.3.4, a", "--resolve", "HOST:PORT:ADDRESS"},
    {"--resolve a:80:[1.2.3.4] a", "--resolve", "HOST:PORT:ADDRESS"},
    {"--resolve -a:80 a", "--resolve", "HOST:PORT:ADDRESS"},
    {"--resolve a:+80:1.2.3.4 a", "--resolve", "no blanks"},
    {"--resolve +:80:1.2.3.4 a", "--resolve", "HOST:PORT:ADDRESS"},
    {"--connect-to a:+80:b: a", "--connect-to", "HOST1:PORT1:HOST2:PORT2"},
    {"--max-redirs +5 a", "--max-redirs", "'+5'"},
    {"--rate +5 a", "--rate", "'+5'"},
    {"--shard +1/3 a", "--shard", "'+1/3'"},
    {"--shard 1/+3 a", "--shard", "'1/+3'"},
    {"--max-filesize +5 a", "--max-filesize", "'+5'"},
    {"-H @- a", "--header", "@FILE"},
    {"--format text: a", "--format", "file"},
    {"--format yaml:x a", "--format", "'yaml' is not text, jsonl"},
    {"--shard 0/3 a", "--shard", "'0/3'"},
    {"--shard 4/3 a", "--shard", "I from 1 to N"},
    {"--shard 3 a", "--shard", "1/3"},
    {"--color sometimes a", "--color", "auto"},
};

TEST(refusals_name_the_option_and_say_what_is_right)
{
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        refuse(cases[i].line, cases[i].name, cases[i].what);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        OPTIONS_TEST(wrong_counts_are_refused),
        OPTIONS_TEST(refusals_name_the_option_and_say_what_is_right),
    };

    return RUN_TESTS(tests);
}

/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdlib.h>

#include "probe/auth_schemes.h"

static const struct {
    const char *values[3]; /* of one header each */
    const char *list;
} cases[] = {
    {{"Basic realm=\"a\""}, "Basic"},
    {{"Basic"}, "Basic"},
    {{" Basic \t"}, "Basic"},
    {{"basic realm=a", "BASIC realm=b"}, "basic"},
    {{"Negotiate, NTLM", "Basic realm=\"a\""}, "Negotiate, NTLM, Basic"},
    /* RFC 9110, section 11.6.1. */
    {{"Basic realm=\"simple\", Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\""},
     "Basic, Newauth"},
    {{"Digest realm=\"a, Basic b\", qop=\"auth,auth-int\", nonce = \"x\" ,opaque=\"y\""}, "Digest"},
    {{"Digest realm=\"a\\\", Basic x\", algorithm=MD5, Basic realm=\"b\""}, "Digest, Basic"},
    {{"Negotiate YWJjZA==, Basic realm=a"}, "Negotiate, Basic"},
    {{",, ,Bearer,"}, "Bearer"},
    {{"realm=\"no scheme\""}, ""},
    {{""}, ""},
    {{"\"Basic\""}, ""},
    {{"Basic realm=\"never ends, Digest"}, "Basic"},
    {{"Basicer x", "Basic y"}, "Basicer, Basic"},
};

TEST(challenges)
{
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char list[AUTH_SCHEMES_BYTES] = "";

        for (size_t j = 0; j < 3 && cases[i].values[j]; j++) {
            const char *value = cases[i].values[j];
            char *exact = malloc(strlen(value) + 1); /* without a NUL at its end */

            memcpy(exact, value, strlen(value));
            auth_schemes_add(list, exact, strlen(value));
            free(exact);
        }
        if (strcmp(list, cases[i].list) != 0)
            fail_msg("'%s': '%s'", cases[i].values[0], list);
    }
}

TEST(long_lists_are_cut_between_schemes)
{
    char list[AUTH_SCHEMES_BYTES] = "";
    char name[16];

    for (int i = 0; i < 100; i++)
        auth_schemes_add(list, name, (size_t)snprintf(name, sizeof(name), "Scheme%02d", i));
    assert_in_range(strlen(list), AUTH_SCHEMES_BYTES - 12, AUTH_SCHEMES_BYTES - 1);
    assert_string_equal(strrchr(list, ' ') + 1, "Scheme11");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(challenges),
        cmocka_unit_test(long_lists_are_cut_between_schemes),
    };

    return RUN_TESTS(tests);
}

/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdlib.h>

#include "input/options.h"
#include "input/option_table.h"
#include "printed.h"

/* Completions and the man page's list of attributes, which are made from the table. */

static void print_bash(FILE *file)
{
    options_print_completion(file, SHELL_BASH);
}

static void print_zsh(FILE *file)
{
    options_print_completion(file, SHELL_ZSH);
}

static void print_fish(FILE *file)
{
    options_print_completion(file, SHELL_FISH);
}

TEST(completions_have_every_option)
{
    static void (*const print[])(FILE *) = {print_bash, print_zsh, print_fish};

    for (size_t shell = 0; shell < COUNT_OF(print); shell++) {
        char *script = printed(print[shell]);

        for (size_t i = 0; i < option_spec_count; i++) {
            const struct option_spec *spec = &option_specs[i];
            char wanted[64];

            snprintf(wanted, sizeof(wanted), "%s%s", print[shell] == print_fish ? "-l " : "--",
                     spec->name);
            if (!strstr(script, wanted))
                fail_msg("completion %zu lacks '%s'", shell, wanted);
            for (size_t k = 0; spec->words && spec->words[k]; k++)
                assert_non_null(strstr(script, spec->words[k]));
        }
        free(script);
    }
}

TEST(man_page_lists_the_attributes)
{
    char *man = printed(options_print_man_attributes);

    for (size_t i = 0; i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];
        char wanted[96] = "\\fB", *end = wanted + strlen(wanted);

        for (const char *c = spec->name; *c; c++)
            end = stpcpy(end, *c == '-' ? "\\-" : (char[]){*c, '\0'});
        strcpy(end, "\\fR");
        assert_int_equal(strstr(man, wanted) != NULL, spec->scope == SCOPE_CHECK);
    }
    free(man);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(completions_have_every_option),
        cmocka_unit_test(man_page_lists_the_attributes),
    };

    return RUN_TESTS(tests);
}

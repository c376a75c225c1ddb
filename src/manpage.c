/* SPDX-License-Identifier: MIT */
/*
 * A filter that makes the man page from src/urlcheck.1.in. It replaces four lines by what the
 * program's own tables say, so that the page cannot differ from the program:
 *
 *   @OPTIONS@     all options with their help
 *   @ATTRIBUTES@  the names of the options that may be attributes in a list
 *   @CURL@        the options that mean something else in curl
 *   @CLASSES@     the classes with their hints
 *
 * and each @VERSION@ within a line by the version.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cause.h"
#include "base/roff.h"
#include "input/options.h"

/* Modifies the line. */
static void print_with_version(char *line)
{
    static const char mark[] = "@VERSION@";
    char *found;

    while ((found = strstr(line, mark))) {
        *found = '\0';
        printf("%s%s", line, URLCHECK_VERSION);
        line = found + strlen(mark);
    }
    fputs(line, stdout);
}

static void print_classes(void)
{
    for (int cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++) {
        printf(".TP\n\\fB");
        roff_print(stdout, cause_name((enum cause)cause));
        printf("\\fR\n");
        roff_print(stdout, cause_hint((enum cause)cause));
        putchar('\n');
    }
}

int main(void)
{
    char *line = NULL;
    size_t capacity = 0;

    while (getline(&line, &capacity, stdin) >= 0) {
        if (strcmp(line, "@OPTIONS@\n") == 0)
            options_print_man(stdout);
        else if (strcmp(line, "@ATTRIBUTES@\n") == 0)
            options_print_man_attributes(stdout);
        else if (strcmp(line, "@CURL@\n") == 0)
            options_print_man_curl(stdout);
        else if (strcmp(line, "@CLASSES@\n") == 0)
            print_classes();
        else
            print_with_version(line);
    }
    free(line);
    return fflush(stdout) || ferror(stdin) ? EXIT_FAILURE : EXIT_SUCCESS;
}

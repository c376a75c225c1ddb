/* SPDX-License-Identifier: MIT */
/*
 * Makes the man page: copies standard input to standard output, and puts the options, from the
 * table that --help is printed from, in the place of the line @OPTIONS@, those that may be
 * attributes in the place of @ATTRIBUTES@, the classes with their hints in the place of @CLASSES@,
 * and the version in the place of each @VERSION@.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/options.h"
#include "base/roff.h"
#include "base/cause.h"

static void copy_line(char *line)
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
    size_t room = 0;

    while (getline(&line, &room, stdin) >= 0) {
        if (strcmp(line, "@OPTIONS@\n") == 0)
            options_print_man(stdout);
        else if (strcmp(line, "@ATTRIBUTES@\n") == 0)
            options_print_man_attributes(stdout);
        else if (strcmp(line, "@CLASSES@\n") == 0)
            print_classes();
        else
            copy_line(line);
    }
    free(line);
    return fflush(stdout) || ferror(stdin) ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* SPDX-License-Identifier: MIT */
#include "operand_slip.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

/* Whether a name ends like that of a file; none of these is a top-level domain. */
static bool is_file_name(const char *given)
{
    static const char *const endings[] = {".txt",  ".csv", ".tsv", ".json", ".jsonl", ".xml",
                                          ".html", ".htm", ".log", ".lst",  ".list",  ".yaml",
                                          ".yml",  ".ini", ".cfg", ".conf", ".xlsx",  ".docx"};
    const char *ending = strrchr(given, '.');

    for (size_t i = 0; ending && i < sizeof(endings) / sizeof(endings[0]); i++) {
        if (strcasecmp(ending, endings[i]) == 0)
            return true;
    }
    return false;
}

char *operand_slip_find(const char *given)
{
    struct stat status;

    if (stat(given, &status) == 0 && !S_ISDIR(status.st_mode) && access(given, R_OK) == 0)
        return xasprintf("%s is a file: use -i %s", given, given);
    if (strcasecmp(given, "help") == 0)
        return xstrdup("did you mean --help?");
    if (strcasecmp(given, "version") == 0)
        return xstrdup("did you mean --version?");
    if (is_file_name(given) && !strpbrk(given, "/:?#"))
        return xstrdup("no such file, and not the name of a host (a list is read with -i FILE)");
    return NULL;
}

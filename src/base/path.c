/* SPDX-License-Identifier: MIT */
#include "base/path.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"

#define LINKS_MAX 40 /* of symbolic links in a chain, as in Linux */

int path_folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? (int)(slash + 1 - path) : 0;
}

char *path_follow_links(const char *name)
{
    char *path = xstrdup(name);
    char link[PATH_MAX];

    for (int i = 0; i < LINKS_MAX; i++) {
        ssize_t length = readlink(path, link, sizeof(link));
        char *next;

        if (length < 0)
            return path;
        next = xasprintf("%.*s%.*s", *link == '/' ? 0 : path_folder_length(path), path, (int)length,
                         link);
        free(path);
        path = next;
    }
    free(path);
    errno = ELOOP;
    return NULL;
}

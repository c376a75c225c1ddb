/* SPDX-License-Identifier: MIT */
#include "base/path.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

#define LINKS_MAX 40 /* of symbolic links in a chain, as in Linux */

int path_folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? (int)(slash + 1 - path) : 0;
}

/*
 * Another user's link in a folder like /tmp may lead to any file of this user. Linux does not follow it, but
 * readlink(2) knows nothing of that: proc_sys_fs(5), protected_symlinks.
 */
static bool may_follow(const char *link)
{
    char *folder = xasprintf("%.*s.", path_folder_length(link), link);
    struct stat of_link, of_folder;
    bool is_known = lstat(link, &of_link) == 0 && stat(folder, &of_folder) == 0;

    free(folder);
    if (!is_known)
        return false;
    return !(of_folder.st_mode & S_ISVTX) || !(of_folder.st_mode & S_IWOTH) ||
           of_link.st_uid == geteuid() || of_link.st_uid == of_folder.st_uid;
}

char *path_follow_links(const char *name)
{
    char *path = xstrdup(name);
    char link[PATH_MAX];
    int problem = ELOOP;

    for (int i = 0; i < LINKS_MAX; i++) {
        ssize_t length = readlink(path, link, sizeof(link));
        char *next;

        if (length < 0)
            return path;
        if (!may_follow(path)) {
            problem = EACCES;
            break;
        }
        next = xasprintf("%.*s%.*s", *link == '/' ? 0 : path_folder_length(path), path, (int)length,
                         link);
        free(path);
        path = next;
    }
    free(path);
    errno = problem;
    return NULL;
}

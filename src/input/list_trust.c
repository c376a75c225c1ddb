/* SPDX-License-Identifier: MIT */
#include "list_trust.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

/* The permissions of a group include those of a POSIX ACL (acl(5)). */
char *list_distrust(int fd, const char *name)
{
    struct stat status;

    if (strcmp(name, "-") == 0)
        return xstrdup("standard input is not trusted (--trust-list allows it)");
    /* Without a link it is a copy of a pipe. */
    if (fstat(fd, &status) || !S_ISREG(status.st_mode) || status.st_nlink == 0)
        return xasprintf("'%s' is not a regular file (--trust-list allows it)", name);
    if (status.st_uid != 0 && status.st_uid != geteuid())
        return xasprintf("'%s' belongs to another user (--trust-list allows it)", name);
    if (status.st_mode & (S_IWGRP | S_IWOTH))
        return xasprintf("'%s' can be written by others (chmod go-w or --trust-list allows it)",
                         name);
    return NULL;
}

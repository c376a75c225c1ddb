/* SPDX-License-Identifier: MIT */
#include "base/fd_limits.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

/* A transfer holds its socket and two that libcurl wakes itself with. */
#define FILES_PER_CHECK 3
/* An idle connection has as many, and some 16 KiB, or 50 where there is TLS: memory is the limit. */
#define IDLE_MAX 512
/* A lookup holds a socket and one of the files that it is configured by. */
#define FILES_PER_LOOKUP 2
#define LOOKUPS_MAX 16
/* A list, its pipe, outputs, and what libraries open for a moment. */
#define FILES_OF_OUR_OWN 8

/* How many descriptors are open, those inherited included. */
static size_t count_open_files(void)
{
    DIR *folder = opendir("/dev/fd");
    size_t count = 0;

    if (!folder)
        return 3;
    while (readdir(folder))
        count++;
    closedir(folder);
    /* ".", ".." and the folder itself */
    return count > 3 ? count - 3 : 0;
}

struct fd_limits fd_limits_raise(void)
{
    struct rlimit limit;
    struct fd_limits limits = {.files = 256};
    size_t left;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &limit))
            getrlimit(RLIMIT_NOFILE, &limit);
        limits.files = limit.rlim_cur > 10000000 ? 10000000 : (size_t)limit.rlim_cur;
    }
    limits.lookups = limits.files / 16 < LOOKUPS_MAX ? limits.files / 16 : LOOKUPS_MAX;
    if (limits.lookups == 0)
        limits.lookups = 1;
    left = count_open_files() + FILES_OF_OUR_OWN + limits.lookups * FILES_PER_LOOKUP;
    left = limits.files > left ? limits.files - left : 0;
    limits.in_flight = left / FILES_PER_CHECK ? left / FILES_PER_CHECK : 1;
    limits.at_ease = left / (FILES_PER_CHECK + 1);
    return limits;
}

size_t fd_limits_idle(const struct fd_limits *limits, size_t in_flight)
{
    size_t left = limits->at_ease > in_flight ? limits->at_ease - in_flight : 0;

    return left < IDLE_MAX ? left : IDLE_MAX;
}

bool fd_limits_out_of_memory(void)
{
    /* So much is asked of the system, and not found in what had been freed. */
    void *volatile memory = malloc((size_t)1024 * 1024); /* or it would be optimised away */

    free(memory);
    return !memory;
}

bool fd_limits_exhausted(void)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

    if (fd >= 0)
        close(fd);
    return fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM);
}

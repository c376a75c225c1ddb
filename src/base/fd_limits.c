/* SPDX-License-Identifier: MIT */
#include "base/fd_limits.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/error.h"

/* A check in flight has its socket and the two descriptors with which libcurl wakes itself up. */
#define FILES_PER_CHECK 3
/* The check's connection may replace an idle one, which is closed only afterwards. */
#define FILES_PER_CONNECTION (FILES_PER_CHECK + 1)
#define IDLE_MAX 512
/* A lookup has a socket and one of the resolver's configuration files. */
#define FILES_PER_LOOKUP 2
#define LOOKUPS_MAX 16
/* Lists, pipes, and what libraries open for a moment. */
#define FILES_OF_OUR_OWN 8

#define FILES_UNKNOWN 256 /* if the limit cannot be read */
#define FILES_MAX 10000000

/* How many descriptors are open, inherited ones included. */
static size_t count_open_files(void)
{
    DIR *directory = opendir("/dev/fd");
    size_t count = 0;

    if (!directory)
        return 3;
    while (readdir(directory))
        count++;
    closedir(directory);
    /* ".", ".." and the directory itself */
    return count > 3 ? count - 3 : 0;
}

static size_t raise_soft_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit))
        return FILES_UNKNOWN;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit))
        getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur > FILES_MAX ? FILES_MAX : (size_t)limit.rlim_cur;
}

static size_t at_least_1(size_t count)
{
    return count ? count : 1;
}

struct fd_limits fd_limits_raise(size_t to_open)
{
    size_t files = raise_soft_limit();
    size_t lookups = at_least_1(files / 16 < LOOKUPS_MAX ? files / 16 : LOOKUPS_MAX);
    size_t taken = count_open_files() + to_open + FILES_OF_OUR_OWN + lookups * FILES_PER_LOOKUP;
    size_t left = files > taken ? files - taken : 0;

    return (struct fd_limits){.files = files,
                              .in_flight = at_least_1(left / FILES_PER_CHECK),
                              .connections = left / FILES_PER_CONNECTION,
                              .lookups = lookups};
}

size_t fd_limits_idle(const struct fd_limits *limits, size_t in_flight)
{
    size_t left = limits->connections > in_flight ? limits->connections - in_flight : 0;

    return left < IDLE_MAX ? left : IDLE_MAX;
}

bool fd_limits_exhausted(void)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

    if (fd >= 0)
        close(fd);
    return fd < 0 && error_is_shortage(errno);
}

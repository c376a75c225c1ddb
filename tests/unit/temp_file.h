/* SPDX-License-Identifier: MIT */
#ifndef TESTS_TEMP_FILE_H
#define TESTS_TEMP_FILE_H

#include <stdlib.h>
#include <unistd.h>

/* A file for all tests of a program, empty at first: setup and teardown of the group. */

static char temp_file_name[] = "/tmp/urlcheck-test-XXXXXX";

static inline int make_file(void **state)
{
    int fd = mkstemp(temp_file_name);

    (void)state;
    return fd < 0 ? -1 : close(fd);
}

static inline int remove_file(void **state)
{
    (void)state;
    return unlink(temp_file_name);
}

#endif

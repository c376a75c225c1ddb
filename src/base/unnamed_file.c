/* SPDX-License-Identifier: MIT */
#include "base/unnamed_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/environment.h"

const char *unnamed_file_folder(void)
{
    const char *folder = environment_value("TMPDIR");

    return folder ? folder : "/tmp";
}

int unnamed_file_open(const char *folder)
{
    char *name;
    int fd;

    if (!folder)
        folder = unnamed_file_folder();
    fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    /* Filesystems without O_TMPFILE fail with EOPNOTSUPP, kernels with EISDIR (open(2)). */
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
        return fd;
    name = xasprintf("%s/.urlcheck.XXXXXX", folder);
    fd = mkostemp(name, O_CLOEXEC);
    if (fd >= 0)
        unlink(name);
    free(name);
    return fd;
}

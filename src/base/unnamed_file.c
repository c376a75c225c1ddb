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

    if (folder)
        return folder;
    return access("/var/tmp", W_OK | X_OK) == 0 ? "/var/tmp" : "/tmp";
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

int unnamed_file_write(int fd, const char *bytes, size_t count)
{
    while (count) {
        ssize_t written = write(fd, bytes, count);

        if (written < 0 && errno != EINTR)
            return -1;
        if (written > 0) {
            bytes += written;
            count -= (size_t)written;
        }
    }
    return 0;
}

int unnamed_file_read(int fd, char *bytes, size_t count, off_t start)
{
    while (count) {
        ssize_t got = pread(fd, bytes, count, start);

        if (got == 0)
            errno = EIO; /* something has cut the file */
        if (got <= 0 && errno != EINTR)
            return -1;
        if (got > 0) {
            bytes += got;
            start += got;
            count -= (size_t)got;
        }
    }
    return 0;
}

/* SPDX-License-Identifier: MIT */
#ifndef BASE_UNNAMED_FILE_H
#define BASE_UNNAMED_FILE_H

#include <stddef.h>
#include <sys/types.h>

/* Files grow beyond 2 GiB, on 32-bit systems too (_FILE_OFFSET_BITS, feature_test_macros(7)). */
_Static_assert(sizeof(off_t) >= 8, "build with -D_FILE_OFFSET_BITS=64");

/*
 * The folder for files without a name: $TMPDIR, else /var/tmp, else /tmp. They can be large, and /tmp is
 * often in memory (https://systemd.io/TEMPORARY_DIRECTORIES).
 */
const char *unnamed_file_folder(void);

/*
 * Opens a new file without a name, which disappears when it is closed, for reading and writing. It is
 * in the folder; NULL: in unnamed_file_folder(). -1 with errno.
 */
int unnamed_file_open(const char *folder);

/* Appends all bytes. 0, or -1 with errno. */
int unnamed_file_write(int fd, const char *bytes, size_t count);

/* Reads exactly that many bytes at an offset. 0, or -1 with errno. Any thread. */
int unnamed_file_read(int fd, char *bytes, size_t count, off_t start);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef BASE_UNNAMED_FILE_H
#define BASE_UNNAMED_FILE_H

/*
 * Opens a new file without a name, which disappears when it is closed, for reading and writing. It is
 * in the folder; NULL: in $TMPDIR or /tmp. -1 with errno.
 */
int unnamed_file_open(const char *folder);

#endif

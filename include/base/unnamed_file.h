/* SPDX-License-Identifier: MIT */
#ifndef BASE_UNNAMED_FILE_H
#define BASE_UNNAMED_FILE_H

/* The folder for files without a name: $TMPDIR or /tmp. */
const char *unnamed_file_folder(void);

/*
 * Opens a new file without a name, which disappears when it is closed, for reading and writing. It is
 * in the folder; NULL: in unnamed_file_folder(). -1 with errno.
 */
int unnamed_file_open(const char *folder);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_ATOMIC_FILE_H
#define OUTPUT_ATOMIC_FILE_H

#include <stdbool.h>

/*
 * A file that appears complete or not at all. It is written under a temporary name beside its
 * target, and renamed when it is complete. Until then the target is as it was.
 *
 * The temporary name of dir/x.prom is dir/.x.prom.1a2b3c: no reader that looks for *.prom takes it.
 * If the process ends by quick_exit() (a second signal, out of memory), the temporary file is
 * removed; any thread may call quick_exit(). The functions below are for one thread.
 */
struct atomic_file;

/*
 * Creates the temporary file. If name is a symbolic link, the file that it leads to is the target,
 * and the link stays. The new file has the permissions of the target, and its owner and group if the
 * process may set them; where there is no target, 0666 less the umask.
 * To be ended by atomic_file_commit() or atomic_file_discard(). NULL with errno.
 */
struct atomic_file *atomic_file_open(const char *name);

/* The descriptor to write to. Owned by the file. */
int atomic_file_fd(const struct atomic_file *file);

/* The name that the file will get: links are followed. Owned by the file. */
const char *atomic_file_target(const struct atomic_file *file);

/* Whether both will get the same name, in the same folder. */
bool atomic_file_is_same(const struct atomic_file *a, const struct atomic_file *b);

/* Whether it will get that name, to which symbolic links may lead. A file of that name need not exist. */
bool atomic_file_replaces(const struct atomic_file *file, const char *name);

/* Renames the file to its target and frees it. 0; or -1 with errno: then it is removed and freed. */
int atomic_file_commit(struct atomic_file *file);

/* Removes the temporary file and frees it. Keeps errno. */
void atomic_file_discard(struct atomic_file *file);

#endif

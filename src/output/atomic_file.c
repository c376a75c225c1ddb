/* SPDX-License-Identifier: MIT */
/*
 * The temporary files that exist at a moment are in one list, for the function that quick_exit()
 * calls. It may run on another thread than the one that uses the files, at any moment. So a name
 * and its place in the list change together, under one mutex:
 *
 *     main thread                                  thread that calls quick_exit()
 *
 *     lock; create the file, add it; unlock
 *     write ...                                    lock
 *     lock; rename the file, remove it; unlock     unlink all that are in the list
 *                                                  _exit()
 *
 * The mutex is not unlocked after that: until the process ends, no file is created or renamed. While
 * it is locked, nothing is allocated and so nothing calls quick_exit(): it cannot wait for itself.
 */
#include "atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/path.h"
#include "base/thread.h"

#define NAME_BYTES_MAX 200  /* of the target's name in the temporary one: NAME_MAX is 255 */
#define NEW_FILE_MODE 0666u /* less the umask, by open(2) */
#define ATTEMPTS_MAX 100

struct atomic_file {
    struct atomic_file *next;
    int fd;
    char *target;
    char *temporary;
};

static pthread_mutex_t files_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct atomic_file *files;

static void remove_temporary_files(void)
{
    mutex_lock(&files_mutex);
    for (const struct atomic_file *file = files; file; file = file->next)
        unlink(file->temporary);
}

/* With files_mutex locked. */
static void remove_from_list(const struct atomic_file *file)
{
    struct atomic_file **link = &files;

    while (*link != file)
        link = &(*link)->next;
    *link = file->next;
}

/* Creates the temporary file under a name that no file has, and adds it to the list. -1 with errno. */
static int create_temporary(struct atomic_file *file, mode_t mode)
{
    int folder = path_folder_length(file->target);

    for (int i = 0; i < ATTEMPTS_MAX && file->fd < 0; i++) {
        unsigned random = 0;

        if (getrandom(&random, sizeof(random), 0) < 0)
            return -1;
        free(file->temporary);
        file->temporary = xasprintf("%.*s.%.*s.%06x", folder, file->target, NAME_BYTES_MAX,
                                    file->target + folder, random & 0xffffff);
        mutex_lock(&files_mutex);
        file->fd = open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (file->fd >= 0) {
            file->next = files;
            files = file;
        }
        mutex_unlock(&files_mutex);
        if (file->fd < 0 && errno != EEXIST)
            return -1;
    }
    return file->fd < 0 ? -1 : 0;
}

/*
 * Gives the file the permissions of the one that it replaces, and its owner and group if allowed:
 * only root may set another owner; other users may set a group that they belong to. -1 with errno.
 */
static int copy_attributes(int fd, const struct stat *old)
{
    if (fchown(fd, old->st_uid, old->st_gid) && fchown(fd, (uid_t)-1, old->st_gid))
        errno = 0; /* the file is then the user's, as a new one is */
    return fchmod(fd, old->st_mode & 0777);
}

static void free_file(struct atomic_file *file)
{
    free(file->temporary);
    free(file->target);
    free(file);
}

struct atomic_file *atomic_file_open(const char *name)
{
    static bool is_registered;
    struct atomic_file *file = xcalloc(1, sizeof(*file));
    struct stat old;
    bool exists;

    /* It fails only for more than 32 functions (C11, 7.22.4.3). */
    if (!is_registered && at_quick_exit(remove_temporary_files) == 0)
        is_registered = true;
    file->fd = -1;
    file->target = path_follow_links(name);
    if (!file->target)
        goto failed;
    exists = stat(file->target, &old) == 0;
    if (!exists && errno != ENOENT)
        goto failed;
    /* At no time may more users read it than the file that it replaces. */
    if (create_temporary(file, exists ? old.st_mode & 0700 : NEW_FILE_MODE))
        goto failed;
    if (exists && copy_attributes(file->fd, &old)) {
        atomic_file_discard(file);
        return NULL;
    }
    return file;

failed:
    free_file(file);
    return NULL;
}

int atomic_file_fd(const struct atomic_file *file)
{
    return file->fd;
}

const char *atomic_file_target(const struct atomic_file *file)
{
    return file->target;
}

/* Whether both names are the same one, in the same folder. */
static bool is_same_path(const char *a, const char *b)
{
    int folder_a = path_folder_length(a), folder_b = path_folder_length(b);
    char *path_a = xasprintf("%.*s.", folder_a, a);
    char *path_b = xasprintf("%.*s.", folder_b, b);
    struct stat status_a, status_b;
    bool is_same = strcmp(a + folder_a, b + folder_b) == 0 && stat(path_a, &status_a) == 0 &&
                   stat(path_b, &status_b) == 0 && status_a.st_dev == status_b.st_dev &&
                   status_a.st_ino == status_b.st_ino;

    free(path_a);
    free(path_b);
    return is_same;
}

bool atomic_file_is_same(const struct atomic_file *a, const struct atomic_file *b)
{
    return is_same_path(a->target, b->target);
}

bool atomic_file_replaces(const struct atomic_file *file, const char *name)
{
    char *target = path_follow_links(name);
    bool replaces = target && is_same_path(file->target, target);

    free(target);
    return replaces;
}

int atomic_file_commit(struct atomic_file *file)
{
    int status = close(file->fd);

    file->fd = -1;
    if (status == 0) {
        mutex_lock(&files_mutex);
        status = rename(file->temporary, file->target);
        if (status == 0)
            remove_from_list(file);
        mutex_unlock(&files_mutex);
    }
    if (status) {
        atomic_file_discard(file);
        return -1;
    }
    free_file(file);
    return 0;
}

void atomic_file_discard(struct atomic_file *file)
{
    int saved_errno = errno;

    if (file->fd >= 0)
        close(file->fd);
    mutex_lock(&files_mutex);
    unlink(file->temporary);
    remove_from_list(file);
    mutex_unlock(&files_mutex);
    free_file(file);
    errno = saved_errno;
}

/* SPDX-License-Identifier: MIT */
#include "state_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/path.h"
#include "schema.h"

static int refuse(const char *file, struct error *error, const char *reason)
{
    return error_set(error, "state file '%s': %s", file, reason);
}

/* So that the file is never readable by others. SQLite gives its journal the same mode. */
static int create(const char *file, struct error *error)
{
    int fd = open(file, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);

    if (fd >= 0)
        close(fd);
    else if (errno != EEXIST)
        return refuse(file, error, strerror(errno));
    return 0;
}

/* SQLite's journal is a second file in the same folder. */
static int check_folder(const char *file, struct error *error)
{
    char *folder = xasprintf("%.*s.", path_folder_length(file), file);
    int status = access(folder, W_OK | X_OK);

    free(folder);
    return status ? refuse(file, error, DATABASE_FOLDER_READ_ONLY) : 0;
}

static int check_file(const char *file, bool read_only, struct error *error)
{
    struct stat info;

    if (stat(file, &info))
        return refuse(file, error, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return refuse(file, error,
                      S_ISDIR(info.st_mode) ? "it is a folder" : "it is not a regular file");
    if (access(file, read_only ? R_OK : R_OK | W_OK))
        return refuse(file, error,
                      errno == EACCES ? "it may not be read and written by this user"
                                      : strerror(errno));
    return read_only ? 0 : check_folder(file, error);
}

/* Whose file it is, and of which schema; version 0: it is empty. */
static int read_version(struct database *database, int64_t *version, struct error *error)
{
    int64_t application, tables;

    if (database_read_number(database, "PRAGMA application_id", &application, error) ||
        database_read_number(database, "PRAGMA user_version", version, error) ||
        database_read_number(database, "SELECT count(*) FROM sqlite_master", &tables, error))
        return -1;
    if (application == 0 && tables == 0 && *version == 0)
        return 0;
    if (application != SCHEMA_APPLICATION_ID || *version < 1)
        return database_refuse(database, error, "it is a database of another program");
    if (*version > schema_version())
        return database_refuse(database, error, "it is of a newer urlcheck");
    return 0;
}

/* Makes an empty file a state file, or an older one one of today. */
static int upgrade(struct database *database, struct error *error)
{
    int64_t version;

    /* This must be said before the first transaction that writes. */
    if (database_run(database, "PRAGMA auto_vacuum = INCREMENTAL", error) ||
        database_begin(database, error))
        return -1;
    if (read_version(database, &version, error) || schema_upgrade(database, (int)version, error)) {
        database_rollback(database);
        return -1;
    }
    return database_commit(database, error);
}

static int check_version(struct database *database, bool read_only, struct error *error)
{
    int64_t version;
    int status;

    /* One transaction: else a run that creates the file at the same time could come between two reads. */
    if (database_run(database, "BEGIN", error))
        return -1;
    status = read_version(database, &version, error);
    database_rollback(database);
    if (status)
        return -1;
    if (version == schema_version())
        return 0;
    if (!read_only)
        return upgrade(database, error);
    return database_refuse(database, error,
                           version
                               ? "it is of an older urlcheck; the next run with --state renews it"
                               : "it has no results yet");
}

/*
 * A rollback journal is one file less than a write-ahead log, and lets --history read a file in a folder
 * that is read-only. FULL: it stays whole if the power fails.
 */
#define SETTINGS                                                                                   \
    "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY"

/* The tables of a file that others made call no functions with side effects. */
#define DISTRUST "PRAGMA trusted_schema = OFF"

/* file is no symbolic link. */
static int open_file(struct database *database, const char *file, bool read_only,
                     const struct patience *patience, struct error *error)
{
    *database = (struct database){0};
    if ((!read_only && create(file, error)) || check_file(file, read_only, error) ||
        database_open(database, file, read_only, patience, error))
        return -1;
    if (database_run(database, DISTRUST, error) == 0 &&
        check_version(database, read_only, error) == 0 &&
        (read_only || database_run(database, SETTINGS, error) == 0))
        return 0;
    database_close(database);
    return -1;
}

int state_file_open(struct database *database, const char *name, bool read_only,
                    const struct patience *patience, struct error *error)
{
    char *file = path_follow_links(name);
    int status = file ? open_file(database, file, read_only, patience, error)
                      : refuse(name, error, strerror(errno));

    free(file);
    return status;
}

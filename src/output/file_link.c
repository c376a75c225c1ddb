/* SPDX-License-Identifier: MIT */
#include "file_link.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

/* The file that a format is written to; NULL: there is none, or it is no file in a folder. */
static const char *file_of(const struct settings *settings, enum format_name format)
{
    for (size_t i = 0; i < settings->output_count; i++) {
        const struct output_request *request = &settings->outputs[i];
        const char *file = request->file ? request->file : settings->output_file;

        if (request->format == (int)format && file && strcmp(file, "-") != 0 &&
            strncmp(file, "/dev/", 5) != 0 && strncmp(file, "/proc/", 6) != 0)
            return strncmp(file, "./", 2) == 0 ? file + 2 : file;
    }
    return NULL;
}

/* Percent-encodes all but the unreserved characters of RFC 3986, section 2.3, and slashes. */
static char *encode(const char *path)
{
    char *encoded = xmalloc(3 * strlen(path) + 1), *to = encoded;

    for (; *path; path++) {
        if (isalnum((unsigned char)*path) || strchr("-._~/", *path))
            *to++ = *path;
        else
            to += sprintf(to, "%%%02X", (unsigned)(unsigned char)*path);
    }
    *to = '\0';
    return encoded;
}

/* How long the folders are that both paths begin with, the slash included. */
static size_t common_length(const char *a, const char *b)
{
    size_t length = 0;

    for (size_t i = 0; a[i] && a[i] == b[i]; i++) {
        if (a[i] == '/')
            length = i + 1;
    }
    return length;
}

char *file_link(const struct settings *settings, enum format_name from, enum format_name to)
{
    const char *page = file_of(settings, from), *file = file_of(settings, to);
    char *path, *link;
    size_t common, up = 0, used = 0;

    if (!page || !file || (*page == '/') != (*file == '/'))
        return NULL;
    common = common_length(page, file);
    /* Nobody can go back into a folder that ".." has left. */
    if (strstr(page + common, ".."))
        return NULL;
    for (const char *c = page + common; *c; c++)
        up += *c == '/';
    path = xmalloc(3 * up + strlen(file + common) + 1);
    for (; up; up--)
        used += (size_t)sprintf(path + used, "../");
    strcpy(path + used, file + common);
    link = encode(path);
    free(path);
    return link;
}

char *file_link_own(const struct settings *settings, enum format_name format)
{
    const char *file = file_of(settings, format);

    if (!file)
        return NULL;
    return encode(strrchr(file, '/') ? strrchr(file, '/') + 1 : file);
}

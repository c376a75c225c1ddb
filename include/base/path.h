/* SPDX-License-Identifier: MIT */
#ifndef BASE_PATH_H
#define BASE_PATH_H

/* The length of the folder of a path, its slash included; 0: the working directory. */
int path_folder_length(const char *path);

/*
 * Follows symbolic links to a file that need not exist, as open(2) with O_CREAT does; links among its folders
 * stay. A path that is no link is returned as it is. The caller frees it. NULL with errno: ELOOP; EACCES for
 * another user's link in a folder in which all may write, as /tmp.
 */
char *path_follow_links(const char *name);

#endif

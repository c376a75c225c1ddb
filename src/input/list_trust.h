/* SPDX-License-Identifier: MIT */
#ifndef INPUT_LIST_TRUST_H
#define INPUT_LIST_TRUST_H

/*
 * Whether the lines of a list may use files, sockets and variables of this machine: header=@FILE
 * sends the content of a file to the server that the line names. So only root and the user may have
 * written the list: a regular file that belongs to one of them and that nobody else may write.
 * Standard input never is, as its writer is unknown. The folder of the list does not matter: whoever
 * may write there can put another file in its place, but that file belongs to them.
 */

/*
 * Why lines of this list may not use them: a phrase that names the list ("-": standard input) and says
 * what allows it; NULL: they may. fd is that of the open list. The caller frees the phrase.
 */
char *list_distrust(int fd, const char *name);

#endif

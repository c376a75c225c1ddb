/* SPDX-License-Identifier: MIT */
#ifndef INPUT_OPERAND_SLIP_H
#define INPUT_OPERAND_SLIP_H

/*
 * What an operand without a scheme is if it is not meant as a host: the name of a file ("links.txt"), or
 * a word that means an option ("help"). A phrase, which the caller frees; NULL: it may be a host.
 */
char *operand_slip_find(const char *given);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CHILD_H
#define TESTS_CHILD_H

/* Runs a function in a child process: for what ends a process, and for state that no test resets. */

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "unit.h"

/* In a child, which may not use cmocka's assertions: prints the condition and ends with 90. */
#define ENSURE(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                        \
            _exit(90);                                                                             \
        }                                                                                          \
    } while (0)

struct child {
    int status;      /* as waitpid() gives it */
    char text[4096]; /* what it wrote to standard error */
};

/* A child that returns from act() ends with 0. */
static inline void run_child(struct child *child, void (*act)(void))
{
    size_t length = 0;
    ssize_t count;
    int ends[2];
    pid_t id;

    assert_int_equal(pipe(ends), 0);
    id = fork();
    assert_true(id >= 0);
    if (id == 0) {
        alarm(HANG_S);
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        dup2(ends[1], STDERR_FILENO);
        act();
        _exit(0);
    }
    close(ends[1]);
    while ((count = read(ends[0], child->text + length, sizeof(child->text) - 1 - length)) > 0)
        length += (size_t)count;
    child->text[length] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(id, &child->status, 0), id);
}

static inline void expect_child_exit(void (*act)(void), int status, const char *text)
{
    struct child child;

    run_child(&child, act);
    if (!WIFEXITED(child.status) || WEXITSTATUS(child.status) != status ||
        strcmp(child.text, text) != 0)
        fail_msg("wait status %#x: %s", (unsigned)child.status, child.text);
}

#endif

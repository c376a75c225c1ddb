/* SPDX-License-Identifier: MIT */
/*
 * measure REPORT SECONDS COMMAND [ARGUMENT]...
 *
 * Runs a command and writes one line to the file REPORT: the exit status (or minus the number of
 * the signal that ended it), user CPU, system CPU and wall time in microseconds, the peak resident
 * memory in KiB, and 1 if the command was killed because it ran longer than SECONDS, else 0.
 *
 * This is a separate small program because Linux includes a process's memory before exec in its
 * peak: a child of the Python driver would begin with the memory of the interpreter.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

static long in_us(struct timeval time)
{
    return time.tv_sec * 1000000L + time.tv_usec;
}

/* In the child: makes a process group, so that its children can be killed with it. */
_Noreturn static void become(char **command, const sigset_t *mask)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigprocmask(SIG_SETMASK, mask, NULL);
    execvp(command[0], command);
    perror(command[0]);
    _exit(127);
}

/* Returns whether the child ended within that time. */
static bool ended_within(const sigset_t *child, double seconds)
{
    long left = (long)(seconds * 1e6), end = now_us() + left;

    for (; left > 0; left = end - now_us()) {
        struct timespec time = {left / 1000000, left % 1000000 * 1000};

        if (sigtimedwait(child, NULL, &time) == SIGCHLD)
            return true;
        if (errno != EINTR && errno != EAGAIN)
            return false;
    }
    return false;
}

static int report(const char *name, int status, const struct rusage *used, long wall, bool killed)
{
    FILE *file = fopen(name, "w");

    if (!file) {
        perror(name);
        return 1;
    }
    fprintf(file, "%d %ld %ld %ld %ld %d\n",
            WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status), in_us(used->ru_utime),
            in_us(used->ru_stime), wall, used->ru_maxrss, killed);
    return fclose(file) ? 1 : 0;
}

int main(int argc, char **argv)
{
    struct rusage used;
    sigset_t child, before;
    bool killed;
    long begin;
    int status;
    pid_t pid;

    if (argc < 4) {
        fprintf(stderr, "usage: measure REPORT SECONDS COMMAND [ARGUMENT]...\n");
        return 2;
    }
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &before);
    begin = now_us();
    pid = fork();
    if (pid == 0)
        become(argv + 3, &before);
    if (pid < 0) {
        perror("fork");
        return 1;
    }
    killed = !ended_within(&child, strtod(argv[2], NULL));
    if (killed)
        kill(-pid, SIGKILL);
    while (wait4(pid, &status, 0, &used) < 0 && errno == EINTR)
        ;
    return report(argv[1], status, &used, now_us() - begin, killed);
}

/* SPDX-License-Identifier: MIT */
#include "session/process.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <locale.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "base/thread.h"
#include "base/units.h"
#include "output/message.h"
#include "output/nagios.h"
#include "output/output.h"
#include "output/terminal.h"
#include "probe/alloc_monitor.h"
#include "session/exit_codes.h"

#define ARENAS_MAX 4
#define MAX_COLUMNS 10000
#define DEFAULT_STACK_BYTES ((size_t)256 * 1024)

/*
 * A closed standard stream is opened on /dev/null, so that no socket gets its number; in the wrong
 * direction, so that using it still fails.
 */
static void open_standard_streams(void)
{
    static const int modes[] = {O_WRONLY, O_RDONLY, O_WRONLY};

    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", modes[fd]) != fd)
            _exit(EXIT_INTERNAL);
    }
}

/*
 * With SCHED_BATCH a thread that wakes up does not preempt the one that runs: there are many threads
 * with little to do each, and it does not matter which is first. With one fast host it saves a sixth
 * of all CPU time. A policy that the user chose is kept. sched(7).
 */
static void prefer_throughput(void)
{
#ifdef SCHED_BATCH
    if (sched_getscheduler(0) == SCHED_OTHER)
        sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){0});
#endif
}

void process_prepare(void)
{
    open_standard_streams();
    /* libcurl converts host names from the charset of the locale; cron's is ASCII. */
    if (!setlocale(LC_CTYPE, "C.UTF-8"))
        setlocale(LC_CTYPE, "");
    alloc_reserve();
    prefer_throughput();
    thread_set_default_stack(DEFAULT_STACK_BYTES);
#ifdef M_ARENA_MAX
    /* Each arena reserves 64 MiB of address space; threads that wait for the network need few. */
    mallopt(M_ARENA_MAX, ARENAS_MAX);
#endif
    if (!alloc_monitor_init()) {
        message("libcurl cannot be initialised");
        exit(EXIT_INTERNAL);
    }
}

void process_print_versions(FILE *file)
{
    const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);

    fprintf(file, "urlcheck %s\nlibcurl %s\n%s\n", URLCHECK_VERSION, curl->version,
            curl->ssl_version ? curl->ssl_version : "no TLS library");
}

size_t process_stdout_columns(void)
{
    const char *variable = getenv("COLUMNS");
    const char *end;
    long columns;

    if (isatty(STDOUT_FILENO) && variable &&
        parse_number(variable, 1, MAX_COLUMNS, &columns, &end) == 0 && !*end)
        return (size_t)columns;
    return terminal_columns(STDOUT_FILENO);
}

int process_report_start(const struct settings *settings, const struct error *reason, int status)
{
    struct text text = {0};

    message("%s", reason->text);
    if (!output_is_for_nagios(settings))
        return status;
    nagios_print_unknown(&text, reason->text);
    fwrite(text.bytes, 1, text.length, stdout);
    text_release(&text);
    fflush(stdout);
    return NAGIOS_UNKNOWN;
}

int process_finish_stdout(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return EXIT_ALL_OK;
    message("cannot write standard output: %s", strerror(errno));
    return EXIT_INTERNAL;
}

/* SPDX-License-Identifier: MIT */
/*
 * urlcheck: checks URLs, many at once.
 *
 * The way of a URL, and the rooms that it passes through:
 *
 *   input/    options  the command line, help, man page and completions, from one table
 *             list     operands, files, standard input: item by item;  shard  or a part of them
 *             target   an item becomes a URL that can be checked, or a reason why not
 *             attributes  what a line asks for itself;  check  which is then its own
 *             canaries  who is asked about the network
 *             expectations, pattern  what is expected of an answer, as it is written
 *   engine/   runner   the loop: reads, starts, drains exactly one result for each target
 *             schedule whose turn it is;  crew  the threads;  chan  what they send results through
 *             progress what becomes of a result;  retries  which is not the last word;  gate  who
 *             is to be left alone;  timers  what waits for its time
 *             reader, signals: what else may happen while results are waited for
 *             network  whether there is one here;  canary  who is asked;  doubts  what waits for that
 *             shortage, limits: what if this machine has less than is wanted
 *   probe/    probe    asks one URL, with handles, resolver and trust that all checks share
 *             transfer one exchange of libcurl's;  setup  what it is told;  watch  what it tells;
 *             noise    what it does not
 *             contact  whose address is wanted;  resolver  finds it;  proxies, trust
 *             verdict  what the outcome means: failure  where there was no response, expect  what
 *             the response should have been, remarks  all of it;  class  its one word
 *             excerpt  what is kept of a response till then;  attempts  of what was tried before
 *             memory   whether any was refused
 *   results/  results  the map from URLs to results;  seen  what it has had;  stats  counts
 *   output/   output   the sinks, a file for each format;  escape  what may be shown
 *             message, progress, summary: standard error
 *   session/  session  one run, from the list to the exit status;  ending  what it came to
 *             dump     what it would check, or ask
 */
#include <curl/curl.h>

#include "input/options.h"
#include "output/message.h"
#include "session/dump.h"
#include "session/process.h"
#include "session/session.h"

int main(int argc, char **argv)
{
    struct settings settings;
    struct error error;
    int status;

    process_prepare();
    if (options_parse(argc, argv, &settings, &error)) {
        message("%s; see urlcheck --help", error.text);
        status = EXIT_USAGE;
    } else if (settings.help) {
        options_print_help(stdout);
        status = process_finish_stdout();
    } else if (settings.version) {
        process_print_versions(stdout);
        status = process_finish_stdout();
    } else if (settings.completion) {
        options_print_completion(stdout, (enum shell)settings.completion);
        status = process_finish_stdout();
    } else {
        if (settings.silent)
            message_silence();
        status = settings.dump || settings.explain ? dump_run(&settings) : session_run(&settings);
    }
    settings_release(&settings);
    curl_global_cleanup();
    return status;
}

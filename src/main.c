/* SPDX-License-Identifier: MIT */
/*
 * urlcheck checks URLs, many at once.
 *
 * The path of a URL: input turns a line into a target; the engine starts a thread for it, which calls
 * probe (requests the target and judges the response) and sends the result through a channel to main;
 * main keeps it in results, and output prints it. Each room includes only rooms below it:
 *
 *   session/  session        one run: opens what it needs, configures the engine, closes
 *             delivery       from a last result to the output;  exit_status  what the end means
 *             check_target   probe and judge; repeats a check during which urlcheck was stopped
 *             dump           --dump and --explain: the list, without a request
 *             process        what the process needs before its first thread; versions
 *   output/   output         all destinations;  destination  standard output or a file, and its
 *                            format;  sink, spool, atomic_file  how they are written
 *             text, jsonl, json, csv, junit, tap  a format each (input/format_names.h lists them)
 *             dump, explain  a line of --dump and --explain
 *             message        messages on standard error;  progress, summary, recap
 *   results/  results        the map from URLs to results, and what is printed next
 *             dedup          which URLs were seen;  stats  counts and latencies
 *   engine/   run_loop       main's loop: start checks, wait, take results
 *             run_state      what happens to a job after its check;  run  configuration and outcome
 *             job            the record of a target from reading to printing
 *             scheduler      which job is next: turns of hosts, pauses, rate;  timers
 *             worker_pool    the threads;  chan  the channel between them and main
 *             retries        what is checked again, and when; what Retry-After asks for
 *             network        is the network here up?  canary_set  checks the canaries
 *             in_flight_limit, resource_backoff  what to do if this machine runs out of something
 *             list_reader    reads the list ahead;  signals  SIGINT, SIGTERM, SIGHUP as messages
 *   probe/    probe          one check of one URL: attempts, connections that are reused
 *             transfer       one exchange with libcurl;  easy_options  its options for libcurl
 *             transfer_callbacks  what libcurl reports: connections, TLS, progress
 *             response       what it reports of a response: headers, redirects, body;  decoder
 *             handles        idle connections;  resolver  name lookups;  endpoint  the host to look up
 *             proxies, ca_store, ca_store_cache, alloc_monitor
 *             judge          from what was seen to a result
 *             failure, expect, findings  no response;  a response;  what is wrong with it
 *   result/   result, verdict, outcome, attempts, probe_options  the data that rooms hand each other
 *   input/    options        the command line;  option_table  all options;  option  their kinds
 *             foreign_options  what other tools' options are called here
 *             list           operands, files, standard input: item by item;  shard
 *             target_parser  an item becomes a target, a URL with its check;  attributes  what a
 *                            line adds;  target_refuse  an item that is no URL
 *             check          what is requested and expected;  settings  the whole command line
 *   base/     cause.h        the classes of results, with their words and hints
 *             escape         makes text safe to print, without passwords
 *             fd_limits      how many checks, lookups and idle connections open files allow
 *             alloc, clock, error, thread, string_list, units, ...
 */
#include <curl/curl.h>

#include "input/options.h"
#include "output/message.h"
#include "session/dump.h"
#include "session/process.h"
#include "session/exit_codes.h"
#include "session/session.h"

int main(int argc, char **argv)
{
    struct settings settings;
    struct error error;
    int status;

    process_prepare();
    if (options_parse(argc, argv, &settings, &error)) {
        message("%s", error.text);
        status = EXIT_USAGE;
    } else if (settings.help) {
        if (settings.help == HELP_BRIEF)
            options_print_brief_help(stdout);
        else
            options_print_help(stdout, process_stdout_columns());
        status = process_finish_stdout();
    } else if (settings.version) {
        process_print_versions(stdout);
        status = process_finish_stdout();
    } else if (settings.completion) {
        options_print_completion(stdout, (enum shell)settings.completion);
        status = process_finish_stdout();
    } else {
        if (settings.silent)
            message_silence_remarks();
        status = settings.dump || settings.explain ? dump_run(&settings) : session_run(&settings);
    }
    settings_release(&settings);
    curl_global_cleanup();
    return status;
}

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
 *             remember       what the run does with the file of --state
 *             run_lock       --lock;  ping  --ping-url
 *             dump           --dump and --explain: the list, without a request
 *             history        --history: what the state file knows, without a request
 *             process        what the process needs before its first thread; versions
 *   output/   output         all destinations;  destination  standard output or a file, and its
 *                            format;  sink, spool, atomic_file  how they are written
 *             format         what a format is; each is a file (input/format_names.h lists them)
 *             fields, shown, json_value, xml  what formats share;  details, hint  lines below a result
 *             status, html_status, html_card, html_days, html_outages  the status page
 *             dump, explain  a line of --dump and --explain
 *             message        messages on standard error;  progress, summary, recap;  terminal
 *   state/    state          the file of --state: life cycle and decisions;  state_file, schema,
 *                            database  SQLite;  url_table, history_tables  its tables
 *             url_state      when a URL is down, up, flapping, and what is reported;  needs
 *             history, timeline, samples  what a period amounts to
 *   results/  results        the map from URLs to results, and what is printed next
 *             dedup          which URLs were seen;  stats  counts and latencies
 *             result_reader, result_record, record_pack  lines of jsonl as results;  merge,
 *                            merge_vote  what several runs and places say of a URL
 *   engine/   run_loop       main's loop: start checks, wait, take results
 *             run_state      what happens to a job after its check;  run  configuration and outcome
 *             job            the record of a target from reading to printing
 *             scheduler      which job is next: turns of hosts, pauses, rate;  timers
 *             worker_pool    the threads;  chan  the channel between them and main
 *             lanes          threads of --merge
 *             retries        what is checked again, and when; what Retry-After asks for
 *             network        is the network here up?  canary_set  checks the canaries
 *             in_flight_limit, resource_backoff  what to do if this machine runs out of something
 *             list_reader    reads the list ahead;  signals  SIGINT, SIGTERM, SIGHUP as messages
 *   probe/    probe          one check of one URL;  call  what its parts share;  prober  what all
 *                            checks share;  repeats  which requests are made again
 *             addresses      where to connect to: endpoint, resolver, lookup, doh_query, proxies
 *             transfer       one exchange with libcurl;  easy_options  its options for libcurl
 *             transfer_callbacks, chain  what libcurl reports: connections, certificates, progress
 *             response       status lines, headers and body as they come:  header_value,
 *                            auth_schemes, decoder, redirect
 *             transfer_outcome  all of that as an outcome;  handles  idle connections
 *             ca_store, ca_store_cache, alloc_monitor
 *             judge          from what was seen to a result
 *             failure, failure_*, curl_words  no complete response;  expect  a response;  dates
 *             findings       all that is wrong, in one sentence
 *   result/   result, verdict, outcome, attempts, probe_options  the data that rooms hand each other
 *   input/    options        the command line;  option_table  all options;  option  their kinds;
 *                            option_*, expectations, pattern, client_cert, proxy_url, arg_file  what
 *                            their arguments mean
 *             options_help, options_man, completion  texts made from the table
 *             foreign_options  what other tools' options are called here;  suggest  "did you mean"
 *             list           operands, files, standard input: item by item;  list_file,
 *                            list_signature, list_trust;  filter, shard  which items;  canaries
 *             extract, extract_*  the URLs in any text
 *             target_parser  an item becomes a target, a URL with its check;  attributes  what a
 *                            line adds;  target_refuse  an item that is no URL;  *_slip  why not
 *             check          what is requested and expected;  check_options  copies and compares
 *                            it;  settings  the whole command line
 *   base/     cause.h        the classes of results, with their words and hints
 *             escape         makes text safe to print, without passwords
 *             fd_limits      how many checks, lookups and idle connections open files allow
 *             alloc, clock, error, thread, url_parts, units, ...
 */
#include <curl/curl.h>

#include "input/options.h"
#include "output/message.h"
#include "session/dump.h"
#include "session/history.h"
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
        status = process_report_start(&settings, &error, EXIT_USAGE);
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
        if (settings.history_us)
            status = history_run(&settings);
        else if (settings.dump || settings.explain)
            status = dump_run(&settings);
        else
            status = session_run(&settings);
    }
    settings_release(&settings);
    curl_global_cleanup();
    return status;
}

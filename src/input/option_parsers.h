/* SPDX-License-Identifier: MIT */
#ifndef INPUT_OPTION_PARSERS_H
#define INPUT_OPTION_PARSERS_H

#include "input/option.h"

/* The functions that entries of the option table refer to, named after their options. */

option_validate_function validate_ca_file;
option_validate_function validate_ca_path;
option_validate_function validate_cert;
option_validate_function validate_cert_expiry;
option_validate_function validate_connect_to;
option_validate_function validate_content;
option_validate_function validate_doh_url;
option_validate_function validate_interface;
option_validate_function validate_expect;
option_validate_function validate_key;
option_validate_function validate_maintenance;
option_validate_function validate_needs;
option_validate_function validate_place;
option_validate_function validate_proxy;
option_validate_function validate_resolve;
option_validate_function validate_state;
option_validate_function validate_statuses;
option_validate_function validate_unix_socket;

/* A text that is sent in a header: no control characters but tabs. */
option_validate_function validate_line;

option_apply_function apply_bearer;
option_apply_function apply_cookie;
option_apply_function apply_data;
option_apply_function apply_expected_header;
option_apply_function apply_format;
option_apply_function apply_head;
option_apply_function apply_header;
option_apply_function apply_help;
option_apply_function apply_input_file;
option_apply_function apply_json;
option_apply_function apply_pinned;
option_apply_function apply_ping_url;
option_apply_function apply_rate;
option_apply_function apply_request;
option_apply_function apply_shard;
option_apply_function apply_slower_than;
option_apply_function apply_user;
option_apply_function apply_write_out;

/*
 * Sets the only string of a list to a secret of one line, the argument or what "@FILE" contains. 0, or -1
 * with the reason, which does not quote it.
 */
int set_secret(const struct option_use *use, struct string_list *strings, struct error *error);

/* Arguments that name something of this machine: any, "@FILE" and "@env:NAME", or some. */
option_uses_machine_function uses_machine_always;
option_uses_machine_function uses_machine_if_at;
option_uses_machine_function uses_machine_if_cookie_file;
option_uses_machine_function uses_machine_if_key_file;
option_uses_machine_function uses_machine_if_socket;

/* A header, with *** for its value if its name says that it is secret. */
option_show_function show_header;

/* "@FILE" or "FILE" for a value that was read from there, *** for any other. */
option_show_function show_secret;

/* A client certificate without its password. */
option_show_function show_cert;

#endif

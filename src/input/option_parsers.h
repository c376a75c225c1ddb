/* SPDX-License-Identifier: MIT */
#ifndef INPUT_OPTION_PARSERS_H
#define INPUT_OPTION_PARSERS_H

#include "input/options_table.h"

/* What options mean, for the table: apply and show functions, by the option's name. */

option_apply_function apply_bearer;
option_apply_function apply_ca_file;
option_apply_function apply_ca_path;
option_apply_function apply_cert;
option_apply_function apply_cert_expiry;
option_apply_function apply_connect_to;
option_apply_function apply_content;
option_apply_function apply_cookie;
option_apply_function apply_data;
option_apply_function apply_doh_url;
option_apply_function apply_expected_header;
option_apply_function apply_format;
option_apply_function apply_head;
option_apply_function apply_header;
option_apply_function apply_input_file;
option_apply_function apply_interface;
option_apply_function apply_json;
option_apply_function apply_key;
option_apply_function apply_pattern;
option_apply_function apply_pinned;
option_apply_function apply_proxy;
option_apply_function apply_rate;
option_apply_function apply_request;
option_apply_function apply_resolve;
option_apply_function apply_shard;
option_apply_function apply_statuses;
option_apply_function apply_unix_socket;
option_apply_function apply_user;

/* A text that is sent in a header: no control characters. */
option_apply_function apply_line;

/* A header's value, where its name says that it is a secret, becomes ***. */
option_show_function show_header;

/* What came from a file is shown as that file, all else as ***. */
option_show_function show_secret;

/* A client certificate without its password. */
option_show_function show_cert;

#endif

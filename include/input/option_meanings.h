/* SPDX-License-Identifier: MIT */
#ifndef INPUT_OPTION_MEANINGS_H
#define INPUT_OPTION_MEANINGS_H

#include "input/options_table.h"

/* What options mean, for the table: apply and show functions, by the option's name. */

option_apply_function apply_ca_file;
option_apply_function apply_cert_expiry;
option_apply_function apply_content;
option_apply_function apply_expected_header;
option_apply_function apply_format;
option_apply_function apply_head;
option_apply_function apply_header;
option_apply_function apply_http2;
option_apply_function apply_input_file;
option_apply_function apply_pattern;
option_apply_function apply_proxy;
option_apply_function apply_rate;
option_apply_function apply_request;
option_apply_function apply_resolve;
option_apply_function apply_statuses;

/* A header's value, where its name says that it is a secret, becomes ***. */
option_show_function show_header;

#endif

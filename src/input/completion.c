/* SPDX-License-Identifier: MIT */
#include "input/options.h"

#include <string.h>

#include "input/option_table.h"

/* Where in an option's argument a file name may be. */
enum place { NOWHERE, AT_BEGINNING, AFTER_AT, AFTER_COLON };

/* The argument's name in the help shows it: "FILE", "DATA|FILE", "DATA|@FILE", "NAME[:FILE]". */
static enum place place_of_file(const struct option_spec *spec)
{
    const char *argument = spec->argument ? spec->argument : "";
    const char *file = strstr(argument, "FILE");

    if (strcmp(argument, "DIR") == 0)
        return AT_BEGINNING;
    if (!file)
        return NOWHERE;
    if (file > argument && file[-1] == '@')
        return AFTER_AT;
    return file > argument && file[-1] == ':' ? AFTER_COLON : AT_BEGINNING;
}

/*
 * Prints text for between single quotes of a shell: characters of `escaped` get a backslash, a quote
 * becomes `quote`.
 */
static void print_quoted(FILE *file, const char *text, const char *escaped, const char *quote)
{
    for (; *text; text++) {
        if (*text == '\'')
            fputs(quote, file);
        else
            fprintf(file, "%s%c", strchr(escaped, *text) ? "\\" : "", *text);
    }
}

static void print_words(FILE *file, const char *const *words)
{
    for (size_t i = 0; words && words[i]; i++)
        fprintf(file, "%s%s", i ? " " : "", words[i]);
}

/* "-m|--max-time", for a case statement. */
static void print_pattern(FILE *file, const struct option_spec *spec)
{
    if (spec->letter)
        fprintf(file, "-%c|", spec->letter);
    fprintf(file, "--%s", spec->name);
}

/* An optional argument is only what follows "=". */
static void print_bash_optional(FILE *file)
{
    for (size_t i = 0; i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];

        if (spec->implied)
            fprintf(file, "    [[ $mark == = || $option != --%s ]] || option=\n", spec->name);
    }
}

/* One branch of a case statement for each option with an argument: how to complete it. */
static void print_bash_arguments(FILE *file)
{
    static const char *const files[] = {
        [NOWHERE] = "",
        [AT_BEGINNING] = "; [[ $mark == : ]] || words=files",
        [AFTER_AT] = "; _urlcheck_after @ && words=files",
        [AFTER_COLON] = "; [[ $mark == : ]] || _urlcheck_after '*:' && words=files"};

    for (size_t i = 0; i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];

        if (!spec->argument)
            continue;
        fputs("    ", file);
        print_pattern(file, spec);
        fputs(") words='", file);
        print_words(file, spec->words);
        fprintf(file, "'%s ;;\n", files[place_of_file(spec)]);
    }
}

/* $words: what may follow the option, or all options. */
static void print_bash_words(FILE *file)
{
    fputs("    case $option in\n", file);
    print_bash_arguments(file);
    fputs("    *) words='", file);
    for (size_t i = 0; i < option_spec_count; i++)
        fprintf(file, "%s--%s", i ? " " : "", option_specs[i].name);
}

/*
 * bash also splits words at the "=", ":" and "@" of COMP_WORDBREAKS: --color=al is three words. $2
 * is the part that the completion replaces: what follows "=" or ":", but with its "@".
 * https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html
 */
static void print_bash(FILE *file)
{
    fputs("# bash completion for urlcheck: . <(urlcheck --completion bash)\n"
          "_urlcheck_after()\n"
          "{\n"
          "    local rest=${cur#$1}\n"
          "    [[ $rest != \"$cur\" ]] || return\n"
          "    before=${cur%\"$rest\"} cur=$rest\n"
          "}\n"
          "_urlcheck()\n"
          "{\n"
          "    local words= before= cur=$2 option i=$COMP_CWORD mark=${COMP_WORDS[COMP_CWORD]}\n"
          "    if [[ -z $mark || ${mark//[$COMP_WORDBREAKS]} ]]; then\n"
          "        mark=${COMP_WORDS[i-1]}\n"
          "        if [[ $mark && -z ${mark//[$COMP_WORDBREAKS]} ]]; then i=$((i-1)); fi\n"
          "    fi\n"
          "    if [[ $mark == : ]]; then\n"
          "        i=$((i-1))\n"
          "        if [[ ${COMP_WORDS[i-1]} == = ]]; then i=$((i-1)); fi\n"
          "    fi\n"
          "    COMPREPLY=()\n"
          "    option=${COMP_WORDS[i-1]}\n",
          file);
    print_bash_optional(file);
    print_bash_words(file);
    fputs(
        "'\n"
        "        if [[ $cur != -* ]]; then words=; [[ \" ${COMP_WORDS[*]} \" == *' --extract '* ]] && words=files; fi ;;\n"
        "    esac\n"
        "    if [[ $words == files && $before ]]; then\n"
        "        compopt -o nospace 2>/dev/null\n"
        "        mapfile -t COMPREPLY < <(compgen -f -- \"$cur\" |\n"
        "            while IFS= read -r rest; do printf '%s%q\\n' \"$before\" \"$rest\"; done)\n"
        "    elif [[ $words == files ]]; then\n"
        "        compopt -o filenames 2>/dev/null\n"
        "        mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
        "    else\n"
        "        mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
        "    fi\n"
        "}\n"
        "complete -F _urlcheck urlcheck\n",
        file);
}

/*
 * One argument of zsh's _arguments: '(-m --max-time)'{-m+,--max-time=}'[help]:TIME:action', or
 * '--lock=-[help]::HOW:action' for an optional argument.
 */
static void print_zsh_option(FILE *file, const struct option_spec *spec)
{
    static const char *const actions[] = {[NOWHERE] = ": ",
                                          [AT_BEGINNING] = ":_files",
                                          [AFTER_AT] = ":_urlcheck_at",
                                          [AFTER_COLON] = ": _urlcheck_colon "};
    enum place place = place_of_file(spec);
    bool repeats = option_is_repeatable(spec) || spec->kind == OPTION_ACTION;
    const char *plus = spec->argument ? "+" : "", *equals = spec->implied    ? "=-"
                                                            : spec->argument ? "="
                                                                             : "";

    fputs("    ", file);
    if (repeats)
        fputs("'*'", file);
    else if (spec->letter)
        fprintf(file, "'(-%c --%s)'", spec->letter, spec->name);
    if (spec->letter)
        fprintf(file, "{-%c%s,--%s%s}'[", spec->letter, plus, spec->name, equals);
    else
        fprintf(file, "'--%s%s[", spec->name, equals);
    print_quoted(file, spec->help, "[]\\", "'\\''");
    fputc(']', file);
    if (spec->argument) {
        fputs(spec->implied ? "::" : ":", file);
        print_quoted(file, spec->argument, ":[]\\", "'\\''");
        fputs(place == NOWHERE && spec->words ? ":(" : actions[place], file);
        print_words(file, spec->words);
        fputs(place == NOWHERE && spec->words ? ")" : "", file);
    }
    fputs("' \\\n", file);
}

/* The script works as a file in $fpath, where it is the function's body, and when it is sourced. */
static void print_zsh(FILE *file)
{
    fputs("#compdef urlcheck\n"
          "# zsh completion for urlcheck: in a folder of $fpath as _urlcheck, or sourced\n"
          "_urlcheck_at() { compset -P @ && _files }\n"
          "_urlcheck_colon() { if compset -P '*:'; then _files; else compadd -- \"$@\"; fi }\n"
          "_urlcheck_operand() { if (( ${words[(I)--extract]} )); then _files; else _urls; fi }\n"
          "_urlcheck()\n"
          "{\n"
          "    _arguments -s -S \\\n",
          file);
    for (size_t i = 0; i < option_spec_count; i++)
        print_zsh_option(file, &option_specs[i]);
    fputs("    '*:URL:_urlcheck_operand'\n"
          "}\n"
          "if [[ $funcstack[1] == _urlcheck ]]; then _urlcheck \"$@\"; "
          "else compdef _urlcheck urlcheck; fi\n",
          file);
}

/* -x: an argument that is no file (https://fishshell.com/docs/current/cmds/complete.html). */
static void print_fish_argument(FILE *file, const struct option_spec *spec)
{
    static const char *const files[] = {[NOWHERE] = "",
                                        [AT_BEGINNING] = "",
                                        [AFTER_AT] = "(__urlcheck_after \"^@\")",
                                        [AFTER_COLON] = " (__urlcheck_after \"^[a-z]*:\")"};
    enum place place = place_of_file(spec);

    if (place == AT_BEGINNING) {
        fputs(" -r -F", file);
        return;
    }
    if (!spec->implied) /* else it is only what follows "=" */
        fputs(" -x", file);
    if (!spec->words && place == NOWHERE)
        return;
    fputs(" -a '", file);
    print_words(file, spec->words);
    fprintf(file, "%s'", files[place]);
}

/* -f: operands are not files. */
static void print_fish(FILE *file)
{
    fputs(
        "# fish completion for urlcheck: urlcheck --completion fish | source\n"
        "function __urlcheck_after -a mark\n"
        "    set -l word (string replace -r '^(--[^=]*=|-[[:alnum:]]*)' '' -- (commandline -ct))\n"
        "    set -l before (string match -r -- $mark $word); or return\n"
        "    __fish_complete_path (string replace -r -- $mark '' $word) |\n"
        "        string replace -r '^' $before\n"
        "end\n"
        "complete -c urlcheck -f\n"
        "complete -c urlcheck -n '__fish_contains_opt extract' -F\n",
        file);
    for (size_t i = 0; i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];

        fprintf(file, "complete -c urlcheck -l %s", spec->name);
        if (spec->letter)
            fprintf(file, " -s %c", spec->letter);
        if (spec->argument)
            print_fish_argument(file, spec);
        fputs(" -d '", file);
        print_quoted(file, spec->help, "\\", "\\'");
        fputs("'\n", file);
    }
}

void options_print_completion(FILE *file, enum shell shell)
{
    switch (shell) {
    case SHELL_BASH: print_bash(file); break;
    case SHELL_ZSH: print_zsh(file); break;
    case SHELL_FISH: print_fish(file); break;
    case SHELL_NONE: break;
    }
}

/* SPDX-License-Identifier: MIT */
#include "input/options.h"

#include <string.h>

#include "input/options_table.h"

static bool takes_file(const struct option_spec *spec)
{
    return spec->argument &&
           (strncmp(spec->argument, "FILE", 4) == 0 || strcmp(spec->argument, "DIR") == 0);
}

/* Text within single quotes of a shell; the characters of escaped have a backslash put before. */
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

/* "-m|--max-time", a pattern of case. */
static void print_pattern(FILE *file, const struct option_spec *spec)
{
    if (spec->letter)
        fprintf(file, "-%c|", spec->letter);
    fprintf(file, "--%s", spec->name);
}

/* For each option with an argument, what completes it. */
static void print_bash_arguments(FILE *file)
{
    for (size_t i = 0; i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];

        if (!spec->argument)
            continue;
        fputs("    ", file);
        print_pattern(file, spec);
        if (takes_file(spec)) {
            fputs(") compopt -o filenames 2>/dev/null; words=files ;;\n", file);
        } else {
            fputs(") words='", file);
            print_words(file, spec->words);
            fputs("' ;;\n", file);
        }
    }
}

/*
 * bash parts words at "=" too, as COMP_WORDBREAKS says: --color=al is three of them.
 * https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html
 */
static void print_bash(FILE *file)
{
    fputs("# bash completion for urlcheck: . <(urlcheck --completion bash)\n"
          "_urlcheck()\n"
          "{\n"
          "    local words= i=$COMP_CWORD cur=${COMP_WORDS[COMP_CWORD]}\n"
          "    if [[ $cur == = ]]; then\n"
          "        cur=\n"
          "    elif [[ ${COMP_WORDS[i-1]} == = ]]; then\n"
          "        i=$((i-1))\n"
          "    fi\n"
          "    COMPREPLY=()\n"
          "    case ${COMP_WORDS[i-1]} in\n",
          file);
    print_bash_arguments(file);
    fputs("    *) words='", file);
    for (size_t i = 0; i < option_spec_count; i++)
        fprintf(file, "%s--%s", i ? " " : "", option_specs[i].name);
    fputs("'; [[ $cur == -* ]] || words= ;;\n"
          "    esac\n"
          "    if [[ $words == files ]]; then\n"
          "        mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
          "    else\n"
          "        mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
          "    fi\n"
          "}\n"
          "complete -F _urlcheck urlcheck\n",
          file);
}

/* A specification of zsh's _arguments: "'(-m --max-time)'{-m+,--max-time=}'[help]:TIME:action'". */
static void print_zsh_option(FILE *file, const struct option_spec *spec)
{
    bool repeats = spec->kind == OPTION_LIST || spec->kind == OPTION_ACTION;
    const char *plus = spec->argument ? "+" : "", *equals = spec->argument ? "=" : "";

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
        fputc(':', file);
        print_quoted(file, spec->argument, ":[]\\", "'\\''");
        fputs(takes_file(spec) ? ":_files" : spec->words ? ":(" : ": ", file);
        print_words(file, spec->words);
        fputs(spec->words ? ")" : "", file);
    }
    fputs("' \\\n", file);
}

/* As a file of $fpath the script is the function's body; sourced, it only defines it. */
static void print_zsh(FILE *file)
{
    fputs("#compdef urlcheck\n"
          "# zsh completion for urlcheck: in a folder of $fpath as _urlcheck, or sourced\n"
          "_urlcheck()\n"
          "{\n"
          "    _arguments -s -S \\\n",
          file);
    for (size_t i = 0; i < option_spec_count; i++)
        print_zsh_option(file, &option_specs[i]);
    fputs("    '*:URL:_urls'\n"
          "}\n"
          "if [[ $funcstack[1] == _urlcheck ]]; then _urlcheck \"$@\"; "
          "else compdef _urlcheck urlcheck; fi\n",
          file);
}

/* https://fishshell.com/docs/current/cmds/complete.html: -x an argument, no file; -f none. */
static void print_fish(FILE *file)
{
    fputs("# fish completion for urlcheck: urlcheck --completion fish | source\n"
          "complete -c urlcheck -f\n",
          file);
    for (size_t i = 0; i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];

        fprintf(file, "complete -c urlcheck -l %s", spec->name);
        if (spec->letter)
            fprintf(file, " -s %c", spec->letter);
        if (spec->argument)
            fputs(takes_file(spec) ? " -r -F" : " -x", file);
        if (spec->words) {
            fputs(" -a '", file);
            print_words(file, spec->words);
            fputc('\'', file);
        }
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

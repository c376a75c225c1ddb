#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests the scripts of `urlcheck --completion` in the real shells, where they are installed.

    completions.py [--urlcheck COMMAND]
"""

import os
import pty
import re
import select
import shlex
import shutil
import subprocess
import tempfile
import time

from program import HERE, LIMIT_S, arguments, environment, run

from support.tally import Tally

FILES = {'a.pem', 'b c.pem'}

# The words so far, of which the last one is completed; the completions, all of them or, with ...,
# at least these.
WANTED = [
    (['--col'], ['--color']),
    (['--max-t'], ['--max-time']),
    (['--not-'], ['--not-contains', '--not-regex']),
    (['--'], ['--head', '--input-file', '--version', '...']),
    (['--color', ''], ['always', 'auto', 'never']),
    (['--completion', 'b'], ['bash']),
    (['-q', '--proto-default', ''], ['http', 'https']),
    (['--cacert', 'a'], ['a.pem']),
    (['--cookie', 'a'], ['a.pem']),
    (['--pinnedpubkey', 'a'], ['a.pem']),
    (['--format', ''], ['text', 'jsonl', '...']),
    (['--format', 'te'], ['text']),
    (['-H', 'a'], []),
    (['-u', 'me:a'], []),
    (['-i', 'a'], ['a.pem']),
    (['--output', 'b'], ['b c.pem']),
    (['--max-time', ''], []),
    (['http://host/', '--sil'], ['--silent']),
    (['--lock', '--sil'], ['--silent']),
    (['--extract', 'a'], ['a.pem']),
    (['--extract', '-i', 'x', 'b'], ['b c.pem']),
    (['-q', 'a'], []),
]

# These shells differ in whether a completion repeats what precedes a file's name in its word.
WANTED_OF = {
    'bash': [
        (['--lock='], ['skip', 'wait']),
        (['--lock=s'], ['skip']),
        (['--color='], ['always', 'auto', 'never']),
        (['--color=n'], ['never']),
        (['-H', '@a'], ['@a.pem']),
        (['-H@a'], ['@a.pem']),
        (['--header=@b'], ['@b c.pem']),
        (['--json', '@'], ['@a.pem', '@b c.pem', '...']),
        (['-u', 'me@a'], []),
        (['--cookie=a'], ['a.pem']),
        (['--cert', 'a.pem:a'], []),
        (['--format', 'text:a'], ['a.pem']),
        (['--format=text:'], ['a.pem', 'b c.pem', '...']),
    ],
    'bash that splits words only at blanks': [
        (['-H', '@a'], ['@a.pem']),
        (['-d', '@b'], ['@b c.pem']),
        (['-H', 'X-Mail:me@a'], []),
        (['--format', 'text:a'], ['text:a.pem']),
    ],
    'zsh': [
        (['--lock=s'], ['skip']),
        (['-H', '@a'], ['a.pem']),
        (['-H@a'], ['a.pem']),
        (['--json=@b'], ['b c.pem']),
        (['--format', 'text:a'], ['a.pem']),
    ],
    'fish': [
        (['--lock=s'], ['--lock=skip']),
        (['-H', '@a'], ['@a.pem']),
        (['--json=@b'], ['--json=@b c.pem']),
        (['--format', 'text:a'], ['text:a.pem']),
    ],
}

# The startup file of a bash in a terminal.
BASH = '''
. ./script
eval "original() $(declare -f _urlcheck | tail -n +2)"
_urlcheck()
{
    original "$@"
    for word in "${COMPREPLY[@]}"; do printf 'MATCH:%%s\\n' "$word"; done
    echo THE-END
}
COMP_WORDBREAKS=%s
PS1=READY
'''

FISH = '''
source ./script
for match in (complete -C %s)
    echo MATCH:(string split -m 1 \\t -- $match)[1]
end
'''

# A shell in its own terminal. Its compadd prints the matches that it gets.
ZSH_OUTER = '''
zmodload zsh/zpty || exit 1
zpty inner zsh -f -i
zpty -w inner 'source ./inner; print -r -- REA""DY'
while zpty -r inner line; do [[ $line == *READY* ]] && break; done
zpty -n -w inner %s$'\\t'
while zpty -r inner line; do
    print -r -- "$line"
    [[ $line == *THE-END* ]] && break
done
zpty -d inner
'''
ZSH_INNER = '''
PROMPT= RPROMPT=
autoload -Uz compinit && compinit -u -D
source ./script
bindkey '^I' complete-word
compadd() {
    local -a hits
    case " ${(j: :)@[1,(i)(-|--)]} " in
        *' -'[OAD]' '*) builtin compadd "$@"; return ;;
    esac
    builtin compadd -A hits "$@"
    (( $#hits )) && print -rl -- "MATCH:"$^hits"<"
    builtin compadd "$@"
}
finish() { print -r -- "THE""-END" }
comppostfuncs=(finish)
'''


def write(name, text):
    with open(name, 'w', encoding='utf-8') as file:
        file.write(text)


def ask_bash(words, breaks=' \t\n"\'@><=;|&(:'):
    """Types the words in a terminal, because bash itself splits them, at the characters of
    `breaks`."""
    write('inner', BASH % ('$' + repr(breaks)))
    ours, theirs = pty.openpty()
    with subprocess.Popen(['bash', '--noprofile', '--rcfile', 'inner', '-i'], stdin=theirs,
                          stdout=theirs, stderr=theirs, env=shell_environment(),
                          start_new_session=True) as shell:
        os.close(theirs)
        try:
            said = read_until(ours, 'READY')
            os.write(ours, ' '.join(['urlcheck'] + words).encode() + b'\t')
            said += read_until(ours, 'THE-END')
        finally:
            shell.kill()
            os.close(ours)
    return said


def read_until(terminal, mark):
    said, end = '', time.monotonic() + LIMIT_S
    while mark not in said:
        if not select.select([terminal], [], [], max(0, end - time.monotonic()))[0]:
            return said + 'no %s after %d s\n' % (mark, LIMIT_S)
        said += os.read(terminal, 4096).decode('utf-8', 'replace')
    return said


def ask_zsh(words):
    write('inner', ZSH_INNER)
    write('question', ZSH_OUTER % shlex.quote(' '.join(['urlcheck'] + words)))
    return output_of('zsh', '-f', 'question')


def ask_fish(words):
    write('question', FISH % shlex.quote(' '.join(['urlcheck'] + words)))
    return output_of('fish', '--no-config', 'question')


ASK = {'bash': ask_bash,
       'bash that splits words only at blanks': lambda words: ask_bash(words, ' \t\n'),
       'zsh': ask_zsh, 'fish': ask_fish}


def shell_environment():
    return environment(HOME=os.getcwd(), PATH=os.getcwd() + os.pathsep + os.environ['PATH'])


def output_of(*command):
    try:
        done = run(command, env=shell_environment())
        return done.stdout + done.stderr
    except subprocess.TimeoutExpired:
        return 'still running after %d s\n' % LIMIT_S


def complaints(wanted, output):
    found = {word.replace('\\', '') for word in re.findall(r'MATCH:(.*?)<?\r*$', output, re.M)}
    if not set(wanted) - {'...'} <= found or '...' not in wanted and found != set(wanted):
        yield '%s, not %s\n%s' % (sorted(found), wanted, output)


def try_shell(tally, shell, urlcheck):
    write('script', run(urlcheck + ['--completion', shell.split()[0]], check=True).stdout)
    for words, wanted in WANTED + WANTED_OF[shell]:
        tally.count('%s: urlcheck %s' % (shell, ' '.join(words)),
                    list(complaints(wanted, ASK[shell](words))))


def main():
    args = arguments(__doc__).parse_args()
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix='urlcheck-completion-') as tmp:
        os.chdir(tmp)
        for name in FILES:
            write(name, '')
        # The shells look for the command, but never run what they find.
        os.symlink('/bin/true', 'urlcheck')
        for shell in ASK:
            if shutil.which(shell.split()[0]):
                try_shell(tally, shell, args.urlcheck)
            else:
                tally.skip('%s is not installed' % shell, len(WANTED) + len(WANTED_OF[shell]))
        os.chdir(HERE)
    tally.finish(0 if tally.skipped else 1)


if __name__ == '__main__':
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the shells make of `urlcheck --completion`: the real ones, where they
are installed.

    completions.py [--urlcheck COMMAND]
"""

import argparse
import os
import pty
import re
import select
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from execute import environment_of_tests  # noqa: E402
from run import words_of  # noqa: E402

LIMIT_S = 60
FILES = {'a.pem', 'b c.pem'}

# The words so far, the last one to be completed; what must be offered, all of
# it or, with ..., at least that.
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
    (['--format', ''], ['text', 'jsonl']),
    (['--format', 't'], ['text']),
    (['-H', 'a'], []),
    (['-u', 'me:a'], []),
    (['-i', 'a'], ['a.pem']),
    (['--output', 'b'], ['b c.pem']),
    (['--max-time', ''], []),
    (['http://host/', '--sil'], ['--silent']),
]

# What stands before a file's name in the same word is offered with it, or not.
WANTED_OF = {
    'bash': [
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
    'bash that parts words at blanks alone': [
        (['-H', '@a'], ['@a.pem']),
        (['-d', '@b'], ['@b c.pem']),
        (['-H', 'X-Mail:me@a'], []),
        (['--format', 'text:a'], ['text:a.pem']),
    ],
    'zsh': [
        (['-H', '@a'], ['a.pem']),
        (['-H@a'], ['a.pem']),
        (['--json=@b'], ['b c.pem']),
        (['--format', 'text:a'], ['a.pem']),
    ],
    'fish': [
        (['-H', '@a'], ['@a.pem']),
        (['--json=@b'], ['--json=@b c.pem']),
        (['--format', 'text:a'], ['text:a.pem']),
    ],
}

# What a bash in a terminal reads first.
BASH = '''
. ./script
eval "asked() $(declare -f _urlcheck | tail -n +2)"
_urlcheck()
{
    asked "$@"
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

# A shell in a terminal of its own, whose compadd tells what it is given.
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
    """Where bash parts words is its own affair: somebody has to type them."""
    write('inner', BASH % ('$' + repr(breaks)))
    command = ['bash', '--noprofile', '--rcfile', 'inner', '-i']
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs,
                          env=environment(), start_new_session=True) as shell:
        os.close(theirs)
        try:
            said = read_until(ours, 'READY')
            os.write(ours, ' '.join(['urlcheck'] + words).encode() + b'\t')
            said += read_until(ours, 'THE-END')
        finally:
            shell.kill()
            os.close(ours)
    return subprocess.CompletedProcess(command, 0, said, '')


def read_until(terminal, mark):
    said, end = '', time.monotonic() + LIMIT_S
    while mark not in said:
        if not select.select([terminal], [], [], max(0, end - time.monotonic()))[0]:
            return said + 'still nothing after %d s\n' % LIMIT_S
        said += os.read(terminal, 4096).decode('utf-8', 'replace')
    return said


def ask_bash_of_blanks(words):
    return ask_bash(words, ' \t\n')


def ask_zsh(words):
    write('inner', ZSH_INNER)
    write('question', ZSH_OUTER % shlex.quote(' '.join(['urlcheck'] + words)))
    return run(['zsh', '-f', 'question'])


def ask_fish(words):
    write('question', FISH % shlex.quote(' '.join(['urlcheck'] + words)))
    return run(['fish', '--no-config', 'question'])


ASK = {'bash': ask_bash, 'bash that parts words at blanks alone': ask_bash_of_blanks,
       'zsh': ask_zsh, 'fish': ask_fish}


def environment():
    return dict(environment_of_tests(), HOME=os.getcwd(),
                PATH=os.getcwd() + os.pathsep + os.environ['PATH'])


def run(command):
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, universal_newlines=True, errors='replace',
                              env=environment(), timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, '', 'still running after %d s\n' % LIMIT_S)


def matches(ran):
    """The words that were offered."""
    found = re.findall(r'MATCH:(.*?)<?\r*$', ran.stdout, re.M)
    return [word.replace('\\', '') for word in found]


def is_right(wanted, got):
    if '...' in wanted:
        return set(wanted) - {'...'} <= set(got)
    return set(wanted) == set(got)


def complain(shell, words, wanted, got, ran):
    print('FAIL %s: urlcheck %s: %s, not %s\n%s%s'
          % (shell, ' '.join(words), got, wanted, ran.stdout, ran.stderr))


def try_shell(shell, ask, urlcheck):
    """(passed, failed)"""
    script = subprocess.run(urlcheck + ['--completion', shell.split()[0]], stdout=subprocess.PIPE,
                            universal_newlines=True, check=True, timeout=LIMIT_S).stdout
    write('script', script)
    cases = WANTED + WANTED_OF[shell]
    failed = 0
    for words, wanted in cases:
        ran = ask(words)
        got = matches(ran)
        if not is_right(wanted, got):
            failed += 1
            complain(shell, words, wanted, got, ran)
    return len(cases) - failed, failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--urlcheck', default=os.path.join(HERE, '..', '..', 'urlcheck'),
                        metavar='COMMAND')
    parser.add_argument('--timeout-scale', type=float, default=1, help='taken, and not needed')
    urlcheck = words_of(parser.parse_args().urlcheck)
    passed = failed = skipped = 0
    with tempfile.TemporaryDirectory(prefix='urlcheck-completion-') as tmp:
        os.chdir(tmp)
        for name in FILES:
            write(name, '')
        # The shells look for the command; what they find is never run.
        os.symlink('/bin/true', 'urlcheck')
        for shell, ask in ASK.items():
            if not shutil.which(shell.split()[0]):
                print('skipped: there is no %s' % shell)
                skipped += len(WANTED) + len(WANTED_OF[shell])
                continue
            well, badly = try_shell(shell, ask, urlcheck)
            passed += well
            failed += badly
        os.chdir(HERE)
    print('%d passed, %d failed%s' % (passed, failed,
                                      ', %d skipped' % skipped if skipped else ''))
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()

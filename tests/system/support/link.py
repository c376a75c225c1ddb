# SPDX-License-Identifier: MIT
"""A link between this namespace and one beyond it, where urlcheck can be run."""

import subprocess

from .suite import Skip

NETWORK = '10.99.0'
HERE, THERE = 'near0', 'far0'
ADDRESSES = 4  # of this end; the other one has the next


class Link:
    """A context manager. Needs a namespace of the test's own."""

    is_there = False

    def __enter__(self):
        self.keeper = subprocess.Popen(['unshare', '--net', 'sh', '-c', 'echo; exec cat'],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if not self.keeper.stdout.readline():
            self.__exit__()
            raise Skip('no second namespace')
        self.beyond = ['nsenter', '--net=/proc/%d/ns/net' % self.keeper.pid]
        try:
            ip('link', 'add', HERE, 'type', 'veth', 'peer', 'name', THERE)
        except (OSError, subprocess.CalledProcessError) as error:
            self.__exit__()
            raise Skip('no link between namespaces: %s' % error)
        self.is_there = True
        try:
            self.join()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.is_there:
            ip('link', 'delete', HERE)  # or it would last as long as the namespace beyond
        self.keeper.stdin.close()
        self.keeper.wait()
        self.keeper.stdout.close()

    def join(self):
        ip('link', 'set', THERE, 'netns', str(self.keeper.pid))
        for number in range(1, ADDRESSES + 1):
            ip('address', 'add', '%s.%d/24' % (NETWORK, number), 'dev', HERE)
        ip('link', 'set', HERE, 'up')
        ip('address', 'add', '%s.%d/24' % (NETWORK, ADDRESSES + 1), 'dev', THERE,
           through=self.beyond)
        self.there('up')

    def here(self, state):
        """Down here, the link is silent there: nobody tells who sends."""
        ip('link', 'set', HERE, state)

    def there(self, state):
        """Down there, whoever sends is told at once."""
        ip('link', 'set', THERE, state, through=self.beyond)

    def command(self, program, *args):
        """What runs a program beyond the link: the program to be started, its arguments."""
        return self.beyond[0], self.beyond[1:] + [program, *args]


def ip(*words, through=()):
    subprocess.run([*through, 'ip', *words], check=True, stdin=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)

# SPDX-License-Identifier: MIT
"""A network link between this namespace and a remote one, in which urlcheck can run."""

import subprocess

from .suite import Skip

NETWORK = '10.99.0'
LOCAL, REMOTE = 'near0', 'far0'
ADDRESSES = 4  # of the local end; the remote end has the next one


class Link:
    """A context manager. The test must be in its own namespace."""

    exists = False

    def __enter__(self):
        self.keeper = subprocess.Popen(['unshare', '--net', 'sh', '-c', 'echo; exec cat'],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if not self.keeper.stdout.readline():
            self.__exit__()
            raise Skip('no second namespace')
        self.in_remote = ['nsenter', '--net=/proc/%d/ns/net' % self.keeper.pid]
        try:
            ip('link', 'add', LOCAL, 'type', 'veth', 'peer', 'name', REMOTE)
        except (OSError, subprocess.CalledProcessError) as error:
            self.__exit__()
            raise Skip('no link between namespaces: %s' % error)
        self.exists = True
        try:
            self.join()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.exists:
            ip('link', 'delete', LOCAL)  # otherwise it lives as long as the remote namespace
        self.keeper.stdin.close()
        self.keeper.wait()
        self.keeper.stdout.close()

    def join(self):
        ip('link', 'set', REMOTE, 'netns', str(self.keeper.pid))
        for number in range(1, ADDRESSES + 1):
            ip('address', 'add', '%s.%d/24' % (NETWORK, number), 'dev', LOCAL)
        ip('link', 'set', LOCAL, 'up')
        ip('address', 'add', '%s.%d/24' % (NETWORK, ADDRESSES + 1), 'dev', REMOTE,
           through=self.in_remote)
        self.set_remote('up')

    def set_local(self, state):
        """'up' or 'down'. Down, packets of the remote side are lost silently."""
        ip('link', 'set', LOCAL, state)

    def set_remote(self, state):
        """'up' or 'down'. Down, sending on the remote side fails at once."""
        ip('link', 'set', REMOTE, state, through=self.in_remote)

    def command(self, program, *args):
        """The program and arguments that run `program` in the remote namespace."""
        return self.in_remote[0], self.in_remote[1:] + [program, *args]


def ip(*words, through=()):
    subprocess.run([*through, 'ip', *words], check=True, stdin=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)

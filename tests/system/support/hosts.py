# SPDX-License-Identifier: MIT
"""Machines to log in to: each has a network, host name, processes, home and sshd of its own. A bridge
connects them with this namespace."""

import os
import shutil
import subprocess

from .link import ip
from .suite import Skip

BRIDGE = 'machines0'
NETWORK = '10.98'    # the machines are 10.98.0.2 and so on
SERVERS = '10.98.1'  # all addresses are this side: for servers of the test
SSHD = '/usr/sbin/sshd'

# Its first process is sshd. When that is killed, the kernel kills all others of the machine.
BOOT = '''
set -e
echo                        # the namespaces exist
read answer                 # the cable is plugged in
hostname {name}
mount -t tmpfs none /run
mkdir /run/sshd
mount -t tmpfs -o mode=700 none ~root
ip link set lo up
ip address add {address}/16 dev {far}
ip link set {far} up
exec {sshd} -D -e -f {folder}/sshd_config -h {folder}/key
'''
SSHD_CONFIG = '''
Port 22
AuthorizedKeysFile {folder}/key.pub
AuthenticationMethods publickey
PermitRootLogin yes
StrictModes no
UsePAM no
PidFile none
MaxStartups 100
SetEnv PATH={folder}/bin:/usr/bin:/bin:/usr/sbin
'''
SSH_CONFIG = '''
Host {names}
    User root
    IdentityFile {folder}/key
    IdentitiesOnly yes
    UserKnownHostsFile {folder}/known_hosts
    LogLevel ERROR
    ServerAliveInterval 5
    ServerAliveCountMax 3
    ConnectTimeout 10
'''


class Machine:
    def __init__(self, folder, name, number):
        self.folder, self.name = folder, name
        self.address = '%s.0.%d' % (NETWORK, number + 1)
        self.ethernet = '02:00:00:00:00:%02x' % number
        self.near, self.far = 'near%d' % number, 'far%d' % number
        self.process = self.network = None

    def start(self):
        """The machine boots; until sshd listens, connections to it are refused."""
        script = BOOT.format(sshd=SSHD, **vars(self))
        with open(os.path.join(self.folder, 'log of ' + self.name), 'a') as log:
            self.process = subprocess.Popen(
                ['unshare', '--net', '--uts', '--mount', '--pid', '--fork', '--mount-proc',
                 '--kill-child', 'sh', '-c', script],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        if not self.process.stdout.readline():
            raise Skip('no machine in namespaces')
        self.network = os.open('/proc/%d/ns/net' % self.process.pid, os.O_RDONLY)
        ip('link', 'add', self.near, 'type', 'veth',
           'peer', 'name', self.far, 'address', self.ethernet)
        ip('link', 'set', self.far, 'netns', str(self.process.pid))
        ip('link', 'set', self.near, 'master', BRIDGE, 'up')
        self.process.stdin.write(b'\n')
        self.process.stdin.close()

    def unplug(self):
        """From now on, its packets are lost."""
        ip('link', 'set', self.near, 'down')

    def kill_all(self):
        """Kills all of its processes. Connections to it are refused, if it is not unplugged."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def remove(self):
        if self.process:
            self.kill_all()
        if self.network:
            subprocess.run(['ip', 'link', 'delete', self.near], stderr=subprocess.DEVNULL)
            os.close(self.network)
        self.process = self.network = None


class Machines:
    """A context manager. `folder` is for its files. The test must be in its own namespace, and be root.
    ssh_command logs in without asking."""

    def __init__(self, suite, folder, *names):
        if suite.outside:
            raise Skip(suite.outside)
        with open('/proc/self/uid_map', encoding='ascii') as file:
            if file.read().split()[2] == '1':
                raise Skip('sshd needs more users than this one')
        for program in ('ip', 'ssh', 'ssh-keygen', SSHD):
            if not shutil.which(program):
                raise Skip('no ' + program)
        self.folder = folder
        self.machines = {name: Machine(folder, name, number) for number, name in enumerate(names, 1)}
        self.ssh_command = 'ssh -F %s/ssh_config' % folder
        os.mkdir(os.path.join(folder, 'bin'))
        os.symlink(suite.urlcheck, os.path.join(folder, 'bin', 'urlcheck'))

    def __iter__(self):
        return iter(self.machines.values())

    def at(self, address):
        return next(one for one in self if one.address == address)

    def __enter__(self):
        self.configure()
        try:
            ip('link', 'add', BRIDGE, 'address', '02:00:00:00:01:00', 'type', 'bridge')
            ip('link', 'set', BRIDGE, 'up')
            ip('address', 'add', '%s.0.1/16' % NETWORK, 'dev', BRIDGE)
            ip('route', 'add', 'local', SERVERS + '.0/24', 'dev', 'lo')
            for machine in self:
                machine.start()
            for name in self.machines:
                self.await_login(name)
        except (OSError, subprocess.CalledProcessError) as error:
            self.__exit__()
            raise Skip('no links between namespaces: %s' % error)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for machine in self:
            machine.remove()
        subprocess.run(['ip', 'link', 'delete', BRIDGE], stderr=subprocess.DEVNULL)

    def configure(self):
        key = os.path.join(self.folder, 'key')  # of the hosts and of the user
        subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key], check=True)
        with open(key + '.pub') as file:
            public = ' '.join(file.read().split()[:2])
        values = {'folder': self.folder, 'names': ' '.join(self.machines)}
        known = ''.join('%s %s\n' % (one.address, public) for one in self)
        aliases = ''.join('Host %s\n    HostName %s\n' % (one.name, one.address)
                          for one in self)
        for name, text in (('sshd_config', SSHD_CONFIG.format(**values)), ('known_hosts', known),
                           ('ssh_config', SSH_CONFIG.format(**values) + aliases)):
            with open(os.path.join(self.folder, name), 'w') as file:
                file.write(text)

    def restart(self, machine):
        machine.remove()
        machine.start()
        self.await_login(machine.name)

    def await_login(self, name):
        self.log_in(name, 'hostname; urlcheck -V', '-o', 'ConnectionAttempts=20')

    def log_in(self, name, command, *options):
        """Runs a command at a machine. Skips the test if it fails."""
        ran = subprocess.run([*self.ssh_command.split(), *options, name, command],
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, universal_newlines=True)
        if ran.returncode:
            raise Skip('%s at %s: %s' % (command, name, ran.stdout))

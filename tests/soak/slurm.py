#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The recipe for Slurm in .github/docs/many-machines.md, with 30,000 URLs. Three machines (namespaces)
have a slurmd each; slurmctld is on this side.

    slurm.py [--urlcheck PATH] [--only WORD]
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'system'))
from support import many  # noqa: E402
from support.hosts import SERVERS, Machines  # noqa: E402
from support.load_server import LoadServer  # noqa: E402
from support.recipes import Started, await_true  # noqa: E402
from support.suite import Skip, Suite  # noqa: E402

NAMES = ('alice', 'bob', 'carol')
URLS = 30000
SUBMITTED = r'Submitted batch job \d+\n'
PROGRAMS = ('slurmctld', 'slurmd', 'munged', 'sbatch', 'squeue', 'scontrol')

# A requeued task waits until the credential of its first run has expired (cred_expire).
CONFIGURATION = '''
ClusterName=urlcheck
SlurmctldHost=urlcheck(10.98.0.1)
AuthInfo=cred_expire=5
SlurmUser=root
SlurmdUser=root
SlurmctldPidFile=/run/slurmctld.pid
SlurmdPidFile=/run/slurmd.pid
SlurmdSpoolDir=/run/slurmd
StateSaveLocation={folder}/state
SlurmctldTimeout=10
SlurmdTimeout=10
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/linear
ReturnToService=2
MailProg=/bin/true
SlurmdLogFile={folder}/slurmd.%n.log
SchedulerParameters=batch_sched_delay=0
{nodes}
PartitionName=all Nodes=ALL Default=YES State=UP MaxTime=INFINITE
'''
NODE = 'NodeName=%s NodeAddr=%s CPUs=%d State=UNKNOWN\n'
MUNGED = ('mkdir -m 755 /run/munge && munged --key-file=%s/munge.key --log-file=/run/munge/log'
          ' --seed-file=/run/munge/seed --origin=127.0.0.1')


def requeued_task(suite):
    cluster = suite.cluster
    with cluster.script('slurm.sh') as script:
        machine = cluster.await_half()
        task = output('squeue', '-h', '-w', machine.name, '-t', 'R', '-o', '%i')
        suite.expect(output('scontrol', 'requeue', task) == '', 'task %s was not requeued' % task)
        await_true('end of task %s' % task, lambda: not cluster.server.ask('stat')['held'])
        cluster.server.ask('release')
        cluster.expect_end(script, SUBMITTED)
    cluster.expect_same_answer('results/*.jsonl')
    about = output('scontrol', 'show', 'job', task)
    suite.expect(' Restarts=1 ' in about, 'the task: ' + about)


def lost_node(suite):
    """A machine is unplugged and killed: Slurm requeues its task."""
    cluster = suite.cluster
    with cluster.script('slurm.sh') as script:
        lost = cluster.lose_one(unplugs=True)
        cluster.expect_end(script, SUBMITTED)
    cluster.expect_same_answer('results/*.jsonl')
    down = output('sinfo', '-h', '-N', '-t', 'down', '-o', '%N')
    suite.expect(down == lost.name, 'down: %s, not %s' % (down, lost.name))


@contextlib.contextmanager
def slurm(cluster):
    """slurmctld here and a slurmd at each machine."""
    folder = cluster.folder
    os.environ['SLURM_CONF'] = cluster.environment['SLURM_CONF'] = folder + '/slurm.conf'
    os.mkdir(folder + '/state')
    with open(os.open(folder + '/munge.key', os.O_WRONLY | os.O_CREAT, 0o600), 'wb') as file:
        file.write(os.urandom(128))
    nodes = ''.join(NODE % (one.name, one.address, os.cpu_count()) for one in cluster.machines)
    cluster.write('slurm.conf', CONFIGURATION.format(folder=folder, nodes=nodes))
    subprocess.run(['mount', '-t', 'tmpfs', 'none', '/run'], check=True)  # in our namespace only
    subprocess.run(['sh', '-c', MUNGED % folder], check=True)
    try:
        for machine in cluster.machines:
            cluster.machines.log_in(
                machine.name, MUNGED % folder + ' && slurmd -f %s/slurm.conf' % folder)
        with Started(folder, 'slurmctld', '-D', '-f', folder + '/slurm.conf'):
            await_true('three idle nodes',
                       lambda: output('sinfo', '-h', '-t', 'idle', '-o', '%D') == '3')
            yield
    finally:
        with open('/run/munge/munged.pid') as file:
            os.kill(int(file.read()), signal.SIGTERM)


def output(*command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          universal_newlines=True).stdout.strip()


def main():
    suite = Suite(__doc__)
    with contextlib.ExitStack() as stack:
        try:
            missing = [name for name in PROGRAMS if not shutil.which(name)]
            if missing:
                raise Skip('no ' + ', '.join(missing))
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix='urlcheck-slurm-'))
            machines = stack.enter_context(Machines(suite, folder, *NAMES))
            server = stack.enter_context(LoadServer(many.WEB_HOSTS, SERVERS))
        except Skip as reason:
            suite.skip('Slurm: %s' % reason)
            suite.finish(0)
        suite.cluster = many.Cluster(suite, folder, server, machines, URLS)
        stack.enter_context(slurm(suite.cluster))
        suite.run(requeued_task, lost_node)


if __name__ == '__main__':
    main()

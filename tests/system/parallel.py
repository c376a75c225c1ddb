#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A list that several machines share: its parts, and the recipes of .github/docs/many-machines.md, for
GNU parallel with three machines, one of which is lost. The machines are namespaces with an sshd of
their own.

    parallel.py [--urlcheck PATH] [--only WORD]
"""

import contextlib
import csv
import json
import os
import shutil
import subprocess
import tempfile

from support import many
from support.hosts import SERVERS, Machines
from support.load_server import LoadServer
from support.recipes import recipe
from support.running import lines, run
from support.suite import Skip, Suite

import check_workflow  # starts the Python that has yaml, if this one has not

PARTS, PART_URLS = 7, 100000
PARALLEL_PARTS = 12  # of the recipe
NAMES = ('alice', 'bob', 'carol')
MODELS = 'build/npm/node_modules/kubernetes-models'  # by `make test-deps`
SCHEMA_CHECK = os.path.join(os.path.dirname(__file__), 'support', 'kubernetes_job.mjs')


def parts_of_a_long_list(suite):
    """Each of 100,000 hosts is in one part, with all of its URLs; the parts have similar sizes."""
    urls = ['http://host%d.test/' % number for number in range(PART_URLS)]
    more = ['https://HOST%d.test:8443/more' % number for number in range(0, PART_URLS, 100)]
    parts = []
    for part in range(1, PARTS + 1):
        ran = run(suite, '--dump', '--shard', '%d/%d' % (part, PARTS), stdin=lines(urls + more))
        suite.expect_end('part %d' % part, ran, 0)
        parts.append([json.loads(text)['url'] for text in ran.out.splitlines()])
    suite.expect(sorted(sum(parts, [])) == sorted(urls + more), 'the parts are not the list')
    hosts = [{url.split('/')[2].split(':')[0].lower() for url in part} for part in parts]
    sizes = [len(part) for part in hosts]
    suite.expect(sum(sizes) == PART_URLS, '%d hosts in the parts' % sum(sizes))
    suite.expect(all(abs(size * PARTS / PART_URLS - 1) < 0.05 for size in sizes),
                 'the parts have %s hosts' % sizes)
    print('%d hosts: %d to %d in each of %d parts' % (PART_URLS, min(sizes), max(sizes), PARTS))


def lost_machine(suite):
    """A machine is killed while it checks: another one takes over its part."""
    cluster = the_cluster(suite)
    with cluster.script('shards.sh') as script:
        lost = cluster.lose_one(suite.is_soak)
        cluster.expect_end(script)
    cluster.expect_same_answer('results/*.jsonl')
    hosts = [job['Host'] for job in jobs(cluster)]
    suite.expect(len(hosts) == PARALLEL_PARTS and lost.name != hosts[-1], 'jobs at %s' % hosts)
    cluster.machines.restart(lost)


def interrupted_run(suite):
    """parallel is interrupted: when it is started again, it does only what is not done."""
    cluster = the_cluster(suite)
    with cluster.script('shards.sh') as script:
        cluster.await_half()
        script.interrupt()
        suite.expect(script.end()[0] != 0, 'an interrupted run was a success')
    done = jobs(cluster)
    cluster.server.ask('release')
    with cluster.script('shards.sh', again=True) as script:
        cluster.expect_end(script)
    cluster.expect_same_answer('results/*.jsonl')
    later = jobs(cluster)
    suite.expect(0 < len(done) < PARALLEL_PARTS, '%d jobs were done' % len(done))
    suite.expect(later[:len(done)] == done, 'jobs were done again')
    suite.expect(len({job['Seq'] for job in later}) == PARALLEL_PARTS, '%d jobs' % len(later))


def lost_machine_and_blocks(suite):
    """The list goes through a pipe, block by block."""
    cluster = the_cluster(suite)
    with cluster.script('blocks.sh') as script:
        lost = cluster.lose_one(suite.is_soak)
        cluster.expect_end(script)
    cluster.expect_same_answer('results.jsonl', places=['oslo'])
    cluster.machines.restart(lost)


def cut_list(suite):
    """The list is cut into files by host."""
    cluster = the_cluster(suite)
    with cluster.script('cut.sh') as script:
        cluster.server.ask('release')
        cluster.expect_end(script)
    cluster.expect_same_answer('results/*.jsonl')


def manifest():
    if not check_workflow.yaml:
        raise Skip('no Python module yaml')
    return check_workflow.yaml.safe_load(recipe('job.yaml', many.PAGE))


def schema_problem(job):
    """What is wrong by the schema of Kubernetes, from npm's kubernetes-models; '' if nothing is."""
    ran = subprocess.run(['node', SCHEMA_CHECK, os.path.abspath(MODELS)], input=json.dumps(job).encode(),
                         stdout=subprocess.PIPE, check=True)
    return ran.stdout.decode().strip()


def kubernetes_schema(suite):
    """The published schema accepts the manifest. (It accepts unknown fields as well.)"""
    if not shutil.which('node') or not os.path.isdir(MODELS):
        raise Skip('no kubernetes-models, or no node')
    suite.expect(schema_problem(manifest()) == '', schema_problem(manifest()))
    job = manifest()
    job['spec']['completions'] = 'twelve'
    suite.expect('completions' in schema_problem(job), 'a word was accepted for a number')
    job = manifest()
    del job['spec']['template']['spec']['containers'][0]['volumeMounts'][0]['mountPath']
    suite.expect('mountPath' in schema_problem(job), 'a mount without a path was accepted')


def kubernetes_job(suite):
    """The manifest's numbers agree. Its command runs here, for each index, as in its container."""
    job = manifest()
    spec, pod = job['spec'], job['spec']['template']['spec']
    container, = pod['containers']
    suite.expect((job['apiVersion'], job['kind'], spec['completionMode'], pod['restartPolicy'])
                 == ('batch/v1', 'Job', 'Indexed', 'Never'), 'not an Indexed Job')
    suite.expect('auto/%d' % spec['completions'] in container['args'], 'another number of parts')
    suite.expect([mount['name'] for mount in container['volumeMounts']]
                 == [volume['name'] for volume in pod['volumes']], 'volumes and mounts differ')
    cluster = the_cluster(suite)
    cluster.remove_results()
    os.mkdir(os.path.join(cluster.folder, 'results'))
    cluster.server.ask('release')
    for index in range(spec['completions']):
        words = [word.replace('/data/', '').replace('$(JOB_COMPLETION_INDEX)', str(index))
                 for word in container['command'] + container['args']]
        ran = subprocess.run(words, cwd=cluster.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             env=dict(cluster.environment, JOB_COMPLETION_INDEX=str(index)))
        suite.expect((ran.returncode, ran.stdout) == (0, b''), 'index %d: %s' % (index, ran))
    cluster.expect_same_answer('results/*.jsonl', places=['urlcheck'])


def jobs(cluster):
    """The lines of the job log, by column."""
    with open(os.path.join(cluster.folder, 'jobs.log'), encoding='utf-8') as file:
        return list(csv.DictReader(file, delimiter='\t'))


def the_cluster(suite):
    """The machines and a server, from the first test that needs them to the last one."""
    if not suite.cluster:
        for program in ('parallel', 'rsync'):
            if not shutil.which(program):
                raise Skip('no ' + program)
        folder = suite.stack.enter_context(tempfile.TemporaryDirectory(prefix='urlcheck-machines-'))
        machines = suite.stack.enter_context(Machines(suite, folder, *NAMES))
        server = suite.stack.enter_context(LoadServer(many.WEB_HOSTS, SERVERS))
        suite.cluster = many.Cluster(suite, folder, server, machines, suite.size,
                                     PARALLEL_HOME=folder, PARALLEL_SSH=machines.ssh_command)
        suite.cluster.write('will-cite', '')  # else parallel asks for it
    return suite.cluster


def main(size=600, is_soak=False):
    suite = Suite(__doc__)
    suite.size, suite.is_soak, suite.cluster = size, is_soak, None
    with contextlib.ExitStack() as suite.stack:
        suite.run(parts_of_a_long_list, lost_machine, interrupted_run, lost_machine_and_blocks,
                  *[cut_list] * is_soak, kubernetes_schema, kubernetes_job)


if __name__ == '__main__':
    main()

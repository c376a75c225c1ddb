# SPDX-License-Identifier: MIT
"""Chromium without a window, by the DevTools protocol over two pipes: messages are JSON, each with a NUL
after it (https://chromedevtools.github.io/devtools-protocol/)."""

import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time

PROGRAMS = ('chromium', 'chromium-browser', 'google-chrome')
OPTIONS = ('--headless=new', '--remote-debugging-pipe', '--no-sandbox', '--disable-gpu',
           '--disable-dev-shm-usage', '--no-first-run', '--disable-extensions',
           '--disable-background-networking', '--disable-component-update', '--disable-sync')
START = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
LIMIT_S = 120


def find():
    """The program's path, or None."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def high_pipe():
    """A pipe whose descriptors are neither 3 nor 4."""
    low = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 20) for end in low]
    for end in low:
        os.close(end)
    return high


class Browser:
    """A context manager with one page. `requests` are the URLs that it requested, `complaints` what its
    console shows: errors, refused styles and scripts, messages."""

    def __init__(self):
        self.requests, self.complaints, self.events = [], [], []
        self.number, self.session, self.rest = 0, None, b''

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix='urlcheck-browser-',
                                                  ignore_cleanup_errors=True)
        # The browser reads from descriptor 3 and writes to 4, which START makes of its ends.
        command_read, self.to = high_pipe()
        self.reads, command_write = high_pipe()
        words = [find(), *OPTIONS, '--user-data-dir=' + self.folder.name, 'about:blank']
        self.process = subprocess.Popen(
            [sys.executable, '-c', START, str(command_read), str(command_write), *words],
            pass_fds=(command_read, command_write), start_new_session=True,
            env=dict(os.environ, HOME=self.folder.name),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(command_read)
        os.close(command_write)
        try:
            target = self.call('Target.createTarget', url='about:blank')['targetId']
            self.session = self.call('Target.attachToTarget', targetId=target,
                                     flatten=True)['sessionId']
            for domain in ('Page', 'Runtime', 'Log', 'Network'):
                self.call(domain + '.enable')
            self.call('Performance.enable', timeDomain='threadTicks')
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        try:
            self.session = None
            self.call('Browser.close')
            self.process.wait(10)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        os.close(self.to)
        os.close(self.reads)
        self.folder.cleanup()

    def receive(self):
        """The next message."""
        end = time.monotonic() + LIMIT_S
        while b'\0' not in self.rest:
            if not select.select([self.reads], [], [], max(0, end - time.monotonic()))[0]:
                raise OSError('the browser does not answer')
            data = os.read(self.reads, 1 << 20)
            if not data:
                raise OSError('the browser has ended')
            self.rest += data
        message, self.rest = self.rest.split(b'\0', 1)
        message = json.loads(message)
        if 'method' in message:
            self.note(message['method'], message['params'])
        return message

    def note(self, method, params):
        self.events.append(method)
        if method == 'Network.requestWillBeSent':
            self.requests.append(params['request']['url'])
        elif method == 'Log.entryAdded':
            self.complaints.append(params['entry']['text'])
        elif method == 'Runtime.exceptionThrown':
            self.complaints.append(str(params['exceptionDetails']))
        elif method == 'Runtime.consoleAPICalled':
            self.complaints.append(str(params['args']))

    def call(self, method, **params):
        """Calls a method of the protocol and returns its result."""
        self.number += 1
        message = {'id': self.number, 'method': method, 'params': params}
        if self.session:
            message['sessionId'] = self.session
        os.write(self.to, json.dumps(message).encode() + b'\0')
        while True:
            answer = self.receive()
            if answer.get('id') == self.number:
                if 'error' in answer:
                    raise ValueError('%s: %s' % (method, answer['error']))
                return answer['result']

    def open(self, path, scripts=True):
        """Loads a file, and returns when its load event has come."""
        self.call('Emulation.setScriptExecutionDisabled', value=not scripts)
        self.events.clear()
        self.call('Page.navigate', url='file://' + os.path.abspath(path))
        while 'Page.loadEventFired' not in self.events:
            self.receive()

    def value(self, expression):
        """Of a JavaScript expression, evaluated in the page."""
        result = self.call('Runtime.evaluate', expression=expression, returnByValue=True)
        if 'exceptionDetails' in result:
            raise ValueError('%s: %s' % (expression, result['exceptionDetails']))
        return result['result'].get('value')

    def cpu_seconds(self):
        """CPU time of the thread that shows the page. A new page may have a new thread."""
        metrics = self.call('Performance.getMetrics')['metrics']
        return [one['value'] for one in metrics if one['name'] == 'TaskDuration'][0]

    def show(self, width, scheme):
        """Sets the width of the window, and `light` or `dark`."""
        self.call('Emulation.setDeviceMetricsOverride', width=width, height=844,
                  deviceScaleFactor=1, mobile=width < 500)
        self.call('Emulation.setEmulatedMedia',
                  features=[{'name': 'prefers-color-scheme', 'value': scheme}])

// SPDX-License-Identifier: MIT
// Makes actions_core.json: npm install @actions/core; node actions_core.mjs VERSION < LIST
// LIST has a JSON array [command, properties, message] on each line; what @actions/core prints is added.
// A reader that is not packaged for Debian and does not change: so its output is kept, not installed.
import { readFileSync } from 'fs';
import * as core from '@actions/core';

const lines = readFileSync(0, 'utf8').split('\n').filter((line) => line);
const commands = lines.map((line) => {
    const [command, properties, message] = JSON.parse(line);
    let printed = '';
    const write = process.stdout.write;
    process.stdout.write = (text) => { printed += text; };
    const { title, file, line: startLine } = properties;
    core[command](message, { title, file, startLine });
    process.stdout.write = write;
    return { command, properties, message, printed };
});
process.stdout.write(JSON.stringify({ package: '@actions/core ' + process.argv[2], commands }, null, 1) + '\n');

// SPDX-License-Identifier: MIT
// kubernetes_job.mjs FOLDER < JOB: prints what Kubernetes' schema says against the Job, a JSON object; nothing if
// that is valid. FOLDER has npm's package kubernetes-models.
import { readFileSync } from 'fs';

const { Job } = await import(process.argv[2] + '/batch/v1/Job.mjs');
const job = new Job(JSON.parse(readFileSync(0, 'utf8')));
try {
    job.validate();
} catch (problem) {
    console.log(problem.message);
}

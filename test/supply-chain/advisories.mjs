// `npm run advisories`: what is known against the packages of production. Ends with 1 where something of a high severity is; where no advisory database can be reached it says so, and ends with 0.
import { spawnSync } from 'node:child_process';
import { root } from '../../apps/launch/dependencies.mjs';

const limitMs = 60_000;
const severe = ['high', 'critical'];

const { stdout } = spawnSync('npm', ['audit', '--json', '--omit=dev', '--fetch-retries=0', '--fetch-timeout=20000'], { cwd: root, encoding: 'utf8', timeout: limitMs, maxBuffer: 64 * 1024 * 1024 });
const report = reportIn(stdout ?? '');
if (report === null) {
  console.log('advisories: no advisory database could be reached; NOTHING WAS CHECKED');
} else {
  const found = Object.values(report.vulnerabilities);
  for (const { name, severity, range } of found) console.log(`advisories: ${severity}: ${name} ${range}`);
  const count = found.filter(({ severity }) => severe.includes(severity)).length;
  console.log(`advisories: ${found.length} packages are spoken of, ${count} of them with a high or critical severity`);
  process.exitCode = count === 0 ? 0 : 1;
}

/** `null`: what came is no report. */
function reportIn(text) {
  try {
    const read = JSON.parse(text);
    return typeof read.auditReportVersion === 'number' && typeof read.vulnerabilities === 'object' ? read : null;
  } catch {
    return null;
  }
}

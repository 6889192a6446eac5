// Installs a program that the tests need, where that may be done without asking anybody.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { run } from '../apps/launch/processes.mjs';

/** With `apt` as root on Debian, with `brew` where there is one; throws an `Error` that says `otherwise`, what to do by hand. */
export async function installWith({ name, apt, brew, otherwise, say, signal }) {
  if (process.getuid?.() === 0 && exists('apt-get')) {
    say(`installing ${name} (apt-get)`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await withoutStartingServices(async () => {
      await run('apt-get update', 'apt-get', ['update'], { env, signal });
      await run(`apt-get install ${name}`, 'apt-get', ['install', '-y', '--no-install-recommends', ...apt], { env, signal });
    });
  } else if (exists('brew')) {
    say(`installing ${name} (brew)`);
    await run(`brew install ${name}`, 'brew', ['install', ...brew], { signal });
  } else {
    throw new Error(otherwise);
  }
}

const exists = (command) => spawnSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' }).status === 0;

const policy = '/usr/sbin/policy-rc.d';

/** Debian's packages start their service when they are installed, unless this policy says no. */
async function withoutStartingServices(work) {
  if (existsSync(policy)) return work();
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return await work();
  } finally {
    rmSync(policy);
  }
}

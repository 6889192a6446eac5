// A Redis for the tests: REDIS_URL, or a redis-server that is found, or one that is installed where that may be done.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { run } from '../apps/launch/processes.mjs';
import { hasRedisServer, startRedis } from '../apps/launch/redis.mjs';

export async function provideRedis({ say, signal }) {
  if (process.env.REDIS_URL) return { url: process.env.REDIS_URL, stop: async () => undefined };
  if (!hasRedisServer()) await install({ say, signal });
  if (!hasRedisServer()) throw new Error('the installation of redis-server went through, but there is still none on the PATH');
  return startRedis({ signal });
}

const exists = (command) => spawnSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' }).status === 0;

async function install({ say, signal }) {
  if (process.getuid?.() === 0 && exists('apt-get')) {
    say('installing redis-server (apt-get)');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await withoutStartingServices(async () => {
      await run('apt-get update', 'apt-get', ['update'], { env, signal });
      await run('apt-get install redis-server', 'apt-get', ['install', '-y', '--no-install-recommends', 'redis-server'], { env, signal });
    });
  } else if (exists('brew')) {
    say('installing redis (brew)');
    await run('brew install redis', 'brew', ['install', 'redis'], { signal });
  } else {
    throw new Error('the tests need a Redis: install redis-server (Debian: sudo apt-get install redis-server), or set REDIS_URL to one that may be emptied');
  }
}

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

// A Redis for the tests: REDIS_URL, or a redis-server that is found, or one that is installed where that may be done.
import { hasRedisServer, startRedis } from '../apps/launch/redis.mjs';
import { installWith } from './install.mjs';

export async function provideRedis({ say, signal }) {
  if (process.env.REDIS_URL) return { url: process.env.REDIS_URL, stop: async () => undefined };
  if (!hasRedisServer()) await install({ say, signal });
  if (!hasRedisServer()) throw new Error('the installation of redis-server went through, but there is still none on the PATH');
  return startRedis({ signal });
}

const install = ({ say, signal }) =>
  installWith({
    name: 'redis-server', apt: ['redis-server'], brew: ['redis'], say, signal,
    otherwise: 'the tests need a Redis: install redis-server (Debian: sudo apt-get install redis-server), or set REDIS_URL to one that may be emptied',
  });

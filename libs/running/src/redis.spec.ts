// A place of Redis is read whole, or refused without a word of its password.
import { describe, expect, it } from '@jest/globals';
import { readRedisUrl } from './redis.js';
import { queueKind, queueSettingsFrom } from './queue-settings.js';

describe('a place of Redis', () => {
  it.each([
    ['redis://localhost', { kind: 'server', hosts: [{ host: 'localhost', port: 6379 }], tls: false, username: undefined, password: undefined, database: 0 }],
    ['rediss://ann:p%40ss@redis.example:6380/3', { kind: 'server', hosts: [{ host: 'redis.example', port: 6380 }], tls: true, username: 'ann', password: 'p@ss', database: 3 }],
    ['redis://:secret@[::1]:7000', { kind: 'server', hosts: [{ host: '::1', port: 7000 }], username: undefined, password: 'secret' }],
    ['redis+cluster://one:7000', { kind: 'cluster', hosts: [{ host: 'one', port: 7000 }], tls: false }],
    ['rediss://:secret@one:7000,two,three:7002', { kind: 'cluster', hosts: [{ host: 'one', port: 7000 }, { host: 'two', port: 6379 }, { host: 'three', port: 7002 }], tls: true, password: 'secret' }],
    ['rediss+cluster://one,two', { kind: 'cluster', tls: true }],
    [
      'redis+sentinel://ann:secret@one,two:5000/sunset/2?sentinelPassword=other',
      { kind: 'sentinel', hosts: [{ host: 'one', port: 26_379 }, { host: 'two', port: 5000 }], watched: 'sunset', database: 2, username: 'ann', password: 'secret', sentinelPassword: 'other' },
    ],
  ])('is read of %s', (url, place) => {
    expect(readRedisUrl(url)).toMatchObject(place);
  });

  it.each([
    'http://localhost', 'redis://', 'redis://:secret@', 'redis://:secret@host:70000', 'redis://:secret@ho st', 'redis://:secret@host/one', 'redis://:secret@host/1/2', 'redis+cluster://:secret@one,two/1',
    'redis+sentinel://:secret@one,two', 'redis://:secret@host?family=6', 'redis://:secret@host?sentinelPassword=secret', 'redis+sentinels://:secret@host/a',
  ])('is refused of %s, without its password', (url) => {
    const refused = (() => {
      try {
        return JSON.stringify(queueSettingsFrom({ REDIS_URL: url }));
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect(refused).toMatch(/^REDIS_URL: /);
    expect(refused).not.toContain('secret@');
    expect(refused).not.toContain('=secret');
  });
});

describe('the settings of the queue', () => {
  it('are the database and one queue unless told', () => {
    const settings = queueSettingsFrom({ DATABASE_URL: 'postgres://x' });
    expect([settings, queueKind(settings)]).toEqual([{ databaseUrl: 'postgres://x', count: 1 }, 'postgres']);
    expect(queueKind(queueSettingsFrom({ REDIS_URL: 'redis://a,b', QUEUES: '4' }))).toBe('redis cluster');
  });

  it('lead past a pooler', () => {
    const pooled = { DATABASE_URL: 'postgres://x?pooler=transaction' };
    expect(() => queueSettingsFrom(pooled)).toThrow('DATABASE_DIRECT_URL is missing');
    expect(queueSettingsFrom({ ...pooled, DATABASE_DIRECT_URL: 'postgres://y' })).toEqual({ databaseUrl: 'postgres://y', count: 1 });
    expect(queueSettingsFrom({ ...pooled, REDIS_URL: 'redis://z' })).toEqual({ redisUrl: 'redis://z', count: 1 });
  });

  it.each(['0', '-1', '1.5', '257', 'many'])('do not have %s queues', (count) => {
    expect(() => queueSettingsFrom({ DATABASE_URL: 'postgres://x', QUEUES: count })).toThrow('QUEUES is not a whole number');
  });
});

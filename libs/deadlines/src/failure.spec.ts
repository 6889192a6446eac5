// What may be kept of an error, what counts as the row's own, and how long it then waits.
import { describe as suite, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { WrittenByNewerRelease } from '#event-store';
import { isTimeLimit } from '#postgres';
import { ClockInDoubt } from './clock-watch.js';
import { backOffMs, describe, isUnavailable } from './failure.js';

const failed = (fields: object): QueryFailedError => new QueryFailedError('SELECT', [], Object.assign(new Error('value "Jane Doe"'), fields));

suite('describe', () => {
  it('keeps name and message, bounded, and nothing that may be about a person', () => {
    expect(describe(new TypeError('x is not a function'))).toBe('TypeError: x is not a function');
    expect(describe(new Error(`no such person "Jane Doe" jane@example.org +1 (555) 010-9999`))).toBe('Error: no such person … … …');
    expect(describe(new Error('long '.repeat(1_000)))).toHaveLength(200);
    expect(describe('Jane Doe')).toBe('string');
    expect(describe(failed({ code: '23505', table: 'events', constraint: 'events_pkey' }))).toBe('SQLSTATE 23505 events events_pkey');
  });
});

suite('isUnavailable', () => {
  it.each(['08006', '53300', '57P01', '57P03', '40001', '25006'])('SQLSTATE %s is the database being away or overloaded', (code) => {
    expect(isUnavailable(failed({ code }))).toBe(true);
    expect(isUnavailable(Object.assign(new Error('from the pool'), { code }))).toBe(true);
  });

  it.each(['23505', '22P02', '57014', '42601'])("SQLSTATE %s is the row's own failure", (code) => {
    expect(isUnavailable(failed({ code }))).toBe(false);
  });

  it('knows a broken connection, and takes nothing else for one', () => {
    expect(isUnavailable(failed({ code: 'ECONNRESET' }))).toBe(true);
    expect(isUnavailable(new Error('Connection terminated unexpectedly'))).toBe(true);
    expect(isUnavailable(new ClockInDoubt('jumped'))).toBe(true);
    expect(isUnavailable(new WrittenByNewerRelease('newer'))).toBe(true);
    expect(isUnavailable(new Error('fetch failed'))).toBe(false);
    expect(isUnavailable('ECONNRESET')).toBe(false);
    expect(isUnavailable(undefined)).toBe(false);
  });
});

suite('isTimeLimit', () => {
  it.each([
    ['the limit of the server', failed({ code: '57014' }), true],
    ['our own', Object.assign(failed({}), { driverError: new Error('Query read timeout') }), true],
    ['a shutdown', failed({ code: '57P01' }), false],
    ['anything else', new Error('Query read timeout'), false],
  ])('%s, which is no database that is away', (_, error, expected) => {
    expect(isTimeLimit(error)).toBe(expected);
    if (expected) expect(isUnavailable(error)).toBe(false);
  });
});

suite('backOffMs', () => {
  it('doubles up to the longest, and is between half of that and all of it', () => {
    for (const [failedBefore, longestMs] of [[0, 100], [1, 200], [3, 800], [4, 1_000], [1_000, 1_000]] as const) {
      const waits = Array.from({ length: 200 }, () => backOffMs({ firstMs: 100, longestMs: 1_000 }, failedBefore));
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(longestMs / 2);
      expect(Math.max(...waits)).toBeLessThanOrEqual(longestMs);
      expect(new Set(waits).size).toBeGreaterThan(1);
    }
  });
});

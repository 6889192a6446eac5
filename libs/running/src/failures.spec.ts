// What may be said of an error, and whether it says that the database is away.
import { describe as suite, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { isTimeLimit, Retry } from '#postgres';
import { describe, explain, traceOf } from './said.js';
import { cannotAnswerNow, isAway, isUnavailable } from './unavailable.js';

const failed = (fields: object): QueryFailedError => new QueryFailedError('SELECT', ['ann@example.org'], Object.assign(new Error('value "Jane Doe"'), fields));
const unanswered = new QueryFailedError('SELECT', [], new Error('Query read timeout'));

suite('describe', () => {
  it('keeps name and message, bounded, and nothing that may be about a person', () => {
    expect(describe(new TypeError('x is not a function'))).toBe('TypeError: x is not a function');
    expect(describe(new Error(`no such person "Jane Doe" jane@example.org +1 (555) 010-9999`))).toBe('Error: no such person … … …');
    expect(describe(new Error('the master key 6a98801234567fdd wrapped this; 1206555010112345 did not'))).toBe('Error: the master key 6a98801234567fdd wrapped this; … did not');
    expect(describe(new Error('long '.repeat(1_000)))).toHaveLength(200);
    // Letter by letter it would take hours.
    expect(describe(new Error('x'.repeat(4_000_000)))).toHaveLength(200);
    expect(describe(new Error('@ @a a@ a@b @a@b a@@ <jane@example.org>,'))).toBe('Error: @ @a a@ … … … …');
    expect(describe('Jane Doe')).toBe('string');
    expect(describe(failed({ code: '23505', table: 'events', constraint: 'events_pkey' }))).toBe('SQLSTATE 23505 events events_pkey');
  });
});

suite('explain', () => {
  it('keeps where it happened and what the database gives apart, and nothing that it quotes', () => {
    const cause = failed({ code: '23502', table: 'balances', column: 'amount', constraint: 'positive' });
    const explained = explain(new Error(`Deposited at 0/3: ${cause.message}`, { cause }));
    expect(explained).toBe('Deposited at 0/3: value "…" (23502; table balances, column amount, constraint positive)');
    expect(explain(new Error('x is not a function'))).toBe('x is not a function');
    expect(explain('said')).toBe('said');
  });
});

suite('traceOf', () => {
  it('has neither the parameters of a statement nor a message that quotes a value', () => {
    const line = JSON.stringify(traceOf(failed({ code: '22P02' })));
    expect(line).not.toMatch(/ann@example\.org|Jane Doe/);
    expect(JSON.parse(line)).toMatchObject({ name: 'QueryFailedError', code: '22P02', stack: expect.stringContaining('failures.spec') });
  });
});

suite('isUnavailable', () => {
  it.each(['08006', '53300', '57P01', '57P03', '58030', '40001', '25006', '55000', 'ECONNRESET', 'ENETUNREACH'])('%s is the database being away or overloaded', (code) => {
    expect(isUnavailable(failed({ code }))).toBe(true);
    expect(isUnavailable(Object.assign(new Error('from the pool'), { code }))).toBe(true);
  });

  it.each(['23505', '22P02', '57014', '55P03', '25P03', '42601'])("%s is the attempt's own failure", (code) => {
    expect(isUnavailable(failed({ code }))).toBe(false);
  });

  it('is what an error says of one thing, or of all', () => {
    const says = (unavailable: unknown): Error => Object.assign(new Error('not now'), { unavailable });
    expect([true, 'to-all', false].map((one) => [isUnavailable(says(one)), isAway(says(one))])).toEqual([[true, false], [true, true], [false, false]]);
  });

  it('knows a broken connection, and takes nothing else for one', () => {
    for (const text of ['Connection terminated unexpectedly', 'timeout exceeded when trying to connect', 'Client was closed and is not queryable', 'Query runner already released.']) {
      expect([text, isUnavailable(new Error(text))]).toEqual([text, true]);
    }
    expect(isUnavailable(Object.assign(new Error('no socket'), { code: 'ENOENT', syscall: 'connect' }))).toBe(true);
    expect(isUnavailable(new AggregateError([Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })]))).toBe(true);
    expect(isUnavailable(new Error('fetch failed'))).toBe(false);
    expect(isUnavailable('ECONNRESET')).toBe(false);
    expect(isUnavailable(undefined)).toBe(false);
  });

  it('believes an error that says so itself', () => {
    expect(isUnavailable(Object.assign(new Error('another process may'), { unavailable: true }))).toBe(true);
  });
});

suite('what took too long', () => {
  it.each([
    ['by the limit of the server', failed({ code: '57014' })],
    ['by our own', unanswered],
  ])('%s counts as an attempt, and its caller may come again', (_, error) => {
    expect([isTimeLimit(error), isUnavailable(error), cannotAnswerNow(error)]).toEqual([true, false, true]);
  });

  it.each([
    ['a lock', failed({ code: '55P03' })],
    ['an idle transaction', failed({ code: '25P03' })],
    ['a pool of its own', new Error('Query read timeout')],
    ['somebody else won every time', new Retry('again')],
  ])('%s: its caller may come again', (_, error) => {
    expect([isTimeLimit(error), isUnavailable(error), cannotAnswerNow(error)]).toEqual([false, false, true]);
  });

  it.each([
    ['a shutdown', failed({ code: '57P01' }), true],
    ['a constraint', failed({ code: '23505' }), false],
    ['a bug', new TypeError('x is not a function'), false],
  ])('%s did not', (_, error, away) => {
    expect([isTimeLimit(error), cannotAnswerNow(error)]).toEqual([false, away]);
  });
});

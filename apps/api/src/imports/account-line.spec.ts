// What a line of an import leaves out is what is usual under the policy in force.
import { expect, it } from '@jest/globals';
import { builtInPolicy, type PolicyInForce } from '#domain';
import { accountLines } from './account-line.js';

const own: PolicyInForce = { ...builtInPolicy, languages: ['de', 'en'], currencies: [{ code: 'EUR', numberFee: 180 }, { code: 'USD', numberFee: 200 }] };

const at = '2026-01-01T00:00:00Z';
const account = (more: object = {}) => ({ externalId: 'theirs', name: 'Ann', email: 'ann@example.com', timeZone: 'UTC', subscriptions: [], ...more });
const cancelled = (consent: object) => ({ planId: 'messaging-monthly', startedAt: at, currentPeriod: { start: at, end: at }, status: 'active', cancellation: { requestedAt: at, consent } });

async function read(line: object, policy: PolicyInForce): Promise<unknown> {
  const pieces = async function* () {
    yield Buffer.from(`${JSON.stringify(line)}\n`);
  };
  for await (const one of accountLines(pieces(), policy)) return 'told' in one ? JSON.parse(one.told) : one.problems;
  throw new Error('no line was read');
}

it('currency, number fee and language are the first of the policy', async () => {
  expect(await read(account(), own)).toMatchObject({ currency: 'EUR', numberFee: { amount: 180, currency: 'EUR' } });
  expect(await read(account({ currency: 'USD' }), own)).toMatchObject({ currency: 'USD', numberFee: { amount: 200, currency: 'USD' } });
  expect(await read(account(), builtInPolicy)).toMatchObject({ currency: 'USD', numberFee: { amount: 200, currency: 'USD' } });
  expect(await read(account({ subscriptions: [cancelled({}), cancelled({ language: 'en' })] }), own)).toMatchObject({
    subscriptions: [{ cancellation: { consent: { language: 'de', acknowledgedConsequences: true } } }, { cancellation: { consent: { language: 'en' } } }],
  });
});

it('and what it does not know is told at its place', async () => {
  expect(await read(account({ currency: 'GBP', subscriptions: [cancelled({ language: 'fr' })] }), own)).toEqual([
    { pointer: '/currency', code: 'invalid_request', message: 'must be one of EUR, USD' },
    { pointer: '/subscriptions/0/cancellation/consent/language', code: 'invalid_request', message: 'must be one of de, en' },
  ]);
});


it('is refused unread where it is nested deeper than anybody needs', async () => {
  const pieces = async function* () {
    yield Buffer.from(`{"name":${'['.repeat(500_000)}\n`);
  };
  const read: unknown[] = [];
  for await (const one of accountLines(pieces(), builtInPolicy)) read.push(one);
  expect(read).toMatchObject([{ line: 1, problems: [{ pointer: '', message: 'must not be nested deeper than 64 levels' }] }]);
});

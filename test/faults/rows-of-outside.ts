// Requests come twice, at once and at the boundary; views are rebuilt while they are read; carrier, mail server and receivers are slow, lie, and answer too late.
import { setTimeout as sleep } from 'node:timers/promises';
import { launch } from '../../apps/launch/processes.mjs';
import { programFile } from '../../apps/launch/bundle.mjs';
import type { Fault as CarrierFault } from '../carriers/stub-server.js';
import type { Manner } from './outside.js';
import { until } from './patience.js';
import type { Row } from './row.js';

const carrierFaults: readonly CarrierFault[] = ['server-error', 'reset-before', 'reset-after', 'garbage', 'rate-limited', 'other-shape', 'silent-after'];

const receiver = (name: string, manner: Manner): Row => ({
  name,
  async inject({ stack, met }) {
    const before = stack.receiver.misbehaved;
    stack.receiver.manner = manner;
    await until(() => stack.receiver.misbehaved - before >= 20);
    stack.receiver.manner = 'well';
    met(stack.receiver.misbehaved - before);
  },
});

export const ofOutside: readonly Row[] = [
  {
    name: 'requests doubled, reordered and raced with one key',
    own: async () => ({ apis: 2, workers: 1 }),
    async inject({ chance, customers, met, check }) {
      const accountId = `raced-${chance.below(1_000_000)}`;
      const at = `/v1/accounts/${accountId}`;
      await customers.untilKnown(customers.request(accountId, 'POST', '/v1/accounts', 'AccountOpened', { accountId, name: 'Rita', email: 'rita@example.com', timeZone: 'UTC' }));
      const earlier = [];
      for (let nth = 1; nth <= 25; nth += 1) {
        const asked = customers.request(accountId, 'POST', `${at}/wallet/top-ups`, 'WalletToppedUp', { amount: { amount: nth, currency: 'USD' } });
        earlier.push(asked);
        // Eight at once at both APIs, and one of long ago in between.
        await Promise.all([...Array.from({ length: 8 }, () => customers.ask(asked)), customers.ask(chance.any(earlier)!)]);
        met();
      }
      for (const asked of chance.shuffled(earlier)) await customers.untilKnown(asked);
      check(earlier.every(({ told }) => told!.status === 201), 'not every payment was taken');
      const sum = earlier.reduce((total, { told }, index) => total + (told!.status === 201 ? index + 1 : 0), 0);
      const { balance } = await customers.get<{ balance: { amount: number } }>(`${at}/wallet`);
      if (balance.amount !== sum) throw new Error(`${sum} were acknowledged, and ${balance.amount} are there`);
    },
  },
  {
    name: 'resume against the end of the period, at the boundary',
    leavers: { kinds: ['period-end'], count: 24, overMs: 8_000 },
    async inject({ stack, chance, customers, leavers, met }) {
      await Promise.all(leavers.map(async ({ accountId, subscriptionId, dueAt }) => {
        const asked = customers.request(accountId, 'POST', `/v1/accounts/${accountId}/subscriptions/${subscriptionId}/resume`, 'SubscriptionResumed');
        const waitMs = Date.parse(dueAt) - (await stack.lives.now()) - 60 + chance.below(80);
        if (waitMs < 0) return;
        await sleep(waitMs);
        await customers.untilKnown(asked);
        met();
      }));
    },
  },
  {
    name: 'cancel against resume, with other keys at once',
    async inject({ chance, customers, met, check }) {
      const accountId = `undecided-${chance.below(1_000_000)}`;
      const at = `/v1/accounts/${accountId}`;
      await customers.untilKnown(customers.request(accountId, 'POST', '/v1/accounts', 'AccountOpened', { accountId, name: 'Rita', email: 'rita@example.com', timeZone: 'UTC' }));
      const started = await customers.untilKnown(customers.request(accountId, 'POST', `${at}/subscriptions`, 'SubscriptionStarted', { planId: 'messaging-monthly' }));
      const { subscriptionId } = JSON.parse(started.text) as { subscriptionId: string };
      const { disclosures } = await customers.get<{ disclosures: readonly { id: string; version: string }[] }>(`${at}/subscriptions/${subscriptionId}/cancellation/preview`);
      const cancellation = { reason: { code: 'unused' }, acknowledgedConsequences: true, acceptedDisclosures: disclosures.map(({ id, version }) => ({ id, version })) };
      for (let nth = 0; nth < 15; nth += 1) {
        const cancel = () => customers.untilKnown(customers.request(accountId, 'POST', `${at}/subscriptions/${subscriptionId}/cancellation`, 'CancellationRequested', cancellation));
        const resume = () => customers.untilKnown(customers.request(accountId, 'POST', `${at}/subscriptions/${subscriptionId}/resume`, 'SubscriptionResumed'));
        await Promise.all(chance.shuffled([cancel, resume, cancel, resume]).map((one) => one()));
        met();
      }
      for (const type of ['CancellationRequested', 'SubscriptionResumed']) check(customers.asked.some(({ accountId: whose, event, told }) => whose === accountId && event === type && told!.status < 300), `no ${type} was granted`);
    },
  },
  {
    name: 'projection rebuilt while live, killed in the middle',
    async inject({ stack, met, check }) {
      const env = { ...process.env, DATABASE_URL: stack.postgres.url('sunset'), SUNSET_MASTER_KEY: stack.masterKey, SUNSET_MASTER_KEY_FILE: '' };
      for (const name of ['memberships', 'cancellations', 'ledger_lines']) {
        const lines: string[] = [];
        const rebuild = () => launch(process.execPath, [programFile('worker/rebuild'), name], { env, output: (line) => lines.push(line) });
        const first = rebuild();
        const isUnderWay = async (): Promise<boolean> => (await stack.records.database.query(`SELECT FROM sunset.projections WHERE name = $1 AND build = 'rebuild'`, [name])).length > 0;
        const isInTheMiddle = await until(isUnderWay);
        await first.stop([['KILL', 5_000]]);
        const wasKilled = isInTheMiddle && (await first.ended) === 'signal 9' && (await isUnderWay());
        const how = await rebuild().ended;
        check(how === 'status 0', `the rebuild of ${name} ended with ${how}: ${lines.slice(-3).join(' ')}`);
        if (how === 'status 0' && wasKilled) met();
      }
    },
  },
  {
    name: 'carrier slow, lying, and answering after the timeout',
    async inject({ stack, leave, met, check }) {
      const before = stack.carrier.misbehaved;
      const releasing = await leave(14, { kinds: ['release-numbers'], inMs: 6_000 });
      for (const [nth, { e164 }] of releasing.entries()) stack.carrier.fail('DELETE', e164, carrierFaults[nth % carrierFaults.length]!);
      check(await until(() => stack.carrier.misbehaved - before >= releasing.length), 'not each met its fault');
      met(stack.carrier.misbehaved - before);
    },
  },
  ...(['slow', 'silent', 'refused'] as const).map((way): Row => ({
    name: `mail server ${{ slow: 'slow', silent: 'answering after the timeout', refused: 'away' }[way]}`,
    async inject({ stack, met }) {
      const before = stack.mailWay.met[way];
      stack.mailWay.way = way;
      await until(() => stack.mailWay.met[way] > before);
      // Longer than the workers wait for its answers.
      await sleep(way === 'silent' ? 6_000 : 2_000);
      stack.mailWay.way = 'open';
      met(stack.mailWay.met[way] - before);
    },
  })),
  receiver('webhook receiver slow', 'slow'),
  receiver('webhook receiver lying', 'lies'),
  receiver('webhook receiver answering after the timeout', 'late'),
];

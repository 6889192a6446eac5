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
    async inject({ chance, customers, met }) {
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
      const sum = earlier.reduce((total, { told }, index) => total + (told!.status === 201 ? index + 1 : 0), 0);
      const { balance } = await customers.get<{ balance: { amount: number } }>(`${at}/wallet`);
      if (balance.amount !== sum) throw new Error(`${sum} were acknowledged, and ${balance.amount} are there`);
    },
  },
  {
    name: 'resume against the end of the period, at the boundary',
    leavers: { kinds: ['period-end'], count: 24, overMs: 8_000 },
    async inject({ stack, chance, customers, leavers, met }) {
      const outcomes = await Promise.all(leavers.map(async ({ accountId, subscriptionId, dueAt }) => {
        const asked = customers.request(accountId, 'POST', `/v1/accounts/${accountId}/subscriptions/${subscriptionId}/resume`, 'SubscriptionResumed');
        await sleep(Math.max(0, Date.parse(dueAt) - (await stack.lives.now()) - 60 + chance.below(80)));
        return (await customers.untilKnown(asked)).status;
      }));
      met(outcomes.length);
    },
  },
  {
    name: 'cancel against resume, with other keys at once',
    async inject({ chance, customers, met }) {
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
    },
  },
  {
    name: 'projection rebuilt while live, killed in the middle',
    async inject({ stack, chance, met, check }) {
      const env = { ...process.env, DATABASE_URL: stack.postgres.url('sunset'), SUNSET_MASTER_KEY: stack.masterKey, SUNSET_MASTER_KEY_FILE: '' };
      for (const name of ['memberships', 'cancellations', 'ledger_lines']) {
        const lines: string[] = [];
        const rebuild = () => launch(process.execPath, [programFile('worker/rebuild'), name], { env, output: (line) => lines.push(line) });
        const first = rebuild();
        await sleep(400 + chance.below(1_200));
        await first.stop([['KILL', 5_000]]);
        const how = await rebuild().ended;
        check(how === 'status 0', `the rebuild of ${name} ended with ${how}: ${lines.slice(-3).join(' ')}`);
        if (how === 'status 0') met();
      }
    },
  },
  {
    name: 'carrier slow, lying, and answering after the timeout',
    leavers: { kinds: ['release-numbers'], count: 14 },
    async inject({ stack, leavers, met }) {
      for (const [nth, { e164 }] of leavers.entries()) stack.carrier.fail('DELETE', e164, carrierFaults[nth % carrierFaults.length]!);
      const asked = (): number => leavers.filter(({ e164 }) => stack.carrier.asked(e164) > 0).length;
      await until(() => asked() >= leavers.length);
      met(asked());
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

// How many unsent messages of one account are credited a second, beside the plain UPDATE of the same rows on the same server; and how many are scheduled, and reported as sent.
import { randomBytes } from 'node:crypto';
import { instant } from '#kernel';
import { migrations, type NewMessage, ScheduledMessages } from '#scheduled-messages';
import { freshDatabase } from '../support/database.js';

const count = Number(process.env['BENCH_MESSAGES'] ?? 100_000);
const rounds = 5;
const bulk = 1_000;
const reportsMost = 10_000;
const at = instant('2026-03-01T08:00:00Z');

const own = await freshDatabase({ migrations });
const { database } = own;
const messages = new ScheduledMessages(database);
// The same table twice: as it is, and with full pages, as PostgreSQL makes one that says nothing about it.
await database.query('CREATE TABLE plain_messages (LIKE sunset.scheduled_messages INCLUDING ALL) WITH (fillfactor = 45)');
await database.query('CREATE TABLE full_messages (LIKE sunset.scheduled_messages INCLUDING ALL)');

const newMessages = (length: number): NewMessage[] =>
  Array.from({ length }, (_, index) => ({
    messageId: randomBytes(16).toString('hex'),
    channel: index % 6 === 0 ? 'rvm' : 'sms',
    planKind: 'messaging',
    sendAt: instant(Date.parse(at) + Math.floor(Math.random() * 86_400_000)),
    price: { amount: index % 6 === 0 ? 15 : 2, currency: 'USD' },
  }));

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

const update = (table: string) => (accountId: string) =>
  database.query(
    `UPDATE ${table} SET status = 'cancelled', credited = true, credit_id = $2, settled_at = $3
     WHERE account_id = $1 AND plan_kind = 'messaging' AND status = 'scheduled'`,
    [accountId, 'credit', at],
  );
const credit = async (accountId: string) => {
  const { sms, rvm } = (await messages.cancelUnsent([{ accountId, planKind: 'messaging', creditId: 'credit', at }]))[0]!;
  if (sms.count + rvm.count !== count) throw new Error(`credited ${sms.count + rvm.count} of ${count}`);
};

const contenders = {
  'plain UPDATE': update('plain_messages'),
  cancelUnsent: credit,
  'plain UPDATE, full pages': update('full_messages'),
};
type Contender = keyof typeof contenders;
const names = Object.keys(contenders) as Contender[];

const rounded: { readonly scheduled: number; readonly reported: number; readonly took: Readonly<Record<Contender, number>> }[] = [];
for (let round = 0; round <= rounds; round += 1) {
  const accountId = `account-${round}`;
  let scheduled = 0;
  const reports: { readonly line: number; readonly messageId: string }[] = [];
  for (let done = 0; done < count; done += bulk) {
    const given = newMessages(Math.min(bulk, count - done));
    scheduled += await seconds(() => messages.schedule(accountId, given));
    for (const { messageId } of given) reports.push({ line: reports.length + 1, messageId });
    if ((done + bulk) % 20_000 === 0) console.log(`round ${round} of ${rounds}: ${done + bulk} of ${count} scheduled`);
  }
  for (const table of ['plain_messages', 'full_messages']) {
    await database.query(`INSERT INTO ${table} SELECT * FROM sunset.scheduled_messages WHERE account_id = $1`, [accountId]);
  }
  await database.query('VACUUM ANALYZE');
  await database.query('CHECKPOINT');
  const took = { 'plain UPDATE': 0, cancelUnsent: 0, 'plain UPDATE, full pages': 0 };
  // Taking turns, so that none always finds the server warmer.
  for (const name of [...names.slice(round % names.length), ...names.slice(0, round % names.length)]) {
    took[name] = await seconds(() => contenders[name](accountId));
    console.log(`round ${round} of ${rounds}: ${name} took ${took[name].toFixed(2)} s`);
  }
  // The same messages once more: they are credited by now.
  await database.query("UPDATE sunset.scheduled_messages SET status = 'scheduled', credited = false, credit_id = NULL, settled_at = NULL WHERE account_id = $1", [accountId]);
  await database.query('VACUUM ANALYZE');
  let reported = 0;
  for (let done = 0; done < count; done += reportsMost) reported += await seconds(() => messages.markAllSent(accountId, reports.slice(done, done + reportsMost), at));
  // Round 0 warms up.
  if (round > 0) rounded.push({ scheduled, reported, took });
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const perSecond = (times: readonly number[]) => ({ 'messages/s': Math.round(count / median(times)) });
console.log(`${count} unsent messages of one account in one transaction, medians of ${rounds} rounds`);
console.table({
  ...Object.fromEntries(
    names.map((name) => {
      const ratio = median(rounded.map(({ took }) => took['plain UPDATE'] / took[name]));
      return [name, { ...perSecond(rounded.map(({ took }) => took[name])), 'beside plain': Number(ratio.toFixed(2)) }];
    }),
  ),
  [`schedule, ${bulk} at a time`]: perSecond(rounded.map(({ scheduled }) => scheduled)),
  [`markAllSent, ${reportsMost} at a time`]: perSecond(rounded.map(({ reported }) => reported)),
});
await own.drop();

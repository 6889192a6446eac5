// Effects that tell customers something: sent once, each for itself, taken back with a return, tried again with another address, and seen by operators before it is too late.
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Permit } from '#carriers';
import { type Instant, plusMs } from '#kernel';
import type { Mailer, MailOutcome, MailReport, MailRequest } from '#mail';
import { Effects, Notices, Pauses } from '../src/index.js';
import { accounts, ask as askCarrier, eventually, operator, rig, ScriptedCarrier, told } from './support.js';

const made = rig();
const day = 86_400_000;
const sent: MailOutcome = { outcome: 'sent', language: 'en', templateVersion: '1' };

class ScriptedMailer implements Mailer {
  readonly name = 'scripted-mail';
  readonly mailsPerSecond = 1_000;
  readonly asked: string[] = [];

  constructor(public answer: (to: string) => MailOutcome = () => sent) {}

  async send({ mail: { to }, idempotencyKey, order, attempt }: MailRequest, permit: Permit): Promise<MailReport> {
    const facts = { httpStatus: null, latencyMs: 1, providerCode: null, order: null };
    if ((await permit.stillWanted([{ idempotencyKey, order, attempt }])).length === 0) return { outcome: 'retry-later', afterMs: null, reason: 'taken-back', ...facts };
    this.asked.push(to);
    return { ...this.answer(to), ...facts };
  }
}

let effects: Effects;
let notices: Notices;
let now: Instant;

beforeEach(async () => {
  effects = new Effects(made.database, 'scripted', 'scripted-mail');
  notices = new Notices(made.database);
  now = await made.clock.now(null);
});

const ask = (accountId: string, subjects: readonly string[], { generation = 1, neededBy, dueAt = plusMs(now, -1_000) }: { readonly generation?: number; readonly neededBy?: Instant; readonly dueAt?: Instant } = {}) =>
  made.database.transaction(() => effects.put(accountId, null, subjects.map((subject) => ({ kind: 'notify' as const, subject, generation, dueAt, neededBy }))));

const states = async (accountId: string) => (await made.effectQueries.forAccount(accountId)).map(({ subject, status, reason }) => `${subject} ${status}${reason === null ? '' : ` ${reason}`}`).sort();

const begin = (mailer: Mailer): void => made.begin(new ScriptedCarrier(), { mailer });

const settled = (accountId: string) =>
  eventually('all of it is settled', async () => (await made.effectQueries.forAccount(accountId)).every(({ status }) => ['done', 'void', 'blocked', 'dead'].includes(status)));

describe('what tells a customer', () => {
  it('goes to the mailer, once, and its account hears that it was sent', async () => {
    const mailer = new ScriptedMailer();
    await ask('a', ['one', 'two']);
    await ask('a', ['one']);
    begin(mailer);
    await settled('a');
    expect(mailer.asked.toSorted()).toEqual(['one@example.com', 'two@example.com']);
    expect((await told(made)).map(({ subject, outcome }) => `${subject} ${outcome}`).sort()).toEqual(['one sent', 'two sent']);
  });

  it('is not put where nobody is told by mail', async () => {
    await made.database.transaction(() => new Effects(made.database, 'scripted').put('a', null, [{ kind: 'notify', subject: 'one', generation: 1, dueAt: now }]));
    expect(await made.effectQueries.forAccount('a')).toEqual([]);
  });

  it('is blocked alone where its address is refused, and goes out with another one', async () => {
    const mailer = new ScriptedMailer((to) => (to.startsWith('gone') ? { outcome: 'blocked', reason: 'address-rejected' } : sent));
    await ask('a', ['gone']);
    await ask('b', ['there']);
    begin(mailer);
    await Promise.all([settled('a'), settled('b')]);
    expect([await states('a'), await states('b')]).toEqual([['gone blocked address-rejected'], ['there done']]);
    mailer.answer = () => sent;
    for (const accountId of ['a', 'b']) await made.database.transaction(() => notices.tryAgain([accountId]));
    await settled('a');
    expect([await states('a'), await states('b')]).toEqual([['gone done'], ['there done']]);
    expect(mailer.asked.filter((to) => to.startsWith('there'))).toHaveLength(1);
  });

  it('waits while a pause holds its kind, and all of it where our credentials are refused', async () => {
    const pauses = new Pauses(made.database);
    const { pauseId } = await pauses.pause({ kind: 'notify' }, 'the words are wrong', operator.actor);
    const mailer = new ScriptedMailer(() => ({ outcome: 'refused', reason: 'credentials' }));
    await ask('a', ['one']);
    begin(mailer);
    for (const number of ['first', 'second']) {
      await askCarrier(made, 'b', [number]);
      await settled('b');
    }
    expect(mailer.asked).toEqual([]);
    expect(await made.effectQueries.forAccount('a')).toMatchObject([{ status: 'held', heldBy: { pauseId } }]);
    await pauses.resume(pauseId, 'mended', operator.actor);
    await eventually('the mailer is paused', async () => (await pauses.inForce()).some(({ cause, carrier }) => cause === 'credentials' && carrier === 'scripted-mail'));
    expect((await told(made)).filter(({ accountId }) => accountId === 'a')).toEqual([]);
  });

  it('keeps no carrier waiting for it: an erasure does not count it', async () => {
    await ask('a', ['one']);
    expect([await effects.isUnderWay('a'), await effects.openOf('a'), await notices.isUnderWay('a')]).toEqual([false, 0, true]);
    await new Pauses(made.database).pause({ kind: 'notify' }, 'the words are wrong', operator.actor);
    expect(await notices.isUnderWay('a')).toBe(false);
  });
});

describe('coming back', () => {
  it('takes back what was not told, also what was blocked or dead, and nothing newer or another\'s', async () => {
    await ask('a', ['pending', 'blocked', 'dead', 'done']);
    await ask('a', ['newer'], { generation: 2 });
    await ask('b', ['another']);
    for (const status of ['blocked', 'dead']) await made.database.execute('UPDATE sunset.effects SET status = $1 WHERE subject = $1', [status]);
    await made.database.execute(`UPDATE sunset.effects SET status = 'done', settled_at = now() WHERE subject = 'done'`);
    await made.database.transaction(() => notices.startOver([{ accountId: 'a', generation: 2 }]));
    expect((await made.effectQueries.forAccount('a')).map(({ subject, status }) => `${subject} ${status}`).sort()).toEqual(['blocked void', 'dead void', 'done done', 'newer pending', 'pending void']);
    expect(await made.effectQueries.forAccount('b')).toMatchObject([{ status: 'pending' }]);
  });

  it('is looked at immediately before a mail goes out', async () => {
    let wanted = true;
    const mailer = new ScriptedMailer();
    const commands = accounts(made.database);
    await ask('a', ['one']);
    made.begin(new ScriptedCarrier(), { mailer }, {
      commands: {
        resolve: async (effect) => {
          const target = wanted ? await commands.resolve(effect) : null;
          wanted = false;
          return target;
        },
      },
    });
    await settled('a');
    expect([mailer.asked, await states('a')]).toEqual([[], ['one void']]);
  });
});

describe('what could not be told in time', () => {
  it('is counted while what it speaks of is still to come', async () => {
    const soon = plusMs(now, day);
    expect(await notices.untold()).toEqual({ count: 0, firstNeededBy: null });
    await ask('a', ['fresh'], { neededBy: soon });
    await ask('a', ['receipt'], { dueAt: plusMs(now, -day) });
    await ask('a', ['over'], { neededBy: plusMs(now, -1_000), dueAt: plusMs(now, -day) });
    expect((await notices.untold()).count).toBe(0);
    await ask('b', ['late'], { neededBy: plusMs(now, 2 * day), dueAt: plusMs(now, -day) });
    expect(await notices.untold()).toEqual({ count: 1, firstNeededBy: plusMs(now, 2 * day) });
    await made.database.execute(`UPDATE sunset.effects SET status = 'blocked' WHERE subject IN ('fresh', 'receipt')`);
    expect(await notices.untold()).toEqual({ count: 2, firstNeededBy: soon });
  });
});

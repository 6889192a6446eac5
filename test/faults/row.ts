// One row of the matrix: people live, one fault is injected, it stops, it becomes quiet, and then everything has to be true.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../simulation/random.js';
import { numberFrom, type EarlierLife, type Wait } from './earlier-lives.js';
import { allowedMs, until } from './patience.js';
import type { Finding } from './records.js';
import type { Stack, StackSettings } from './stack.js';
import { Customers, disclosures } from './traffic.js';

export interface Fault {
  readonly stack: Stack;
  readonly chance: Random;
  readonly customers: Customers;
  readonly leavers: readonly EarlierLife[];
  /** So many more, who wait for the end of their period in a moment, or for what is told, and are leavers from then on. `inMs`: due no sooner than that. Who is to wait while something is broken leaves while it is: what came before may be over by then. */
  readonly leave: (count: number, wanted?: { readonly kinds?: readonly Wait[]; readonly inMs?: number; readonly overMs?: number }) => Promise<readonly EarlierLife[]>;
  /** Accounts that are meant to fail until the row's end. */
  readonly except: string[];
  /** Says that it was injected once more, and took effect. */
  readonly met: (times?: number) => void;
  /** What has to be true of this fault alone. */
  readonly check: (isSo: boolean, otherwise: string) => void;
}

export interface Row {
  readonly name: string;
  /** A stack of its own; the one that rows share unless told. */
  readonly own?: () => Promise<StackSettings>;
  /** 6 unless told, each with a wish twice a second. */
  readonly customers?: number;
  /** How long a customer pauses at most before a wish. */
  readonly pauseMs?: number;
  /** In real time, for what they wait, over and over; how many, and over how many milliseconds they become due. */
  readonly leavers?: { readonly kinds?: readonly Wait[]; readonly count?: number; readonly overMs?: number };
  /** By how much a clock was set on, which is no lateness. */
  readonly jumpMs?: number;
  inject(fault: Fault): Promise<void>;
}

export interface Outcome {
  readonly row: string;
  readonly injections: number;
  readonly lateness: readonly number[];
  readonly latencies: readonly number[];
  readonly requests: number;
  readonly findings: readonly Finding[];
  readonly tookMs: number;
}

/** What those who leave in real time wait for, in turn. */
export const kinds: readonly Wait[] = ['period-end', 'release-numbers', 'expire-ten-dlc', 'purge-data'];

/** `small`: few people, and nobody on a test clock. */
export async function carryOut(row: Row, stack: Stack, seed: number, { small = false } = {}): Promise<Outcome> {
  const began = performance.now();
  const chance = new Random(seed);
  const findings: Finding[] = [];
  const wrong = (what: string): void => void findings.push({ sort: 'wrong', what });
  await stack.mend();
  const customers = new Customers(stack.base, await stack.token('service'), `r${seed}`);
  const traveller = small ? null : await Traveller.depart(customers, `r${seed}-t`, chance.chance(0.5));
  const except: string[] = [];
  const latenciesBefore = customers.latencies.length;
  let injections = 0;
  customers.begin(row.customers ?? (small ? 4 : 6), seed, { pauseMs: row.pauseMs ?? 1_000 });
  await traveller?.advance('2027-06-01T00:00:00Z');
  const imported = customers.request('', 'POST', '/v1/imports', '', importedAccounts(`r${seed}`));
  void customers.ask(imported);
  // Last, and until the first is about to be due, so that they become so while it is broken.
  const untimely: EarlierLife[] = [];
  const leavers = await leaveInTime(stack, { ...(small && { count: 4 }), ...row.leavers }, untimely);
  const [broken, brokenAt] = [performance.now(), await stack.lives.now()];
  const leaveAsWell: Fault['leave'] = async (count, wanted = {}) => {
    const more = await leave(stack, { kinds: wanted.kinds ?? ['period-end'], count, overMs: wanted.overMs ?? 3_000 }, wanted.inMs);
    leavers.push(...more);
    return more;
  };
  await row.inject({ stack, chance, customers, leavers, leave: leaveAsWell, except, met: (times = 1) => void (injections += times), check: (isSo, otherwise) => {
    if (!isSo) wrong(otherwise);
  } }).catch((error: unknown) => wrong(`it could not be injected: ${String(error)}`));
  findings.push(...stack.members.flatMap(({ endedByItself }) => endedByItself.splice(0).map((what) => ({ sort: 'wrong' as const, what }))));
  const mendedAt = await stack.lives.now().catch(() => Infinity);
  await stack.mend();
  const outageMs = performance.now() - broken;
  if (!leavers.some(({ dueAt }) => Date.parse(dueAt) > brokenAt && Date.parse(dueAt) <= mendedAt)) wrong('nobody was due while it was broken');
  await customers.end().catch((error: unknown) => wrong(String(error)));
  await quiet(stack, [...untimely, ...leavers], except, wrong);
  const scope = { asked: customers.asked.filter(({ event }) => event !== ''), leavers: [...untimely, ...leavers], traveller, except };
  findings.push(...(await stack.records.findings(scope, stack)), ...customers.contradictions.map((what) => ({ sort: 'wrong' as const, what })));
  const lateness = await stack.records.lateness(leavers);
  if (injections === 0) wrong('the fault was never exercised');
  if (row.customers !== 0 && !scope.asked.some(({ told }) => told !== null && told.status < 300)) wrong('nobody was given what he asked for');
  if (imported.told?.status !== 202) wrong(`the import was answered ${imported.told?.status}`);
  const boundMs = outageMs + allowedMs + (row.jumpMs ?? 0);
  if ((lateness.at(-1) ?? 0) > boundMs) wrong(`was late by ${Math.round(lateness.at(-1)!)} ms, and ${Math.round(boundMs)} are allowed`);
  return { row: row.name, injections, lateness, latencies: customers.latencies.slice(latenciesBefore), requests: customers.asked.length, findings, tookMs: performance.now() - began };
}

/** Until the first of them is about to be due. Where it took longer to make them than was thought they are `untimely`, of whom nobody asks how late they were, and others are made, now that it is known what one costs. */
async function leaveInTime(stack: Stack, wanted: NonNullable<Row['leavers']>, untimely: EarlierLife[]): Promise<EarlierLife[]> {
  for (;;) {
    const made = await leave(stack, wanted);
    const waitMs = Math.min(...made.map(({ dueAt }) => Date.parse(dueAt))) - 300 - (await stack.lives.now());
    if (waitMs >= 0 || untimely.length >= 3 * made.length) {
      await sleep(Math.max(0, waitMs));
      return made;
    }
    untimely.push(...made);
  }
}

/** Those in real time whose consequences become due one after the other while the fault is injected. Of each kind every other had left before, and come back. */
async function leave(stack: Stack, { kinds: wanted = kinds, count = 8, overMs = 6_000 }: NonNullable<Row['leavers']>, inMs = 0): Promise<EarlierLife[]> {
  const numbers = Array.from({ length: count }, () => numberFrom(randomUUID()));
  for (const e164 of numbers) stack.carrier.addNumber(e164);
  // So that none is due before all are there.
  const first = (await stack.lives.now()) + Math.max(inMs, 2_000 + 1.5 * stack.lives.costMs * count);
  return stack.lives.beginAll(numbers.map((e164, nth) => {
    const hasReturned = Math.floor(nth / wanted.length) % 2 === 1;
    return [wanted[nth % wanted.length]!, first + Math.round((nth * overMs) / count), { e164, hasReturned }] as const;
  }));
}

async function quiet(stack: Stack, leavers: readonly EarlierLife[], except: readonly string[], wrong: (what: string) => void): Promise<void> {
  const last = Math.max(0, ...leavers.map(({ dueAt }) => Date.parse(dueAt)));
  while ((await stack.lives.now()) <= last) await sleep(100);
  let unrest: readonly string[] = [];
  // What never becomes quiet is broken.
  const isQuiet = await until(async () => {
    await sleep(500);
    unrest = await stack.records.unrest(except);
    return unrest.length === 0;
  });
  if (!isQuiet) wrong(`it never became quiet: ${unrest.join(', ')}`);
}

/** Somebody who leaves on a test clock and lives his year, and in about every other row comes back in the middle of it and leaves again. */
class Traveller {
  readonly name = `Zora${randomUUID().slice(0, 8)}`;

  private constructor(
    private readonly customers: Customers,
    readonly accountId: string,
    private readonly clock: string,
  ) {}

  static async depart(customers: Customers, accountId: string, returns: boolean): Promise<Traveller> {
    const made = customers.request('', 'POST', '/v1/test-clocks', '', { now: '2026-01-01T00:00:00Z' });
    const { testClockId } = JSON.parse((await customers.untilKnown(made)).text) as { testClockId: string };
    const traveller = new Traveller(customers, accountId, testClockId);
    const { name } = traveller;
    await traveller.post('', 'AccountOpened', { accountId, name, email: `${name}@example.com`, timeZone: 'UTC', testClockId });
    await traveller.leave(true);
    if (!returns) return traveller;
    await traveller.advanceTo('2026-02-20T00:00:00Z');
    // Its numbers are released by then: what it waits for anew is not what has happened.
    await traveller.leave(false);
    return traveller;
  }

  private get at(): string {
    return `/v1/accounts/${this.accountId}`;
  }

  advance(to: string): Promise<unknown> {
    return this.customers.ask(this.customers.request('', 'POST', `/v1/test-clocks/${this.clock}/advance`, '', { to }));
  }

  private async advanceTo(to: string): Promise<void> {
    await this.advance(to);
    while ((await this.customers.get<{ status: string }>(`/v1/test-clocks/${this.clock}`)).status !== 'ready') await sleep(50);
  }

  private async leave(isFirst: boolean): Promise<void> {
    const { subscriptionId } = JSON.parse(await this.post('/subscriptions', 'SubscriptionStarted', { planId: 'messaging-monthly' })) as { subscriptionId: string };
    const held = await this.customers.get<{ data: readonly { status: string }[] }>(`${this.at}/numbers`);
    for (let missing = 2 - held.data.filter(({ status }) => status === 'active').length; missing > 0; missing -= 1) {
      await this.post('/numbers', 'NumberPurchased', { e164: `+1${String(2_000_000_000 + (Number.parseInt(randomUUID().slice(0, 8), 16) % 799_999_999))}` });
    }
    if (isFirst) {
      await this.post('/ten-dlc', 'TenDlcApplied', { brandName: 'Zora Brand' });
      await this.post('/ten-dlc/approve', 'TenDlcRegistered');
    }
    await this.post('/scheduled-messages', '', { messages: [{ channel: 'sms', sendAt: '2026-05-01T00:00:00Z', price: { amount: 7, currency: 'USD' } }] });
    await this.post(`/subscriptions/${subscriptionId}/cancellation`, 'CancellationRequested', {
      reason: { code: 'unused' }, acknowledgedConsequences: true, acceptedDisclosures: await disclosures(this.customers, this.at, subscriptionId),
    });
  }

  private async post(path: string, event: string, body?: object): Promise<string> {
    const { status, text } = await this.customers.untilKnown(this.customers.request(this.accountId, 'POST', path === '' ? '/v1/accounts' : this.at + path, event, body));
    if (status >= 300) throw new Error(`POST ${path}: ${status} ${text}`);
    return text;
  }
}

/** A file of five, each with a plan. */
function importedAccounts(name: string): string {
  const period = { start: '2026-11-01T00:00:00Z', end: '2099-01-01T00:00:00Z' };
  return Array.from({ length: 5 }, (_, nth) => JSON.stringify({ externalId: `${name}-${nth}`, accountId: `${name}-i${nth}`, name: 'Ida', email: 'ida@example.com', timeZone: 'UTC', subscriptions: [{ planId: 'messaging-monthly', startedAt: period.start, currentPeriod: period, status: 'active' }] })).join('\n');
}

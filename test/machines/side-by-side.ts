// The release before this one and this one at work on one database, while people live on test clocks whose hands are moved on all the time, and in real time.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Row } from '../faults/row.js';
import type { Member } from '../faults/stack.js';
import type { Customers } from '../faults/traffic.js';
import type { Random } from '../simulation/random.js';
import { eventually } from '../support/eventually.js';

const clocks = 4;
const customersOnEach = 3;
const day = 86_400_000;

interface Wanted {
  /** The folder of the release before this one. */
  readonly previous: string;
  readonly seconds: number;
  readonly say: (line: string) => void;
}

/** It begins with the previous release alone, and ends with all of both. */
export const sideBySide = ({ previous, seconds, say }: Wanted): Row => ({
  name: 'the previous release and this one',
  own: async () => ({ apis: 1, workers: 1, release: previous }),
  leavers: { count: 24, overMs: 0.8 * seconds * 1_000 },
  async inject({ stack, chance, customers, met }) {
    const [api, worker] = [...stack.apis, ...stack.workers] as [Member, Member];
    const [newApi, newWorker] = [await stack.addMember('api'), await stack.addMember('worker')];
    const time = new Time(customers, chance);
    await time.begin();
    for (const [what, those] of [
      ['previous API and current worker', [api, newWorker]],
      ['current API and previous worker', [newApi, worker]],
      ['both of both', [api, worker, newApi, newWorker]],
    ] as const) {
      for (const member of those) await member.serves();
      await Promise.all(stack.members.filter((member) => !(those as readonly Member[]).includes(member)).map((member) => member.kill('SIGTERM')));
      const before = [customers.asked.length, time.moves] as const;
      await sleep((seconds * 1_000) / 3);
      // Each of the three is to have been seen at work, however slow the machine.
      await eventually('clocks are moved on', async () => time.moves > before[1] && customers.asked.length > before[0], 600_000);
      say(`${what}: ${customers.asked.length - before[0]} requests, clocks moved on ${time.moves - before[1]} times; ${time.years.toFixed(1)} years in all`);
      met();
    }
    await time.end();
  },
});

/** Test clocks with customers of their own, moved on by hours or weeks as chance will have it. */
class Time {
  moves = 0;
  private passedMs = 0;
  private readonly stopping = new AbortController();
  private going: Promise<void>[] = [];

  constructor(
    private readonly customers: Customers,
    private readonly chance: Random,
  ) {}

  get years(): number {
    return this.passedMs / (365 * day);
  }

  async begin(): Promise<void> {
    const seeds = Array.from({ length: clocks }, () => this.chance.below(1_000_000));
    this.going = await Promise.all(seeds.map(async (seed) => {
      const made = await this.customers.untilKnown(this.customers.request('', 'POST', '/v1/test-clocks', '', { now: '2026-01-01T00:00:00Z' }));
      const { testClockId } = JSON.parse(made.text) as { testClockId: string };
      this.customers.begin(customersOnEach, seed, { pauseMs: 200, testClockId });
      return () => this.pass(testClockId, Date.parse('2026-01-01T00:00:00Z'));
    })).then((all) => all.map((pass) => pass()));
  }

  async end(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.going);
  }

  private async pass(testClockId: string, now: number): Promise<void> {
    const path = `/v1/test-clocks/${testClockId}`;
    for (let at = now; !this.stopping.signal.aborted; ) {
      const ms = this.chance.weighted([[3, 3_600_000], [3, day], [2, 10 * day], [1, 40 * day]] as const);
      at += ms;
      await this.customers.untilKnown(this.customers.request('', 'POST', `${path}/advance`, '', { to: new Date(at).toISOString() }));
      while ((await this.customers.get<{ status: string }>(path)).status === 'advancing') await sleep(50);
      this.moves += 1;
      this.passedMs += ms;
      await sleep(this.chance.below(1_000));
    }
  }
}

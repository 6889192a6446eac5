// APIs and workers are killed at each named place, killed at any, and put to sleep beyond their locks and leases.
import { setTimeout as sleep } from 'node:timers/promises';
import { appendWaitMs } from '#event-store';
import { usualSilenceLimitMs } from '#postgres';
import { isSoWithin } from '../support/eventually.js';
import type { PlaceName } from './crash-points.js';
import type { EarlierLife } from './earlier-lives.js';
import { allowedMs, machineMs, patienceMs, until } from './patience.js';
import { alarmsOf } from './queue.js';
import type { Fault, Row } from './row.js';
import type { Member } from './stack.js';

/** Whoever is armed comes past the place and dies there; and is started again. Each time somebody becomes due, since those who were may be through. */
const crashing = (app: 'api' | 'worker', place: PlaceName, times = 2) => async ({ stack, chance, leave, met }: Fault): Promise<void> => {
  for (let done = 0; done < times; done += 1) {
    const members = app === 'api' ? stack.apis : stack.workers;
    for (const member of members) member.crashPoints.arm(place);
    if (app === 'worker') await leave(2);
    if (!(await until(() => members.some(({ crashPoints }) => !crashPoints.isArmed)))) return;
    const dead = members.filter(({ crashPoints }) => !crashPoints.isArmed);
    for (const member of members) member.crashPoints.arm(null);
    for (const member of dead) {
      if ((await member.process!.ended) === 'signal 9') met();
      await sleep(chance.below(300));
      await member.serves();
    }
  }
};

const ofApi: readonly PlaceName[] = [
  'before the append', 'after the append, before its answer is kept', 'before the commit', 'committed, and not told',
  'in a batch, before the append', 'in a batch, before the commit', 'in a batch, committed and not told',
];
const ofWorker: readonly PlaceName[] = ['after the claim, before the append', 'fired, before the commit', 'fired, and not told', 'in a batch of a projection', 'told a receiver, before the note'];

/** Longer than the lock of a job and the lease of an effect, of a receiver and of a step of a purge. */
const beyondLeasesMs = 34_000;

export const ofProcesses: readonly Row[] = [
  // Who comes while another's transaction runs is written with those who came as well: so many that there always are some.
  ...ofApi.map((place): Row => ({ name: `API killed ${place}`, ...(place.startsWith('in a batch') && { customers: 10, pauseMs: 200 }), inject: crashing('api', place) })),
  {
    name: 'API answered, and the answer is lost',
    async inject({ stack, met }) {
      const writing = new WeakSet<object>();
      let lost = 0;
      // Only answers, and of what was written: what was asked has gone through.
      stack.front.listener = {
        asked(connection, piece) {
          if (/^(POST|PUT|PATCH|DELETE) /.test(piece.toString('latin1', 0, 8))) writing.add(connection);
          return true;
        },
        answered(connection, piece) {
          if (!writing.delete(connection) || !piece.toString('latin1', 0, 10).startsWith('HTTP/1.1 2')) return true;
          lost += 1;
          return false;
        },
      };
      await until(async () => {
        await sleep(300);
        stack.front.cut();
        return lost >= 4;
      });
      stack.front.listener = null;
      stack.front.cut();
      met(lost);
    },
  },
  ...ofWorker.map((place): Row => ({ name: `worker killed ${place}`, inject: crashing('worker', place) })),
  {
    name: 'worker killed asked the carrier, before the event',
    async inject(fault) {
      await fault.leave(8, { kinds: ['release-numbers'] });
      await crashing('worker', 'asked the carrier, before the event', 1)(fault);
    },
  },
  {
    name: 'worker killed between the commit and the queue',
    inject: (fault) => duringEnqueueing(fault, 'asked'),
  },
  {
    name: 'worker killed in the queue, before its mark',
    inject: (fault) => duringEnqueueing(fault, 'answered'),
  },
  {
    name: 'worker killed at any moment',
    async inject({ stack, chance, met }) {
      for (let done = 0; done < 4; done += 1) {
        await sleep(300 + chance.below(1_200));
        const victim = chance.any(stack.workers)!;
        await victim.kill('SIGKILL');
        met();
        await victim.serves();
      }
    },
  },
  {
    name: 'worker asleep beyond lock and lease',
    leavers: { count: 16, kinds: ['release-numbers', 'period-end', 'purge-data'], overMs: 8_000 },
    async inject({ stack, met, leave, check }) {
      const [sleeper, other] = stack.workers;
      // The sleeper alone works, has read numbers at the carrier, and falls asleep before it asks for them to be given up. No time limit of a request is to end it before its lease does.
      await other!.kill('SIGTERM');
      await sleeper!.kill('SIGTERM');
      sleeper!.environment = { CARRIER_TIMEOUT_MS: '120000' };
      await sleeper!.serves();
      // Of those who waited before, all may be through by now.
      await leave(4, { kinds: ['release-numbers'] });
      const { carrier, process } = sleeper!;
      const read: string[] = [];
      const sleeps = new Promise<void>((asleep) => {
        setTimeout(asleep, patienceMs).unref();
        carrier.listener = {
          asked(_, piece) {
            const [, e164] = /^GET \/2010-04-01\S*PhoneNumber=%2B(\d+)/.exec(piece.toString('latin1')) ?? [];
            if (e164) read.push(`+${e164}`);
            return true;
          },
          answered() {
            if (read.length === 0) return true;
            carrier.listener = null;
            carrier.way = 'silent';
            process!.pause();
            asleep();
            return true;
          },
        };
      });
      await sleeps;
      const sids = [...stack.carrier.numbers.values()].filter(({ phone_number: e164 }) => read.includes(e164)).map(({ sid }) => sid);
      check(sids.length > 0, 'nothing was read at the carrier');
      // Whoever takes over falls asleep as well, once the carrier has given one of them up and before that is written down: only the lease still says whose it is.
      other!.atCrashPoint = 'sleeps';
      other!.carrier.listener = {
        asked(_, piece) {
          const text = piece.toString('latin1');
          if (text.startsWith('DELETE ') && sids.some((sid) => text.includes(sid))) {
            other!.carrier.listener = null;
            other!.crashPoints.arm('asked the carrier, before the event');
            taken = true;
          }
          return true;
        },
        answered: () => true,
      };
      let taken = false;
      await other!.serves();
      await sleep(beyondLeasesMs);
      if (await until(() => taken && !other!.crashPoints.isArmed)) met();
      // The answers lie there before it wakes up, so that it goes on with them.
      carrier.way = 'open';
      await sleep(500);
      process!.resume();
      await sleep(3_000);
      other!.carrier.listener = null;
      other!.process!.resume();
      sleeper!.environment = {};
      await sleeper!.kill('SIGTERM');
    },
  },
  {
    name: 'worker asleep while it holds the log',
    async inject({ stack, customers, leave, met, check }) {
      const [sleeper, other] = stack.workers;
      await other!.kill('SIGTERM');
      await leave(4);
      sleeper!.atCrashPoint = 'sleeps';
      sleeper!.crashPoints.arm('fired, before the commit');
      if (!(await until(() => !sleeper!.crashPoints.isArmed))) return;
      met();
      const before = customers.given;
      // The server ends who is silent, and by then nobody of the sleeper waits behind it.
      check(await isSoWithin(usualSilenceLimitMs + appendWaitMs + machineMs, () => customers.given > before + 5), 'nobody could write while it slept');
      await other!.serves();
      sleeper!.process!.resume();
    },
  },
  {
    name: 'all workers asleep, then awake at once',
    async inject({ stack, met }) {
      for (let done = 0; done < 2; done += 1) {
        for (const { process } of stack.workers) process!.pause();
        await sleep(3_000);
        for (const { process } of stack.workers) process!.resume();
        met();
        await sleep(500);
      }
    },
  },
  {
    name: 'poisoned deadline in a crash loop',
    async inject({ stack, leavers, leave, met, check }) {
      const { database } = stack.records;
      await database.query('CREATE TABLE public.poisoned (account_id text)');
      await database.query(`CREATE OR REPLACE FUNCTION public.poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT FROM public.poisoned p WHERE p.account_id = NEW.account_id) THEN RAISE EXCEPTION 'poisoned'; END IF; RETURN NEW; END $$`);
      await database.query('CREATE TRIGGER poison BEFORE INSERT ON sunset.events FOR EACH ROW EXECUTE FUNCTION public.poison()');
      const [poisoned] = await leave(1);
      const { accountId, dueAt } = poisoned!;
      await database.query('INSERT INTO public.poisoned VALUES ($1)', [accountId]);
      const rowOf = async (): Promise<{ id: string; status: string; attempts: number }> => (await database.query<{ id: string; status: string; attempts: number }>(`SELECT deadline_id AS id, status, attempts FROM sunset.deadlines WHERE account_id = $1 AND due_at = $2`, [accountId, dueAt]))[0]!;
      let loops = 0;
      await until(async () => {
        loops += 1;
        // Its pauses between attempts grow to hours: they are told to be over.
        await database.query(`UPDATE sunset.deadlines SET next_attempt_at = clock_timestamp() WHERE account_id = $1 AND next_attempt_at > clock_timestamp()`, [accountId]);
        await sleep(500);
        if (loops % 6 === 3) {
          await stack.workers[1]!.kill('SIGKILL');
          stack.workers[1]!.start();
        }
        return (await rowOf()).status === 'dead';
      });
      const row = await rowOf();
      check(row.status === 'dead', `after ${row.attempts} attempts it is ${row.status}, and on no list of the dead`);
      const operator = await stack.token('operator');
      const ask = async <T>(method: string, path: string): Promise<T> => (await (await fetch(stack.base + path, { method, headers: { authorization: `Bearer ${operator}` } })).json()) as T;
      check((await ask<{ dead: number }>('GET', '/v1/ops/health')).dead > 0, 'operators are not told of the dead');
      // Everybody else has what was due, although it is poisoned still.
      const others = leavers.filter((life) => life !== poisoned);
      const waiting = async (): Promise<number> => (await database.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM unnest($1::text[], $2::timestamptz[]) AS life (account_id, due_at) JOIN sunset.deadlines d USING (account_id, due_at) WHERE d.status <> 'fired'`,
        [others.map((life) => life.accountId), others.map(({ dueAt }) => dueAt)],
      ))[0]!.count;
      check(await until(async () => (await waiting()) === 0), 'others wait because of it');
      // The other worker is always there.
      const latestMs = (await stack.records.lateness(others)).at(-1) ?? 0;
      check(latestMs <= allowedMs, `others were late by ${Math.round(latestMs)} ms because of it`);
      if (row.status === 'dead') met();
      await database.query('DROP TRIGGER poison ON sunset.events');
      await database.query('DROP TABLE public.poisoned');
      await ask('POST', `/v1/ops/deadlines/${row.id}/retry`);
    },
  },
  {
    name: 'rolling restart with SIGTERM',
    own: async () => ({ apis: 2 }),
    async inject({ stack, met, check }) {
      for (const member of stack.members) {
        await sleep(400);
        await member.kill('SIGTERM');
        const how = await member.process!.ended;
        check(how === 'status 0', `${member.app} ended with ${how}`);
        met();
        await member.serves();
      }
    },
  },
];

/** A worker dies with its first jobs in its hands: told to the queue or not. */
async function duringEnqueueing({ stack, met, check }: Fault, side: 'asked' | 'answered'): Promise<void> {
  for (let done = 0; done < 2; done += 1) {
    const enqueued = new WeakSet<object>();
    let making: Promise<readonly EarlierLife[]> = Promise.resolve([]);
    const died = await new Promise<Member | null>((reached) => {
      const limit = setTimeout(() => reached(null), patienceMs);
      for (const member of stack.workers) {
        const crash = (): boolean => {
          for (const { redis } of stack.workers) redis.listener = null;
          clearTimeout(limit);
          void member.kill('SIGKILL');
          reached(member);
          return false;
        };
        member.redis.listener = {
          asked(connection, piece) {
            if (!piece.includes('deadlineId')) return true;
            enqueued.add(connection);
            return side === 'asked' ? crash() : true;
          },
          answered: (connection) => (side === 'answered' && enqueued.has(connection) ? crash() : true),
        };
      }
      making = stack.lives.beginAll([['period-end', Date.now() + 3_000_000]]);
      making.catch(() => undefined);
    });
    for (const { redis } of stack.workers) redis.listener = null;
    if (!died) return;
    await died.process!.ended;
    met();
    await died.serves();
    // The row says that it has an alarm, and nobody comes back to it for most of an hour.
    const ids = await stack.records.deadlinesOf(await making);
    check(ids.length > 0 && (await until(async () => (await alarmsOf(stack, ids)) === ids.length)), 'what the worker died with got no alarm any more');
  }
}

// How many events a second each projection is rebuilt with, beside reading the same events in pages.
import { randomUUID } from 'node:crypto';
import { instant } from '#kernel';
import { EventStore } from '#event-store';
import { usualBatch, Projections } from '#projections';
import { projections as every } from '#read-models';
import { attempt, buyNumber, cancel, open, resume, subscribe, topUp } from '../stories/commands.js';
import { startApplication } from './application.js';
import { appendMingled, live } from './lives.js';
import { quantile, rounded } from './measure.js';

const wanted = Number(process.env['BENCH_EVENTS'] ?? 50_000);
const rounds = 3;

const application = await startApplication();
const { context, database } = application;
const store = context.get(EventStore);

/** From the start over a cancellation taken back, a renewal, a second one and the end of the plan to the release of numbers. */
const life = (index: number) => {
  const day = (days: number) => instant(Date.UTC(2024, index % 12, 1 + (index % 28), 8) + days * 86_400_000);
  const [number, other] = [randomUUID(), randomUUID()];
  return live(randomUUID(), [
    [day(0), open({ timeZone: 'America/Los_Angeles' })],
    [day(0), subscribe('messaging-monthly')],
    [day(0), buyNumber(number)],
    [day(0), buyNumber(other)],
    [day(1), topUp(5_000, 'first')],
    [day(10), attempt()],
    [day(11), cancel()],
    [day(12), resume()],
    [day(20), topUp(5_000, 'second')],
    [day(40), cancel()],
    [day(50), topUp(5_000, 'third')],
    [day(100), topUp(5_000, 'last')],
  ]);
};

const lives = [];
for (let made = 0; made < wanted; made += lives.at(-1)!.events.length) lives.push(life(lives.length));
const count = lives.reduce((sum, { events }) => sum + events.length, 0);
console.log(`appending ${count} events of ${lives.length} accounts`);
await appendMingled(database, store, lives, 4);
await database.query('VACUUM ANALYZE');

const projections = new Projections(database, store, every);
await projections.ensureTables();

async function perSecond(work: () => Promise<unknown>): Promise<number> {
  await database.query('CHECKPOINT');
  const start = performance.now();
  await work();
  return (count * 1000) / (performance.now() - start);
}

async function readInPages(): Promise<void> {
  let position = 0;
  for (let page = await store.read({ after: position, limit: usualBatch }); page.length > 0; page = await store.read({ after: position, limit: usualBatch })) {
    position = page.at(-1)!.position;
  }
  if (position !== count) throw new Error(`read ${position} of ${count} events`);
}

const rates: Record<string, number[]> = {};
const ratios: Record<string, number[]> = {};
for (let round = 0; round <= rounds; round += 1) {
  const read = await perSecond(readInPages);
  console.log(`round ${round} of ${rounds}: read ${Math.round(read)}/s`);
  for (const name of projections.names) {
    const rate = await perSecond(() => projections.rebuild(name));
    console.log(`round ${round} of ${rounds}: ${name} rebuilt with ${Math.round(rate)}/s, ${rounded(rate / read)} of reading`);
    // Round 0 warms up.
    if (round === 0) continue;
    (rates[name] ??= []).push(rate);
    (ratios[name] ??= []).push(rate / read);
  }
}

console.log(`${count} events in pages of ${usualBatch}, medians of ${rounds} rounds`);
console.table(
  Object.fromEntries(
    projections.names.map((name) => [name, { 'events/s': Math.round(quantile(rates[name]!, 0.5)), 'beside reading': rounded(quantile(ratios[name]!, 0.5)) }]),
  ),
);
await application.close();

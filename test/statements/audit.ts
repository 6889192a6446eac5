// Hears every statement of the service while a spec runs, and holds each against what a distributed engine demands. What it objects to fails the spec that ran it.
import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { Database, type Heard } from '#postgres';
import { judge, type Verdict } from './statement.js';

/** A statement of the service, once for each text. */
export interface Audited extends Pick<Verdict, 'about' | 'reason'> {
  /** Of the text. */
  readonly id: string;
  /** Where it was asked from. */
  readonly from: string;
}

interface Known {
  readonly verdict: Verdict | null;
  readonly from: string;
}

interface Crossing {
  readonly shards: Set<number>;
  readonly from: Set<string>;
  excused: boolean;
}

/** By text; of every spec of this process, since most ask the same. */
const known = new Map<string, Known>();
let objections: string[] = [];
let crossings = new WeakMap<object, Crossing>();
/** Those of several shards. Whether a statement of them says why is known when all of it was heard. */
let crossed = new Set<Crossing>();

/** From now on every statement is heard; any number of times. */
export function listen(): void {
  Database.hearing = hear;
}

/** What was objected to since it was last asked. */
export function takeObjections(): readonly string[] {
  const unexcused = [...crossed].filter(({ excused }) => !excused).map(({ shards, from }) => `a transaction of the shards ${[...shards].sort().join(', ')}: ${[...from].join(', ')}`);
  const taken = [...new Set([...objections, ...unexcused])];
  objections = [];
  crossings = new WeakMap();
  crossed = new Set();
  return taken;
}

function hear(heard: Heard): void {
  const { verdict, from } = known.get(heard.text) ?? learn(heard.text);
  if (!verdict || verdict.about === 'none') return;
  if (verdict.objections.length > 0) objections.push(`${from}: ${verdict.objections.join('; ')}\n${heard.text}`);
  if (heard.transaction) follow(heard, verdict, from, heard.transaction);
}

/** No transaction is of several shards, unless a statement of it says why it is about no single account. */
function follow({ parameters, shardOf }: Heard, verdict: Verdict, from: string, transaction: object): void {
  const crossing = crossings.get(transaction) ?? { shards: new Set(), from: new Set(), excused: false };
  crossings.set(transaction, crossing);
  crossing.excused ||= verdict.about === 'across';
  for (const { parameter, of } of verdict.about === 'across' ? [] : verdict.sources) {
    const values = [parameters[parameter - 1] as string | number | null | undefined | readonly (string | number | null)[]].flat();
    for (const value of values) if (value !== null && value !== undefined) crossing.shards.add(of === 'shard' ? Number(value) : shardOf(String(value)));
  }
  crossing.from.add(from);
  if (crossing.shards.size > 1) crossed.add(crossing);
}

function learn(text: string): Known {
  const from = caller();
  const learnt: Known = { from, verdict: isOfTests(from) ? null : judge(text) };
  known.set(text, learnt);
  const folder = process.env['TEST_STATEMENTS'];
  if (learnt.verdict && learnt.verdict.about !== 'none' && folder) {
    const audited: Audited = { id: createHash('sha256').update(text).digest('hex'), from, about: learnt.verdict.about, reason: learnt.verdict.reason };
    appendFileSync(join(folder, `${process.pid}.jsonl`), `${JSON.stringify(audited)}\n`);
  }
  return learnt;
}

const isOfTests = (from: string): boolean => /\.(spec|bench)\.ts|(^|\/)test\/|\.mjs/.test(from);

/** The first of whoever asked that is not the way to the database itself. */
function caller(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 30;
  const lines = (new Error().stack ?? '').split('\n').slice(1);
  Error.stackTraceLimit = limit;
  const line = lines.find((one) => /(libs|apps|test)\/[^)]*\.(ts|js|mjs)/.test(one) && !/libs\/postgres\/src\/[\w-]+\.(ts|js)|test\/statements\/audit|node_modules/.test(one)) ?? '';
  return /((?:libs|apps|test)\/[^):?]*\.(?:ts|js|mjs))[^:)]*(?::(\d+))?/.exec(line)?.slice(1, 3).join(':') ?? 'unknown';
}

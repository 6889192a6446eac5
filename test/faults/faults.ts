// `npm run faults`: carries the rows out, tells what came of each, and ends with 1 where something does not hold.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { carryOutAll, chosen, table } from './matrix.js';
import { Stack } from './stack.js';

const { values, positionals: words } = parseArgs({ allowPositionals: true, options: { seed: { type: 'string' }, lanes: { type: 'string' }, list: { type: 'boolean' }, small: { type: 'boolean' } } });
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const seed = values.seed === undefined ? randomInt(1, 10_000) : Number(values.seed);
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(name, () => void Promise.allSettled([...Stack.running].map((stack) => stack.stop())).then(() => process.exit(1)));
}
const wanted = chosen(words);
if (wanted.length === 0) throw new Error(`no row has ${words.join(' or ')} in its name; --list tells them`);

if (values.list) for (const { name } of wanted) say(name);
else {
  const began = performance.now();
  say(`seed ${seed}, ${wanted.length} rows`);
  const outcomes = await carryOutAll({ seed, words, lanes: Number(values.lanes ?? 2), say, small: values.small ?? false });
  const broken = outcomes.filter(({ findings }) => findings.length > 0).length;
  say(`\n${table(outcomes)}\n`);
  say(`seed ${seed}: ${outcomes.length - broken} of ${wanted.length} rows hold, in ${((performance.now() - began) / 60_000).toFixed(1)} min`);
  process.exitCode = broken === 0 && outcomes.length === wanted.length ? 0 : 1;
}

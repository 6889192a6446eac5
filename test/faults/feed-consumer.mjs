// Follows the feed into a file, a line for each answer with the cursor behind it: node feed-consumer.mjs <base> <token> <file>. What a kill cuts off in a line is asked for again.
import { existsSync, openSync, fsyncSync, readFileSync, truncateSync, writeSync } from 'node:fs';

const [, , base, token, file] = process.argv;

const written = existsSync(file) ? readFileSync(file, 'utf8') : '';
const whole = written.slice(0, written.lastIndexOf('\n') + 1);
if (existsSync(file)) truncateSync(file, Buffer.byteLength(whole));
let cursor = whole === '' ? null : JSON.parse(whole.trimEnd().split('\n').at(-1)).cursor;
const output = openSync(file, 'a');

for (;;) {
  const answer = await fetch(`${base}/v1/events?limit=20${cursor === null ? '' : `&after=${cursor}`}`, { headers: { authorization: `Bearer ${token}`, prefer: 'wait=20' } });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  const { data } = await answer.json();
  if (data.length === 0) continue;
  cursor = data.at(-1).cursor;
  writeSync(output, `${JSON.stringify({ cursor, eventIds: data.map(({ eventId }) => eventId) })}\n`);
  fsyncSync(output);
}

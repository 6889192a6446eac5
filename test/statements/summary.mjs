// What the audit has heard in all specs of a run, in a few lines.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const words = { account: 'of one account', batch: 'of a batch', shard: 'of a shard of the log', across: 'about all, each with its reason' };

/** Lines to print; none where nothing was heard. */
export function summaryOf(folder) {
  const heard = new Map();
  for (const file of readdirSync(folder)) for (const line of readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean)) heard.set(JSON.parse(line).id, JSON.parse(line));
  if (heard.size === 0) return [];
  const all = [...heard.values()];
  const count = (about) => all.filter((one) => one.about === about).length;
  const reasons = new Map();
  for (const { about, reason } of all) if (about === 'across') reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  return [
    `${all.length} statements on tables of accounts: ${Object.entries(words).map(([about, word]) => `${count(about)} ${word}`).join(', ')}`,
    ...[...reasons].sort(([a], [b]) => (a < b ? -1 : 1)).map(([reason, times]) => `  about all: ${reason} (${times})`),
  ];
}

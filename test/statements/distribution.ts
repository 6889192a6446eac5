// The step after the migrations on Citus, as the list of placements says it. `UPDATE_CITUS=1 npm test -- test/statements` writes docker/citus/distribute.sql anew.
import { placements } from './placements.js';

const first = 'sunset.events';

/** Reference tables first, since what is distributed refers to them; then the log, and everything else where the log of its account is. */
export function distribution(): string {
  const tables = Object.entries(placements);
  const reference = tables.filter(([, placement]) => placement === 'reference').map(([table]) => table);
  const byAccount = tables.filter(([table, placement]) => placement === 'account' && table !== first).map(([table]) => table);
  const local = tables.flatMap(([table, placement]) => (typeof placement === 'object' ? [[table, placement.local]] : []));
  return [
    '-- Distributes the tables of an empty, migrated database over the nodes of a Citus cluster. Made from test/statements/placements.ts; a test holds the two together.',
    '',
    '-- Small, seldom written, and joined with what is distributed: a copy on each node.',
    ...reference.map((table) => `SELECT create_reference_table('${table}');`),
    '',
    '-- By shard: an account, its rows and its positions of the log lie on one node.',
    `SELECT create_distributed_table('${first}', 'shard');`,
    ...byAccount.map((table) => `SELECT create_distributed_table('${table}', 'shard', colocate_with => '${first}');`),
    '',
    '-- Where the events of a shard lie they are appended to: the lock, the last position and the insert are of one node.',
    `SELECT create_distributed_function('sunset.append_events(smallint, text[], integer[], jsonb)', '$1', colocate_with => '${first}');`,
    '',
    '-- What stays on the coordinator, and why:',
    ...local.map(([table, why]) => `-- ${table}: ${why}`),
    '',
  ].join('\n');
}

// What the audit of statements and the layout of the database keep, broken one at a time: a statement or a key that a distributed engine would not take turns the tests red.
export const folder = 'libs';
export const witnesses = { tests: ['test/statements'] };
/** The tests need PostgreSQL. */
export const servers = true;

const log = (name) => ['libs/event-store/src/event-store', ...(name ? ['-t', name] : [])];
const keys = ['test/statements/keys'];
const layout = ['test/statements/layout'];

export const mutants = [
  ['a statement does not name the shard', 'event-store/src/event-store.ts', "FROM sunset.events WHERE ${ofAccount('$1')} AND personal IS NOT NULL", 'FROM sunset.events WHERE account_id = $1 AND personal IS NOT NULL', log()],
  ['a join does not name the account', 'personal-data/src/fragments.ts', "ON ${ofSameAccount('k', row)} AND k.key_id", 'ON k.key_id', log()],
  ['a row is put by its account alone', 'personal-data/src/personal-data.ts', 'ON CONFLICT (account_id, shard) WHERE', 'ON CONFLICT (account_id) WHERE', log()],
  ['a statement about all says no reason', 'event-store/src/event-store.ts', "`${across('events by their ids')}SELECT account_id", '`SELECT account_id', log()],
  ['a unique key lacks the shard', 'deadlines/src/migrations.ts', 'UNIQUE (account_id, shard, kind', 'UNIQUE (account_id, kind', keys],
  ['a row may lie in any shard', 'retained-data/src/migrations.ts', 'retained_data_shard ${inItsShard}', 'retained_data_shard CHECK (shard >= 0)', keys],
  ['a table is in no list', '../test/statements/placements.ts', "  'sunset.snapshots': 'account',\n", '', keys],
  ['another number of shards is taken', 'postgres/src/layout.ts', 'layout[name] === undefined || layout[name] === recorded![name]', 'layout[name] === undefined || true', layout],
  ['the program hashes otherwise than the database', 'postgres/src/database.ts', 'readUInt32BE(0) % this.shards', 'readUInt32LE(0) % this.shards', layout],
  ['deadlines of several shards are fired in one transaction', 'deadlines/src/consumer.ts', 'grouped(deliveries, ({ accountId }) => this.database.shardOf(accountId)).values()', '[deliveries]', ['test/partitions/consumer']],
];

// How the rows of accounts lie: over how many shards of the log, in how many partitions. Said at the first start, recorded in the database, and the same from then on.
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';

export interface Layout {
  /** Independent sequences of the log's positions. An account stays in one of them, with all that belongs to it. */
  readonly shards: number;
  /** Of each large table, by shard. */
  readonly partitions: number;
}

/** What is configured; what is left out is taken as the database has it, or 1 where there is none yet. */
export type LayoutAsked = Partial<Layout>;

/** The database was made with another layout than the one that is configured. */
export class LayoutDiffers extends Error {
  override name = 'LayoutDiffers';
}

const settings = { shards: 'LOG_SHARDS', partitions: 'DB_PARTITIONS' } as const;
const most = 32_767;

/** `LOG_SHARDS` and `DB_PARTITIONS`. Throws an `Error` that names the one that is no number of them. */
export function layoutIn(environment: Readonly<Record<string, string | undefined>>): LayoutAsked {
  const asked: { shards?: number; partitions?: number } = {};
  for (const name of ['shards', 'partitions'] as const) {
    const word = environment[settings[name]];
    if (!word) continue;
    const number = Number(word);
    if (!Number.isInteger(number) || number < 1 || number > most) throw new Error(`${settings[name]} is no number from 1 to ${most}: ${word}`);
    asked[name] = number;
  }
  return asked;
}

const asked = new WeakMap<DataSource, LayoutAsked>();
const found = new WeakMap<DataSource, Layout>();

/** What `connect` was told and found; of a database that was not made yet, what it is going to be. */
export const layoutOf = (dataSource: DataSource): Layout => found.get(dataSource) ?? { shards: 1, partitions: 1, ...asked.get(dataSource) };

/** To be called before anything is served or written. Throws {@link LayoutDiffers}. */
export async function compareLayout(dataSource: DataSource, layout: LayoutAsked): Promise<void> {
  asked.set(dataSource, layout);
  const [made] = await dataSource.query<{ made: boolean }[]>(`SELECT to_regclass('sunset.layout') IS NOT NULL AS made`);
  if (!made!.made) return;
  const [recorded] = await dataSource.query<Layout[]>('SELECT shards, partitions FROM sunset.layout');
  found.set(dataSource, recorded!);
  for (const name of ['shards', 'partitions'] as const) {
    if (layout[name] === undefined || layout[name] === recorded![name]) continue;
    throw new LayoutDiffers(
      `the database was made with ${settings[name]}=${recorded![name]}, and ${settings[name]}=${layout[name]} is configured: it is fixed at the first start, since an account stays where it began. Nothing was served or written`,
    );
  }
}

/**
 * The first of all migrations: it records the layout, and makes the functions by which every statement about an account names its shard. They say the same as `Database.shardOf`. Not strict, so that they
 * are put into the statement where there is one shard.
 */
export class Layout1795399999999 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { shards, partitions } = layoutOf(runner.dataSource);
    if (partitions > shards) throw new Error(`DB_PARTITIONS=${partitions} is more than LOG_SHARDS=${shards}: a shard lies in one partition`);
    const hash = `('x' || left(encode(sha256(convert_to(account_id, 'UTF8')), 'hex'), 8))::bit(32)::bigint`;
    await runner.query(`
      CREATE SCHEMA IF NOT EXISTS sunset;
      CREATE TABLE sunset.layout (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        shards smallint NOT NULL,
        partitions smallint NOT NULL
      );
      INSERT INTO sunset.layout (shards, partitions) VALUES (${shards}, ${partitions});
      CREATE FUNCTION sunset.shard_of(account_id text) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN ${shards === 1 ? '0::smallint' : `(${hash} % ${shards})::smallint`};
      CREATE FUNCTION sunset.shards_of(account_ids text[]) RETURNS smallint[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN ${shards === 1 ? 'ARRAY[0::smallint]' : 'ARRAY(SELECT DISTINCT sunset.shard_of(account_id) FROM unnest(account_ids) AS account_id)'};
    `);
    found.set(runner.dataSource, { shards, partitions });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION sunset.shards_of(text[]); DROP FUNCTION sunset.shard_of(text); DROP TABLE sunset.layout');
  }
}

/** Makes a table of accounts that may become large: in partitions by its column `shard` where the layout says so, each with the shards that leave the same remainder. */
export async function createByShard(runner: QueryRunner, table: string, columns: string, storage = ''): Promise<void> {
  const { shards, partitions } = layoutOf(runner.dataSource);
  if (partitions === 1) {
    await runner.query(`CREATE TABLE ${table} (${columns}) ${storage}`);
    return;
  }
  await runner.query(`CREATE TABLE ${table} (${columns}) PARTITION BY LIST (shard)`);
  for (let partition = 0; partition < partitions; partition += 1) {
    const own = Array.from({ length: shards }, (_, shard) => shard).filter((shard) => shard % partitions === partition);
    await runner.query(`CREATE TABLE ${table}_${partition} PARTITION OF ${table} FOR VALUES IN (${own.join(', ')}) ${storage}`);
  }
}

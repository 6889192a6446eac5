// What DuckDB reads of a Parquet file, as JSON writes it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, DuckDBTimestampTZValue, type DuckDBValue } from '@duckdb/node-api';
import { instant } from '#kernel';

export async function readParquet(bytes: Uint8Array): Promise<Record<string, unknown>[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sunset-parquet-'));
  const duckdb = await DuckDBInstance.create(':memory:');
  const connection = await duckdb.connect();
  try {
    const path = join(folder, 'rows.parquet');
    await writeFile(path, bytes);
    const read = await connection.runAndReadAll('SELECT * FROM read_parquet($1)', [path]);
    return read.getRowObjects().map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])));
  } finally {
    connection.closeSync();
    duckdb.closeSync();
    await rm(folder, { recursive: true });
  }
}

function plain(value: DuckDBValue): unknown {
  if (typeof value === 'bigint') return Number(value);
  return value instanceof DuckDBTimestampTZValue ? instant(Number(value.micros / 1000n)) : value;
}

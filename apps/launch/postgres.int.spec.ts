// The PostgreSQL that `npm start` brings along: made once, found again, stopped by whoever started it.
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from '#postgres';
import { providePostgres } from './postgres.mjs';
import { eventually } from '../../test/support/eventually.js';

const say = (): void => undefined;

async function query(url: string, sql: string): Promise<unknown> {
  const dataSource = await connect({ url, poolSize: 1 });
  try {
    return await dataSource.query(sql);
  } finally {
    await dataSource.destroy();
  }
}

describe('providePostgres', () => {
  // Only its owner may enter, who need not be the user that PostgreSQL runs as.
  let dataDir: string;
  beforeAll(() => {
    dataDir = join(mkdtempSync(join(tmpdir(), 'sunset-postgres-')), 'data');
  });
  afterAll(() => rmSync(join(dataDir, '..'), { recursive: true, force: true }));

  it('finds its data again after a stop', async () => {
    const first = await providePostgres({ dataDir, say });
    await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS one');
    await first.stop();
    await expect(query(first.url, 'SELECT 1')).rejects.toThrow();

    const second = await providePostgres({ dataDir, say });
    try {
      expect(await query(second.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
      expect(second.url).toBe(first.url);
    } finally {
      await second.stop();
    }
    expect(existsSync(join(dataDir, 'postgres/postmaster.pid'))).toBe(false);
  }, 180_000);

  it('uses a server that runs on the folder already, and leaves it running', async () => {
    const owner = await providePostgres({ dataDir, say });
    try {
      const guest = await providePostgres({ dataDir, say });
      expect(guest.url).toBe(owner.url);
      await guest.stop();
      expect(await query(owner.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      await owner.stop();
    }
  }, 180_000);

  it('starts a server of its own when the one that it found ends', async () => {
    const owner = await providePostgres({ dataDir, say });
    const said: string[] = [];
    const guest = await providePostgres({ dataDir, say: (text) => said.push(text) });
    await owner.stop();
    try {
      await eventually('it is served again', () => query(guest.url, 'SELECT 1').then(() => true, () => false));
      expect(said).toEqual([
        expect.stringContaining('runs already'), 'PostgreSQL ended (whoever started it stopped it); starting it again in 0.5 s',
      ]);
    } finally {
      await guest.stop();
    }
    expect(existsSync(join(dataDir, 'postgres/postmaster.pid'))).toBe(false);
  }, 180_000);

  it('is durable, lets nobody in without the password, and keeps that from others', async () => {
    const { url, stop } = await providePostgres({ dataDir, say });
    try {
      expect(await query(url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
      const stranger = new URL(url);
      stranger.password = 'guessed';
      await expect(query(stranger.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
      expect(statSync(join(dataDir, 'postgres/sunset.json')).mode & 0o077).toBe(0);
    } finally {
      await stop();
    }
  }, 180_000);

  it('says which version it lacks when the data is of another one', async () => {
    const other = join(dataDir, '../other');
    mkdirSync(join(other, 'postgres'), { recursive: true });
    writeFileSync(join(other, 'postgres/PG_VERSION'), '9\n');
    await expect(providePostgres({ dataDir: other, say })).rejects.toThrow('the data was made by PostgreSQL 9');
  });
});

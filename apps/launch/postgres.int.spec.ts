// The PostgreSQL that `npm start` brings along: made once, found again, stopped by whoever started it.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

  it('keeps what statements are about out of its log, however much is logged, and so does the configuration that is shipped for containers', async () => {
    const { url, stop } = await providePostgres({ dataDir, say });
    const dataSource = await connect({ url, poolSize: 1 });
    const set = async (settings: readonly string[]): Promise<void> => {
      for (const setting of settings) await dataSource.query(`SET ${setting}`);
      await dataSource.query('SET log_min_duration_statement = 0');
    };
    /** As a parameter of a statement, of one that fails, and in a row that an error would quote. */
    const said = async (marker: string): Promise<number> => {
      await dataSource.query('SELECT length($1::text)', [marker]);
      await expect(dataSource.query('SELECT 1 / (length($1::text) - length($1::text))', [marker])).rejects.toThrow('division by zero');
      await dataSource.query('INSERT INTO names VALUES ($1)', [marker]);
      await expect(dataSource.query('INSERT INTO names SELECT * FROM names')).rejects.toThrow('duplicate key');
      await dataSource.query(`SELECT 'end of ${marker.toUpperCase()}'`);
      const log = () => readFileSync(join(dataDir, 'postgres.log'), 'utf8');
      await eventually('it is logged', () => log().includes(`end of ${marker.toUpperCase()}`));
      return log().split(marker).length - 1;
    };
    try {
      await dataSource.query('CREATE TABLE names (name text UNIQUE)');
      const talkative = ['log_parameter_max_length = -1', 'log_parameter_max_length_on_error = -1', "log_error_verbosity = 'default'"];
      await set(talkative);
      expect(await said('zqtalkative')).toBeGreaterThanOrEqual(4);
      await dataSource.query('TRUNCATE names');
      await dataSource.query('RESET ALL');
      await set([]);
      expect(await said('zqembedded')).toBe(0);
      await dataSource.query('TRUNCATE names');
      const shipped = readFileSync(join(import.meta.dirname, '../../docker/postgresql.conf'), 'utf8').match(/^log_\w+ = .+$/gm)!.map((line) => line.replace(/= '?(.+?)'?$/, "= '$1'"));
      // Terse errors alone would do today; neither is to depend on the other.
      const unlogged = { log_parameter_max_length: '0', log_parameter_max_length_on_error: '0' };
      expect(shipped).toEqual(expect.arrayContaining(Object.entries(unlogged).map(([name, value]) => `${name} = '${value}'`)));
      await dataSource.query('RESET ALL');
      for (const [name, value] of Object.entries(unlogged)) expect(await dataSource.query(`SHOW ${name}`)).toEqual([{ [name]: value }]);
      await set([...talkative, ...shipped.filter((line) => !line.startsWith('log_timezone'))]);
      expect(await said('zqshipped')).toBe(0);
    } finally {
      await dataSource.destroy();
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

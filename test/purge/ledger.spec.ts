// The purge ledger: entries that last, one file a purge, and nothing else taken for one.
import { type FileHandle, mkdtemp, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { instant } from '#kernel';
import { ledgerFolderFrom, PurgeLedger } from '#purge';

const service = '0198f0a0-0000-4000-8000-00000000000a';
let folder: string;
let ledger: PurgeLedger;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sunset-ledger-'));
  ledger = new PurgeLedger(join(folder, 'ledger'), service);
  await mkdir(ledger.folder);
  await writeFile(join(ledger.folder, 'service-id'), `${service}\n`);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const entry = {
  purgeId: 'a/b c.1', accountId: 'a/b c', lifeId: '0198f0a0-0000-7000-8000-000000000001', basis: 'retention',
  dueAt: instant('2027-04-30T07:00:00Z'), begunAt: instant('2027-04-30T07:00:01Z'), purgedAt: null,
};

describe('the purge ledger', () => {
  it('gives back what was written, also twice', async () => {
    await ledger.write(entry);
    await ledger.write(entry);
    await ledger.write({ ...entry, purgeId: 'z.2' });
    expect((await ledger.purgeIds()).toSorted()).toEqual(['a/b c.1', 'z.2']);
    expect(await ledger.read('a/b c.1')).toEqual(entry);
    expect((await readdir(ledger.folder)).length).toBe(3);
  });

  it('has an entry on the disk before it is an entry, and its name before it says so', async () => {
    const handle = await open(folder);
    const prototype = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
    const seen: (readonly string[])[] = [];
    const sync = Reflect.get(prototype, 'sync');
    const spy = jest.spyOn(prototype, 'sync').mockImplementation(async function (this: FileHandle) {
      seen.push((await readdir(ledger.folder)).map((name) => name.replace(/\.[0-9a-f-]{36}\.draft$/, ' draft')).toSorted());
      return sync.call(this);
    });
    try {
      await ledger.write(entry);
    } finally {
      spy.mockRestore();
    }
    expect(seen).toEqual([['a%2Fb%20c.1.json draft', 'service-id'], ['a%2Fb%20c.1.json', 'service-id']]);
  });

  it('takes the longest id an account may have', async () => {
    const purgeId = `${':'.repeat(128)}.99`;
    await ledger.write({ ...entry, purgeId });
    expect(await ledger.purgeIds()).toEqual([purgeId]);
    expect((await ledger.read(purgeId)).purgeId).toBe(purgeId);
  });

  it('holds nothing but what it was asked to', async () => {
    await ledger.write({ ...entry, ...{ email: 'ada@example.com' } });
    const [file] = (await readdir(ledger.folder)).filter((name) => name.endsWith('.json'));
    expect(JSON.parse(await readFile(join(ledger.folder, file!), 'utf8'))).toEqual(entry);
  });

  it.each([
    ['cut off', '{"purgeId":"x.1","acc'],
    ['of another purge', JSON.stringify({ ...entry, purgeId: 'y.1' })],
    ['without a date', JSON.stringify({ ...entry, purgeId: 'x.1', dueAt: 'tomorrow' })],
  ])('names the file of an entry that is %s', async (_, text) => {
    await writeFile(join(ledger.folder, 'x.1.json'), text);
    await expect(ledger.read('x.1')).rejects.toThrow('x.1.json is not an entry of the purge ledger');
  });

  it('keeps the dates that a life was told, and takes those of another life', async () => {
    const over = { ...entry, purgedAt: instant('2027-04-30T07:00:09Z') };
    expect(await ledger.write(entry)).toEqual(entry);
    expect(await ledger.write(over)).toEqual(over);
    expect(await ledger.write({ ...entry, begunAt: instant('2028-01-01T00:00:00Z'), purgedAt: instant('2028-01-01T00:00:05Z') })).toEqual(over);
    expect(await ledger.read(entry.purgeId)).toEqual(over);
    const anew = { ...entry, lifeId: '0198f0a0-0000-7000-8000-000000000002' };
    expect(await ledger.write(anew)).toEqual(anew);
  });

  it.each([
    ['a volume that is not mounted any more', (file: string) => rm(file)],
    ['another service\'s folder', (file: string) => writeFile(file, '0198f0a0-0000-4000-8000-00000000000b\n')],
  ])('writes nothing into %s', async (_, change) => {
    await change(join(ledger.folder, 'service-id'));
    await expect(ledger.write(entry)).rejects.toThrow(`the purge ledger ${ledger.folder} does not carry the service's identity any more`);
    expect(await ledger.purgeIds()).toEqual([]);
  });

  it('has a folder that is said, but in the sandbox', () => {
    expect(ledgerFolderFrom({ PURGE_LEDGER: '/mnt/ledger' })).toBe('/mnt/ledger');
    expect(ledgerFolderFrom({ SANDBOX: 'true', DATA_DIR: '/data' })).toBe('/data/purge-ledger');
    for (const env of [{ DATA_DIR: '/data' }, { PURGE_LEDGER: '', SANDBOX: 'false' }]) expect(() => ledgerFolderFrom(env)).toThrow('PURGE_LEDGER is missing');
  });
});

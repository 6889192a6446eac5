// The purge ledger: entries that last, one file a purge, and nothing else taken for one.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { instant } from '#kernel';
import { PurgeLedger } from '#purge';

let folder: string;
let ledger: PurgeLedger;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sunset-ledger-'));
  ledger = new PurgeLedger(join(folder, 'ledger'));
  await ledger.prepare();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const entry = { purgeId: 'a/b c.1', accountId: 'a/b c', lifeId: '0198f0a0-0000-7000-8000-000000000001', basis: 'retention', dueAt: instant('2027-04-30T07:00:00Z') };

describe('the purge ledger', () => {
  it('gives back what was written, also twice', async () => {
    await ledger.write(entry);
    await ledger.write(entry);
    await ledger.write({ ...entry, purgeId: 'z.2' });
    expect((await ledger.purgeIds()).toSorted()).toEqual(['a/b c.1', 'z.2']);
    expect(await ledger.read('a/b c.1')).toEqual(entry);
    expect((await readdir(ledger.folder)).length).toBe(2);
  });

  it('takes the longest id an account may have', async () => {
    const purgeId = `${':'.repeat(128)}.99`;
    await ledger.write({ ...entry, purgeId });
    expect(await ledger.purgeIds()).toEqual([purgeId]);
    expect((await ledger.read(purgeId)).purgeId).toBe(purgeId);
  });

  it('holds nothing but what it was asked to', async () => {
    await ledger.write({ ...entry, ...{ email: 'ada@example.com' } });
    const [file] = await readdir(ledger.folder);
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

  it('says at the start when it cannot be written to', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(new PurgeLedger(join(folder, 'file')).prepare()).rejects.toThrow('the purge ledger');
  });
});

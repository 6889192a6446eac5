// Which folder a start takes for the purge ledger, and what it says of one that is empty, somebody else's or older than the database.
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { migrations } from '#application';
import { instant } from '#kernel';
import { openPurgeLedger, remakePurgeLedger } from '#purge';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { letItBegin, rig, type Rig } from './rig.js';

let scratch: string;
let fresh: FreshDatabase;
let folder: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sunset-open-ledger-'));
  fresh = await freshDatabase({ migrations });
});
afterAll(async () => {
  await fresh.drop();
  await rm(scratch, { recursive: true, force: true });
});
beforeEach(async () => {
  folder = join(await mkdtemp(join(scratch, 'one-')), 'ledger');
  await fresh.database.query('DELETE FROM sunset.purge_ledger');
});

const open = () => openPurgeLedger(folder, fresh.database);
const P = instant('2027-04-30T07:00:00Z');
const entry = { purgeId: 'a.1', accountId: 'a', lifeId: '0198f0a0-0000-7000-8000-000000000001', basis: 'retention', dueAt: P, begunAt: P, purgedAt: null };

describe('the first start', () => {
  it('makes the folder and signs it, whoever comes first of several', async () => {
    const opened = await Promise.all([open(), open(), open()]);
    expect(new Set(opened.map(({ serviceId }) => serviceId)).size).toBe(1);
    expect(await readdir(folder)).toEqual(['service-id']);
    await opened[0].write(entry);
    expect(await (await open()).purgeIds()).toEqual(['a.1']);
  });

  it('of a new database takes on the ledger that is there, with what was purged', async () => {
    const before = await open();
    await before.write(entry);
    await fresh.database.query('DELETE FROM sunset.purge_ledger');
    const after = await open();
    expect([after.serviceId, await after.purgeIds()]).toEqual([before.serviceId, ['a.1']]);
  });

  it('says which folder cannot be written to', async () => {
    await writeFile(folder, '');
    await expect(open()).rejects.toThrow(`the purge ledger ${folder} cannot be`);
  });
});

describe('a later start stops', () => {
  it('where the folder is gone or empty', async () => {
    const { serviceId } = await open();
    for (const make of [() => Promise.resolve(), () => mkdtemp(`${folder}-`).then((made) => { folder = made; })]) {
      await rm(folder, { recursive: true, force: true });
      await make();
      await expect(open()).rejects.toThrow(`the purge ledger ${folder} is empty, or its volume is not mounted: it does not carry the identity ${serviceId} of the service. Mount the folder that does`);
    }
  });

  it('where the folder is another service\'s', async () => {
    const { serviceId } = await open();
    await writeFile(join(folder, 'service-id'), '0198f0a0-0000-4000-8000-00000000000b\n');
    await expect(open()).rejects.toThrow(`the purge ledger ${folder} is that of the service 0198f0a0-0000-4000-8000-00000000000b, and the database belongs to ${serviceId}`);
    await expect(remakePurgeLedger(folder, fresh.database)).rejects.toThrow('choose another folder');
  });
});

describe('against purges that were carried out', () => {
  let r: Rig;
  beforeAll(async () => {
    r = await rig();
    for (const accountId of ['first', 'second']) {
      await letItBegin(await r.lapsed(accountId, `Marker-${accountId}`));
      await r.engine().runOne();
    }
    await letItBegin(await r.lapsed('asked', 'Marker-asked'));
  }, 120_000);
  afterAll(() => r.close());

  it('an older state of the ledger stops the start and names what it lacks; a purge whose turn it is not yet is not missed', async () => {
    await cp(r.ledger.folder, folder, { recursive: true });
    expect((await openPurgeLedger(folder, r.database)).serviceId).toBe(r.ledger.serviceId);
    await rm(join(folder, 'second.1.json'));
    await expect(openPurgeLedger(folder, r.database)).rejects.toThrow(
      `the purge ledger ${folder} lacks 1 of the purges that the database knows of (second.1): it is an older state, or entries were deleted. Restore it`,
    );
    await rm(join(folder, 'first.1.json'));
    await expect(openPurgeLedger(folder, r.database)).rejects.toThrow('lacks 2 of the purges that the database knows of (first.1, second.1)');
  });

  it('one that is lost for good is made anew of what the database knows', async () => {
    expect(await remakePurgeLedger(folder, r.database)).toBe(2);
    const made = await openPurgeLedger(folder, r.database);
    expect((await made.purgeIds()).toSorted()).toEqual(['first.1', 'second.1']);
    for (const id of ['first.1', 'second.1']) expect(await made.read(id)).toEqual(await r.ledger.read(id));
  });
});

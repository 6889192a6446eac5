// Kept answers hold no person in clear, and nobody reads them once the account is forgotten.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MasterKeys, migrations, PersonalData } from '#personal-data';
import { freshDatabase, type FreshDatabase } from '../../../../../test/support/database.js';
import { SealedAnswers } from './sealed-answers.js';

describe('a kept answer', () => {
  let fresh: FreshDatabase;
  let personalData: PersonalData;
  let answers: SealedAnswers;
  const answer = '{"name":"Ann Example"}';

  beforeAll(async () => {
    fresh = await freshDatabase({ migrations });
    personalData = new PersonalData(fresh.database, new MasterKeys([randomBytes(32)]));
    answers = new SealedAnswers(personalData);
  });
  afterAll(() => fresh.drop());

  const sealed = async (accountId: string | null, text: string): Promise<string> => (await answers.seal([{ accountId: 'another', text: 'another' }, { accountId, text }]))[1]!;

  it('of an account that told who it is does not show it, and opens to the same text', async () => {
    await personalData.sealingKey('acme');
    const kept = await sealed('acme', answer);
    // Neither as it stands nor in its bytes; a shorter trace would be found by chance now and then.
    for (const text of [kept, Buffer.from(kept.slice(kept.indexOf(':') + 1), 'base64').toString('latin1')]) expect(text).not.toContain('Ann Example');
    expect(await answers.open('acme', kept)).toBe(answer);
  });

  it('cannot be opened once the account is forgotten', async () => {
    await personalData.sealingKey('gone');
    const kept = await sealed('gone', answer);
    await personalData.forget('gone');
    await expect(answers.open('gone', kept)).rejects.toThrow('outlived');
  });

  it('of no account, which may hold a secret, does not show it, and opens to the same text', async () => {
    const kept = await sealed(null, '{"secret":"whsec_c2VjcmV0"}');
    for (const text of [kept, Buffer.from(kept.slice(kept.indexOf(':') + 1), 'base64').toString('latin1')]) expect(text).not.toContain('whsec_');
    expect(await answers.open(null, kept)).toBe('{"secret":"whsec_c2VjcmV0"}');
  });

  it('of an account that told nothing is kept as it is, and makes no key', async () => {
    expect(await answers.open('unknown', await sealed('unknown', 'y'))).toBe('y');
    expect(await personalData.liveKey('unknown')).toBeNull();
  });
});

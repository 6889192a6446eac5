// Kept answers may repeat what a person said: they are sealed with the account's key, and unreadable once it is destroyed. Of no account, with the service's own: they may hold a secret.
import type { PersonalData } from '#personal-data';
import type { AnswerSeal, TextOfAccount } from './idempotency.js';

const context = 'kept answer';
const sealedPrefix = 'sealed:';
const ownPrefix = 'own:';
const plainPrefix = 'plain:';

export class SealedAnswers implements AnswerSeal {
  constructor(private readonly personalData: PersonalData) {}

  /** Without a key the account has never told anything about a person, or it is forgotten: nothing is there to hide. */
  async seal(texts: readonly TextOfAccount[]): Promise<readonly string[]> {
    const keys = await this.personalData.liveKeys(texts.flatMap(({ accountId }) => accountId ?? []));
    const own = texts.some(({ accountId }) => accountId === null) ? await this.personalData.ownSeal() : undefined;
    return texts.map(({ accountId, text }) => {
      if (accountId === null) return `${ownPrefix}${own!.seal(Buffer.from(text), context).toString('base64')}`;
      const key = keys.get(accountId);
      return key ? `${sealedPrefix}${this.personalData.seal(key, { text }, context).toString('base64')}` : `${plainPrefix}${text}`;
    });
  }

  async open(accountId: string | null, kept: string): Promise<string> {
    if (kept.startsWith(plainPrefix)) return kept.slice(plainPrefix.length);
    if (kept.startsWith(ownPrefix)) return (await this.personalData.ownSeal()).unseal(Buffer.from(kept.slice(ownPrefix.length), 'base64'), context).toString();
    const key = accountId === null ? null : await this.personalData.liveKey(accountId);
    const opened = this.personalData.unseal(key, Buffer.from(kept.slice(sealedPrefix.length), 'base64'), context);
    if (!opened) throw new Error('an answer outlived the key of its account');
    return opened['text'] as string;
  }
}

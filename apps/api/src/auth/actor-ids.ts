// How a caller is called in events, notes and evidence: staff and machines by their token's subject, a customer by a hash that dies with the account's key.
import type { PersonalData } from '#personal-data';
import type { Subject } from './identity.js';

export interface ActorIds {
  of(subject: Subject): Promise<string>;
}

export class KeyedActorIds implements ActorIds {
  constructor(private readonly personalData: PersonalData) {}

  /** A customer of an account without a key, which is purged or not there, is called by the account alone: a key made for this would outlive a refusal. */
  async of({ role, subject, accountId }: Subject): Promise<string> {
    if (role !== 'customer' || accountId === undefined) return subject;
    const hash = await this.personalData.liveHash(accountId);
    return hash?.(`actor ${subject}`) ?? accountId;
  }
}

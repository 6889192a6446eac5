// What webhooks tell of events: what the service may read of them, and nothing personal of an account whose purge is due or done.
import { Injectable } from '@nestjs/common';
import { forgottenDataOf, personalOf, type MembershipEvent } from '#domain';
import type { Instant, RecordedEvent } from '#kernel';
import type { Told } from '#webhooks';
import { Memberships } from '../memberships.js';

/** What stands beside the fields of an event in `data`; no event has a field of one of these names. */
export interface PayloadHead {
  readonly accountId: string;
  /** 1, 2, 3 … within the account: messages may arrive in another order. */
  readonly sequence: number;
  readonly recordedAt: Instant;
}

@Injectable()
export class WebhookPayloads {
  constructor(private readonly memberships: Memberships) {}

  /** In the order given. What has to be known of the accounts is asked once for all. */
  async tell(events: readonly RecordedEvent<MembershipEvent>[]): Promise<readonly Told[]> {
    const silent = await this.memberships.silent(new Set(events.map(({ accountId }) => accountId)));
    return events.map((event) => {
      const { accountId, version, recordedAt, effectiveAt } = event;
      const forgotten = silent.has(accountId);
      const head: PayloadHead = { accountId, sequence: version, recordedAt };
      const personal = forgotten ? [] : textsIn(personalOf(event).map(([, told]) => told));
      return { timestamp: effectiveAt, data: { ...head, ...(forgotten ? forgottenDataOf(event) : event.data) }, personal, forgotten };
    });
  }
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

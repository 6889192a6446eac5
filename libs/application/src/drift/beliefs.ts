// What accounts themselves say of what they have at the carrier: against that a carrier's list counts, and of that the sandbox's carrier makes its own.
import { Injectable } from '@nestjs/common';
import type { Believing, DriftOfAccount } from '#carrier-drift';
import type { Listed, ListingPlace } from '#carriers';
import { isBillable, numberById, type Membership, type MembershipEvent } from '#domain';
import { type AssignedPage, Effects } from '#effects';
import { EventStore } from '#event-store';
import { eventsOfType, type RecordedEvent } from '#kernel';
import { Memberships } from '../memberships.js';

const sandbox = 'sandbox';

const accountsAtOnce = 100;

@Injectable()
export class Beliefs implements Believing {
  constructor(
    private readonly memberships: Memberships,
    private readonly effects: Effects,
    private readonly store: EventStore<MembershipEvent>,
  ) {}

  async borneOut(carrier: string, found: readonly DriftOfAccount[]): Promise<readonly DriftOfAccount[]> {
    if (found.length === 0) return [];
    const accounts = await this.memberships.readAll([...new Set(found.map(({ accountId }) => accountId))]);
    const states = new Map(accounts.map(({ state }) => [state.accountId, state]));
    const borneOut: DriftOfAccount[] = [];
    for (const one of found) {
      const state = states.get(one.accountId);
      // What stands on a test clock is the sandbox's carrier's alone; whose purge has begun is gone soon.
      if (!state || state.purge || (carrier !== sandbox && (state.terms?.testClockId ?? null) !== null)) continue;
      if (await this.isSo(one, state)) borneOut.push(one);
    }
    return borneOut;
  }

  private async isSo({ finding, kind, accountId, subject }: DriftOfAccount, { numbers, tenDlc }: Membership): Promise<boolean> {
    if (finding === 'still-listed') return !(await this.effects.isOpen(accountId, givenUpBy[kind], subject));
    if (kind !== 'number') return tenDlc.status === 'active' && tenDlc.registrationId === subject;
    const number = numberById(numbers.all, subject);
    return number !== undefined && isBillable(number);
  }

  /** A page of what accounts have ever got from a carrier, with what they called it. */
  async assigned(place: ListingPlace | null): Promise<AssignedPage> {
    const accountIds = await this.store.accountsAfter(place ?? '', accountsAtOnce);
    const assigned: AssignedPage['assigned'][number][] = [];
    for (const { state, events } of await this.memberships.readAll(accountIds)) {
      if (state.purge) continue;
      for (const event of await events({ types: ['NumberPurchased', 'TenDlcApplied'] })) assigned.push(...assignedBy(event).map((listed) => ({ listed, since: event.recordedAt })));
    }
    return { assigned, next: accountIds.length < accountsAtOnce ? null : accountIds.at(-1)! };
  }
}

const givenUpBy = { number: 'release-number', campaign: 'end-campaign', brand: 'delete-brand' } as const;

function assignedBy(event: RecordedEvent<MembershipEvent>): readonly Listed[] {
  const [bought] = eventsOfType([event], 'NumberPurchased');
  if (bought) {
    const { e164, carrierNumberId, origin } = bought.data;
    return e164 === null || origin === 'verified' ? [] : [{ kind: 'number', names: [e164], carrierNumberId, status: 'in-use' }];
  }
  const [applied] = eventsOfType([event], 'TenDlcApplied');
  const ids = [['campaign', applied?.data.campaignId], ['brand', applied?.data.brandId]] as const;
  return ids.flatMap(([kind, id]) => (id ? [{ kind, names: [id] as const, carrierNumberId: null, status: 'in-use' as const }] : []));
}

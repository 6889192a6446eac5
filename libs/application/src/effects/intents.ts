// What the outside world has to be asked for because of what just happened.
import { numberById, numberIdsOf, type Membership, type MembershipEvent } from '#domain';
import type { Intent } from '#effects';

/** `state` is the account after `events`: who came back in the same breath keeps what was not asked for. */
export const intentsOf = (events: readonly MembershipEvent[], state: Membership): readonly Intent[] =>
  events.flatMap((event) => intents(event, state));

function intents({ type, data, effectiveAt: dueAt }: MembershipEvent, state: Membership): readonly Intent[] {
  const generation = state.lifecycle;
  switch (type) {
    case 'NumberReleaseStarted': {
      const releasing = new Set(numberIdsOf(state.numbers.all, 'releasing'));
      return data.numberIds.filter((id) => releasing.has(id)).map((subject) => ({ kind: 'release-number', subject, generation, dueAt }));
    }
    case 'NumberRemoved': {
      const waits = numberById(state.numbers.all, data.numberId)?.giveBack === 'waiting';
      return waits ? [{ kind: 'release-number', subject: data.numberId, generation, dueAt }] : [];
    }
    case 'TenDlcExpired': {
      const { campaign, brand } = state.tenDlc.atCarrier;
      if (campaign) return [{ kind: 'end-campaign', subject: data.registrationId, generation: 0, dueAt }];
      return brand ? [{ kind: 'delete-brand', subject: data.registrationId, generation: 0, dueAt }] : [];
    }
    case 'TenDlcDeregistered':
      // The brand comes last: it cannot be deleted while it has a campaign.
      return data.part === 'campaign' && data.registrationId === state.tenDlc.registrationId && state.tenDlc.atCarrier.brand ? [{ kind: 'delete-brand', subject: data.registrationId, generation: 0, dueAt }] : [];
    default:
      return [];
  }
}

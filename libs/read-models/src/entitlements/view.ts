// What the account may do at an instant: decided by time alone (R11, R13, R23).
import type { Instant } from '#kernel';
import { openOfKind, type Feature, type Membership } from '#domain';

export interface EntitlementsView {
  readonly login: boolean;
  readonly features: Readonly<Record<Feature, boolean>>;
  readonly asOf: Instant;
}

/** `state` as settled at `now`. */
export function entitlementsView(state: Membership, now: Instant): EntitlementsView {
  const messaging = openOfKind(state, 'messaging') !== undefined;
  return {
    login: state.purge === null,
    features: {
      'messaging.send': messaging,
      'campaigns.launch': messaging,
      'messaging.tenDlc': messaging && state.tenDlc.status === 'active',
      dialer: openOfKind(state, 'calling') !== undefined,
    },
    asOf: now,
  };
}

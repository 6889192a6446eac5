// One charge of an account, as it is shown; somebody else's or none is not found.
import { chargeById, type Membership } from '#domain';
import { chargeView, type ChargeView } from '#read-models';
import { found } from '../http/answers/not-found.js';

export function shownCharge(state: Membership, chargeId: string): ChargeView {
  return chargeView(state, found('charge', chargeById(state, chargeId)));
}

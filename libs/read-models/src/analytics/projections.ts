// Every projection there is; the worker follows the log for them.
import type { MembershipEvent } from '#domain';
import type { Projection } from '#projections';
import { cancellations } from '../cancellations/projection.js';
import { ledgerLines } from '../ledger-lines/projection.js';
import { memberships } from '../memberships/projection.js';

export const projections: readonly Projection<MembershipEvent>[] = [memberships, cancellations, ledgerLines];

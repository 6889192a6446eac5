// Random lives of accounts, decided by a seed: everything a customer, the platform and time can do, in any order.
import { nothingUnsent, type Command, type Membership } from '#domain';
import { plusMs, Refused, type Instant } from '#kernel';
import { accepted, at, seeded, type Core } from './core.js';

const dayMs = 86_400_000;
const plans = ['messaging-monthly', 'messaging-annual', 'calling-monthly', 'calling-annual'];
const reasonCodes = ['too_expensive', 'unused', 'other', 'prefer_not_to_say'];

/** One life of `steps` steps. What is refused is passed over, as it is in any life. */
export async function live(core: Core, accountId: string, seed: number, steps: number): Promise<void> {
  const random = seeded(seed);
  const payments = seeded(seed + 0xca5d);
  const one = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
  let now: Instant = plusMs(at('2026-01-01'), Math.floor(random() * 90 * dayMs));
  const clock = await core.open(accountId, now);
  for (let step = 0; step < steps; step += 1) {
    const { state } = await core.memberships.read(accountId, { evenPurged: true });
    const subscriptionId = state.subscriptions.length > 0 ? one(state.subscriptions).subscriptionId : 'none';
    const attempt = state.attempts.at(-1);
    const id = `${accountId}-${step}`;
    const choices: readonly (() => Command | null)[] = [
      () => ({ type: 'Subscribe', subscriptionId: id, planId: one(plans), trialDays: random() < 0.3 ? 14 : null }),
      () => ({ type: 'Subscribe', subscriptionId: id, planId: one(plans), trialDays: null }),
      () => ({ type: 'ChangePlan', subscriptionId, planId: one(plans) }),
      () => ({ type: 'AttemptCancellation', attemptId: id, subscriptionId, reason: { code: one(reasonCodes), comment: 'Zqcomment' }, acknowledgedConsequences: true, language: 'en', previewHash: undefined, currentPreviewHash: 'h' }),
      () => attempt ? { type: 'ConfirmCancellation', subscriptionId: attempt.subscriptionId, attemptId: attempt.attemptId, comment: null, acceptedDisclosures: accepted, acknowledgedConsequences: true, textHash: 't', unsent: nothingUnsent } : null,
      () => ({ type: 'RequestCancellation', subscriptionId, reason: { code: one(reasonCodes) }, acceptedDisclosures: accepted, acknowledgedConsequences: true, language: 'en', textHash: 't', unsent: nothingUnsent }),
      () => ({ type: 'ResumeSubscription', subscriptionId }),
      () => ({ type: 'MarkPastDue', subscriptionId }),
      () => ({ type: 'BuyNumber', numberId: id, e164: '+12025550100', e164Hash: id, origin: random() < 0.7 ? 'purchased' : 'ported' }),
      () => ({ type: 'TopUpWallet', topUpId: id, amount: { amount: 500, currency: 'USD' } }),
      () => ({ type: 'ConfigureAutoRecharge', enabled: true, threshold: { amount: 300, currency: 'USD' }, amount: { amount: 1000, currency: 'USD' } }),
      () => ({ type: 'ApplyTenDlc', registrationId: id, brandName: 'Zqbrand' }),
      () => ({ type: 'ApproveTenDlc' }),
      () => ({ type: 'PlaceLegalHold', holdId: id, reason: 'Zqreason', reviewAt: plusMs(now, dayMs) }),
      () => ({ type: 'LiftLegalHold', holdId: state.holds[0]?.holdId ?? 'none' }),
    ];
    const command = one(choices)();
    if (command) await core.tell(accountId, command).catch(passOverRefusals);
    for (const paid of payment(payments, state, id)) await core.tell(accountId, paid).catch(passOverRefusals);
    now = plusMs(now, Math.floor(random() * one([0.02, 3, 40, 200]) * dayMs));
    if (random() < 0.7) await core.move(accountId, clock, now);
  }
  if (seed % 3 === 0) await leaveForGood(core, accountId, clock, now, seed % 2 === 0 ? 800 : 370);
}

/** What is asked of the card by its owner, and what the payment system tells of the last charge it knows nothing good of. */
function payment(random: () => number, { charges }: Membership, id: string): readonly Command[] {
  const charge = charges.findLast(({ status }) => status !== 'collected');
  return [
    ...(random() < 0.1 ? [{ type: 'RequestTopUp', chargeId: `${id}-asked`, amount: { amount: 700, currency: 'USD' } } as const] : []),
    ...(charge && random() < 0.6 ? [{ type: 'MarkChargeCollected', chargeId: charge.chargeId } as const] : []),
    ...(charge && random() < 0.3 ? [{ type: 'MarkChargeFailed', chargeId: charge.chargeId, reason: 'Zqreason' } as const] : []),
  ];
}

/** Everything is cancelled; some are seen while their data is kept, some after it is gone. */
async function leaveForGood(core: Core, accountId: string, clock: string, now: Instant, days: number): Promise<void> {
  await core.move(accountId, clock, now);
  const { state } = await core.memberships.read(accountId, { evenPurged: true });
  for (const { holdId } of state.holds) await core.tell(accountId, { type: 'LiftLegalHold', holdId }).catch(passOverRefusals);
  for (const { subscriptionId } of state.subscriptions) {
    const reason = { code: 'unused' };
    await core.tell(accountId, { type: 'RequestCancellation', subscriptionId, reason, acceptedDisclosures: accepted, acknowledgedConsequences: true, language: 'en', textHash: 't', unsent: nothingUnsent }).catch(passOverRefusals);
  }
  await core.move(accountId, clock, plusMs(now, days * dayMs));
}

function passOverRefusals(error: unknown): void {
  if (!(error instanceof Refused)) throw error;
}

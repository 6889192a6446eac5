// What a lane does with what was taken up: the effects of one call go to a carrier or to a mailer, and each comes back with its report.
import type { Carrier, Permit, Report as CarrierReport } from '#carriers';
import type { Mailer, MailReport } from '#mail';
import type { ClaimedEffect } from './effect.js';
import type { Resolved } from './permits.js';

export type Report = CarrierReport | MailReport;

/** One report for each, in their order; `undefined`: whoever is asked does not offer that. */
export type Ask = (resolved: readonly Resolved[], permit: Permit) => Promise<readonly (Report | undefined)[]>;

export const asksCarrier = (carrier: Carrier): Ask => async (resolved, permit) => {
  const numbers = resolved.flatMap(({ effect, target }) => (target.kind === 'release-number' ? [{ ...target, ...attemptOf(effect) }] : []));
  if (numbers.length > 0) return carrier.releaseNumbers(numbers, permit);
  return Promise.all(resolved.map(async ({ effect, target }) => {
    if (target.kind === 'end-campaign') return carrier.endCampaign({ ...target, ...attemptOf(effect) }, permit);
    return target.kind === 'delete-brand' ? carrier.deleteBrand?.({ ...target, ...attemptOf(effect) }, permit) : undefined;
  }));
};

export const asksMailer = (mailer: Mailer): Ask => (resolved, permit) =>
  Promise.all(resolved.map(async ({ effect, target }) => (target.kind === 'notify' ? mailer.send({ ...target, ...attemptOf(effect) }, permit) : undefined)));

const attemptOf = ({ idempotencyKey, order, attempt }: ClaimedEffect) => ({ idempotencyKey, order, attempt });

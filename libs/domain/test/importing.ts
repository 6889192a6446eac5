// What another system tells of an account, in April 2026: a plan that began on the last of January, and what may be different of it.
import type { Instant } from '#kernel';
import { e164Of, importAccount } from '../../../test/stories/commands.js';
import { Life, moment } from '../../../test/stories/life.js';
import type { ImportedSubscription, ImportedTenDlc } from '../src/importing/commands.js';

export const began = moment('2026-01-31T10:00Z');
export const now = moment('2026-04-10T12:00Z');
export const period = (start: string, end: string) => ({ start: moment(start), end: moment(end) });
export const april = period('2026-03-31T10:00Z', '2026-04-30T10:00Z');

export const plan = (but: Partial<ImportedSubscription> = {}): ImportedSubscription => ({
  subscriptionId: 'messaging', planId: 'messaging-monthly', startedAt: began, currentPeriod: april, status: 'active', cancellation: null, endedAt: null, ...but,
});
export const ended = (but: Partial<ImportedSubscription> = {}) => plan({ status: 'ended', currentPeriod: period('2026-02-28T10:00Z', '2026-03-31T10:00Z'), ...but });
export const asked = (at: string, but: Partial<NonNullable<ImportedSubscription['cancellation']>> = {}) => ({ requestedAt: moment(at), reason: null, consent: null, ...but });
export const number = (numberId: string) => ({ numberId, e164: e164Of(numberId), e164Hash: `hash of ${numberId}`, origin: 'purchased' as const, carrierNumberId: null });

export const registration = (status: ImportedTenDlc['status'], but: Partial<ImportedTenDlc> = {}): ImportedTenDlc => ({
  registrationId: 'r0', brandName: 'Ada & Co', status, messagingServiceSid: null, campaignId: 'C1', brandId: 'B1', appliedAt: null, registeredAt: null, expiredAt: null, ...but,
});
export const taken = (command: ReturnType<typeof importAccount>, at: Instant = now): Life => new Life('acc').live(at, command);

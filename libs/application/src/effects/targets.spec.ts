// What an effect is about once the account has gone on.
import { describe, expect, it } from '@jest/globals';
import type { CommandOf } from '#domain';
import { abandoned, applyTenDlc, approveTenDlc, blocked, buyNumber, cancel, e164Of, open, removeNumber, settled, subscribe } from '../../../../test/stories/commands.js';
import { lived, type Step } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';
import { recorded } from '../../../../test/stories/recorded.js';
import { targetOf } from './targets.js';

const start = moment('2026-03-30T00:00Z');
const E = moment('2026-04-30T00:00Z');
const D31 = moment('2026-05-31T00:00Z');
const ids = { messagingServiceSid: 'MG1', campaignId: 'QE1', brandId: 'BN1' };

const applying = (registrationId: string, atCarrier: Partial<typeof ids>): CommandOf<'ApplyTenDlc'> => ({ ...applyTenDlc(registrationId), ...atCarrier });

const expired: readonly Step[] = [
  [start, open(), subscribe('messaging-monthly'), applying('first', ids), approveTenDlc, cancel()],
  [E],
  [D31],
];

function targets(steps: readonly Step[]) {
  const life = lived(steps);
  const of = (kind: 'end-campaign' | 'delete-brand') => targetOf({ kind, subject: 'first' }, life.state, recorded(life));
  return { campaign: of('end-campaign'), brand: of('delete-brand') };
}

const campaign = { kind: 'end-campaign', ...ids, brandName: 'Ada & Co' };
const brand = { kind: 'delete-brand', brandId: 'BN1', brandName: 'Ada & Co' };

describe('the campaign and the brand of a registration that has expired', () => {
  it('are what was applied for with it', () => {
    expect(targets(expired)).toEqual({ campaign, brand });
    expect(targets([...expired, [D31, subscribe('messaging-monthly', { as: 'again' })]])).toEqual({ campaign, brand });
  });
});

describe('a number', () => {
  const D14 = moment('2026-05-14T00:00Z');
  const ending: readonly Step[] = [[start, open(), subscribe('messaging-monthly'), buyNumber('n0'), cancel()], [E]];
  const target = (steps: readonly Step[]) => {
    const life = lived(steps);
    return targetOf({ kind: 'release-number', subject: 'n0' }, life.state, recorded(life));
  };

  it('is asked about while its release is under way, or blocked by what ends of itself', () => {
    const number = { kind: 'release-number', e164: e164Of('n0'), carrierNumberId: null };
    expect(target([...ending, [D14]])).toEqual(number);
    expect(target([...ending, [D14, blocked('n0', 'port-out-pending')]])).toEqual(number);
  });

  it('is not before, nor once it is settled, nor when its customer is back', () => {
    expect(target(ending)).toBeNull();
    expect(target([...ending, [D14, settled('n0')]])).toBeNull();
    expect(target([...ending, [D14, blocked('n0', 'port-out-pending'), subscribe('messaging-monthly', { as: 'again' })]])).toBeNull();
  });

  it('is asked about from its removal on, until the carrier has given it up or it is in use again', () => {
    const removed: readonly Step[] = [...ending, [E, removeNumber('n0')]];
    expect(target(removed)).toMatchObject({ e164: e164Of('n0') });
    expect(target([...removed, [E, blocked('n0')]])).toMatchObject({ e164: e164Of('n0') });
    expect(target([...removed, [E, settled('n0')]])).toBeNull();
    expect(target([...removed, [E, abandoned('n0')]])).toBeNull();
  });
});

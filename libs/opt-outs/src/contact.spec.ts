// A contact's opt-out is understood or refused, never passed over.
import { describe, expect, it } from '@jest/globals';
import { addressesOf, optOutFault } from './index.js';

describe('what a contact says of its opt-out', () => {
  const e164 = '+12065550100';

  it.each([
    [{ optedOut: true, phone: e164 }, [e164]],
    [{ optedOut: true, phone: 12065550100 }, [e164]],
    [{ optedOut: true, e164, email: 'Ada@example.com' }, [e164, 'ada@example.com']],
    [{ optedOut: true, phone: '', e164: null, email: 'ada@example.com' }, ['ada@example.com']],
    [{ optedOut: true, phone: e164, e164 }, [e164]],
  ])('is taken: %j', (contact, addresses) => {
    expect([optOutFault(contact), addressesOf({ id: '1', ...contact })]).toEqual([null, addresses]);
  });

  it.each([
    {}, { phone: 'whatever' }, { optedOut: false, phone: 'whatever' }, { optedOut: null }, { opted_out: false }, { optOut: 'no' }, { 'opt-out': 0 }, { option: true }, { unsubscribed: false }, { subscribed: true }, { dncCheckedAt: '2026-01-01' }, { optedOutAt: '2026-01-01' },
  ])('is that it has not: %j', (contact) => {
    expect(optOutFault(contact)).toBeNull();
  });

  it.each([
    [{ optedOut: 'true', phone: e164 }, 'true or false in optedOut'],
    [{ optedOut: 1, phone: e164 }, 'true or false in optedOut'],
    [{ optedOut: 'no', phone: e164 }, 'true or false in optedOut'],
    [{ optedOut: [], phone: e164 }, 'true or false in optedOut'],
    [{ opted_out: true, phone: e164 }, 'say optedOut instead of opted_out'],
    [{ optedOut: false, 'Is Opt-Out': 'yes', phone: e164 }, 'say optedOut instead of Is Opt-Out'],
    [{ unsubscribed: true, phone: e164 }, 'say optedOut instead of unsubscribed'],
    [{ do_not_call: 1, phone: e164 }, 'say optedOut instead of do_not_call'],
    [{ DNC: 'Y', phone: e164 }, 'say optedOut instead of DNC'],
    [{ optedOut: true }, 'one of phone, e164, email'],
    [{ optedOut: true, phoneNumber: e164 }, 'one of phone, e164, email'],
    [{ optedOut: true, phone: ' ' }, 'one of phone, e164, email'],
    [{ optedOut: true, phone: '020 7946 0958' }, 'in phone'],
    [{ optedOut: true, phone: e164, email: 'none' }, 'in email'],
    [{ optedOut: true, e164: [e164] }, 'in e164'],
    [{ optedOut: true, phone: 1.5 }, 'in phone'],
  ])('is refused: %j', (contact, fault) => {
    expect(optOutFault(contact)).toContain(fault);
  });
});

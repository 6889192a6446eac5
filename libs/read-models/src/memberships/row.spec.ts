// A row is continued from the state that it keeps, also where that is from a release that knew less of an account.
import { expect, it } from '@jest/globals';
import { AccountOpened, LegalHoldPlaced } from '#domain';
import { instant, money } from '#kernel';
import { entered } from '../../../../test/stories/recorded.js';
import { foldRow, type MembershipRow } from './row.js';

const at = instant('2026-01-01T00:00:00Z');
const opened = AccountOpened(at, {
  name: 'Ada', email: 'ada@example.com', timeZone: 'UTC', currency: 'USD', testClockId: null, numberBillingAnchorDay: null, numberFee: money(200, 'USD'), cancellationMode: 'two-step',
});
const placed = LegalHoldPlaced(at, { holdId: 'hold', reason: 'case 7', reviewAt: at });

it('begins what was not known then as if nothing had happened of it', () => {
  const before = foldRow(null, [entered(opened)]);
  const { holds: _holds, reminded: _reminded, ...known } = before.state;
  const kept = { ...before, state: known } as MembershipRow;
  const { legal_holds, state } = foldRow(kept, [entered(placed)]);
  expect({ legal_holds, reminded: state.reminded }).toEqual({ legal_holds: 1, reminded: [] });
});

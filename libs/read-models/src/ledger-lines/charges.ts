// What analysts are told of charges: each is counted where it was asked for, under the kind and source of the movement it makes, with what became of it.
import type { WalletPurpose } from '#domain';
import { changes, documentedView } from '../analytics/documented-view.js';
import type { LedgerEntry } from '../ledger/entries.js';

/** A charge for the wallet moves money when it is collected, as one of these. */
export const lineOfPurpose: Readonly<Record<WalletPurpose, Pick<LedgerEntry, 'kind' | 'source'>>> = {
  'auto-recharge': { kind: 'auto_recharge', source: 'card' },
  'top-up': { kind: 'top_up', source: 'wallet' },
};

const whenStatus = (...statuses: readonly string[]): string => `CASE WHEN charge_status IN (${statuses.map((one) => `'${one}'`).join(', ')}) THEN amount END`;

export const chargeViews = (table: string): readonly string[] => [
  ...documentedView({
    name: 'charges',
    about: 'One row per charge that the card was asked for, with what became of it.',
    key: ['account_id', 'charge_id'],
    columns: {
      charge_id: ['charge_id', 'The charge; the idempotency key of the payment system.'],
      account_id: ['account_id', 'The account.'],
      test_clock_id: ['test_clock_id', 'The test clock that the account lives by; null: real time.'],
      purpose: ["CASE kind WHEN 'card_charge' THEN 'plan' WHEN 'auto_recharge' THEN 'auto-recharge' ELSE 'top-up' END", 'plan, auto-recharge or top-up.'],
      amount: ['amount', 'Minor units.'],
      currency: ['currency', 'ISO 4217 code.'],
      status: ['charge_status', 'requested (nothing is known of it yet, or was before a purge), collected or failed (it may be collected all the same).'],
      subscription_id: ['subscription_id', 'The subscription whose period it pays; null: it is for the wallet.'],
      requested_at: ['effective_at', 'When it was asked for, in the time of the account.'],
      time_zone: ['time_zone', 'IANA zone of the account then.'],
      ...changes(),
    },
    from: `FROM ${table} WHERE charge_id IS NOT NULL`,
  }),
  ...documentedView({
    name: 'money',
    about: 'Movements of money, and charges by what became of them. A charge for a plan is a movement when it is asked for; one for the wallet moves money when it is collected, as a row of its own.',
    columns: {
      account_id: ['account_id', 'The account.'],
      test_clock_id: ['test_clock_id', 'The test clock that the account lives by; null: real time.'],
      kind: ['kind', 'As in analytics.ledger.'],
      source: ['source', 'wallet or card.'],
      currency: ['currency', 'ISO 4217 code.'],
      effective_at: ['effective_at', 'When it counts, in the time of the account: of a charge, when it was asked for.'],
      moved: ["CASE WHEN entry = 'line' THEN amount END", 'Minor units, as in analytics.ledger; null: no movement.'],
      asked: [whenStatus('requested', 'collected', 'failed'), 'What the card was asked for; null: no charge. So are those below, which add up to it.'],
      collected: [whenStatus('collected'), 'What of it was collected.'],
      failed: [whenStatus('failed'), 'What of it failed, and was not collected after all.'],
      open: [whenStatus('requested'), 'What of it nothing is known of.'],
      imported: ['imported', 'As in analytics.ledger.'],
      subscription_id: ['subscription_id', 'The subscription it is about; null: the account.'],
      time_zone: ['time_zone', 'IANA zone of the account then.'],
      alike_at: ['alike_at', 'When the row of the account before it counted that is of the same kind, source and currency; null: it is the first. A step of time has as many accounts as rows with none alike in it.'],
      ...changes(),
    },
    from: `FROM ${table} WHERE entry <> 'account'`,
  }),
];

// Reports that count what happens to accounts: what is to come, and money.
import { consequenceKindsInWords } from '#domain';
import { ledgerLineKinds } from '../ledger-lines/projection.js';
import { booleanOrNull, sum, sumOfMoney, text, textOrNull, whole, wholeOrNull } from './columns.js';
import { distinctAccounts, type CountedReport } from './counted.js';
import { currency, imported, onTestClock, zone } from './groups.js';

export const upcoming: CountedReport = {
  projection: 'memberships',
  title: 'What is to come',
  about: 'What is to come, by when it is due; what is overdue and not yet carried out stands in its past step.',
  total: null,
  view: 'upcoming',
  at: 'due_at',
  interval: 'day',
  groups: () => ({ planId: textOrNull('planId', 'plan_id', 'The plan whose period ends.'), zone, onTestClock }),
  groupBy: [],
  always: [
    text('kind', 'kind', `${consequenceKindsInWords}.`),
    text('status', 'status', 'pending; planned: follows once the last plan has ended; held: stopped by a legal hold, or due when the account was taken over and not let go.'),
    booleanOrNull('endsPlan', 'ends_plan', 'Of a period-end: true when the plan ends, false when it renews.'),
  ],
  measures: [
    sum('consequences', 'count(*)', 'How many there are.'),
    whole('accounts', distinctAccounts, 'Of how many accounts.'),
    { ...wholeOrNull('numbers', 'sum(numbers)', 'Phone numbers in them; null where none are meant.'), adds: 'always' },
  ],
};

export const money: CountedReport = {
  projection: 'ledger_lines',
  title: 'Money',
  about: 'Movements of money by when they count, and charges by when they were asked for, with what became of them. Amounts of different kinds or currencies are never added up.',
  total: '`amount` of all that moves wallets is what is in them: the sum of `wallet_balance` in analytics.memberships.',
  view: 'money',
  alike: { at: 'alike_at', groups: ['onTestClock'] },
  at: 'effective_at',
  interval: 'month',
  groups: () => ({ zone, onTestClock, imported }),
  groupBy: [],
  always: [
    text('kind', 'kind', `${ledgerLineKinds}.`),
    text('source', 'source', 'wallet or card.'),
    currency,
  ],
  measures: [
    sum('movements', 'count(moved)', 'How many there are.'),
    whole('amount', 'coalesce(sum(moved), 0)::bigint', 'Minor units: into the wallet positive, out of it negative; a card charge positive; a shortfall states what was not paid.'),
    whole('accounts', distinctAccounts, 'Of how many accounts.'),
    whole('asked', 'coalesce(sum(asked), 0)::bigint', 'Minor units that cards were asked for then: for plans (card_charge), by auto-recharge (auto_recharge) or by request (top_up).'),
    whole('collected', 'coalesce(sum(collected), 0)::bigint', 'What of that was collected, whenever it was.'),
    whole('failed', 'coalesce(sum(failed), 0)::bigint', 'What of that failed, and was not collected after all.'),
    whole('open', 'coalesce(sum(open), 0)::bigint', 'What of that nothing is known of.'),
  ],
};

const ofKind = (name: string, kind: string, sign: '' | '-', meaning: string) => sumOfMoney(name, `coalesce(sum(${sign}moved) FILTER (WHERE kind = '${kind}'), 0)::bigint`, meaning);

export const fees: CountedReport = {
  projection: 'ledger_lines',
  title: 'Fees and credits',
  about: 'Number fees that wallets paid and could not pay, what was credited for messages that were not sent, and what a deletion of data took from wallets.',
  total: 'Each is `amount` of `money` for its kind: number_fee (with the sign turned), number_fee_shortfall, unsent_message_credit, forfeited_balance (with the sign turned).',
  view: 'money',
  at: 'effective_at',
  interval: 'month',
  where: "kind IN ('number_fee', 'number_fee_shortfall', 'unsent_message_credit', 'forfeited_balance')",
  groups: () => ({ zone, onTestClock, imported }),
  groupBy: [],
  always: [currency],
  measures: [
    whole('accounts', distinctAccounts, 'Of how many accounts.'),
    ofKind('feesPaid', 'number_fee', '-', 'Number fees that left wallets, in minor units.'),
    ofKind('feesUnpaid', 'number_fee_shortfall', '', 'Number fees that wallets could not pay.'),
    ofKind('credited', 'unsent_message_credit', '', 'Paid back into wallets for messages that were not sent.'),
    ofKind('forfeited', 'forfeited_balance', '-', 'What was in wallets when the data of their accounts was deleted.'),
  ],
};

export const releases: CountedReport = {
  projection: 'cancellations',
  title: 'Numbers and registrations released',
  about: 'Phone numbers that a carrier was asked to give up, by what it answered last and when, and 10DLC registrations that expired.',
  total: null,
  view: 'releases',
  at: 'settled_at',
  interval: 'month',
  groups: () => ({ zone, onTestClock, imported }),
  groupBy: [],
  always: [
    text('kind', 'kind', 'number or ten-dlc.'),
    text('outcome', 'outcome', 'Of a number: released, already-gone, ported-out, settled-elsewhere or blocked. Of a registration: expired.'),
    text('cause', 'cause', 'end: the plans had ended; removal: the customer had removed the number.'),
  ],
  measures: [sum('released', 'count(*)', 'How many numbers or registrations.'), whole('accounts', distinctAccounts, 'Of how many accounts.')],
};

export const losses: CountedReport = {
  projection: 'memberships',
  title: 'Losses to come',
  about: 'What is lost next, by the day it is due: plans that end, numbers that are released, registrations that expire, data that is deleted.',
  total: 'With the same times and groups `consequences` is that of `upcoming` for the same kinds, of a period-end those that end the plan.',
  view: 'upcoming',
  at: 'due_at',
  interval: 'day',
  where: "(kind IN ('release-numbers', 'expire-ten-dlc', 'purge-data') OR kind = 'period-end' AND ends_plan)",
  groups: upcoming.groups,
  groupBy: [],
  always: [
    text('kind', 'kind', 'period-end, release-numbers, expire-ten-dlc or purge-data.'),
    text('status', 'status', 'pending; planned: follows once the last plan has ended; held.'),
    currency,
  ],
  measures: [
    sum('consequences', 'count(*)', 'How many there are.'),
    whole('accounts', distinctAccounts, 'Of how many accounts.'),
    sum('numbers', 'coalesce(sum(numbers), 0)::bigint', 'Phone numbers that are released with them.'),
    sum('registrations', 'coalesce(sum(registrations), 0)::bigint', 'Registrations that expire with them.'),
    sumOfMoney('mrr', 'coalesce(sum(mrr), 0)::bigint', 'What the plans that end bring a month, in minor units.'),
  ],
};

// The distribution key: how every statement about accounts names their shard together with them. What is about no single account says why.

/** The shard of an account. */
export const shardOf = (accountId: string): string => `sunset.shard_of(${accountId})`;

/** Rows of that account; of `row`, where the statement has several tables. */
export const ofAccount = (accountId: string, row?: string): string => `${columnOf('shard', row)} = ${shardOf(accountId)} AND ${columnOf('account_id', row)} = ${accountId}`;

/** Rows of those accounts, an array: of a batch, which is of one shard, or of what a caller lists. */
export const ofAccounts = (accountIds: string, row?: string): string =>
  `${columnOf('shard', row)} = ANY (sunset.shards_of(${accountIds})) AND ${columnOf('account_id', row)} = ANY (${accountIds})`;

/** Two rows of one account. */
export const ofSameAccount = (one: string, other: string): string => `${one}.shard = ${other}.shard AND ${one}.account_id = ${other}.account_id`;

/** Every row of an account lies in the account's shard. */
export const inItsShard = 'CHECK (shard = sunset.shard_of(account_id))';

/** What is about no single account, and why that is right where the accounts of several machines are concerned. The audit of statements knows no other. */
export const acrossAccounts = {
  'a row by its id': 'Operators name a deadline, an effect or a purge by its id alone; the account is learnt from the row, and what follows names both. One look into each shard, by an index.',
  'a test clock': 'The accounts of one test clock may lie in any shard, and it moves them together. Sandbox only.',
  'deadlines on real time': 'Feeder, sweeper and reconciler take what is due first, whosever it is; each row is then fired in a transaction of its own shard.',
  'effects of a carrier': 'A carrier allows so many requests a second for all accounts, so effects are taken up in one order for all; each is concluded in a transaction of its own shard.',
  'events by their ids': 'A place in the log, a delivery and a redaction name events by their ids alone; the row tells the account. By an index.',
  'every account': 'The accounts of before the directory are listed once, in the order of their ids, a page at a time.',
  'every key': 'The master key is changed, and counted, for all keys; a batch at a time, each row written with its account.',
  'every purge': 'The purge ledger is compared with all purges at the start, a page at a time.',
  followers: 'A follower takes a page of each shard in one transaction, behind the one row that says who is at work on its table; it is done again as a whole where it fails.',
  imports: 'The lines of a batch are judged together and each is whole or not at all; who is new may lie in any shard.',
  'lists of operators': 'What operators list over all accounts, a page at a time, by an index.',
  'reports': 'Analysts count over all accounts; they read, and decide nothing.',
  'tables of projections': 'A table that the log is read into is counted, and compared with one that is built anew, as a whole.',
  'the log in its order': 'Readers outside of the service and followers read all shards, each in its own order.',
  'the next one to be taken up': 'Workers take up whichever purge waits longest; from then on all of it names its account.',
  'what is over': 'What has had its time is deleted in batches, whosever it is; each row by its whole key.',
  'what waits in all': 'Health, metrics and limits count what is due, stuck or open over all accounts; mostly up to 10,000 of them.',
  'who is found': 'Operators look for accounts by address, plan and standing: that is the question.',
} as const;

/** Stands at the beginning of a statement that is about no single account. */
export const across = (what: keyof typeof acrossAccounts): string => `/* across accounts: ${what} */ `;

const columnOf = (column: string, row?: string): string => (row === undefined ? column : `${row}.${column}`);

// Whose a number, campaign or brand is, broken one at a time.
//
// 2026-11-26: all 26 here were carried out and are noticed, none survives. Six survived until tests were written for them that day: who takes a number over does not
// have it; what somebody else has by now is taken back; the purge deletes what is others'; kinds have one hash; who comes second has the number too; a released number
// stays held. Taken out: a brand uses the campaign of its id, since the hash of each kind is another and keeps that by itself.
export const folder = 'libs/holders/src';
export const witnesses = { tests: ['libs/holders'] };
/** The tests need PostgreSQL. */
export const servers = true;

const holdings = '../../application/src/effects/carrier-holdings.ts';
const numbers = (name) => ['test/holders/numbers', '-t', name];
const campaigns = (name) => ['test/holders/campaigns', '-t', name];

export const mutants = [
  ['a number is taken over while it stands', 'holders.ts', 'WHERE NOT held.stands AND held.account_id', 'WHERE held.account_id'],
  ['a number is taken over from whoever has let go of it', 'holders.ts', ' AND held.account_id = $4 AND held.subject = $5`', ' AND coalesce($4, $5) IS NOT NULL`'],
  ['a number is taken over under another name', 'holders.ts', ' AND held.subject = $5`', " AND coalesce($5, '') IS NOT NULL`"],
  ['what was taken over is still free', 'holders.ts', 'subject = excluded.subject, stands = true', 'subject = excluded.subject'],
  ['who takes a number over does not have it', 'holders.ts', 'SET account_id = excluded.account_id, subject', 'SET subject'],
  ['a number may be two accounts’', 'migrations.ts', 'CREATE UNIQUE INDEX holders_number', 'CREATE INDEX holders_number'],
  ['every account gives it up', 'holders.ts', 'WHERE h.account_id = given.account_id AND', 'WHERE'],
  ['a number is given up with a campaign of the same name', 'holders.ts', ' AND h.kind = given.kind', ''],
  ['what somebody else has by now is taken back', 'holders.ts', "SET stands = true WHERE account_id = $1 AND kind", "SET stands = true, account_id = $1 WHERE kind"],
  ['a number that is another’s is this one’s', 'holders.ts', "SELECT FROM sunset.holders WHERE account_id = $1 AND kind = ANY ($2) AND subject = $3", 'SELECT FROM sunset.holders WHERE length($1) > 0 AND kind = ANY ($2) AND length($3) > 0'],
  ['what others use is ended', 'holders.ts', 'AND other.stands AND (other', 'AND NOT other.stands AND (other'],
  ['what others have left is used', 'holders.ts', 'AND other.stands AND (other', 'AND (other'],
  ['what the account itself uses again is ended', 'holders.ts', '(other.account_id, other.subject) <> (own.account_id, own.subject)', 'other.account_id <> own.account_id'],
  ['who is letting go is not waited for', 'holders.ts', "await this.others(shared, 'FOR SHARE')", "await this.others(shared, '')"],
  ['who has let go is not answered', 'holders.ts', 'rows.filter(({ stands }) => !stands)', 'rows.filter(({ stands }) => stands)'],
  ['the purge deletes what is others’', 'holders.ts', '`DELETE FROM ${table} WHERE account_id = $1 AND (kind, subject) IN (', '`DELETE FROM ${table} WHERE (kind, subject) IN ('],
  ['kinds have one hash', 'holders.ts', '=> `holder ${kind} ${id}`', '=> `holder ${kind.slice(0, 0)}${id}`'],

  ['a number that another has by now is given up', holdings, 'if (await this.holders.has(own, heldAs[target.kind].kinds)) return target;', 'return target;', numbers('is not asked for|left alone|adds before')],
  ['a campaign or brand that others use is ended', holdings, "if (target.kind !== 'release-number' && (", "if (target.kind === 'release-number' && target.e164 === '' && (", campaigns('two accounts use|later registration')],
  ['what the carrier is asked for is sold', holdings, "(former.stands || !(await this.mayTakeOver(former.accountId, 'release-number', former.subject)))", 'former.stands', numbers('just being asked for|lost worker|whoever comes first')],
  ['a campaign that is being ended is registered', holdings, "if (!(await this.mayTakeOver(former.accountId, endedBy[kind], former.subject))) throw", 'if (former.accountId === id) throw', campaigns('cannot be what')],
  ['who comes second has the number too', holdings, 'if (!(await this.holders.takeNumber({ accountId, subject }, e164, former, carrierNumberId))) throw taken();', 'await this.holders.takeNumber({ accountId, subject }, e164, former);', numbers('looked for its holder')],
  ['what somebody else has by now comes back', holdings, 'return left.filter((numberId) => !back.has(numberId));', 'return back.size < 0 ? left : [];', numbers('somebody else has by now|same instant')],
  ['a removed number is free before it is given back', holdings, '(isGivenBack ? letGo : dropped).push', 'dropped.push', numbers('a removed number')],
  ['a released number stays held', holdings, "case 'NumberReleased':\n      givenBack.push", "case 'NumberReleased':\n      letGo.push", numbers('free once it is released')],
];

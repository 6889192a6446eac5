// Accounts of another system, broken one at a time: what would charge, give up, tell or take twice comes first.
//
// 2026-11-27: all 26 noticed. Three had not been at first: lines that stay were looked for only at the end, when all go; two imports that look before one of them writes had no test; and
// what an earlier line has was forgotten within a batch alone, where the table knows it all the same, so that it is broken there.
export const folder = 'libs/domain/src';
export const witnesses = { examples: ['libs/domain/src/importing'], lives: ['test/imports/same-life'] };
/** Some of the tests need PostgreSQL. */
export const servers = true;

const imports = '../../imports/src';
const application = '../../application/src';
const inTables = ['test/imports/imports.int'];

export const mutants = [
  ['what was due comes by itself', 'membership/deadlines.ts', ' || isHeldSinceImport(state, { kind: row.kind, ...begun })', ''],
  ['what was due is announced', 'membership/deadlines.ts', 'state.imported?.at ?? null', 'null'],
  ['one that is let go lets all go', 'retention/fold.ts', 'imported.held.filter((one) => one !== lossKey(loss))', 'imported.held.filter((one) => one === loss.subject)'],
  ['what is let go stays held', 'retention/fold.ts', 'imported.held.filter((one) => one !== lossKey(loss))', 'imported.held.filter((one) => one !== loss.kind)'],
  ['the data were gone before the operator let them go', 'retention/fold.ts', '...(loss.kind === purgeData.kind && { heldUntil: at })', '...(loss.kind === loss.subject && { heldUntil: at })'],
  ['the period is counted from its own end always', 'importing/course.ts', 'if ((anchorDay === null || dayOf(starts) === anchorDay) && leadsThere(fromStart)) return fromStart;', ''],
  ['the agreed day is ignored', 'importing/course.ts', 'if (anchorDay === null) return', 'if (anchorDay !== 0) return'],
  ['a period that is over is the current one', 'importing/plans.ts', 'end === null && cancellation === null && currentPeriod.end <= now', 'end === null && cancellation === null && currentPeriod.end > now && number < 0'],
  ['a cancellation whose day has come is pending', 'importing/faults.ts', 'return cancellation && currentPeriod.end <= now ? currentPeriod.end : null;', 'return cancellation && currentPeriod.end < currentPeriod.start ? currentPeriod.end : null;'],
  ['a plan asked to end a period ahead tells the dates of the period before', 'importing/plans.ts', 'at < currentPeriod.start ?', 'at < startedAt ?'],
  ['the card does not rest', 'importing/rules.ts', '      happen(...recharging(known.state, at));\n', ''],
  ['a debt is forgotten', 'importing/rules.ts', 'happen(...owing(command, known.state, now, policy), ', 'happen('],
  ['what has expired is ended at the carrier', 'importing/rules.ts', "status === 'expired' ? { ...told, messagingServiceSid: null, campaignId: null, brandId: null } : told", 'told'],
  ['two plans of a kind run at once', 'importing/faults.ts', '(end === null || end > one.startedAt)', 'end !== null && end < one.startedAt'],
  ['a line that contradicts itself is taken', 'importing/rules.ts', "if (faults.length > 0) return", "if (faults.length > 99) return"],

  ['a dry run writes', `${application}/write-path/write-path.ts`, '    if (dryRun) return decided.map((one) => fold(one.upToDate.state, one.decided));\n', '', inTables],
  ['the carrier is asked because of an import', `${application}/write-path/write-path.ts`, "asked.manner !== 'taken-over');", "asked.manner !== 'noting');", inTables],
  ['what is here already is taken again', `${application}/imports/account-imports.ts`, "claimed.has(names.externalId) || typeof account === 'string'", 'claimed.has(names.externalId)', inTables],
  ['a number that another account has is taken', `${application}/imports/account-imports.ts`, 'holders.get(e164)?.stands ?', 'holders.get(e164)?.subject === e164 ?', inTables],
  ['an earlier line has nothing for itself', `${imports}/claims.ts`, 'return new Map(rows.map(', 'return new Map(rows.slice(rows.length).map(', inTables],
  ['who was deleted is brought back', `${application}/imports/account-imports.ts`, '    if (account === null) return [{', '    if (account === line.told.name) return [{', inTables],
  ['what another import has just taken is taken as well', `${imports}/imported-accounts.ts`, 'return affected === accounts.length;', 'return affected <= accounts.length;', inTables],
  ['lines stay after they were carried out', `${imports}/engine.ts`, "    await this.database.execute('DELETE FROM sunset.import_lines WHERE import_id = $1 AND line BETWEEN $2 AND $3', [importId, lines[0]!.line, last]);\n", '', inTables],
  ['one line that fails fails its neighbours', `${imports}/engine.ts`, 'if (lines.length > 1) {', 'if (lines.length > 100) {', inTables],
  ['the purge leaves whose the name was', `${imports}/imported-accounts.ts`, 'SET account_id = NULL WHERE', 'SET account_id = account_id WHERE', inTables],
  ['an import that comes again is sent over webhooks', '../../webhooks/src/bundles.ts', '.filter(({ metadata }) => !isImported(metadata))', '', ['test/webhooks/personal']],
];

// The policy that is handed in, broken one thing at a time: what it says, what was promised before it, and what is looked at before it is in force.
//
// 2026-11-27: all here were carried out and are noticed, none survives.
export const folder = 'libs/domain/src';
export const witnesses = { tests: ['test/policy', 'libs/policies', 'libs/domain/src/policy-in-force.spec.ts', 'libs/domain/src/membership/other-periods.spec.ts', 'libs/domain/src/cancellation/attempts.spec.ts'] };
/** The tests need PostgreSQL. */
export const servers = true;

const cancelling = 'cancellation/rules.ts';
const beside = 'membership/other-periods.ts';
const radius = '../../application/src/policy/blast-radius.ts';
const policies = '../../policies/src';

export const mutants = [
  ['what was shown under one policy is confirmed under another', cancelling, 'if (former && former.shownUnder !== foresight.policy.version)', "if (former && former.shownUnder === '')"],
  ['the version in force is on no event', '../../application/src/write-path/decided.ts', 'version !== builtInVersion && dependsOnPolicy', 'version === builtInVersion && dependsOnPolicy'],
  ['the text that is hashed is another language’s', '../../read-models/src/preview/view.ts', 'acceptedOf(accepted, disclosuresIn(policy, language))', 'acceptedOf(accepted, disclosuresIn(policy, policy.languages[0]))'],
  ['a cancellation promises the built-in periods', cancelling, 'policy: policy.periods,', 'policy: { ...policy.periods, numbersReleaseAfterDays: 14 },'],
  ['a plan that is not sold any more is sold', 'subscriptions/rules.ts', 'if (!plan?.sold)', 'if (!plan)'],
  ['a plan is bought in another currency', 'subscriptions/rules.ts', 'return plan.price.currency === currency ?', "return plan.price.currency !== '' ?"],
  ['an account is opened in any currency', 'account/rules.ts', 'currencies.some(({ code }) => code === currency) ?', 'currencies.length > 0 ?'],
  ['a reason is given that is not asked', 'cancellation/reasons.ts', 'reasons.filter((one) => one.asked)', 'reasons'],
  ['what is foretold is not the policy’s', 'membership/words.ts', 'say.foretold[kind] ?? lost[kind]', 'lost[kind]'],
  ['a tag is never its own language', 'language.ts', 'one.toLowerCase() === tag?.toLowerCase()', 'one.toLowerCase() === baseOf(tag)'],
  ['a date that would come nearer counts as later', radius, "one.would < one.promised ? 'nearer'", "one.would < one.promised ? 'later'"],
  ['the file’s word that all is kept is not heard', radius, "const keeps = openCancellations === 'as-promised';", 'const keeps = openCancellations === null && false;'],
  ['it is heard always', radius, "const keeps = openCancellations === 'as-promised';", 'const keeps = openCancellations !== null || true;'],
  ['accounts that are only listed later are forgotten', radius, 'if (!listed?.done)', 'if (listed?.done === null)'],
  ['ends are not looked at', radius, "{ standing: 'cancelling' }, { standing: 'lapsed' }", "{ standing: 'cancelling' }"],
  ['a change that is scheduled is forgotten', radius, 'broken.push(...scheduledFrom(state, planId, gone));', ''],
  ['what has come is counted', beside, 'if (counting && row.settled(state)) return [];', ''],
  ['a registration follows the last plan whatever the policy says', beside, "tenDlcScope === 'account') return end;", "tenDlcScope !== null) return end;"],
  ['fees after the end are no promise', beside, 'promised?.numberFeesAfterEnd === false', 'promised?.numberFeesAfterEnd === true'],
  ['a version says two things', `${policies}/contradictions.ts`, 'policyHash(policy) === policyHash(before) ?', 'policyHash(policy) !== null ?'],
  ['a text is changed under its version', `${policies}/contradictions.ts`, '(before?.texts[language] ?? text) !== text', '(before?.texts[language] ?? text) === null'],
  ['a plan becomes another one', `${policies}/contradictions.ts`, 'before && said(before) !== now', "before && said(before) === ''"],
  ['a process begins with what contradicts', `${policies}/policies.ts`, 'refuse(policy, await this.contradictionsOf(policy));', ''],
  ['faults are told of the first line', `${policies}/nodes.ts`, 'Math.max(1, this.lines.linePos(offset).line)', 'Math.max(1, this.lines.linePos(offset).line * 0)'],
  ['what a file does not know is let through', `${policies}/nodes.ts`, "else this.fault({ ...under, node: key }, 'is not known here');", ''],
  ['texts name what there is not', `${policies}/shape.ts`, 'if (place && unknown !== undefined)', 'if (place && unknown === null)'],
];

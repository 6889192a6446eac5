// What a policy says otherwise than the one before it, in sentences: for whoever looks before it is in force. Pure.
import { inWords, planById, type PolicyInForce } from '#domain';

export function differences(policy: PolicyInForce, before: PolicyInForce): readonly string[] {
  return [...ofPeriods(policy, before), ...ofPlans(policy, before), ...ofLists(policy, before), ...ofDisclosures(policy, before)];
}

const ofPeriods = ({ periods: { version: _, ...periods } }: PolicyInForce, { periods: before }: PolicyInForce): readonly string[] =>
  (Object.keys(periods) as (keyof typeof periods)[]).filter((name) => periods[name] !== before[name]).map((name) => `${name} is ${String(periods[name])} instead of ${String(before[name])}, for cancellations from then on`);

function ofPlans(policy: PolicyInForce, before: PolicyInForce): readonly string[] {
  const sold = policy.plans.filter((one) => one.sold);
  const wasSold = before.plans.filter((one) => one.sold);
  return [
    ...sold.filter(({ planId }) => !wasSold.some((one) => one.planId === planId)).map(({ planId, price }) => `the plan ${planId} is sold, for ${inWords(price)}`),
    ...wasSold.filter(({ planId }) => !sold.some((one) => one.planId === planId)).map(({ planId }) => `the plan ${planId} is not sold any more; who has it keeps it`),
    ...policy.plans.flatMap(({ planId, price }) => {
      const was = planById(before, planId)?.price;
      return was && was.amount !== price.amount ? [`the plan ${planId} is ${inWords(price)} instead of ${inWords(was)}, for periods of whoever takes it from then on or has scheduled to; who has it keeps its price`] : [];
    }),
  ];
}

function ofLists(policy: PolicyInForce, before: PolicyInForce): readonly string[] {
  const askedOf = ({ reasons }: PolicyInForce): readonly string[] => reasons.filter(({ asked }) => asked).map(({ code }) => code);
  const codesOf = ({ reasons }: PolicyInForce): readonly string[] => reasons.map(({ code }) => code);
  const currenciesOf = ({ currencies }: PolicyInForce): readonly string[] => currencies.map(({ code }) => code);
  return [
    ...changed(policy.languages, before.languages, (language) => `texts are shown in ${language}`, (language) => `texts are not shown in ${language} any more, and consents that were given in it name a language that the published document does not`),
    ...changed(currenciesOf(policy), currenciesOf(before), (code) => `accounts can be opened in ${code}`, (code) => `no account can be opened in ${code} any more, and who has one keeps it and can take no other plan`),
    ...changed(askedOf(policy), askedOf(before), (code) => `the reason ${code} is asked`, (code) => `the reason ${code} is not asked any more`),
    ...changed(codesOf(policy), codesOf(before), null, (code) => `the reason ${code} is gone, and who gave it is shown one that the published document does not name: it can stay, with asked: false`),
  ];
}

function ofDisclosures({ disclosures }: PolicyInForce, { disclosures: before }: PolicyInForce): readonly string[] {
  const named = (of: PolicyInForce['disclosures']): readonly string[] => of.map(({ id, version }) => `${id}, version ${version},`);
  return changed(named(disclosures), named(before), (one) => `the disclosure ${one} has to be accepted`, (one) => `the disclosure ${one} is not shown any more`);
}

function changed(now: readonly string[], before: readonly string[], isNew: ((one: string) => string) | null, isGone: (one: string) => string): readonly string[] {
  return [...(isNew ? now.filter((one) => !before.includes(one)).map(isNew) : []), ...before.filter((one) => !now.includes(one)).map(isGone)];
}

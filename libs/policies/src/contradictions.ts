// What a policy says otherwise than another one under the same name: of plans that somebody may have, and of texts that somebody may have accepted.
import type { OfferedPlan, PolicyInForce, PublishedDisclosure } from '#domain';
import { policyHash } from './write.js';

/** Sentences; none: both can have been in force one after the other. */
export function contradictions(policy: PolicyInForce, before: PolicyInForce): readonly string[] {
  if (policy.version === before.version) {
    return policyHash(policy) === policyHash(before) ? [] : [`the policy ${policy.version} has been in force with other contents: one that says something else has another version`];
  }
  return [
    ...policy.plans.flatMap((plan) => ofPlan(plan, before.plans.find(({ planId }) => planId === plan.planId))),
    ...policy.disclosures.flatMap((disclosure) => ofDisclosure(disclosure, before.disclosures.find(({ id, version }) => id === disclosure.id && version === disclosure.version))),
  ];
}

function ofPlan({ planId, kind, interval, price }: OfferedPlan, before: OfferedPlan | undefined): readonly string[] {
  const said = (one: Pick<OfferedPlan, 'kind' | 'interval' | 'price'>): string => `a ${one.kind} plan by the ${one.interval} in ${one.price.currency}`;
  const now = said({ kind, interval, price });
  return before && said(before) !== now ? [`the plan ${planId} was ${said(before)}, and here it is ${now}: that is another plan, and has another planId`] : [];
}

/** A language that was not there before takes nothing back. */
const ofDisclosure = ({ id, version, texts }: PublishedDisclosure, before: PublishedDisclosure | undefined): readonly string[] =>
  Object.entries(texts).some(([language, text]) => (before?.texts[language] ?? text) !== text)
    ? [`the disclosure ${id} was accepted in its version ${version} with another text: a text that is changed, be it by the days that it names, has another version`]
    : [];

// The published list of reasons (R5): those of the policy that are asked.
import type { Language } from '../language.js';
import type { PolicyInForce, ReasonCode } from '../policy-in-force.js';

const asked = ({ reasons }: PolicyInForce): PolicyInForce['reasons'] => reasons.filter((one) => one.asked);

/** `undefined`: it is not on the list. */
export const reasonCodeOf = (policy: PolicyInForce, code: string): ReasonCode | undefined => asked(policy).find((one) => one.code === code)?.code;

/** The same of what somebody gave before, asked any more or not. */
export const knownReasonCode = ({ reasons }: PolicyInForce, code: string): ReasonCode | undefined => reasons.find((one) => one.code === code)?.code;

export const reasonsIn = (policy: PolicyInForce, language: Language): readonly { readonly code: ReasonCode; readonly label: string }[] =>
  asked(policy).map(({ code, labels }) => ({ code, label: labels[language] ?? labels[policy.languages[0]] ?? code }));

/** Characters of the optional comment (R5), counted as code points. */
export const commentLengthMax = 2000;

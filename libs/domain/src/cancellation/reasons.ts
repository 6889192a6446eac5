// The published list of reasons (R5).

export const reasons = [
  { code: 'too_expensive', label: 'It costs too much' },
  { code: 'unused', label: 'I do not use it enough' },
  { code: 'missing_features', label: 'It lacks features I need' },
  { code: 'switched_service', label: 'I moved to another service' },
  { code: 'too_complex', label: 'It is too hard to use' },
  { code: 'low_quality', label: 'The quality is not good enough' },
  { code: 'customer_service', label: 'I am not happy with the support' },
  { code: 'other', label: 'Another reason' },
  { code: 'prefer_not_to_say', label: 'I prefer not to say' },
] as const;

export type ReasonCode = (typeof reasons)[number]['code'];

export const isReasonCode = (code: string): code is ReasonCode => reasons.some((reason) => reason.code === code);

/** Characters of the optional comment (R5), counted as code points. */
export const commentLengthMax = 2000;

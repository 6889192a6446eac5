// A refusal: the core's "no", a value. It is thrown once, where the core ends, and told as a problem document.

export interface Refusal<Code extends string = string> {
  readonly refused: Code;
  /** What the problem document adds, e.g. the pending cancellation or the disclosures that are missing. */
  readonly detail: Readonly<Record<string, unknown>>;
  /** It says something of this moment alone: the same, sent again, may be granted, so that the answer is not kept. */
  readonly passing?: true;
}

export const refuse = <const Code extends string>(code: Code, detail: Readonly<Record<string, unknown>> = {}): Refusal<Code> => ({
  refused: code,
  detail,
});

/** As {@link refuse}, of what may be granted later. */
export const refuseForNow = <const Code extends string>(code: Code, detail: Readonly<Record<string, unknown>> = {}): Refusal<Code> => ({
  ...refuse(code, detail),
  passing: true,
});

/** There is no such `what`, for whoever asks: of what is somebody else's it says the same. */
export const notFound = (what: string): Refusal<'not_found'> => refuse('not_found', { what });

export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && 'refused' in value && typeof value.refused === 'string';

/** Carries a refusal out of the core. */
export class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.refused);
    this.name = 'Refused';
  }
}

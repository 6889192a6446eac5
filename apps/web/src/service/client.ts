// The service as a page calls it: the generated client on the page's own origin, with the cookie of its session.
import { createClient, type Schemas } from '../../../../clients/typescript/src/index.js';

export type { Schemas };
export type Problem = Schemas['Problem'];

export const service = createClient({ baseUrl: location.origin });

/** A refusal, as the service words it. */
export class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

interface Answered<T> {
  readonly data?: T | undefined;
  readonly error?: Problem | undefined;
}

/** The body of a good answer; throws a {@link Refusal}, and whatever `fetch` throws where there is no answer. */
export async function bodyOf<T>(call: Promise<Answered<T>>): Promise<T> {
  const { data, error } = await call;
  if (error !== undefined) throw new Refusal(error);
  return data as T;
}

export const codeOf = (error: unknown): Problem['code'] | null => (error instanceof Refusal ? error.problem.code : null);

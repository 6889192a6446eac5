// Lists what a carrier account holds: step after step, a page a call, so that whoever asks says how fast, and no list is ever whole in memory.
import type { Listed, ListedKind, ListedPage, ListingPlace, Permit } from './carrier.js';
import { type Failure, failureOf, outcomeOf } from './line.js';

/** Reading only: it consents to nothing that cannot be taken back. */
export const readingOnly: Permit = { leftMs: () => Infinity, stillWanted: async () => [] };

export interface Page {
  readonly listed: readonly Listed[];
  /** Null: it is the last one. */
  readonly next: string | null;
}

export interface Step {
  readonly kinds: readonly ListedKind[];
  /** `owners`: ids of what has lists of its own, which are read before the next page. */
  readonly read: (page: string | null) => Promise<Page & { readonly owners?: readonly string[] }>;
  readonly readOf?: (owner: string, page: string | null) => Promise<Page>;
}

interface Place {
  readonly step: number;
  readonly page: string | null;
  /** Whose own lists are still to be read, and from which page on that of the first. */
  readonly owners: readonly string[];
  readonly ofFirst: string | null;
  /** Whether `page` was the step's last one. */
  readonly isLast: boolean;
}

const start = (step: number): Place => ({ step, page: null, owners: [], ofFirst: null, isLast: false });

/** Makes one request. */
export async function walk(steps: readonly Step[], text: ListingPlace | null): Promise<ListedPage> {
  const place = text === null ? start(0) : (JSON.parse(text) as Place);
  const step = steps[place.step]!;
  try {
    const { listed, next } = await turn(step, place);
    return { outcome: 'listed', listed, next: written(steps, next), withheld: [] };
  } catch (error) {
    const failure = failureOf(error);
    if (!isWithheld(failure, step)) return outcomeOf(failure) as Exclude<ListedPage, { readonly outcome: 'listed' }>;
    return { outcome: 'listed', listed: [], next: written(steps, start(place.step + 1)), withheld: step.kinds };
  }
}

/** Whoever may not see registrations may see the numbers all the same. */
const isWithheld = ({ httpStatus }: Failure, { kinds }: Step): boolean => httpStatus === 403 && !kinds.includes('number');

async function turn(step: Step, place: Place): Promise<{ readonly listed: readonly Listed[]; readonly next: Place }> {
  const [owner, ...others] = place.owners;
  if (owner !== undefined) {
    const { listed, next } = await step.readOf!(owner, place.ofFirst);
    return { listed, next: behind(next === null ? { ...place, owners: others, ofFirst: null } : { ...place, ofFirst: next }) };
  }
  const { listed, next, owners = [] } = await step.read(place.page);
  return { listed, next: behind({ ...place, page: next, owners, isLast: next === null }) };
}

const behind = (place: Place): Place => (place.owners.length === 0 && place.isLast ? start(place.step + 1) : place);

const written = (steps: readonly Step[], place: Place): ListingPlace | null => (place.step < steps.length ? JSON.stringify(place) : null);

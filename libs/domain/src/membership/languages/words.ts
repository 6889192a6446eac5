// What a language has to say: a file that leaves an event or a consequence out does not compile. What is sold, asked and accepted the policy says in its own languages.
import type { Sentences } from '../../subject.js';
import type { Saying } from '../../wording.js';
import type { Belonging, LossKind, recurrences } from '../consequences.js';
import type { DeclaredEvent } from '../events.js';

type Recurring = (typeof recurrences)[number];

/** What the sentence of each consequence that comes again and again speaks of. */
type Foretold = { readonly [Kind in Recurring['kind']]: ReturnType<Extract<Recurring, { kind: Kind }>['foretold']> };

export interface Words {
  readonly belongings: Readonly<Record<Belonging, string>>;
  /** One sentence for everything that can have happened; `null`: there is nothing to say of it. */
  readonly happened: Sentences<DeclaredEvent>;
  /** One sentence, while it is still to come. */
  readonly recurs: { readonly [Kind in keyof Foretold]: (facts: Foretold[Kind], say: Saying) => string };
  readonly lost: Readonly<Record<LossKind, string>>;
  /** Of a loss that is near. */
  readonly daysLeft: (days: number, loss: LossKind) => string;
  readonly noLongerFollows: string;
}

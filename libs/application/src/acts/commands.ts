// An act on many as commands: it is shown first, begun on what was shown, and gone on with in parts.
import type { Metadata } from '#kernel';
import { Acts, type RecordedAct, type Target, type WantedAct } from '#acts';
import { handles, RefusableCommand } from '../commands.js';
import { redactedBy } from '../operators/redacted.js';
import { ActsOnMany } from './acts-on-many.js';

export interface ShownAct {
  readonly act: RecordedAct;
  readonly examples: readonly Target[];
}

/** Changes nothing but what the act may take afterwards. */
export class ShowAct extends RefusableCommand<ShownAct, 'invalid_request'> {
  constructor(readonly wanted: WantedAct) {
    super();
  }
}

/** Answers its id. `shownId`: which showing; `null`: the last one of the same to the same. */
export class BeginAct extends RefusableCommand<string, 'invalid_request' | 'act_not_shown' | 'second_person_needed'> {
  constructor(readonly wanted: WantedAct, readonly shownId: string | null, readonly reason: string, readonly metadata: Metadata) {
    super();
  }
}

/** Does what can be done in a few seconds, each entry in a transaction of its own: not inside one. */
export class GoOnWithAct extends RefusableCommand<RecordedAct, never> {
  constructor(readonly actId: string, readonly metadata: Metadata) {
    super();
  }
}

/** Takes out of an act what an operator wrote. Answers `null` where there is no such act. */
export class RedactAct extends RefusableCommand<RecordedAct | null, 'nothing_to_redact'> {
  constructor(readonly actId: string, readonly metadata: Metadata) {
    super();
  }
}

export const ShowActHandler = handles(ShowAct, [ActsOnMany], ({ wanted }, acts) => acts.show(wanted));
export const BeginActHandler = handles(BeginAct, [ActsOnMany], ({ wanted, shownId, reason, metadata }, acts) => acts.begin(wanted, shownId, reason, metadata));
export const GoOnWithActHandler = handles(GoOnWithAct, [ActsOnMany], ({ actId, metadata }, acts) => acts.goOn(actId, metadata));
export const RedactActHandler = handles(RedactAct, [Acts], ({ actId, metadata }, acts) => acts.redact(actId, redactedBy(metadata)));

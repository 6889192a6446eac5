// What staff can do and nobody can undo. With `FOUR_EYES` one asks for it, and it is done once another person has confirmed it.
import { Inject, Injectable, type Type } from '@nestjs/common';
import { type ActToAsk, AskedActs } from '#four-eyes';
import { Refused, refuseForNow, type Metadata } from '#kernel';
import { BeginAskedAct } from '../acts/begin-asked-act.js';
import { ConfirmClock } from '../clock/commands.js';
import type { RefusableCommand } from '../commands.js';
import { ResumeEffects, SettleEffectElsewhere } from '../effects/commands.js';
import { LiftLegalHold, RetryPurge } from '../retention/commands.js';
import { StartErasure } from '../retention/start-erasure.js';
import { RetryDeadline } from './retry-deadline.js';

export type IrreversibleCommand = StartErasure | LiftLegalHold | ResumeEffects | ConfirmClock | RetryPurge | RetryDeadline | SettleEffectElsewhere | BeginAskedAct;

interface Row<C> {
  /** What it is done to: the field of the command, and what that names. */
  readonly target: keyof C & string;
  readonly what: string;
  /** The field with the words of who asks. */
  readonly reason?: keyof C & string;
  /** Always, unless told. */
  readonly where?: (command: C) => boolean;
}

interface Act {
  readonly command: Type<IrreversibleCommand>;
  readonly what: string;
  /** What is written down; `null`: this one can be undone. */
  readonly written: (command: IrreversibleCommand) => Omit<ActToAsk, 'act'> | null;
  /** The command anew, of what was written down. */
  readonly anew: (asked: ActToAsk, metadata: Metadata) => IrreversibleCommand;
}

function irreversible<C extends IrreversibleCommand>(command: Type<C>, { target, what, reason, where = () => true }: Row<C>): Act {
  return {
    command,
    what,
    written(one) {
      if (!(one instanceof command) || !where(one)) return null;
      const { metadata: _metadata, ...fields } = one;
      const words = reason && one[reason];
      return {
        target: String(one[target]),
        details: Object.fromEntries(Object.entries(fields).filter(([name]) => name !== reason)),
        reason: typeof words === 'string' ? words : null,
      };
    },
    anew: (asked, metadata) => Object.assign(Object.create(command.prototype as object) as C, asked.details, reason && { [reason]: asked.reason }, { metadata }),
  };
}

/** By the name under which an act waits. What is taken out of staff's own words is not among them: a person's name must not stand there until somebody has time. */
const acts = new Map<string, Act>([
  ['start-erasure', irreversible(StartErasure, { target: 'accountId', what: 'account' })],
  ['lift-legal-hold', irreversible(LiftLegalHold, { target: 'holdId', what: 'legal hold' })],
  ['end-pause', irreversible(ResumeEffects, { target: 'pauseId', what: 'pause', reason: 'reason' })],
  ['confirm-clock', irreversible(ConfirmClock, { target: 'stopId', what: 'purge stop', reason: 'reason' })],
  ['accept-findings', irreversible(RetryPurge, { target: 'purgeId', what: 'purge', reason: 'acceptFindings', where: ({ acceptFindings }) => acceptFindings !== null })],
  ['retry-deadline', irreversible(RetryDeadline, { target: 'deadlineId', what: 'deadline', reason: 'reason' })],
  ['act-on-many', irreversible(BeginAskedAct, { target: 'actId', what: 'act', reason: 'reason' })],
  ['settle-effect', irreversible(SettleEffectElsewhere, { target: 'effectId', what: 'effect', reason: 'reason' })],
]);

export const irreversibleActs: readonly string[] = [...acts.keys()];

/** Injection token of how long an act waits for a second person, in milliseconds; `null`: nobody is asked for. */
export const FOUR_EYES = Symbol('FourEyes');

/** The command that was asked for, as of whoever confirms it; `what` it is done to. Throws where another release asked for it, and this one does not know it. */
export function askedCommand(asked: ActToAsk, metadata: Metadata): { readonly command: IrreversibleCommand; readonly what: string } {
  const row = acts.get(asked.act);
  if (!row) throw new Error(`no act of this release: ${asked.act}`);
  return { command: row.anew(asked, metadata), what: row.what };
}

@Injectable()
export class SecondPerson {
  constructor(
    private readonly acts: AskedActs,
    @Inject(FOUR_EYES) private readonly standsMs: number | null,
  ) {}

  /** Whether the command needs another person. */
  isNeeded(command: RefusableCommand): boolean {
    return this.asked(command) !== null;
  }

  /** Writes down that it is asked for, and throws `second_person_needed`, where the command needs another person; resolves where it may be carried out. */
  async notNeeded(command: RefusableCommand): Promise<void> {
    const asked = this.asked(command);
    if (asked === null) return;
    const { askedActId, standsUntil } = await this.acts.ask(asked.act, asked.by, asked.standsMs);
    throw new Refused(refuseForNow('second_person_needed', { askedActId, standsUntil }));
  }

  private asked(command: RefusableCommand): { readonly act: ActToAsk; readonly by: string; readonly standsMs: number } | null {
    if (this.standsMs === null) return null;
    for (const [act, row] of acts) {
      const written = command instanceof row.command ? row.written(command) : null;
      if (written !== null) return { act: { act, ...written }, by: (command as IrreversibleCommand).metadata.actor.id, standsMs: this.standsMs };
    }
    return null;
  }
}

// What a second person does about an act that was asked for: confirms it, which carries it out, or declines it. And what anybody may do: take its words out.
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type AskedAct, AskedActs } from '#four-eyes';
import { notFound, type Metadata } from '#kernel';
import { Database } from '#postgres';
import { type CodeOf, handles, orRefuse, RefusableCommand } from '../commands.js';
import { askedCommand, type IrreversibleCommand } from './irreversible.js';
import { redactedBy } from './redacted.js';

type CodeOfActs = Exclude<CodeOf<IrreversibleCommand>, 'second_person_needed'>;

/** Answers `null` where there is no such act. */
export class ConfirmAskedAct extends RefusableCommand<AskedAct | null, CodeOfActs | 'not_found' | 'same_person' | 'act_over'> {
  constructor(readonly askedActId: string, readonly metadata: Metadata) {
    super();
  }
}

/** Answers `null` where there is no such act. */
export class DeclineAskedAct extends RefusableCommand<AskedAct | null, 'act_over'> {
  constructor(readonly askedActId: string, readonly metadata: Metadata) {
    super();
  }
}

/** Takes out of an act what an operator wrote. Answers `null` where there is no such act. */
export class RedactAskedAct extends RefusableCommand<AskedAct | null, 'nothing_to_redact'> {
  constructor(readonly askedActId: string, readonly metadata: Metadata) {
    super();
  }
}

@CommandHandler(ConfirmAskedAct)
export class ConfirmAskedActHandler implements ICommandHandler<ConfirmAskedAct> {
  constructor(
    private readonly database: Database,
    private readonly acts: AskedActs,
    private readonly bus: CommandBus,
  ) {}

  /** In one transaction: what is refused, because things have changed since, still waits. */
  execute(confirm: ConfirmAskedAct): Promise<AskedAct | null> {
    const { askedActId, metadata } = confirm;
    return this.database.transaction(async () => {
      const act = orRefuse(confirm, await this.acts.confirm(askedActId, metadata.actor.id));
      if (act === null) return null;
      const { command, what } = askedCommand(act, { ...metadata, causationId: `asked-act:${askedActId}` });
      if ((await this.bus.execute<IrreversibleCommand, unknown>(command)) === null) return orRefuse(confirm, notFound(what));
      return act;
    });
  }
}

export const DeclineAskedActHandler = handles(DeclineAskedAct, [AskedActs], ({ askedActId, metadata }, acts) => acts.decline(askedActId, metadata.actor.id));
export const RedactAskedActHandler = handles(RedactAskedAct, [AskedActs], ({ askedActId, metadata }, acts) => acts.redact(askedActId, redactedBy(metadata)));

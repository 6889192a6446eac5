// What each kind of deadline asks for when its time has come: a command, carried out in the transaction that fires the row.
import { randomUUID } from 'node:crypto';
import { Injectable, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { CommandBus, type Command, type ICommandHandler } from '@nestjs/cqrs';
import type { Metadata } from '#kernel';
import { SettleAccount, SettleAccountHandler } from '#application';
import { deadlineKinds, reminders, type DeadlineKind, type ReminderKind } from '#domain';
import { WrittenByNewerRelease } from '#event-store';
import type { DueDeadline } from '#deadlines';

interface Asked {
  readonly command: new (accountId: string, metadata: Metadata) => Command<unknown>;
  readonly handler: Type<ICommandHandler>;
}

/** All that is due for the account, in its order, is what `SettleAccount` carries out. */
const settle: Asked = { command: SettleAccount, handler: SettleAccountHandler };

export type DeadlineCommandTable = Readonly<Partial<Record<DeadlineKind, Asked>>>;

const asks: Readonly<Record<DeadlineKind, Asked>> = {
  ...(Object.fromEntries(reminders.map(({ kind }) => [kind, settle])) as Readonly<Record<ReminderKind, Asked>>),
  'period-end': settle,
  'number-fees': settle,
  'release-numbers': settle,
  'expire-ten-dlc': settle,
  'purge-data': settle,
};

@Injectable()
export class DeadlineCommands {
  constructor(
    private readonly commands: CommandBus,
    private readonly modules: ModuleRef,
  ) {}

  /** Throws an `Error` that names every kind of the domain that nothing follows from, and every command that nobody handles. */
  check(table: DeadlineCommandTable = asks): void {
    const missing = deadlineKinds.flatMap((kind) => {
      const asked = table[kind];
      if (!asked) return [`nothing is done for a deadline ${kind}`];
      return this.isHandled(asked) ? [] : [`nobody handles ${asked.command.name}, which a deadline ${kind} asks for`];
    });
    if (missing.length > 0) throw new Error(missing.join('\n'));
  }

  async carryOut({ deadlineId, accountId, kind }: DueDeadline): Promise<void> {
    const asked = (asks as Readonly<Record<string, Asked | undefined>>)[kind];
    if (!asked) throw new WrittenByNewerRelease(`a deadline ${kind} was set by a newer release`);
    await this.commands.execute(
      new asked.command(accountId, { actor: { role: 'system', id: 'deadlines' }, channel: 'worker', correlationId: randomUUID(), causationId: deadlineId }),
    );
  }

  private isHandled({ handler }: Asked): boolean {
    try {
      return this.modules.get(handler, { strict: false }) instanceof handler;
    } catch {
      return false;
    }
  }
}

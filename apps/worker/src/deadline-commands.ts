// What is done when the time of a deadline has come: whatever its kind, the account is brought up to date, in the transaction that fires the row.
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { SettleAccount, SettleAccountHandler } from '#application';
import { deadlineKinds } from '#domain';
import { WrittenByNewerRelease } from '#event-store';
import type { DueDeadline } from '#deadlines';

const known: ReadonlySet<string> = new Set(deadlineKinds);

@Injectable()
export class DeadlineCommands {
  constructor(
    private readonly commands: CommandBus,
    private readonly modules: ModuleRef,
  ) {}

  /** Throws an `Error` where nobody would carry out what is due. */
  check(): void {
    try {
      this.modules.get(SettleAccountHandler, { strict: false });
    } catch {
      throw new Error(`nobody handles ${SettleAccount.name}, which every deadline asks for`);
    }
  }

  async carryOut({ deadlineId, accountId, kind }: DueDeadline): Promise<void> {
    if (!known.has(kind)) throw new WrittenByNewerRelease(`a deadline ${kind} was set by a newer release`);
    await this.commands.execute(
      new SettleAccount(accountId, { actor: { role: 'system', id: 'deadlines' }, channel: 'worker', correlationId: randomUUID(), causationId: deadlineId }),
    );
  }
}

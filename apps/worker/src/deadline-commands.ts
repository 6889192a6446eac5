// What is done when the time of deadlines has come: whatever their kinds, their accounts are brought up to date, in the transaction that fires the rows.
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { BringAllUpToDate, BringAllUpToDateHandler } from '#application';
import { deadlineKinds } from '#domain';
import { grouped } from '#kernel';
import { WrittenByNewerRelease } from '#event-store';
import type { Carried, DueDeadline } from '#deadlines';

const known: ReadonlySet<string> = new Set(deadlineKinds);

const traced = ({ traceparent }: DueDeadline) => traceparent !== null && { traceparent };

@Injectable()
export class DeadlineCommands {
  constructor(
    private readonly commands: CommandBus,
    private readonly modules: ModuleRef,
  ) {}

  /** Throws an `Error` where nobody would carry out what is due. */
  check(): void {
    try {
      this.modules.get(BringAllUpToDateHandler, { strict: false });
    } catch {
      throw new Error(`nobody handles ${BringAllUpToDate.name}, which every deadline asks for`);
    }
  }

  /** As a `DeadlineHandler` does. A kind that is not known was set by a newer release. */
  async carryOut(due: readonly DueDeadline[], alone: boolean): Promise<readonly Carried[]> {
    const byAccount = grouped(due.filter(({ kind }) => known.has(kind)), ({ accountId }) => accountId);
    const accounts = [...byAccount].map(([accountId, claimed]) => ({
      accountId, claimed, metadata: { actor: { role: 'system', id: 'deadlines' }, channel: 'worker', correlationId: randomUUID(), causationId: claimed[0]!.deadlineId, ...traced(claimed[0]!) } as const,
    }));
    const carried = accounts.length === 0 ? [] : await this.commands.execute(new BringAllUpToDate(accounts, alone));
    const of = new Map(accounts.map(({ accountId }, index) => [accountId, carried[index]!]));
    return due.map(({ kind, accountId }) => (known.has(kind) ? of.get(accountId)! : new WrittenByNewerRelease(`a deadline ${kind} was set by a newer release`)));
  }
}

// The worker takes up every kind of deadline that there is, and leaves alone what a newer release has set.
import { expect, it } from '@jest/globals';
import type { BringAllUpToDate } from '#application';
import { deadlineKinds } from '#domain';
import { WrittenByNewerRelease } from '#event-store';
import { instant } from '#kernel';
import { DeadlineCommands } from './deadline-commands.js';

const dueAt = instant('2026-04-30T00:00:00Z');
const due = [...deadlineKinds, 'unheard-of'].map((kind) => ({ deadlineId: kind, kind, subject: '', generation: 1, accountId: `of ${kind}`, testClockId: null, dueAt, attempts: 0, traceparent: null }));

it('takes up every kind, and no other', async () => {
  const brought: string[] = [];
  const bus = {
    execute: ({ accounts }: BringAllUpToDate) => {
      brought.push(...accounts.map(({ accountId }) => accountId));
      return Promise.resolve(accounts.map(() => 'carried-out'));
    },
  };
  const carried = await new DeadlineCommands(bus as never, {} as never).carryOut(due, false);
  expect(brought).toEqual(deadlineKinds.map((kind) => `of ${kind}`));
  expect(carried).toEqual([...deadlineKinds.map(() => 'carried-out'), expect.any(WrittenByNewerRelease)]);
});

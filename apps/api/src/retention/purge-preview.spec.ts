// A dry run looks at every store of every account it lists, a few at a time, however many ask.
import { expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import type { Memberships } from '#application';
import type { ClockWatch, Deadlines, RecordedDeadline } from '#deadlines';
import type { EventStore } from '#event-store';
import { instant } from '#kernel';
import type { DataStore } from '#purge';
import { standIn } from '../../../../test/support/stand-in.js';
import { Page } from '../http/answers/page.js';
import { PurgeGuardController } from './purge-guard.controller.js';

it('takes at most two connections from everybody else', async () => {
  let [asked, asking, most] = [0, 0, 0];
  const counting = async (): Promise<number> => {
    asked += 1;
    most = Math.max(most, (asking += 1));
    await turn();
    asking -= 1;
    return 1;
  };
  const stores = ['a', 'b', 'c'].map((name): DataStore => ({
    name, transactional: true, counts: async () => ({ [name]: await counting() }), purgeBatch: async () => ({ counts: {}, digests: [], next: null }),
  }));
  const due = Array.from({ length: 50 }, (_, n) => standIn<RecordedDeadline>({ accountId: `account-${n}`, deadlineId: `${n}`, dueAt: instant('2031-01-01T00:00:00Z'), status: 'pending' }));
  const controller = new PurgeGuardController(
    {} as ClockWatch, standIn<Deadlines>({ list: async () => ({ data: due, next: null }) }), {} as Memberships, standIn<EventStore>({ sealedEvents: counting }), stores,
  );
  const answers = await Promise.all([1, 2, 3].map(() => controller.preview(Object.assign(new Page(), { limit: 100 }))));
  expect(answers.map(({ data }) => data.map(({ accountId }) => accountId))).toEqual(answers.map(() => due.map(({ accountId }) => accountId)));
  expect(answers[0]!.data[0]!.stores).toEqual([{ name: 'a', counts: { a: 1 } }, { name: 'b', counts: { b: 1 } }, { name: 'c', counts: { c: 1 } }]);
  expect({ asked, most }).toEqual({ asked: 3 * 50 * 4, most: 2 });
});

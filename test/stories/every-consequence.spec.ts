// Whatever speaks of consequences speaks of every row: one life with everything to lose is asked everywhere, by the rows themselves.
import { describe, expect, it } from '@jest/globals';
import { dayMs, plusMs, type Instant } from '#kernel';
import {
  asWritten, belongings, builtInPolicy, consequenceKinds, consequenceKindsInWords, deadlineKinds, foretell, ifYouReturn, lossKinds, lossOf, nextLoss, noMembership, openDeadlines, plannedDeadlines, wordsOf,
  type MembershipEvent,
} from '#domain';
import { diary } from '../../libs/read-models/src/diary/diary.js';
import { membershipView } from '../../libs/read-models/src/membership/view.js';
import { foldRow } from '../../libs/read-models/src/memberships/row.js';
import { previewView } from '../../libs/read-models/src/preview/view.js';
import { timelineView } from '../../libs/read-models/src/timeline/view.js';
import { applyTenDlc, approveTenDlc, buyNumber, cancel, open, resume, subscribe, topUp } from './commands.js';
import { lived, type Step } from './examples.js';
import { moment, type Life } from './life.js';
import { recorded } from './recorded.js';

const start = moment('2026-03-30T00:00Z');
const E = moment('2026-04-30T00:00Z');
const late = moment('2027-06-01T00:00Z');

const furnished: readonly Step[] = [[start, open(), subscribe('messaging-monthly'), topUp(5000), buyNumber('n0'), applyTenDlc(), approveTenDlc]];
const active = (): Life => lived(furnished);
const cancelling = (): Life => lived([...furnished, [start, cancel()]]);
const lapsed = (): Life => lived([...furnished, [start, cancel()], [E]]);
const gone = (): Life => lived([...furnished, [start, cancel()], [late]]);

const timeline = (life: Life, now = start) => timelineView(life.state, now, recorded(life), recorded(life), asWritten).map(({ entry }) => entry);
const entries = (life: Life, status: string) => timeline(life).filter((one) => one.status === status).map(({ kind, at, detail }) => ({ kind, at, detail }));
const upcoming = (life: Life) => foldRow(null, recorded(life)).upcoming.map(({ kind, due_at, status }) => ({ kind, due_at, status }));
const told = (life: Life): readonly string[] => diary(life.state, recorded(life), E).split('\n').map((line) => line.replace(/^ *\d\d:\d\d +/, ''));
const typesOf = (events: readonly MembershipEvent[]) => new Set<string>(events.map(({ type }) => type));

describe.each(lossKinds)('%s', (kind) => {
  const row = lossOf(kind);
  const foretold = (): string => foretell(cancelling().state, kind, '', asWritten);
  const dueAt = (): Instant => plannedDeadlines(cancelling().state).find((one) => one.kind === kind)!.dueAt;

  it('is foretold by the preview, with the stage of a return that ends with it', () => {
    const at = dueAt();
    const preview = previewView(active().state, active().state.subscriptions[0]!, { sms: { count: 0, amount: 0 }, rvm: { count: 0, amount: 0 } }, start, builtInPolicy, asWritten);
    expect(preview.consequences).toContainEqual({ kind, at, detail: foretold() });
    const [before, after] = [preview.ifYouReturn.findIndex(({ until }) => until === at), preview.ifYouReturn.findIndex(({ until }) => until === at) + 1];
    expect(preview.ifYouReturn[before]).toMatchObject({ until: at, kept: expect.arrayContaining([...row.takes]) });
    expect(preview.ifYouReturn[after]).toMatchObject({ lost: expect.arrayContaining([...row.takes]) });
  });

  it('is planned while it is only told: on the Membership page, in the timeline, the diary and the analysts’ list', () => {
    const at = dueAt();
    expect(membershipView(cancelling().state, [], start, 'customer', asWritten.plan).deadlines).toContainEqual({ kind, dueAt: at, status: 'planned' });
    expect(entries(cancelling(), 'planned')).toContainEqual({ kind, at, detail: foretold() });
    expect(told(cancelling())).toContain(foretold());
    expect(upcoming(cancelling())).toContainEqual({ kind, due_at: at, status: 'planned' });
  });

  it('counts from the end, in the same places', () => {
    const at = dueAt();
    expect(openDeadlines(lapsed().state)).toContainEqual({ kind, subject: '', generation: 1, dueAt: at, held: false });
    expect(entries(lapsed(), 'planned')).toContainEqual({ kind, at, detail: foretold() });
    expect(told(lapsed())).toContain(foretold());
    expect(upcoming(lapsed())).toContainEqual({ kind, due_at: at, status: 'pending' });
  });

  it('is announced on the days of its row', () => {
    const at = dueAt();
    const dates = row.announcedDaysBefore.map((days) => ({ kind: `remind-${kind}-${days}`, dueAt: plusMs(at, -days * dayMs) }));
    expect(dates.length).toBeGreaterThan(0);
    expect(openDeadlines(lapsed().state).map(({ kind: one, dueAt }) => ({ kind: one, dueAt }))).toEqual(expect.arrayContaining(dates));
    const near = row.announcedDaysBefore.map((days) => wordsOf.en.daysLeft(days, kind).replace(/\.$/, ', on '));
    expect(told(gone()).filter((line) => near.some((one) => line.startsWith(one)))).toHaveLength(dates.length);
  });

  it('is void for who has stayed', () => {
    const at = dueAt();
    const stays = lived([...furnished, [start, cancel(), resume()]]);
    expect(entries(stays, 'void')).toContainEqual({ kind, at, detail: 'No longer follows.' });
  });

  it('is carried out once its day has come, and is told as done and never as void', () => {
    const at = dueAt();
    const carriedOut = typesOf(gone().events);
    const done = row.carriedOutBy.filter((type) => carriedOut.has(type));
    expect(done.length).toBeGreaterThan(0);
    expect(timeline(gone(), late).map(({ kind: one }) => one)).toEqual(expect.arrayContaining(done));
    expect(entries(gone(), 'void')).toEqual([]);
    expect(gone().fired.filter((one) => one.kind === kind)).toMatchObject([{ dueAt: at }]);
  });

  it('takes what is kept until then, and no return brings it back', () => {
    const at = dueAt();
    expect(ifYouReturn(lapsed().state).kept).toEqual(expect.arrayContaining([...row.takes]));
    expect(ifYouReturn(lived([...furnished, [start, cancel()], [at]]).state).lost).toEqual(expect.arrayContaining([...row.takes]));
    expect(nextLoss(lived([...furnished, [start, cancel()], [plusMs(at, -1)]]).state)).toEqual({ kind, at });
  });
});

describe('all rows', () => {
  it('are known by their kinds, each once', () => {
    expect(deadlineKinds).toEqual(expect.arrayContaining([...consequenceKinds]));
    expect(new Set(deadlineKinds).size).toBe(deadlineKinds.length);
    expect(deadlineKinds.filter((kind) => kind.startsWith('remind-'))).toHaveLength(lossKinds.flatMap((kind) => lossOf(kind).announcedDaysBefore).length);
    expect(consequenceKinds.map((kind) => consequenceKindsInWords.includes(kind))).not.toContain(false);
  });

  it('take what belongs to somebody, and all of it in the end', () => {
    expect(belongings).toEqual(lossKinds.flatMap((kind) => lossOf(kind).takes));
    expect(ifYouReturn(gone().state)).toEqual({ kept: [], lost: belongings });
    expect(ifYouReturn(noMembership('acc')).lost).toEqual([]);
  });

  it('that come again and again stand in the same places', () => {
    for (const kind of ['number-fees', 'period-end'] as const) {
      const { subject, dueAt } = openDeadlines(active().state).find((one) => one.kind === kind)!;
      const foretold = foretell(active().state, kind, subject, asWritten);
      expect(entries(active(), 'planned')).toContainEqual({ kind, at: dueAt, detail: foretold });
      expect(told(active())).toContain(foretold);
      expect(upcoming(active())).toContainEqual({ kind, due_at: dueAt, status: 'pending' });
    }
  });
});

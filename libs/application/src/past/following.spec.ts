// What follows by the rules stands among what is written as if it were written: in every order, on every page, and under the same id each time.
import { expect, it } from '@jest/globals';
import { plusMs, type Instant } from '#kernel';
import { entered } from '../../../../test/stories/recorded.js';
import { moment } from '../../../../test/stories/life.js';
import { merged, recordedAs } from './following.js';

const start = moment('2026-05-01T00:00Z');
const metadata = { actor: { role: 'system', id: 'deadlines' }, channel: 'api', correlationId: 'c', causationId: 'd' } as const;
const event = (type: 'AutoRechargeSuspended' | 'AutoRechargeRestored', at: Instant) => ({ type, effectiveAt: at, data: {} }) as Parameters<typeof recordedAs>[0];
const follow = (version: number, at: Instant, undone?: readonly { readonly kind: string; readonly dueAt: Instant }[]) =>
  recordedAs(event('AutoRechargeRestored', at), { accountId: 'a', version, recordedAt: start, metadata: { ...metadata, ...(undone && { undone }) } });

const written = [1, 2, 3].map((version) => entered(event('AutoRechargeSuspended', plusMs(start, version * 10)), { version, accountId: 'a' }));
const following = [follow(4, plusMs(start, 15)), follow(5, plusMs(start, 40), [{ kind: 'purge-data', dueAt: start }])];
const versions = (wanted: Parameters<typeof merged>[2], of = written): readonly number[] => merged(of, following, wanted).map(({ version }) => version);

it('comes in the order that is asked for, and no more of it than that', () => {
  expect(versions({})).toEqual([1, 2, 3, 4, 5]);
  expect(versions({ order: 'newest-first', limit: 2 })).toEqual([5, 4]);
  expect(versions({ order: 'time' })).toEqual([1, 4, 2, 3, 5]);
  expect(versions({ order: 'time', limit: 2 })).toEqual([1, 4]);
});

it('comes only where it is wanted', () => {
  expect(versions({ types: ['AutoRechargeSuspended'] })).toEqual([1, 2, 3]);
  expect(versions({ undoing: true }, [])).toEqual([5]);
  expect(versions({ fromVersion: 5 }, [])).toEqual([5]);
  expect(versions({ toVersion: 4 }, [])).toEqual([4]);
  expect(versions({ subjects: ['a'] }, [])).toEqual([]);
  expect(versions({ order: 'time', after: { at: plusMs(start, 15), version: 4 } }, [])).toEqual([5]);
});

it('has an id that says what it is, and so is always the same', () => {
  const [one, again, other] = [follow(4, start), follow(4, start), follow(5, start)];
  expect(one.eventId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  expect([again.eventId === one.eventId, other.eventId === one.eventId]).toEqual([true, false]);
});

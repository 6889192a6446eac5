// Everything that happened, to whichever account, for whoever follows it from outside and keeps his own place.
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { personalOf, type MembershipEvent } from '#domain';
import { EventStore, type Passage, type PassageAsked, type PlaceInLog } from '#event-store';
import { feedEntryView, type FeedEntryView } from '#read-models';
import { Memberships } from './memberships.js';

const pollMs = 200;

export interface FeedPage {
  readonly entries: readonly { readonly entry: FeedEntryView; readonly place: PlaceInLog }[];
  readonly reached: PlaceInLog | null;
  readonly more: boolean;
}

export interface FeedWait {
  readonly waitMs?: number;
  /** Aborts when he has gone. */
  readonly asker?: AbortSignal;
  readonly look?: (read: () => Promise<FeedPage>) => Promise<FeedPage>;
}

@Injectable()
export class Feed implements OnModuleDestroy {
  private readonly ending = new AbortController();

  constructor(
    private readonly store: EventStore<MembershipEvent>,
    private readonly memberships: Memberships,
  ) {}

  /**
   * What happened behind a place. Where nothing has yet, it is waited for, as long as told, and while the asker is there and the process goes on; no
   * connection is held meanwhile. `look`: has each look at the log carried out, when it is its turn. Throws `UnknownPlace`, `WrittenByNewerRelease`.
   */
  async read(asked: PassageAsked, { waitMs = 0, asker, look = (read) => read() }: FeedWait = {}): Promise<FeedPage> {
    const until = performance.now() + waitMs;
    const signal = AbortSignal.any([this.ending.signal, ...(asker ? [asker] : [])]);
    const page = (after: PlaceInLog | null) => look(async () => this.shown(await this.store.passage({ ...asked, after })));
    let seen = await page(asked.after);
    while (seen.entries.length === 0 && performance.now() < until && !signal.aborted) {
      if (!seen.more) await sleep(pollMs, undefined, { signal }).catch(() => undefined);
      seen = await page(seen.reached);
    }
    return seen;
  }

  /** Whoever waits is answered before the server stops. */
  onModuleDestroy(): void {
    this.ending.abort();
  }

  private async shown({ entries, ...rest }: Passage<MembershipEvent>): Promise<FeedPage> {
    const told = entries.filter(({ event }) => personalOf(event).length > 0).map(({ event }) => event.accountId);
    const silent = told.length === 0 ? new Set<string>() : await this.memberships.silent(new Set(told));
    return { ...rest, entries: entries.map(({ event, place }) => ({ entry: feedEntryView(event, silent.has(event.accountId)), place })) };
  }
}

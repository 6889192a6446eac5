// Everything that happened, to whichever account, for whoever follows it from outside and keeps his own place.
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { personalOf, type MembershipEvent } from '#domain';
import { EventStore, type Passage, type PassageAsked, type PlaceInLog } from '#event-store';
import type { Asking } from '#postgres';
import { feedEntryView, type FeedEntryView } from '#read-models';
import { Memberships } from './memberships.js';

const pollMs = 200;

export interface FeedPage {
  readonly entries: readonly { readonly entry: FeedEntryView; readonly place: PlaceInLog }[];
  readonly reached: PlaceInLog | null;
  readonly more: boolean;
}

export interface FeedWait {
  /** 0: he does not. */
  readonly waitMs: number;
  /** Aborts when he has gone. */
  readonly asker: AbortSignal;
  /** How many entries a further look reads at most: he looks often, mostly for nothing, and a longer page keeps others waiting. */
  readonly furtherMost: number;
  /** Carries out one look at the log, when its turn comes. A `further` look says how many entries it reads at most, and how long it waits for its turn; `null`: the turn did not come. */
  readonly look: (read: () => Promise<FeedPage>, further?: Pick<Asking, 'waitMs' | 'signal'> & { readonly entries: number }) => Promise<FeedPage | null>;
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
   * connection is held meanwhile. When a further look gets no turn, the answer is what was seen so far: nothing, and how far the log was looked through. Throws `UnknownPlace`, `WrittenByNewerRelease`.
   */
  async read(asked: PassageAsked, { waitMs, asker, furtherMost, look }: FeedWait): Promise<FeedPage> {
    const until = performance.now() + waitMs;
    const signal = AbortSignal.any([this.ending.signal, asker]);
    const page = (more: Partial<PassageAsked>) => async () => this.shown(await this.store.passage({ ...asked, ...more }));
    const entries = Math.min(asked.limit, furtherMost);
    let seen = (await look(page({})))!;
    for (;;) {
      const leftMs = until - performance.now();
      if (seen.entries.length > 0 || leftMs <= 0 || signal.aborted) return seen;
      if (!seen.more) await sleep(Math.min(pollMs, leftMs), undefined, { signal }).catch(() => undefined);
      const next = await look(page({ after: seen.reached, limit: entries }), { waitMs: Math.max(0, until - performance.now()), signal, entries });
      if (!next) return seen;
      seen = next;
    }
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

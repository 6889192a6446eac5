// Everything that happens, one event after the other, for as long as one likes to listen.
import type { Client, Schemas } from './index.js';

export type Followed = Schemas['FeedEntry'];

export interface FollowOptions {
  /** The cursor of the last event that was dealt with; from the beginning of the log when absent. */
  readonly after?: string | undefined;
  readonly signal?: AbortSignal;
}

/**
 * Each event once, in the order in which it was recorded. Keep `cursor` with what you make of an event, in one transaction: whoever begins again behind
 * it misses nothing and does nothing twice. Ends when `signal` is aborted. Throws the problem of a refusal.
 */
export async function* follow(client: Client, { after, signal }: FollowOptions = {}): AsyncGenerator<Followed, void, undefined> {
  for (let cursor = after; !signal?.aborted; ) {
    const { data, error } = await client.GET('/v1/events', {
      params: { query: { ...(cursor !== undefined && { after: cursor }) }, header: { Prefer: 'wait=30' } },
      ...(signal && { signal }),
    });
    if (error) throw Object.assign(new Error(error.detail), { problem: error });
    yield* data.data;
    cursor = data.reached ?? cursor;
  }
}

// Moving the clock, and the jumps that are worth making.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { bodyOf } from '../service/client.js';
import type { Demo } from './demo.js';
import { platform } from './sandbox.js';
import type { Stop } from './stops.js';

const minuteMs = 60_000;
const dayMs = 86_400_000;

export function useAdvance({ testClockId }: Demo) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (to: number) => bodyOf(platform.POST('/v1/test-clocks/{testClockId}/advance', { params: { path: { testClockId } }, body: { to: new Date(to).toISOString() } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['reading'] }),
    retry: false,
  });
}

interface Jumps {
  /** `null`: there is nothing ahead. */
  readonly lastMinute: number | null;
  readonly aDay: number;
  readonly next: Stop | null;
  readonly aYear: number;
}

export function jumpsFrom(now: number, stops: readonly Stop[]): Jumps {
  const next = stops.find(({ at }) => at > now) ?? null;
  const before = next === null ? 0 : next.at - minuteMs;
  return { lastMinute: before > now ? before : null, aDay: now + dayMs, next, aYear: now + 365 * dayMs };
}

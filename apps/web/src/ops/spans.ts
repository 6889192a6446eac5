// How long something takes or has lasted, in its two largest units, as staff compare it.
const units = [['d', 86_400_000], ['h', 3_600_000], ['min', 60_000], ['s', 1_000]] as const;

/** `3 d 4 h`, `2 min 5 s`, `0.4 s`. */
export function spanText(ms: number): string {
  if (ms < 10_000) return `${(Math.max(0, ms) / 1_000).toFixed(1)} s`;
  const first = units.findIndex(([, length]) => ms >= length);
  const [[unit, length], next] = [units[first]!, units[first + 1]];
  const rest = next ? Math.floor((ms % length) / next[1]) : 0;
  return `${Math.floor(ms / length)} ${unit}${next && rest > 0 ? ` ${rest} ${next[0]}` : ''}`;
}

/** `2026-04-30 07:00:00`: staff think in UTC, whatever zone an account is in. */
export const utcText = (at: string): string => at.slice(0, 19).replace('T', ' ');

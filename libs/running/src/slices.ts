// Long work in slices: between two of them the process does what else there is to do, however many work so at once.

const waiting: (() => void)[] = [];

/** Resolves in a turn of the event loop in which no other slice begins, in the order of asking: await it before each slice, of a few milliseconds at most. */
export function slice(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(begin);
  });
}

function begin(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(begin);
}

/** About as many characters of text as are made, sealed, hashed or written in one slice. */
export const sliceLength = 16_384;

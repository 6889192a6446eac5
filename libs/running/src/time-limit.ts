// A limit on how long somebody else's promise is waited for.

export class TimeLimitExceeded extends Error {
  override name = 'TimeLimitExceeded';
}

/** Rejects with {@link TimeLimitExceeded} after `ms`; what the promise does later is ignored. */
export async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeLimitExceeded(`${what} took longer than ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

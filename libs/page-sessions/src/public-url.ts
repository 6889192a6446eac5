// Where customers reach the service from outside, by the environment of every process that leads them there.

/** An origin without a slash at its end, by `PUBLIC_URL`; `undefined`: it is not said. Throws an `Error` that names the variable. */
export function publicUrlFrom(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const text = environment['PUBLIC_URL'];
  if (!text) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // The page and its cookie are the whole origin's.
  if (!url || !/^https?:$/.test(url.protocol) || (text !== url.origin && text !== `${url.origin}/`)) throw new Error(`PUBLIC_URL is no http(s) origin, like https://membership.example: ${text}`);
  return url.origin;
}

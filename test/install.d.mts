/** With `apt` as root on Debian, with `brew` where there is one; throws an `Error` that says `otherwise`, what to do by hand. */
export function installWith(settings: {
  readonly name: string;
  readonly apt: readonly string[];
  readonly brew: readonly string[];
  readonly otherwise: string;
  readonly say: (text: string) => void;
  readonly signal?: AbortSignal;
}): Promise<void>;

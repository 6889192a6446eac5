// The token of a tab: kept where a reload finds it, made new before it runs out where the issuer lets us.

export interface Kept {
  readonly token: string;
  /** Says to the issuer who signs out; absent where nobody signed in there. */
  readonly idToken?: string;
  /** Gets another token before this one runs out; kept in memory alone. */
  readonly renew?: () => Promise<Kept>;
}

/** Text of one tab. */
export interface Place {
  readonly read: () => string | null;
  readonly write: (text: string | null) => void;
}

/** Before it runs out, so that no request goes out with one that is refused on the way. */
const earlyMs = 30_000;

export class Tokens {
  private renewing: Promise<void> | null = null;
  private renew: (() => Promise<Kept>) | undefined;

  constructor(
    private readonly place: Place,
    private readonly now: () => number = Date.now,
  ) {}

  /** `null`: there is none. */
  get token(): string | null {
    return this.kept?.token ?? null;
  }

  /** Whether what it says of itself is past. */
  get isOver(): boolean {
    return this.leftMs <= 0;
  }

  keep({ renew, ...kept }: Kept): void {
    this.renew = renew;
    this.place.write(JSON.stringify(kept));
  }

  /** Answers what there was. */
  drop(): Kept | null {
    const { kept } = this;
    this.renew = undefined;
    this.place.write(null);
    return kept;
  }

  /** What the next request goes out with; empty: nothing. Whoever comes while one is made new waits for it. */
  async current(): Promise<string> {
    if (this.renew && this.leftMs < earlyMs) await (this.renewing ??= this.again(this.renew).finally(() => { this.renewing = null; }));
    return this.token ?? '';
  }

  /** Where the issuer gives no other one, this one goes on until it is refused. */
  private async again(renew: () => Promise<Kept>): Promise<void> {
    const before = this.token;
    const kept = await renew().catch(() => null);
    if (kept && this.token === before) this.keep(kept);
  }

  private get kept(): Kept | null {
    const text = this.place.read();
    return text === null ? null : (JSON.parse(text) as Kept);
  }

  private get leftMs(): number {
    const end = this.token === null ? null : endOf(this.token);
    return end === null ? Infinity : end - this.now();
  }
}

/** `null`: the token does not say. */
function endOf(token: string): number | null {
  try {
    const { exp } = JSON.parse(atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))) as { readonly exp?: unknown };
    return typeof exp === 'number' ? exp * 1_000 : null;
  } catch {
    return null;
  }
}

// Lets contenders work by turns, so that a noisy machine disturbs them alike, and tells how fast each was and how long one piece of work took.

/** How long each contender is measured, for each number of callers at once. */
export const seconds = Number(process.env['BENCH_SECONDS'] ?? 3);

export interface Contender {
  /** Makes the accounts of one turn; not measured. */
  readonly open: (accountIds: readonly string[]) => Promise<unknown>;
  /** One piece of work; `nth` of the account, from 1 on. */
  readonly work: (accountId: string, nth: number) => Promise<unknown>;
}

export interface Speed {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

export interface Race<Name extends string> {
  readonly contenders: Readonly<Record<Name, Contender>>;
  readonly newAccountId: () => string;
  /** Pieces of work that an account sees, one after the other. */
  readonly perAccount: number;
  /** Callers at once, each with an account of its own. */
  readonly concurrency: number;
}

const turns = 4;

export async function race<Name extends string>({ contenders, newAccountId, perAccount, concurrency }: Race<Name>): Promise<Record<Name, Speed>> {
  const names = Object.keys(contenders) as Name[];
  const measured = new Map(names.map((name) => [name, { ms: 0, took: [] as number[], accounts: 2 * concurrency }]));
  const turn = async (name: Name, counts: boolean): Promise<void> => {
    const own = measured.get(name)!;
    const { open, work } = contenders[name];
    const accountIds = Array.from({ length: own.accounts }, newAccountId);
    await open(accountIds);
    const took: number[] = [];
    const start = performance.now();
    await inLanes(accountIds, concurrency, async (accountId) => {
      for (let nth = 1; nth <= perAccount; nth += 1) {
        const began = performance.now();
        await work(accountId, nth);
        took.push(performance.now() - began);
      }
    });
    const ms = performance.now() - start;
    own.accounts = Math.max(2 * concurrency, Math.round((own.accounts * seconds * 1000) / turns / ms));
    if (!counts) return;
    own.ms += ms;
    for (const one of took) own.took.push(one);
  };
  for (const name of names) await turn(name, false);
  for (let round = 0; names.some((name) => measured.get(name)!.ms < seconds * 1000); round += 1) {
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) await turn(name, true);
  }
  return Object.fromEntries(
    names.map((name) => {
      const { ms, took } = measured.get(name)!;
      return [name, { perSecond: (took.length * 1000) / ms, p50: quantile(took, 0.5), p99: quantile(took, 0.99) }];
    }),
  ) as Record<Name, Speed>;
}

/** Works on all items, `lanes` at once. */
export async function inLanes<Item>(items: readonly Item[], lanes: number, work: (item: Item) => Promise<unknown>): Promise<void> {
  const queue = items.values();
  const lane = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
};

/** Two digits that count, for figures from 0.01 to thousands. */
export const rounded = (value: number): number => Number(value.toPrecision(2));

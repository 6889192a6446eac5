// Who has what at the carrier, across accounts: a number is one account's at a time, campaigns and brands may be several accounts'.
import { grouped } from '#kernel';
import type { PersonalData } from '#personal-data';
import type { Database } from '#postgres';

/** What several accounts may use at once, as those of one agency do. */
export const sharedKinds = ['messaging-service', 'campaign', 'brand'] as const;
export type SharedKind = (typeof sharedKinds)[number];
export type HeldKind = 'number' | SharedKind;

/** Whose a thing is, and what the account calls it: the id of a number or of a registration. */
export interface Holder {
  readonly accountId: string;
  readonly subject: string;
}

export interface NotedHolder extends Holder {
  /** Whether the account uses it; otherwise it has let go, and whoever takes it over is the holder. */
  readonly stands: boolean;
}

/** One thing that several accounts may use. */
export interface Shared {
  readonly kind: SharedKind;
  readonly id: string;
}

interface SharedKey {
  readonly kind: SharedKind;
  readonly hash: string;
}

const nameOf = ({ kind, hash }: SharedKey): string => `${kind} ${hash}`;

/** What is hashed: apart from every other use of the hashes that are the same for all accounts. */
const used = (kind: HeldKind, id: string): string => `holder ${kind} ${id}`;

/** What an account does not have any more, under the name it had for it. */
export interface GivenUp extends Holder {
  readonly kind: HeldKind;
}

const fromGiven = `FROM unnest($1::text[], $2::text[], $3::text[]) AS given (account_id, kind, subject)
  WHERE h.account_id = given.account_id AND h.kind = given.kind AND h.subject = given.subject`;

const parametersOf = (given: readonly GivenUp[]): readonly unknown[] => [given.map(({ accountId }) => accountId), given.map(({ kind }) => kind), given.map(({ subject }) => subject)];

const columns = 'account_id AS "accountId", subject';

/** Everything but the reading joins the surrounding transaction: the one that writes down what has happened. */
export class Holders {
  readonly name = 'holders';
  readonly transactional = true;

  constructor(
    private readonly database: Database,
    private readonly personalData: PersonalData,
  ) {}

  /** `null`: nobody has it, and nobody who had it is still to give it back. */
  async ofNumber(number: string): Promise<NotedHolder | null> {
    const [row] = await this.database.query<NotedHolder>(
      `SELECT ${columns}, stands FROM sunset.holders WHERE kind = 'number' AND hash = decode($1, 'hex')`,
      [await this.hash('number', number)],
    );
    return row ?? null;
  }

  /** As {@link ofNumber}, of several. */
  async ofNumbers(numbers: readonly string[]): Promise<ReadonlyMap<string, NotedHolder>> {
    if (numbers.length === 0) return new Map();
    const hashes = await this.hashes('number', numbers);
    const rows = await this.database.query<NotedHolder & { hash: string }>(
      `SELECT ${columns}, stands, encode(hash, 'hex') AS hash FROM sunset.holders WHERE kind = 'number' AND hash IN (SELECT decode(asked, 'hex') FROM unnest($1::text[]) AS asked)`,
      [hashes],
    );
    const byHash = new Map(rows.map(({ hash, ...holder }) => [hash, holder]));
    return new Map(numbers.flatMap((number, index) => {
      const holder = byHash.get(hashes[index]!);
      return holder ? [[number, holder] as const] : [];
    }));
  }

  /** Makes accounts the holders of free numbers. `false`: not all of them were; whoever is just taking one is waited for. */
  async takeNumbers(taken: readonly (Holder & { readonly number: string })[]): Promise<boolean> {
    if (taken.length === 0) return true;
    const hashes = await this.hashes('number', taken.map(({ number }) => number));
    const inOrder = taken.map((one, index) => ({ ...one, hash: hashes[index]! })).toSorted((a, b) => (a.hash < b.hash ? -1 : 1));
    const { affected } = await this.database.execute(
      `INSERT INTO sunset.holders (account_id, kind, subject, hash) SELECT account_id, 'number', subject, decode(hash, 'hex') FROM unnest($1::text[], $2::text[], $3::text[]) AS taken (account_id, subject, hash)
       ON CONFLICT (hash) WHERE kind = 'number' DO NOTHING`,
      [inOrder.map(({ accountId }) => accountId), inOrder.map(({ subject }) => subject), inOrder.map(({ hash }) => hash)],
    );
    return affected === taken.length;
  }

  /**
   * Makes the account the number's holder: of a free one, or of one that `former` has let go of. `false`: somebody else is, or `former` is not any more;
   * of several who take it at the same time, one gets it.
   */
  async takeNumber({ accountId, subject }: Holder, number: string, former: Holder | null): Promise<boolean> {
    const { affected } = await this.database.execute(
      `INSERT INTO sunset.holders AS held (account_id, kind, subject, hash) VALUES ($1, 'number', $2, decode($3, 'hex'))
       ON CONFLICT (hash) WHERE kind = 'number' DO UPDATE SET account_id = excluded.account_id, subject = excluded.subject, stands = true
       WHERE NOT held.stands AND held.account_id = $4 AND held.subject = $5`,
      [accountId, subject, await this.hash('number', number), former?.accountId ?? null, former?.subject ?? null],
    );
    return affected > 0;
  }

  /**
   * Notes that the account uses it too. Answers who has let go of it and may still have it ended. Whoever is just letting go is waited for: either
   * they come after this transaction, and find that it is used, or they are among those answered.
   */
  async share(holder: Holder, kind: SharedKind, id: string): Promise<readonly Holder[]> {
    return (await this.shareAll([{ ...holder, kind, id }]))[0]!;
  }

  /** As {@link share}, of several. Answers of each, in the order given. */
  async shareAll(shared: readonly (Holder & Shared)[]): Promise<readonly (readonly Holder[])[]> {
    if (shared.length === 0) return [];
    const { others, keys } = await this.others(shared, 'FOR SHARE');
    await this.database.execute(
      `INSERT INTO sunset.holders (account_id, kind, subject, hash) SELECT account_id, kind, subject, decode(hash, 'hex') FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS shared (account_id, kind, subject, hash)`,
      [shared.map(({ accountId }) => accountId), shared.map(({ kind }) => kind), shared.map(({ subject }) => subject), keys.map(({ hash }) => hash)],
    );
    return keys.map((key) => others.get(nameOf(key)) ?? []);
  }

  /** Who has let go of it and may still have it ended, as {@link shareAll} answers it; only looked up. */
  async lettingGo(shared: readonly Shared[]): Promise<readonly (readonly Holder[])[]> {
    if (shared.length === 0) return [];
    const { others, keys } = await this.others(shared, '');
    return keys.map((key) => others.get(nameOf(key)) ?? []);
  }

  private async others(shared: readonly Shared[], locking: 'FOR SHARE' | ''): Promise<{ readonly others: ReadonlyMap<string, readonly Holder[]>; readonly keys: readonly SharedKey[] }> {
    const hashOf = await this.personalData.globalHash();
    const keys = shared.map(({ kind, id }): SharedKey => ({ kind, hash: hashOf(used(kind, id)) }));
    const rows = await this.database.query<NotedHolder & SharedKey>(
      `SELECT ${columns}, stands, kind, encode(hash, 'hex') AS hash FROM sunset.holders
       WHERE kind <> 'number' AND (hash, kind) IN (SELECT decode(asked.hash, 'hex'), asked.kind FROM unnest($1::text[], $2::text[]) AS asked (hash, kind)) ORDER BY account_id, kind, subject ${locking}`,
      [keys.map(({ hash }) => hash), keys.map(({ kind }) => kind)],
    );
    return { keys, others: grouped(rows.filter(({ stands }) => !stands), nameOf) };
  }

  /** Those accounts do not use them any more. They are still their own to give up, unless somebody takes them over. */
  async letGo(given: readonly GivenUp[]): Promise<void> {
    if (given.length === 0) return;
    await this.database.execute(`UPDATE sunset.holders h SET stands = false ${fromGiven}`, parametersOf(given));
  }

  /** The account uses numbers again that it had let go of. Answers which: the others are somebody else's by now. */
  async takeBack(accountId: string, subjects: readonly string[]): Promise<readonly string[]> {
    const rows = await this.database.query<{ subject: string }>(
      `UPDATE sunset.holders SET stands = true WHERE account_id = $1 AND kind = 'number' AND subject = ANY ($2) RETURNING subject`,
      [accountId, subjects],
    );
    return rows.map(({ subject }) => subject);
  }

  /** They are gone, or were never ours to give up: free for whoever comes. */
  async drop(given: readonly GivenUp[]): Promise<void> {
    if (given.length === 0) return;
    await this.database.execute(`DELETE FROM sunset.holders h ${fromGiven.replace('FROM', 'USING')}`, parametersOf(given));
  }

  /** Whether one of these is this account's under this name: a number that nobody has taken over, or what it has registered. */
  async has({ accountId, subject }: Holder, kinds: readonly HeldKind[]): Promise<boolean> {
    const rows = await this.database.query('SELECT FROM sunset.holders WHERE account_id = $1 AND kind = ANY ($2) AND subject = $3', [accountId, kinds, subject]);
    return rows.length > 0;
  }

  /** Whether somebody else, or the account itself under another name, uses one of these. */
  async isUsedElsewhere({ accountId, subject }: Holder, kinds: readonly SharedKind[]): Promise<boolean> {
    const [row] = await this.database.query<{ used: boolean }>(
      `SELECT EXISTS (
         SELECT FROM sunset.holders own JOIN sunset.holders other ON other.hash = own.hash AND other.kind = own.kind AND other.kind <> 'number'
         WHERE own.account_id = $1 AND own.subject = $2 AND own.kind = ANY ($3)
           AND other.stands AND (other.account_id, other.subject) <> (own.account_id, own.subject)
       ) AS used`,
      [accountId, subject, kinds],
    );
    return row!.used;
  }

  /** For the purge: how many rows there are of the account. */
  async counts(accountId: string): Promise<{ readonly holders: number }> {
    const [row] = await this.database.query<{ count: number }>('SELECT count(*) AS count FROM sunset.holders WHERE account_id = $1', [accountId]);
    return { holders: row!.count };
  }

  /** For the purge: deletes at most `limit`. What was deleted is not met again, so every walk begins at the beginning. */
  async purgeBatch(accountId: string, _cursor: string | null, limit: number): Promise<PurgedHolders> {
    const { affected } = await this.database.execute(
      `DELETE FROM sunset.holders WHERE account_id = $1 AND (kind, subject) IN (
         SELECT kind, subject FROM sunset.holders WHERE account_id = $1 ORDER BY kind, subject LIMIT $2)`,
      [accountId, limit],
    );
    return { counts: { holders: affected }, digests: [], next: null };
  }

  private async hash(kind: HeldKind, id: string): Promise<string> {
    return (await this.hashes(kind, [id]))[0]!;
  }

  private async hashes(kind: HeldKind, ids: readonly string[]): Promise<readonly string[]> {
    const hashOf = await this.personalData.globalHash();
    return ids.map((id) => hashOf(used(kind, id)));
  }
}

/** One batch of a purge. Rows have no sealed form, hence no digests. */
export interface PurgedHolders {
  readonly counts: { readonly holders: number };
  readonly digests: readonly Buffer[];
  readonly next: string | null;
}

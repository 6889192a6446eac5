// Who has what at the carrier, across accounts: a number is one account's at a time, campaigns and brands may be several accounts'.
import { grouped, type Instant } from '#kernel';
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

/** As it is compared with what a carrier lists. */
export interface Keeping<Kind extends HeldKind = ComparedKind> extends Holder {
  readonly kind: Kind;
  /** Hexadecimal, as {@link Holders.hashes} makes it. */
  readonly hash: string;
  readonly carrierIdHash: string | null;
  /** `former`: it was given up at the carrier. */
  readonly standing: 'stands' | 'let-go' | 'former';
  /** Since when it stands so; of what was let go of: since when the account had it. */
  readonly since: Instant;
}

const comparedKinds = ['number', 'campaign', 'brand'] as const;
/** What carriers list. */
export type ComparedKind = (typeof comparedKinds)[number];

/** What an account does not have any more, under the name it had for it. */
export interface GivenUp extends Holder {
  readonly kind: HeldKind;
}

const fromGiven = `FROM unnest($1::text[], $2::text[], $3::text[]) AS given (account_id, kind, subject)
  WHERE h.account_id = given.account_id AND h.kind = given.kind AND h.subject = given.subject`;

const parametersOf = (given: readonly GivenUp[]): readonly unknown[] => [given.map(({ accountId }) => accountId), given.map(({ kind }) => kind), given.map(({ subject }) => subject)];

const columns = 'account_id AS "accountId", subject';

const kept = `${columns}, kind, encode(hash, 'hex') AS hash, encode(carrier_id_hash, 'hex') AS "carrierIdHash", CASE WHEN stands THEN 'stands' ELSE 'let-go' END AS standing, since`;

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
  async takeNumbers(taken: readonly (Holder & { readonly number: string; readonly carrierNumberId: string | null })[]): Promise<boolean> {
    if (taken.length === 0) return true;
    const hashes = await this.hashes('number', taken.map(({ number }) => number));
    const idHashes = await this.idHashes(taken.map(({ carrierNumberId }) => carrierNumberId));
    const inOrder = taken.map((one, index) => ({ ...one, hash: hashes[index]!, idHash: idHashes[index]! })).toSorted((a, b) => (a.hash < b.hash ? -1 : 1));
    const { affected } = await this.database.execute(
      `INSERT INTO sunset.holders (account_id, kind, subject, hash, carrier_id_hash)
       SELECT account_id, 'number', subject, decode(hash, 'hex'), decode(id_hash, 'hex') FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS taken (account_id, subject, hash, id_hash)
       ON CONFLICT (hash) WHERE kind = 'number' DO NOTHING`,
      [inOrder.map(({ accountId }) => accountId), inOrder.map(({ subject }) => subject), inOrder.map(({ hash }) => hash), inOrder.map(({ idHash }) => idHash)],
    );
    return affected === taken.length;
  }

  /**
   * Makes the account the number's holder: of a free one, or of one that `former` has let go of. `false`: somebody else is, or `former` is not any more;
   * of several who take it at the same time, one gets it.
   */
  async takeNumber({ accountId, subject }: Holder, number: string, former: Holder | null, carrierNumberId: string | null = null): Promise<boolean> {
    const [idHash] = await this.idHashes([carrierNumberId]);
    const { affected } = await this.database.execute(
      `INSERT INTO sunset.holders AS held (account_id, kind, subject, hash, carrier_id_hash) VALUES ($1, 'number', $2, decode($3, 'hex'), decode($6, 'hex'))
       ON CONFLICT (hash) WHERE kind = 'number' DO UPDATE
       SET account_id = excluded.account_id, subject = excluded.subject, stands = true, carrier_id_hash = excluded.carrier_id_hash, since = excluded.since
       WHERE NOT held.stands AND held.account_id = $4 AND held.subject = $5`,
      [accountId, subject, await this.hash('number', number), former?.accountId ?? null, former?.subject ?? null, idHash],
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

  /** They were given up at the carrier: free for whoever comes, and known to have been this account's until its purge. */
  async giveBack(given: readonly GivenUp[]): Promise<void> {
    if (given.length === 0) return;
    await this.database.execute(
      `WITH gone AS (DELETE FROM sunset.holders h ${fromGiven.replace('FROM', 'USING')} RETURNING h.account_id, h.kind, h.subject, h.hash)
       INSERT INTO sunset.former_holders (account_id, kind, subject, hash) SELECT account_id, kind, subject, hash FROM gone WHERE kind = ANY ($4) ON CONFLICT DO NOTHING`,
      [...parametersOf(given), comparedKinds],
    );
  }

  /** Who has these, and who had them when they were given up. */
  async keeping<Kind extends HeldKind>(kind: Kind, hashes: readonly string[]): Promise<readonly Keeping<Kind>[]> {
    return this.database.query<Keeping<Kind>>(
      `WITH asked AS (SELECT decode(hash, 'hex') AS hash FROM unnest($2::text[]) AS asked (hash))
       SELECT ${kept} FROM sunset.holders h WHERE kind = $1 AND hash IN (SELECT hash FROM asked)
       UNION ALL
       SELECT ${columns}, kind, encode(hash, 'hex'), NULL, 'former', until FROM sunset.former_holders WHERE kind = $1 AND hash IN (SELECT hash FROM asked)`,
      [kind, hashes],
    );
  }

  /** All that accounts have and carriers list, a page at a time. */
  async keepings(after: Pick<Keeping, 'accountId' | 'kind' | 'subject'> | null, limit: number): Promise<readonly Keeping[]> {
    return this.database.query<Keeping>(
      `SELECT ${kept} FROM sunset.holders h WHERE kind = ANY ($5) AND (account_id, kind, subject) > ($1, $2, $3) ORDER BY account_id, kind, subject LIMIT $4`,
      [after?.accountId ?? '', after?.kind ?? '', after?.subject ?? '', limit, comparedKinds],
    );
  }

  /** Hashes as they stand in the rows. */
  async hashes(kind: HeldKind, ids: readonly string[]): Promise<readonly string[]> {
    const hashOf = await this.personalData.globalHash();
    return ids.map((id) => hashOf(used(kind, id)));
  }

  /** The same of the carrier's own ids of numbers, which are told with capital letters or without. */
  async idHashes(ids: readonly (string | null)[]): Promise<readonly (string | null)[]> {
    const hashOf = await this.personalData.globalHash();
    return ids.map((id) => (id === null ? null : hashOf(`holder number-id ${id.toLowerCase()}`)));
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
    const [row] = await this.database.query<{ count: number }>(
      'SELECT (SELECT count(*) FROM sunset.holders WHERE account_id = $1) + (SELECT count(*) FROM sunset.former_holders WHERE account_id = $1) AS count', [accountId],
    );
    return { holders: row!.count };
  }

  /** For the purge: deletes at most `limit`. What was deleted is not met again, so every walk begins at the beginning. */
  async purgeBatch(accountId: string, _cursor: string | null, limit: number): Promise<PurgedHolders> {
    let deleted = 0;
    for (const table of ['sunset.holders', 'sunset.former_holders']) {
      const { affected } = await this.database.execute(
        `DELETE FROM ${table} WHERE account_id = $1 AND (kind, subject) IN (SELECT kind, subject FROM ${table} WHERE account_id = $1 ORDER BY kind, subject LIMIT $2)`,
        [accountId, limit - deleted],
      );
      deleted += affected;
    }
    return { counts: { holders: deleted }, digests: [], next: null };
  }

  private async hash(kind: HeldKind, id: string): Promise<string> {
    return (await this.hashes(kind, [id]))[0]!;
  }
}

/** One batch of a purge. Rows have no sealed form, hence no digests. */
export interface PurgedHolders {
  readonly counts: { readonly holders: number };
  readonly digests: readonly Buffer[];
  readonly next: string | null;
}

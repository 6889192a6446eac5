// Who wants no more messages and calls: kept as keyed hashes from the upload on, cut loose from the account at its purge, deleted years later.
import { readAddress } from '#addresses';
import { type Instant, instant } from '#kernel';
import type { PersonalData } from '#personal-data';
import type { Database } from '#postgres';
import { addressesOf, type Contact, hasOptedOut } from './contact.js';

export interface OutlivedOptOuts {
  /** Addresses that were cut loose. */
  readonly count: number;
  /** When they are deleted. */
  readonly expiresAt: Instant;
}

export interface LookedUp {
  readonly optedOut: boolean;
  /** Whether the value is an address at all; of one that is not, nothing may be known though its owner has opted out. */
  readonly understood: boolean;
}

const dayMs = 86_400_000;
/** Of an address that is kept already. */
const laterDayCounts = 'ON CONFLICT (hash) WHERE account_id IS NULL DO UPDATE SET expires_at = greatest(opt_outs.expires_at, excluded.expires_at)';

export class OptOuts {
  constructor(
    private readonly database: Database,
    private readonly personalData: PersonalData,
  ) {}

  /**
   * Takes over what contacts say that were just stored, in the surrounding transaction: those that have opted out add their addresses, those that have
   * not take back what they said before. Of an id that comes twice the last counts. The account must not be purged: it gets a key.
   */
  async keep(accountId: string, contacts: Iterable<Contact>): Promise<void> {
    const latest = new Map<string, Contact>();
    for (const contact of contacts) latest.set(contact.id, contact);
    if (latest.size === 0) return;
    const contactHash = await this.personalData.accountHash(accountId);
    const addressHash = await this.addressHash();
    const all = [...latest.values()].map((contact) => ({ contact, hash: contactHash(`opt-out ${contact.id}`) }));
    const back = all.filter(({ contact }) => !hasOptedOut(contact)).map(({ hash }) => hash);
    const out = all.filter(({ contact }) => hasOptedOut(contact)).flatMap(({ contact, hash }) => addressesOf(contact).map((address) => [hash, addressHash(address)] as const));
    await this.database.transaction(async () => {
      await this.database.execute(
        "DELETE FROM sunset.opt_outs WHERE account_id = $1 AND contact_hash IN (SELECT decode(given, 'hex') FROM unnest($2::text[]) AS given)",
        [accountId, back],
      );
      await this.database.execute(
        `INSERT INTO sunset.opt_outs (hash, account_id, contact_hash, recorded_at)
         SELECT decode(given.hash, 'hex'), $1, decode(given.contact, 'hex'), clock_timestamp() FROM unnest($2::text[], $3::text[]) AS given (contact, hash)
         ON CONFLICT (account_id, contact_hash, hash) WHERE account_id IS NOT NULL DO NOTHING`,
        [accountId, out.map(([contact]) => contact), out.map(([, address]) => address)],
      );
    });
  }

  /** Whether each of the values, an e-mail address or a phone number, is opted out of; in the order given. */
  async lookup(values: readonly string[]): Promise<readonly LookedUp[]> {
    const addressHash = await this.addressHash();
    const asked = values.map((value) => {
      const { forms, understood } = readAddress(value);
      return { hashes: forms.map(addressHash), understood };
    });
    const rows = await this.database.query<{ hash: string }>(
      `SELECT DISTINCT encode(hash, 'hex') AS hash FROM sunset.opt_outs
       WHERE hash IN (SELECT decode(given, 'hex') FROM unnest($1::text[]) AS given) AND (expires_at IS NULL OR expires_at > clock_timestamp())`,
      [asked.flatMap(({ hashes }) => hashes)],
    );
    const found = new Set(rows.map(({ hash }) => hash));
    return asked.map(({ hashes, understood }) => ({ optedOut: hashes.some((hash) => found.has(hash)), understood }));
  }

  /** Addresses that the live account's contacts have opted out with. */
  async count(accountId: string): Promise<number> {
    const [row] = await this.database.query<{ count: number }>('SELECT count(DISTINCT hash) AS count FROM sunset.opt_outs WHERE account_id = $1', [accountId]);
    return row!.count;
  }

  /**
   * For the purge, in its transaction: cuts the account's addresses loose, so that nothing leads from one to the other. They stay until the end of
   * the UTC day of `until`; where one is kept already, the later day counts. One statement, since a part of the rows could only be found by walking over
   * those that are cut already.
   */
  async outlive(accountId: string, until: Instant): Promise<OutlivedOptOuts> {
    const expiresAt = endOfDay(until);
    const [row] = await this.database.query<{ count: number }>(
      `WITH cut AS (
         DELETE FROM sunset.opt_outs WHERE account_id = $1 RETURNING hash
       ), addresses AS MATERIALIZED (
         SELECT DISTINCT hash FROM cut
       ), kept AS (
         INSERT INTO sunset.opt_outs (hash, expires_at) SELECT hash, $2::timestamptz FROM addresses ORDER BY hash
         ${laterDayCounts}
       ) SELECT count(*) AS count FROM addresses`,
      [accountId, expiresAt],
    );
    return { count: row!.count, expiresAt };
  }

  /**
   * Keeps addresses that were never the service's own, as those that were cut loose. Committed once it resolves, whatever becomes of a surrounding
   * transaction: where they come from is then deleted. What is no address is left out.
   */
  async keepLoose(values: readonly string[], until: Instant): Promise<void> {
    const addressHash = await this.addressHash();
    const hashes = values.flatMap((value) => readAddress(value).forms.map(addressHash));
    await this.database.apart(() =>
      this.database.transaction(() =>
        this.database.execute(
          `INSERT INTO sunset.opt_outs (hash, expires_at) SELECT DISTINCT decode(given, 'hex') AS hash, $2::timestamptz FROM unnest($1::text[]) AS given ORDER BY hash ${laterDayCounts}`,
          [hashes, endOfDay(until)],
        )));
  }

  /** Apart from every other use of the hashes that outlive a purge. */
  private async addressHash(): Promise<(address: string) => string> {
    const hash = await this.personalData.globalHash();
    return (address) => hash(`opt-out ${address}`);
  }
}

/** Deletes up to `batch` opt-outs whose time is over; returns how many. To be repeated until it returns less. */
export async function deleteExpiredOptOuts(database: Database, batch = 1000): Promise<number> {
  const { affected } = await database.execute(
    `DELETE FROM sunset.opt_outs WHERE account_id IS NULL AND hash IN (
       SELECT hash FROM sunset.opt_outs WHERE expires_at <= clock_timestamp() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)`,
    [batch],
  );
  return affected;
}

/** To the day, so that the moment of a purge, which the log keeps, is not found again here. */
const endOfDay = (at: Instant): Instant => instant(Math.ceil(Date.parse(at) / dayMs) * dayMs);

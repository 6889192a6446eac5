// What lines of an import have for themselves: within one file nobody has what an earlier line has that was accepted. Known by hashes, and only while the import runs.
import type { Database } from '#postgres';

export class Claims {
  constructor(private readonly database: Database) {}

  /** Of these hashes, in hexadecimal, those that are claimed, each with its line. */
  async of(importId: string, hashes: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.database.query<{ hash: string; line: number }>(
      `SELECT encode(c.hash, 'hex') AS hash, c.line FROM unnest($2::text[]) AS asked (hash) JOIN sunset.import_claims c ON c.import_id = $1 AND c.hash = decode(asked.hash, 'hex')`,
      [importId, hashes],
    );
    return new Map(rows.map(({ hash, line }) => [hash, line]));
  }

  async put(importId: string, claims: readonly (readonly [hash: string, line: number])[]): Promise<void> {
    if (claims.length === 0) return;
    await this.database.execute(`INSERT INTO sunset.import_claims (import_id, hash, line) SELECT $1, decode(hash, 'hex'), line FROM unnest($2::text[], $3::int[]) AS claimed (hash, line)`, [
      importId, claims.map(([hash]) => hash), claims.map(([, line]) => line),
    ]);
  }
}

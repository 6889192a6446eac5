// Which callbacks were heard already, by keyed hashes of what was signed: one that is sent again, or replayed, is heard once.
import type { PersonalData } from '#personal-data';
import type { Database } from '#postgres';

/** Longer than any carrier sends again, and than the oldest one that is believed. */
const keptHours = 48;

export class CallbacksHeard {
  constructor(
    private readonly database: Database,
    private readonly personalData: PersonalData,
  ) {}

  async has(carrier: string, body: Buffer): Promise<boolean> {
    const rows = await this.database.query(`SELECT FROM sunset.carrier_callbacks WHERE hash = decode($1, 'hex')`, [await this.hash(carrier, body)]);
    return rows.length > 0;
  }

  /** Once everything was done that it calls for: what broke off is done again when it is sent again. */
  async note(carrier: string, body: Buffer): Promise<void> {
    await this.database.execute(`INSERT INTO sunset.carrier_callbacks (hash, carrier) VALUES (decode($1, 'hex'), $2) ON CONFLICT DO NOTHING`, [await this.hash(carrier, body), carrier]);
  }

  private async hash(carrier: string, body: Buffer): Promise<string> {
    const hashOf = await this.personalData.globalHash();
    return hashOf(`callback ${carrier} ${body.toString('latin1')}`);
  }
}

export async function deleteExpiredCallbacks(database: Database, batch: number): Promise<number> {
  const { affected } = await database.execute(
    `DELETE FROM sunset.carrier_callbacks WHERE hash IN (SELECT hash FROM sunset.carrier_callbacks WHERE received_at < clock_timestamp() - $1 * interval '1 hour' LIMIT $2)`, [keptHours, batch],
  );
  return affected;
}

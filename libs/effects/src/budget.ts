// One call beside those of the effects, out of what the carrier bears.
import type { Carrier } from '#carriers';
import type { Database } from '#postgres';
import { lanesOf } from './lanes.js';

/**
 * Books a call of the kind of `endCampaign`; answers in how many milliseconds it may be made, and how many lie between two. Whoever books the next one at
 * once is always before the effects, which book only what is free: between two such calls one is to be left to them.
 */
export async function bookCall(database: Database, carrier: Carrier): Promise<{ readonly waitMs: number; readonly intervalMs: number }> {
  const { name, intervalMs } = lanesOf(carrier).find(({ kinds }) => kinds.includes('end-campaign'))!;
  const [booked] = await database.query<{ waitMs: number }>(
    `INSERT INTO sunset.carrier_budgets AS b (carrier, lane, next_free_at) VALUES ($1, $2, clock_timestamp() + $3 * interval '1 ms')
     ON CONFLICT (carrier, lane) DO UPDATE SET next_free_at = greatest(b.next_free_at, clock_timestamp()) + $3 * interval '1 ms'
     RETURNING greatest(0, extract(epoch FROM next_free_at - clock_timestamp()) * 1000 - $3)::float8 AS "waitMs"`,
    [carrier.name, name, intervalMs],
  );
  return { waitMs: booked!.waitMs, intervalMs };
}

// Lanes: what a carrier account or a mailer may be asked how often. Numbers, campaigns and mails have limits of their own and do not wait for each other.
import type { Carrier } from '#carriers';
import type { Mailer } from '#mail';
import { rowsOf } from '#postgres';
import { type Ask, asksCarrier, asksMailer } from './ask.js';
import type { EffectKind } from './effect.js';

export interface Lane {
  readonly name: 'numbers' | 'campaigns' | 'mails';
  /** Who is asked; rows name whom they are meant for. */
  readonly carrier: { readonly name: string };
  readonly ask: Ask;
  readonly kinds: readonly EffectKind[];
  /** Between two calls. */
  readonly intervalMs: number;
  /** How many effects one call may take. */
  readonly batchMost: number;
  /** Whether what is due on real time is another's. */
  readonly onTestClocksOnly: boolean;
}

/** Of what the carrier bears: processes are held up now and then, and what comes a little late must not come on top. */
const used = 0.9;

const intervalMs = (perSecond: number): number => 1000 / (perSecond * used);

export const lanesOf = (carrier: Carrier, onTestClocksOnly = false): readonly Lane[] => [
  { name: 'numbers', carrier, ask: asksCarrier(carrier), kinds: ['release-number'], intervalMs: intervalMs(carrier.requestsPerSecond), batchMost: carrier.batchMost, onTestClocksOnly },
  { name: 'campaigns', carrier, ask: asksCarrier(carrier), kinds: ['end-campaign', 'delete-brand'], intervalMs: intervalMs(carrier.campaignRequestsPerSecond), batchMost: 1, onTestClocksOnly },
];

/** One mail a call, so that one that is refused costs no other. */
export const mailLaneOf = (mailer: Mailer, onTestClocksOnly = false): Lane => ({
  name: 'mails', carrier: mailer, ask: asksMailer(mailer), kinds: ['notify'], intervalMs: intervalMs(mailer.mailsPerSecond), batchMost: 1, onTestClocksOnly,
});

/** The kinds of lanes, for one statement that asks for all of them. */
export const kindsAsked = `${rowsOf('$1::int[]', '$2::text[]', '$3::text[]')} AS of (lane, carrier, kind)`;

/** Its parameters; a lane is called by its place. */
export function kindsOf(lanes: readonly Lane[]): readonly [number[], string[], EffectKind[]] {
  const kinds = lanes.flatMap((lane, index) => lane.kinds.map((kind) => ({ index, carrier: lane.carrier.name, kind })));
  return [kinds.map(({ index }) => index), kinds.map(({ carrier }) => carrier), kinds.map(({ kind }) => kind)];
}

// The shapes of what carriers list against what we believe.
import { driftFindings, driftTellers } from '#carrier-drift';
import { InstantSchema, nullable, object, oneOf, schema, text, whole } from '../http/answers/schemas.js';

export const driftKinds = ['number', 'campaign', 'brand'] as const;

export const DriftFindingSchema = schema('DriftFinding', object({
  findingId: text,
  carrier: text,
  finding: {
    ...oneOf(...driftFindings),
    description: '`not-listed`: in use here, and not listed there. `unheld`: listed under our account, and nobody here has it. `still-listed`: given up or expired here, and listed there. '
      + '`ended-there`: active here, and ended, suspended or not listed there. `other-id`: listed under another id than it was told here.',
  },
  kind: oneOf(...driftKinds),
  accountId: nullable(text),
  subject: { ...nullable(text), description: 'The id of the number or the registration.' },
  atCarrier: { ...nullable(text), description: 'What the carrier calls what nobody here has: its id, or the number where it has no other.' },
  toldBy: oneOf(...driftTellers),
  firstSeenAt: InstantSchema,
  lastSeenAt: InstantSchema,
  clearedAt: { ...nullable(InstantSchema), description: 'Since when it was not seen any more.' },
}));

export const DriftRunSchema = schema('DriftRun', object({
  runId: text,
  carrier: text,
  askedBy: { ...nullable(text), description: 'Null: it was due.' },
  askedAt: InstantSchema,
  beganAt: { ...nullable(InstantSchema), description: 'Null: no worker has begun.' },
  endedAt: nullable(InstantSchema),
  outcome: { ...nullable(oneOf('compared', 'failed')), description: '`failed`: the carrier could not be listed, and nothing was compared.' },
  reason: { ...nullable(text), description: 'A word of the carrier port; `registrations-withheld`: the credentials may list numbers alone.' },
  listed: { ...whole, description: 'What the carrier has listed so far.' },
  compared: { ...whole, description: 'What accounts have that it was compared with so far.' },
}));

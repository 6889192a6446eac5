// The shapes of purges, of what stops them, and of what one would delete.
import { effectKinds, shownEffectStatuses } from '#effects';
import { purgeStatuses, purgeSteps } from '#purge';
import { anything, bool, InstantSchema, list, nullable, object, oneOf, record, schema, text, whole } from '../http/answers/schemas.js';

const counts = record(whole);

export const ExceptionSchema = schema('PurgeException', object({ kind: text, records: whole, reason: text, expiresAt: nullable(InstantSchema) }));

export const PurgeSchema = schema(
  'Purge',
  object({
    purgeId: text,
    accountId: text,
    basis: text,
    dueAt: { $ref: InstantSchema.$ref, description: 'From when on nothing is readable, in the time of the account.' },
    status: oneOf(...purgeStatuses),
    step: { ...oneOf(...purgeSteps), description: 'Under way or next; the last one when it is done.' },
    stores: list(object({ name: text, deleted: counts, finished: bool })),
    findings: { ...list(text), description: 'Where the verification found something of the person: a column and the condition that selects its row, or a queue and its job; tables that could not be searched.' },
    findingsAccepted: { ...nullable(text), description: 'Who let them stay, and why.' },
    exceptions: list(ExceptionSchema),
    waitsFor: {
      ...nullable(object({
        effects: list(object({
          kind: oneOf(...effectKinds), carrier: text, status: oneOf(...shownEffectStatuses), count: whole, heldBy: nullable(object({ pauseId: nullable(text), reason: text })),
        })),
        until: { $ref: InstantSchema.$ref, description: 'In real time. What no carrier has answered by then is given up: nobody can say any more whom it was about.' },
      })),
      description: 'Of an early erasure that does not delete yet: what carriers still have to answer, also what a pause holds and what is dead.',
    },
    attempts: { ...whole, description: 'Failed ones since the last success.' },
    nextAttemptAt: nullable(InstantSchema),
    lastError: nullable(text),
    startedAt: InstantSchema,
    doneAt: nullable(InstantSchema),
  }),
);

export const EvidenceSchema = schema('KeptEvidence', object({ kind: text, subject: text, data: record(anything), expiresAt: InstantSchema }));

export const PurgeStopSchema = schema(
  'PurgeStop',
  object({
    stopId: text,
    cause: oneOf('clock-forward', 'clock-backward'),
    lastSeenAt: { $ref: InstantSchema.$ref, description: 'What the clock of the database said when it was last looked at.' },
    stoppedAt: { $ref: InstantSchema.$ref, description: 'What it said then.' },
    confirmedBy: nullable(text),
    confirmedAt: nullable(InstantSchema),
    reason: nullable(text),
  }),
);

export const PurgePreviewSchema = schema(
  'PurgePreview',
  object({
    accountId: text,
    dueAt: { ...nullable(InstantSchema), description: 'Null: nothing is due; the counts say what an erasure would delete.' },
    status: { ...nullable(oneOf('pending', 'blocked')), description: 'Blocked: held by a legal hold, or stopped.' },
    stores: list(object({ name: text, counts })),
    sealedEvents: { ...whole, description: 'Events whose personal fields become unreadable.' },
  }),
);

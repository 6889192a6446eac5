// The shapes of effects, their attempts, pauses and the sandbox carrier's faults.
import { effectKinds, sandboxFaults, shownEffectStatuses } from '#effects';
import { InstantSchema, nullable, object, oneOf, schema, text, whole } from '../http/answers/schemas.js';

export const EffectSchema = schema(
  'Effect',
  object({
    effectId: text,
    accountId: text,
    testClockId: nullable(text),
    carrier: text,
    kind: oneOf(...effectKinds),
    subject: text,
    generation: whole,
    dueAt: InstantSchema,
    status: oneOf(...shownEffectStatuses),
    attempts: whole,
    lastOutcome: nullable(text),
    reason: nullable(text),
    nextAttemptAt: nullable(InstantSchema),
    heldBy: { ...nullable(object({ pauseId: nullable(text), reason: text })), description: 'Without a pause: it is due by a clock that is in doubt.' },
    createdAt: InstantSchema,
    settledAt: nullable(InstantSchema),
  }),
);

export const EffectAttemptSchema = schema(
  'EffectAttempt',
  object({
    attempt: whole,
    startedAt: InstantSchema,
    latencyMs: nullable(whole),
    outcome: nullable(text),
    reason: nullable(text),
    httpStatus: nullable(whole),
    providerCode: nullable(text),
  }),
);

export const PauseSchema = schema(
  'Pause',
  object({
    pauseId: text,
    kind: nullable(oneOf(...effectKinds)),
    carrier: nullable(text),
    cause: oneOf('operator', 'credentials', 'storm-guard'),
    reason: text,
    pausedBy: text,
    pausedAt: InstantSchema,
    resumedBy: nullable(text),
    resumedAt: nullable(InstantSchema),
    resumeReason: nullable(text),
  }),
);

export const SandboxSubjectSchema = schema(
  'SandboxSubject',
  object({
    fault: nullable(oneOf(...sandboxFaults)),
    timesLeft: nullable(whole),
    requests: whole,
    releases: whole,
    releasedAt: nullable(InstantSchema),
  }),
);

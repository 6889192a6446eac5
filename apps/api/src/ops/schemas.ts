// The shapes of what operators watch.
import { irreversibleActs } from '#application';
import { findings } from '#audit';
import { driftFindings } from '#carrier-drift';
import { deadlineKinds } from '#domain';
import { askedActStatuses } from '#four-eyes';
import { effectKinds } from '#effects';
import { PauseSchema } from '../effects/schemas.js';
import { anything, bool, InstantSchema, list, nullable, number, object, oneOf, record, schema, text, whole } from '../http/answers/schemas.js';
import { DriftRunSchema } from './drift.schemas.js';

export const AskedActSchema = schema(
  'AskedAct',
  object({
    askedActId: text,
    act: oneOf(...irreversibleActs),
    target: { ...text, description: 'The id of the account, hold, pause, stop, purge, deadline or effect that it is done to.' },
    details: { ...record(anything), description: 'What is done when it is confirmed.' },
    reason: { ...nullable(text), description: 'In the words of who asked, where the act takes any.' },
    askedBy: text,
    askedAt: InstantSchema,
    standsUntil: { $ref: InstantSchema.$ref, description: 'From then on nobody can confirm it.' },
    status: oneOf(...askedActStatuses),
    endedBy: { ...nullable(text), description: 'Who confirmed or declined it.' },
    endedAt: nullable(InstantSchema),
  }),
);

export const OpsDeadlineSchema = schema(
  'OpsDeadline',
  object(
    {
      deadlineId: text,
      accountId: text,
      kind: oneOf(...deadlineKinds),
      generation: whole,
      dueAt: InstantSchema,
      firedAt: nullable(InstantSchema),
      latenessMs: nullable(number),
      status: oneOf('pending', 'fired', 'void', 'blocked', 'dead'),
      attempts: { ...whole, description: 'Failed attempts so far.' },
      nextAttemptAt: { ...nullable(InstantSchema), description: 'In real time, also on a test clock.' },
      lastError: nullable(text),
    },
    { subscriptionId: text },
  ),
);

const rebuild = object({
  version: whole,
  status: oneOf('requested', 'running'),
  position: whole,
  target: { ...whole, description: 'The head of the log when the rebuild began.' },
  startedAt: InstantSchema,
  lastError: nullable(text),
});

export const ProjectionSchema = schema(
  'Projection',
  object({
    name: text,
    version: { ...whole, description: 'Of the table in use.' },
    position: whole,
    head: whole,
    lag: { ...whole, description: 'Events that the table in use does not know yet.' },
    status: oneOf('live', 'rebuilding', 'failing', 'outdated'),
    rebuild: nullable(rebuild),
    lastError: nullable(text),
  }),
);

export const OpsHealthSchema = schema(
  'OpsHealth',
  object({
    now: { $ref: InstantSchema.$ref, description: 'The clock of the database, which decides what is due.' },
    newerRelease: { ...nullable(text), description: 'The last event that this process could not read because a newer release wrote it: it answers 503 for such accounts and is to be replaced.' },
    clock: {
      ...object({ inDoubt: bool, deadlines: whole, effects: whole }),
      description: 'In doubt: it has jumped, and what is due by it waits until that is confirmed (`/v1/ops/purge-stops`): so many deadlines and effects, 10,000 at most are counted.',
    },
    overdue: {
      ...list(object({ kind: text, count: whole, oldestMs: number })),
      description: 'Due in real time and not carried out; the age of the oldest in milliseconds. Of the oldest 10,000.',
    },
    dead: { ...whole, description: 'Given up after too many attempts; retry them.' },
    blocked: { ...whole, description: 'Held by their account, as by a legal hold, or since it was due when the account was taken over.' },
    effects: {
      ...object({
        overdue: {
          ...list(object({ kind: text, carrier: text, count: whole, oldestMs: number })),
          description: 'Due in real time and neither settled nor given up, what a pause holds included; the age of the oldest in milliseconds. Of the oldest 10,000.',
        },
        dead: { ...whole, description: 'Attempted in vain too often; retry or settle them.' },
        blocked: { ...whole, description: 'The carrier said no; retry or settle them.' },
        pauses: { ...list(PauseSchema), description: 'In force, the first first.' },
      }),
      description: 'What is asked of carriers, and of those who carry mails.',
    },
    announcements: {
      ...object({
        mail: { ...nullable(oneOf('smtp', 'sandbox')), description: 'How customers are told by mail; null: not at all, announcements go by webhook alone.' },
        untold: {
          ...object({ count: whole, firstNeededBy: nullable(InstantSchema) }),
          description: 'Announcements of losses that are still ahead and that could not be sent: blocked, dead, or an hour late for whatever reason; and when the first of these losses comes. Of at most 10,000.',
        },
      }),
      description: 'What customers are told.',
    },
    purges: {
      ...object({ running: whole, failed: whole, stopped: bool, waiting: object({ count: whole, oldestMs: nullable(number) }) }),
      description: 'Failed: they wait for an operator. Stopped: the clock has jumped, none begins until that is confirmed. Waiting: early erasures, among the running ones, that wait for carriers, also where a pause keeps these; the age of the oldest in milliseconds.',
    },
    webhooks: {
      ...object({ enabled: whole, failing: whole, disabled: whole, oldestUndeliveredMs: nullable(number) }),
      description: 'Endpoints. Failing: the enabled ones that acknowledge nothing at the moment. Disabled: because they are gone, or have failed for days. The age of the oldest message that an enabled one has not been delivered, in milliseconds.',
    },
    legalHolds: object({
      toReview: { ...whole, description: 'Legal holds that stand though their review was due.' },
      longestDue: { ...list(object({ accountId: text, holdId: text, reviewAt: InstantSchema })), description: 'The first 100 of them, the longest due first.' },
    }),
    imports: { ...object({ running: whole, lines: whole }), description: 'Imports that are carried out, and lines of them that are still to be.' },
    workers: {
      ...object({ living: whole, lastSeenAt: nullable(InstantSchema) }),
      description: 'Seen within the last minute, and when one was last seen within a day. None: nothing that is due is carried out.',
    },
    testClocks: object({ advancing: whole, failed: whole }),
    drift: {
      ...object({
        findings: {
          ...list(object({ finding: oneOf(...findings), count: whole, accountIds: list(text) })),
          description: 'What is not as the log says, by what is wrong, with the first ten accounts: as it was when the account was last looked at. What is missing is armed again at once; the rest is for an operator.',
        },
        walked: { ...whole, description: 'Accounts that the walk under way has looked at, or the last one.' },
        accounts: { ...nullable(whole), description: 'Accounts that the last whole walk looked at; null: there was none yet.' },
        wholeAt: { ...nullable(InstantSchema), description: 'When every account had last been looked at.' },
      }),
      description: 'What the auditor found, which goes through all accounts within `AUDIT_PERIOD_MINUTES` of the worker: whether every consequence of the log was carried out, taken back or is armed, and every reader of the log has read what it is past.',
    },
    carrierDrift: {
      ...object({ findings: list(object({ finding: oneOf(...driftFindings), count: whole })), lastRun: nullable(DriftRunSchema) }),
      description: 'What the carrier lists against what we believe (`GET /v1/ops/drift`): what does not agree, by what it is, and the last comparison; null: there was none.',
    },
    projections: list(object({ name: text, lag: whole, status: oneOf('live', 'rebuilding', 'failing', 'outdated') })),
  }),
);

export const OutlookSchema = schema(
  'Outlook',
  object({
    lateness: {
      ...list(object({ kind: oneOf(...deadlineKinds), count: whole, medianMs: number, p99Ms: number })),
      description: 'Between due and fired, in milliseconds, of the 10,000 deadlines on real time that were due last.',
    },
    upcoming: {
      ...list(object({ kind: oneOf(...deadlineKinds), hour: { $ref: InstantSchema.$ref, description: 'When it begins.' }, count: whole })),
      description: 'Due on real time within seven days; hours in which nothing is due are left out.',
    },
    answers: {
      ...list(object({ carrier: text, kind: oneOf(...effectKinds), outcome: text, count: whole })),
      description: 'Of what was first asked of carriers within a day, the last answer; of one without any, its status.',
    },
  }),
);

export const StandingHoldSchema = schema('StandingHold', object({ accountId: text, holdId: text, reviewAt: InstantSchema, isDue: { ...bool, description: 'Its review is due.' } }));

// The lists of the desk: how each is read, what of a row is shown, what it can be asked for, and what can be done to what is asked for.
import { bodyOf, type Schemas } from '../../service/client.js';
import type { Asked, ListName } from '../places.js';
import { staff } from '../../staff/session.js';

export type ActName = Schemas['ActBody']['act'];

export interface Row {
  readonly id: string;
  /** Whose; the row leads there. */
  readonly accountId: string | null;
  readonly cells: Readonly<Record<string, string | number | null>>;
}

export interface RowPage {
  readonly rows: readonly Row[];
  readonly next: string | null;
}

export interface Field {
  readonly name: keyof Asked;
  /** What it can be; any text where absent. */
  readonly of?: readonly string[];
}

export interface Column {
  readonly id: string;
  readonly width: number;
  readonly isInstant?: true;
}

export interface List {
  readonly columns: readonly Column[];
  readonly fields: readonly Field[];
  readonly acts: readonly ActName[];
  readonly page: (asked: Asked, after: string | undefined) => Promise<RowPage>;
}

const limit = 200;

const effectKinds = ['release-number', 'end-campaign', 'delete-brand', 'notify'] as const;
const deadlineKinds = [
  'period-end', 'number-fees', 'release-numbers', 'expire-ten-dlc', 'purge-data',
  'remind-release-numbers-7', 'remind-release-numbers-1', 'remind-expire-ten-dlc-7', 'remind-purge-data-30', 'remind-purge-data-7', 'remind-purge-data-1',
] as const satisfies readonly Schemas['OpsDeadline']['kind'][];

/** One row asked for by its id is looked for among the others. */
const pageOf = <T>({ data, next }: { readonly data: readonly T[]; readonly next: string | null }, row: (one: T) => Row): RowPage => ({ rows: data.map(row), next });

/** Only what is said; the service knows what may stand there, and refuses the rest. */
const query = (asked: Asked, after: string | undefined, fields: readonly (keyof Asked)[]) =>
  ({ limit, ...(after !== undefined && { after }), ...Object.fromEntries(fields.flatMap((field) => (asked[field] ? [[field, asked[field]]] : []))) });

const account: Field = { name: 'accountId' };
const error: Field = { name: 'error' };
const dueBefore: Field = { name: 'dueBefore' };

export const listOf: Readonly<Record<ListName, List>> = {
  deadlines: {
    columns: [{ id: 'kind', width: 220 }, { id: 'status', width: 100 }, { id: 'due', width: 180, isInstant: true }, { id: 'account', width: 330 }, { id: 'attempts', width: 90 }, { id: 'lateness', width: 110 }, { id: 'error', width: 420 }],
    fields: [{ name: 'kind', of: deadlineKinds }, { name: 'status', of: ['pending', 'fired', 'void', 'blocked', 'dead'] }, account, error, dueBefore],
    acts: ['retry', 'hold'],
    page: async (asked, after) => pageOf(await bodyOf(staff.GET('/v1/ops/deadlines', { params: { query: query(asked, after, ['kind', 'status', 'accountId', 'error', 'dueBefore']) } })), (one) => ({
      id: one.deadlineId, accountId: one.accountId,
      cells: { kind: one.kind, status: one.status, due: one.dueAt, account: one.accountId, attempts: one.attempts, lateness: one.latenessMs, error: one.lastError },
    })),
  },
  effects: {
    columns: [{ id: 'kind', width: 150 }, { id: 'status', width: 100 }, { id: 'carrier', width: 110 }, { id: 'due', width: 180, isInstant: true }, { id: 'account', width: 330 }, { id: 'attempts', width: 90 }, { id: 'answer', width: 170 }, { id: 'reason', width: 330 }],
    fields: [{ name: 'kind', of: effectKinds }, { name: 'status', of: ['pending', 'held', 'attempting', 'waiting', 'blocked', 'dead', 'void', 'done'] }, { name: 'carrier' }, account, error, dueBefore],
    acts: ['retry', 'settle', 'pause'],
    page: async (asked, after) => pageOf(await bodyOf(staff.GET('/v1/ops/effects', { params: { query: query(asked, after, ['kind', 'status', 'carrier', 'accountId', 'error', 'dueBefore']) } })), (one) => ({
      id: one.effectId, accountId: one.accountId,
      cells: { kind: one.kind, status: one.status, carrier: one.carrier, due: one.dueAt, account: one.accountId, attempts: one.attempts, answer: one.lastOutcome, reason: one.heldBy?.reason ?? one.reason },
    })),
  },
  pauses: {
    columns: [{ id: 'cause', width: 130 }, { id: 'kind', width: 150 }, { id: 'carrier', width: 110 }, { id: 'since', width: 180, isInstant: true }, { id: 'until', width: 180, isInstant: true }, { id: 'by', width: 170 }, { id: 'reason', width: 480 }],
    fields: [{ name: 'status', of: ['in-force', 'ended'] }, { name: 'kind', of: effectKinds }, { name: 'carrier' }],
    acts: ['let-go'],
    page: async (asked, after) => pageOf(await bodyOf(staff.GET('/v1/ops/pauses', { params: { query: query(asked, after, ['kind', 'status', 'carrier']) } })), (one) => ({
      id: one.pauseId, accountId: null,
      cells: { cause: one.cause, kind: one.kind, carrier: one.carrier, since: one.pausedAt, until: one.resumedAt, by: one.pausedBy, reason: one.reason },
    })),
  },
  purges: {
    columns: [{ id: 'status', width: 100 }, { id: 'step', width: 120 }, { id: 'account', width: 330 }, { id: 'since', width: 180, isInstant: true }, { id: 'attempts', width: 90 }, { id: 'findings', width: 420 }, { id: 'error', width: 320 }],
    fields: [{ name: 'status', of: ['running', 'failed', 'done'] }, account, error],
    acts: ['retry', 'settle'],
    page: async (asked, after) => pageOf(await bodyOf(staff.GET('/v1/ops/purges', { params: { query: query(asked, after, ['status', 'accountId', 'error']) } })), (one) => ({
      id: one.purgeId, accountId: one.accountId,
      cells: { status: one.status, step: one.step, account: one.accountId, since: one.startedAt, attempts: one.attempts, findings: one.findings.join('; ') || null, error: one.lastError },
    })),
  },
  'webhook-endpoints': {
    columns: [{ id: 'status', width: 100 }, { id: 'why', width: 110 }, { id: 'url', width: 420 }, { id: 'waiting', width: 100 }, { id: 'undelivered', width: 180, isInstant: true }, { id: 'failing', width: 180, isInstant: true }, { id: 'acknowledged', width: 180, isInstant: true }],
    fields: [{ name: 'status', of: ['enabled', 'failing', 'disabled'] }],
    acts: ['retry', 'pause'],
    page: async (asked, after) => pageOf(await bodyOf(staff.GET('/v1/ops/webhook-endpoints', { params: { query: query(asked, after, ['status']) } })), (one) => ({
      id: one.endpointId, accountId: null,
      cells: { status: one.status, why: one.disabledBecause, url: one.url, waiting: one.waiting, undelivered: one.undeliveredSince, failing: one.failingSince, acknowledged: one.acknowledgedAt },
    })),
  },
  'legal-holds': {
    columns: [{ id: 'account', width: 330 }, { id: 'review', width: 180, isInstant: true }, { id: 'status', width: 130 }, { id: 'hold', width: 330 }],
    fields: [{ name: 'status', of: ['standing', 'review-due'] }, account],
    acts: ['let-go'],
    page: async (asked, after) => pageOf(await bodyOf(staff.GET('/v1/ops/legal-holds', { params: { query: query(asked, after, ['status', 'accountId']) } })), (one) => ({
      id: one.holdId, accountId: one.accountId, cells: { account: one.accountId, review: one.reviewAt, status: one.isDue ? 'review-due' : 'standing', hold: one.holdId },
    })),
  },
  'carrier-drift': {
    columns: [{ id: 'finding', width: 130 }, { id: 'kind', width: 110 }, { id: 'carrier', width: 110 }, { id: 'account', width: 330 }, { id: 'subject', width: 330 }, { id: 'atCarrier', width: 330 }, { id: 'since', width: 180, isInstant: true }, { id: 'last', width: 180, isInstant: true }, { id: 'until', width: 180, isInstant: true }, { id: 'told', width: 110 }],
    fields: [{ name: 'status', of: ['open', 'cleared'] }, { name: 'kind', of: ['number', 'campaign', 'brand'] }, { name: 'carrier' }, account],
    acts: [],
    page: async (asked, after) => pageOf(await bodyOf(staff.GET('/v1/ops/drift', { params: { query: query(asked, after, ['status', 'kind', 'carrier', 'accountId']) } })), (one) => ({
      id: one.findingId, accountId: one.accountId,
      cells: {
        finding: one.finding, kind: one.kind, carrier: one.carrier, account: one.accountId, subject: one.subject, atCarrier: one.atCarrier, since: one.firstSeenAt, last: one.lastSeenAt, until: one.clearedAt, told: one.toldBy,
      },
    })),
  },
  'clock-stops': {
    columns: [{ id: 'cause', width: 150 }, { id: 'since', width: 180, isInstant: true }, { id: 'seen', width: 180, isInstant: true }, { id: 'until', width: 180, isInstant: true }, { id: 'by', width: 170 }, { id: 'reason', width: 420 }],
    fields: [{ name: 'status', of: ['open', 'confirmed'] }],
    acts: ['let-go'],
    page: async ({ status }) => {
      const { data } = await bodyOf(staff.GET('/v1/ops/purge-stops'));
      const asked = data.filter(({ confirmedAt }) => !status || (status === 'open') === (confirmedAt === null));
      return pageOf({ data: asked, next: null }, (one) => ({
        id: one.stopId, accountId: null,
        cells: { cause: one.cause, since: one.stoppedAt, seen: one.lastSeenAt, until: one.confirmedAt, by: one.confirmedBy, reason: one.reason },
      }));
    },
  },
};

// How a "no" is told: one line for each code, with its HTTP status and title (RFC 9457).
import type { RefusalCode } from '#domain';

/** Refusals of the tables that stand beside the stream. */
type StoreRefusalCode = 'message_exists' | 'message_cancelled' | 'message_sent' | 'deadline_not_retryable' | 'effect_not_retryable' | 'effect_not_settleable' | 'pause_ended' | FourEyesRefusalCode | 'act_not_shown' | PurgeRefusalCode | WebhookRefusalCode;

type FourEyesRefusalCode = 'second_person_needed' | 'same_person' | 'act_over';

type PurgeRefusalCode = 'purge_not_failed' | 'nothing_found' | 'purge_cap_reached' | 'stop_confirmed';

type WebhookRefusalCode = 'too_many_endpoints' | 'too_many_secrets' | 'endpoint_disabled' | 'replay_in_progress';

/** What HTTP itself refuses. */
export type HttpCode =
  | 'idempotency_key_reused'
  | 'request_in_progress'
  | 'unauthenticated'
  | 'forbidden'
  | 'signature_refused'
  | 'method_not_allowed'
  | 'too_many_requests'
  | 'clock_unconfirmed'
  | 'unavailable'
  | 'master_key_missing'
  | 'internal';

/** A code without a line below does not compile. */
export type ProblemCode = RefusalCode | StoreRefusalCode | HttpCode;

interface Line {
  readonly status: number;
  readonly title: string;
}

export const problems: Readonly<Record<ProblemCode, Line>> = {
  invalid_request: { status: 422, title: 'The request is not valid' },
  reason_unknown: { status: 422, title: 'The reason is not on the list' },
  acknowledgement_missing: { status: 422, title: 'The consequences were not acknowledged' },
  disclosures_missing: { status: 422, title: 'Not every disclosure was accepted' },
  disclosures_stale: { status: 422, title: 'A disclosure was accepted that is not the current one' },
  idempotency_key_reused: { status: 422, title: 'The idempotency key was used for another request' },

  attempt_expired: { status: 409, title: 'The cancellation attempt has expired' },
  attempt_used: { status: 409, title: 'The cancellation attempt was confirmed already, and what came of it was undone' },
  preview_stale: { status: 409, title: 'The preview no longer shows what would happen' },
  cancellation_already_pending: { status: 409, title: 'A cancellation is pending already' },
  cancellation_not_pending: { status: 409, title: 'No cancellation is pending' },
  subscription_ended: { status: 409, title: 'The subscription has ended' },
  legal_hold: { status: 409, title: 'A legal hold stands' },
  purge_not_failed: { status: 409, title: 'The purge does not wait for an operator' },
  nothing_found: { status: 409, title: 'The verification of the purge has found nothing that could be accepted' },
  purge_cap_reached: { status: 429, title: 'As many purges as may have begun within the hour' },
  stop_confirmed: { status: 409, title: 'The stop was confirmed already' },
  subscription_open: { status: 409, title: 'A subscription is still open' },
  already_subscribed: { status: 409, title: 'A subscription of this kind is open already' },
  plan_change_while_cancelling: { status: 409, title: 'The plan cannot change while a cancellation is pending' },
  auto_recharge_suspended: { status: 409, title: 'No plan will renew, so no card is charged any more' },
  too_many_open_charges: { status: 409, title: 'Too many top-ups wait for the payment system' },
  account_exists: { status: 409, title: 'The account exists already' },
  no_open_plan: { status: 409, title: 'No plan is open for it; subscribe first' },
  number_taken: { status: 409, title: 'Another account has the number' },
  number_exists: { status: 409, title: 'The number is in the account already' },
  number_not_removable: { status: 409, title: 'The number cannot be removed any more' },
  ten_dlc_exists: { status: 409, title: 'A 10DLC registration is pending or active already' },
  ten_dlc_ending: { status: 409, title: 'The campaign or the brand is being ended at the carrier; apply with another' },
  ten_dlc_not_pending: { status: 409, title: 'No 10DLC registration waits for approval' },
  message_exists: { status: 409, title: 'Another message of the account has this id' },
  message_cancelled: { status: 409, title: 'The message was cancelled' },
  message_sent: { status: 409, title: 'The message was sent' },
  data_read_only: { status: 409, title: 'The data can only be read' },
  effect_not_retryable: { status: 409, title: 'The effect is neither blocked nor dead' },
  effect_not_settleable: { status: 409, title: 'The effect is settled already, or is being attempted just now' },
  nothing_to_redact: { status: 409, title: 'No operator has written anything there, or it was taken out already' },
  second_person_needed: { status: 409, title: 'Asked for; it is done once another person has confirmed it' },
  act_over: { status: 409, title: 'The act was confirmed or declined, or has lapsed' },
  pause_ended: { status: 409, title: 'The pause has ended already' },
  act_not_shown: { status: 409, title: 'What the act would be done to was not shown before, or too long ago' },
  deadline_not_retryable: { status: 409, title: 'The deadline is neither blocked nor dead' },
  too_many_endpoints: { status: 409, title: 'As many webhook endpoints as there may be are registered' },
  too_many_secrets: { status: 409, title: 'As many secrets of the endpoint as may be are in force; the first ends within a day' },
  endpoint_disabled: { status: 409, title: 'The webhook endpoint is disabled' },
  replay_in_progress: { status: 409, title: 'A replay of the endpoint is under way' },
  request_in_progress: { status: 409, title: 'The first request is still running' },

  account_purged: { status: 410, title: 'The data of the account has been deleted' },

  unauthenticated: { status: 401, title: 'A valid bearer token is required' },
  forbidden: { status: 403, title: 'The role may not do this' },
  signature_refused: { status: 403, title: 'The carrier has not signed this, or too long ago' },
  same_person: { status: 403, title: 'Another person than who asked for it has to confirm it' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  clock_unconfirmed: { status: 503, title: 'The clock of the database has jumped, and no operator has confirmed it' },
  unavailable: { status: 503, title: 'Not available at the moment' },
  master_key_missing: { status: 503, title: 'A master key is missing that others of the service hold' },
  internal: { status: 500, title: 'Something went wrong on our side' },
};

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(problems, code);

export interface InputError {
  /** `/reason/code` for the body, `/query/limit`, `/path/accountId`, `/header/idempotency-key` for the rest; `` for the body as a whole. */
  readonly pointer: string;
  readonly message: string;
}

interface ProblemOptions {
  /** One sentence for the person who reads the log of the calling program. Never personal data. */
  readonly detail?: string;
  readonly errors?: readonly InputError[];
  /** Further members of the document. They never replace a standard one. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where HTTP has a sharper status for the same code (413, 415). */
  readonly status?: number;
}

/** Thrown by whatever stands between HTTP and the core; the filter tells it. */
export class Problem extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly options: ProblemOptions = {},
  ) {
    super(options.detail ?? problems[code].title);
    this.name = 'Problem';
  }

  get status(): number {
    return this.options.status ?? problems[this.code].status;
  }
}

export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
  readonly instance: string;
  readonly errors?: readonly InputError[];
}

export const problemMediaType = 'application/problem+json; charset=utf-8';

/** `requestId` is a UUID; it makes this occurrence findable in the log. */
export function problemDocument(problem: Problem, requestId: string): ProblemDocument {
  const { code, status, options } = problem;
  const title = problems[code].title;
  return {
    ...options.extra,
    type: `urn:sunset:problem:${code}`,
    title,
    status,
    code,
    detail: options.detail ?? `${title}.`,
    instance: `urn:uuid:${requestId}`,
    ...(options.errors && { errors: options.errors }),
  };
}

export const invalidRequest = (errors: readonly InputError[], detail?: string): Problem =>
  new Problem('invalid_request', { errors, ...(detail && { detail }) });

/** Says what there is none of. Of what is somebody else's it says the same as of what is nobody's. */
export const notFoundProblem = (what: string): Problem => new Problem('not_found', { detail: `There is no such ${what}.`, extra: { what } });

/** Nothing of it was carried out: whoever sent it may send it again. */
export const cameTooLate = (): Problem => new Problem('invalid_request', { status: 408, detail: 'The request took too long to arrive.' });

export const bodyTooLarge = (): Problem => new Problem('invalid_request', { status: 413, detail: 'The body is too large.' });

export const unsupportedType = (): Problem => new Problem('invalid_request', { status: 415, detail: 'The content type is not supported here.' });

export const invalidField = (pointer: string, message: string): Problem => invalidRequest([{ pointer, message }]);

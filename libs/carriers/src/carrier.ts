// The carrier port: what the service asks of whoever provides numbers and 10DLC, and the six ways they may answer.

/**
 * What became of one number, campaign or brand. `reason` is a short stable word, the same for every carrier where it means the same;
 * it never holds a number, a name or a text of the far side.
 */
export type Outcome =
  /** Given up now, or found given up after an order of ours. */
  | { readonly outcome: 'released' }
  /** The carrier does not know it, or no longer. Not to be asked again. With a reason where it was taken to another carrier. */
  | { readonly outcome: 'already-gone'; readonly reason?: 'ported-out' }
  /** The far side has accepted it and is at work. `order` is to be handed over with the next attempt. */
  | { readonly outcome: 'in-progress'; readonly order: string }
  /** Nothing happens until a person, or the far side, changes something. With an order it ends of itself, and is to be looked at now and then. */
  | { readonly outcome: 'blocked'; readonly reason: BlockedReason }
  /** Not processed, or nobody knows. `afterMs` is how long the far side wants to be left alone; null if it did not say. */
  | { readonly outcome: 'retry-later'; readonly afterMs: number | null; readonly reason: RetryReason }
  /** A no for good: what we sent, how we are configured or who we are is wrong. Asking again changes nothing. */
  | { readonly outcome: 'refused'; readonly reason: RefusedReason };

export type BlockedReason =
  /** The carrier's own record, under the id that was given, shows another number, campaign or brand than the one that is meant. */
  | 'not_this_number'
  | 'not_this_campaign'
  | 'not_this_brand'
  /** Not in the carrier account that we ask as, but in another one that it can see. */
  | 'in-another-account'
  /** Not in the carrier account that we ask as, which can see more others than are looked through. */
  | 'not-found-here'
  | 'deletion-lock'
  /** On its way to another carrier. */
  | 'port-out-pending'
  /** It did not leave after all. Whether it is still to be given up is for a person to say. */
  | 'port-out-ended'
  /** It cannot be unregistered. */
  | 'emergency-address'
  /** A brand is deleted after its campaigns. */
  | 'brand-has-campaigns'
  | 'account-locked'
  /** The carrier would not disconnect it and the number is still in service; the provider's code says more. */
  | 'disconnect-refused';

export type RetryReason =
  | 'rate-limited'
  | 'server-error'
  | 'timeout'
  | 'connection-lost'
  | 'answer-too-large'
  | 'answer-unreadable'
  /** The time in which anything might be asked was over: what was under way was given up. */
  | 'out-of-time'
  /** Taken back immediately before it was asked for; nothing was. */
  | 'taken-back'
  /** Its emergency address is just being registered; it can be unregistered afterwards. */
  | 'emergency-address-pending'
  /** The order came to an end without this one. */
  | 'order-failed'
  | 'order-expired'
  | 'order-incomplete'
  | 'order-unknown'
  /** Another order for it is under way. */
  | 'order-pending';

export type RefusedReason =
  /** Revoked or wrong. Concerns everything that is asked of this carrier, not only this one. */
  | 'credentials'
  /** The credentials are good, and not allowed to do this to this one; the next may be another matter. */
  | 'forbidden'
  | 'rejected'
  /** We follow no redirection with credentials in hand: the base URL is wrong. */
  | 'redirected'
  | 'carrier-id-missing'
  | 'carrier-id-malformed';

/** What the history of attempts keeps of one attempt; nothing in it is personal. */
export interface AttemptFacts {
  /** Of the last answer; null where the last request got none. */
  readonly httpStatus: number | null;
  /** Of the call, with all its requests. */
  readonly latencyMs: number;
  /** The far side's own error code, e.g. `20404`. */
  readonly providerCode: string | null;
  /** The order that still stands at the far side: to be handed over with the next attempt, whatever the outcome. Null: none. */
  readonly order: string | null;
}

export type Report = Outcome & AttemptFacts;

export interface Attempt {
  /** The same for every attempt at the same thing. */
  readonly idempotencyKey: string;
  /** From an earlier report. It is looked at instead of asking again. */
  readonly order: string | null;
  /** 1, 2, 3 … Above 1 an earlier attempt may have been carried out although its answer was lost. */
  readonly attempt: number;
}

/** What whoever asks goes on saying while a call runs: they may have slept, and the world may have gone on. */
export interface Permit {
  /** For how long anything may still be asked. Looked at before each request, which is given up when it is over. */
  leftMs(): number;
  /** Immediately before what cannot be taken back: those of the requests that are still to be asked for, looked up anew. */
  stillWanted<R extends Attempt>(requests: readonly R[]): Promise<readonly R[]>;
}

export interface NumberRelease extends Attempt {
  readonly e164: string;
  /** The carrier's own id of the number; null where it was never told. */
  readonly carrierNumberId: string | null;
}

/** What a campaign and a brand are told by besides the ids they are asked for with. */
interface Registered {
  /** The name that was registered. */
  readonly brandName: string;
}

export interface CampaignEnd extends Attempt, Registered {
  readonly messagingServiceSid: string | null;
  readonly campaignId: string | null;
  readonly brandId: string | null;
}

export interface BrandDeletion extends Attempt, Registered {
  readonly brandId: string;
}

/** One thing that the carrier lists under its account of ours. */
export interface Listed {
  readonly kind: 'number' | 'campaign' | 'brand';
  /** Under one of these it is known here: a number in E.164, or the ids of a campaign or brand, the carrier's own first. */
  readonly names: readonly [string, ...string[]];
  /** The carrier's own id of a number; null where the carrier has none but the number. */
  readonly carrierNumberId: string | null;
  /** `pending`: neither in use yet nor over. */
  readonly status: 'in-use' | 'pending' | 'ended';
}

export type ListedKind = Listed['kind'];

/** Where a listing goes on. Only the carrier that wrote it can read it. */
export type ListingPlace = string;

export type ListedPage =
  | {
    readonly outcome: 'listed';
    readonly listed: readonly Listed[];
    /** Null: that was all. */
    readonly next: ListingPlace | null;
    /** What the account may not list: nothing is known of it. */
    readonly withheld: readonly ListedKind[];
  }
  | Extract<Outcome, { readonly outcome: 'retry-later' | 'refused' }>;

/**
 * Methods resolve for whatever the far side does, including nothing. They reject for a mistake of the caller only: `RangeError` for
 * more than `batchMost`, or a number that is not in E.164; and with what the permit rejects with. Before anything is asked that cannot be taken
 * back the carrier's own record is read, and only what it shows to be the one that is meant is asked for, with the permit's consent.
 */
export interface Carrier {
  readonly name: string;
  /** How many numbers one call of `releaseNumbers` may name. */
  readonly batchMost: number;
  /** How many calls of `releaseNumbers` the carrier account bears in a second. */
  readonly requestsPerSecond: number;
  /** How many calls of `endCampaign` and `deleteBrand` together. Below 1: one call in so many seconds. */
  readonly campaignRequestsPerSecond: number;

  /** One report for each request, in the order of the requests. */
  releaseNumbers(requests: readonly NumberRelease[], permit: Permit): Promise<readonly Report[]>;
  endCampaign(request: CampaignEnd, permit: Permit): Promise<Report>;
  /** Absent where the carrier publishes no way to do it. */
  deleteBrand?(request: BrandDeletion, permit: Permit): Promise<Report>;
}

/** A carrier that also says what its account holds. */
export interface ListingCarrier extends Carrier {
  /** How long the list may still show what was given up, or not yet show what is new, in milliseconds. */
  readonly listsLateMs: number;
  /** One request that changes nothing: the first page of what the carrier account holds, or the one at `place`. Counts as one call of `endCampaign`. */
  list(place: ListingPlace | null): Promise<ListedPage>;
}

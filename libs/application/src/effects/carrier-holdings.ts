// What an account has at the carrier: noted in the transaction of the event that says so, and looked up before the carrier is asked to give it up.
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Refused, refuse } from '#kernel';
import { numberById, numberIdsOf, type Membership, type MembershipEvent } from '#domain';
import { type CarrierKind, Effects, type EffectTarget, type Withheld } from '#effects';
import { type GivenUp, type HeldKind, type Holder, Holders, type NotedHolder, type Shared, type SharedKind } from '#holders';
import { Retry } from '#postgres';

const ofCampaign = ['messaging-service', 'campaign'] as const;
const ofBrand = ['brand'] as const;

/** What a carrier is asked about. */
export type CarrierTarget = Exclude<EffectTarget, { readonly kind: 'notify' }>;

/** As what the account has it, and what is said where nothing shows that it does. */
const heldAs = {
  'release-number': { kinds: ['number'], unknown: 'not_this_number' },
  'end-campaign': { kinds: ofCampaign, unknown: 'not_this_campaign' },
  'delete-brand': { kinds: ofBrand, unknown: 'not_this_brand' },
} as const satisfies Readonly<Record<CarrierKind, { readonly kinds: readonly HeldKind[]; readonly unknown: string }>>;

/** What has the carrier end it. */
const endedBy: Readonly<Record<SharedKind, CarrierKind>> = { 'messaging-service': 'end-campaign', campaign: 'end-campaign', brand: 'delete-brand' };

/** An answer of the carrier takes about so long; whoever wants what it is just asked for begins again then. */
const answerTakesMs = 200;

@Injectable()
export class CarrierHoldings {
  constructor(
    private readonly holders: Holders,
    private readonly effects: Effects,
  ) {}

  /** Whether another account uses the number: to be asked before anything else is said of it. */
  async isTaken(accountId: string, e164: string): Promise<boolean> {
    const holder = await this.holders.ofNumber(e164);
    return holder !== null && holder.stands && holder.accountId !== accountId;
  }

  /**
   * In the transaction that appends the events, before it does; `state` is the account after them. What several accounts give up is written together;
   * what they take is looked at one after the other. Throws `Refused` for what is somebody else's.
   */
  async note(accounts: readonly { readonly happened: readonly MembershipEvent[]; readonly state: Membership }[]): Promise<void> {
    let given = noneGiven();
    for (const { happened, state } of accounts) {
      for (const event of happened) {
        if (takesAtCarrier(event)) {
          await this.give(given);
          given = noneGiven();
          await this.take(state.accountId, event);
        } else {
          collect(given, event, state);
        }
      }
    }
    await this.give(given);
  }

  /** Who has these numbers, or has let go of them. */
  holdersOf(numbers: readonly string[]): Promise<ReadonlyMap<string, NotedHolder>> {
    return this.holders.ofNumbers(numbers);
  }

  /** Who has let go of what these registrations name, and may still have it ended; of each in the order given. */
  async lettingGo(registrations: readonly Registration[]): Promise<readonly (readonly LettingGo[])[]> {
    const named = registrations.map(namedBy);
    const found = (await this.holders.lettingGo(named.flat())).values();
    return named.map((shared) => shared.flatMap(({ kind }) => found.next().value!.map((former) => ({ kind: endedBy[kind], former }))));
  }

  /** Whether whoever has let go of a number will not have it given up any more. While the carrier is being asked the transaction begins again. */
  canHave(former: NotedHolder): Promise<boolean> {
    return this.mayTakeOver(former.accountId, 'release-number', former.subject);
  }

  /** The same of what a registration names. */
  async canShare(lettingGo: readonly LettingGo[]): Promise<boolean> {
    for (const { kind, former } of lettingGo) if (!(await this.mayTakeOver(former.accountId, kind, former.subject))) return false;
    return true;
  }

  /** Takes for accounts that come from another system what they have, after all of it was looked up; what has changed since begins the transaction again. */
  async takeOver(accounts: readonly ComingWith[]): Promise<void> {
    const numbers = accounts.flatMap(({ accountId, numbers: own }) => own.map(({ numberId: subject, e164: number, carrierNumberId, former }) => ({ accountId, subject, number, carrierNumberId, former })));
    const free = numbers.filter(({ former }) => former === null);
    if (!(await this.holders.takeNumbers(free))) throw new Retry('somebody has just taken a number');
    for (const { former, number, carrierNumberId, ...holder } of numbers) {
      if (former && !(await this.holders.takeNumber(holder, number, former, carrierNumberId))) throw new Retry('somebody has just taken a number');
    }
    const shared = accounts.flatMap(({ accountId, registration }) => (registration ? namedBy(registration).map((one) => ({ accountId, subject: registration.registrationId, ...one })) : []));
    const lettingGo = (await this.holders.shareAll(shared)).flatMap((formers, index) => formers.map((former) => ({ kind: endedBy[shared[index]!.kind], former })));
    if (!(await this.canShare(lettingGo))) throw new Retry('somebody has just let go of a campaign or a brand');
  }

  /** Numbers that were left alone and that whoever comes back would have again: taken back, in the surrounding transaction. Answers those that cannot be. */
  async takeBackLeft({ accountId, lapse, numbers }: Membership): Promise<readonly string[]> {
    const left = numberIdsOf(numbers.all, 'left');
    if (!lapse || left.length === 0) return [];
    const back = new Set(await this.holders.takeBack(accountId, left));
    return left.filter((numberId) => !back.has(numberId));
  }

  /** Just before the carrier is asked. `null`: somebody uses it, or has taken it over. */
  async permit(target: CarrierTarget, subject: string, { accountId, numbers, purge }: Membership): Promise<CarrierTarget | Withheld | null> {
    const own = { accountId, subject };
    if (target.kind !== 'release-number' && (await this.holders.isUsedElsewhere(own, heldAs[target.kind].kinds))) return null;
    if (await this.holders.has(own, heldAs[target.kind].kinds)) return target;
    // Removed: whoever took it over is the holder. Of a purge under way: nobody can say any more whose it is.
    if (purge || numberById(numbers.all, subject)?.status === 'removed') return null;
    return { kind: 'withheld', reason: heldAs[target.kind].unknown };
  }

  /** What is let go of first: of one thing, being dropped is the last word. */
  private async give({ letGo, givenBack, dropped }: Given): Promise<void> {
    await this.holders.letGo(letGo);
    await this.holders.giveBack(givenBack);
    await this.holders.drop(dropped);
  }

  private async take(accountId: string, { type, data }: MembershipEvent): Promise<void> {
    if (type === 'NumberPurchased') await this.takeNumber(accountId, data.numberId, data);
    if (type !== 'TenDlcApplied') return;
    await this.share(accountId, data.registrationId, 'messaging-service', data.messagingServiceSid);
    await this.share(accountId, data.registrationId, 'campaign', data.campaignId);
    await this.share(accountId, data.registrationId, 'brand', data.brandId);
  }

  private async takeNumber(accountId: string, subject: string, { e164, carrierNumberId }: { readonly e164: string | null; readonly carrierNumberId: string | null }): Promise<void> {
    if (e164 === null) throw new Error(`number ${subject} is bought and nobody says which`);
    const former = await this.holders.ofNumber(e164);
    if (former && (former.stands || !(await this.mayTakeOver(former.accountId, 'release-number', former.subject)))) throw taken();
    if (!(await this.holders.takeNumber({ accountId, subject }, e164, former, carrierNumberId))) throw taken();
  }

  private async share(accountId: string, subject: string, kind: SharedKind, id: string | null): Promise<void> {
    if (id === null) return;
    for (const former of await this.holders.share({ accountId, subject }, kind, id)) {
      if (!(await this.mayTakeOver(former.accountId, endedBy[kind], former.subject))) throw new Refused(refuse('ten_dlc_ending'));
    }
  }

  /** Whether the carrier has not been asked for it, and will not be from now on. While it is being asked the transaction begins again, and at last gives up. */
  private async mayTakeOver(accountId: string, kind: CarrierKind, subject: string): Promise<boolean> {
    const way = await this.effects.makeWay(accountId, kind, subject);
    if (way !== 'attempting') return way === 'free';
    await sleep(answerTakesMs);
    throw new Retry(`a ${kind} is just being attempted`);
  }
}

/** What a registration names at the carrier. */
export interface Registration {
  readonly registrationId: string;
  readonly messagingServiceSid: string | null;
  readonly campaignId: string | null;
  readonly brandId: string | null;
}

interface LettingGo {
  readonly kind: CarrierKind;
  readonly former: Holder;
}

/** Somebody who comes from another system, with what he has at the carrier; `former`: who has let go of the number. */
export interface ComingWith {
  readonly accountId: string;
  readonly numbers: readonly { readonly numberId: string; readonly e164: string; readonly carrierNumberId: string | null; readonly former: NotedHolder | null }[];
  readonly registration: Registration | null;
}

function namedBy({ messagingServiceSid, campaignId, brandId }: Registration): readonly Shared[] {
  const all = [['messaging-service', messagingServiceSid], ['campaign', campaignId], ['brand', brandId]] as const;
  return all.flatMap(([kind, id]) => (id === null ? [] : [{ kind, id }]));
}

/** Takes something at the carrier that may be somebody else's: such an event can be refused when it is written. */
export const takesAtCarrier = ({ type }: MembershipEvent): boolean => type === 'NumberPurchased' || type === 'TenDlcApplied';

interface Given {
  readonly letGo: GivenUp[];
  /** Given up at the carrier. */
  readonly givenBack: GivenUp[];
  readonly dropped: GivenUp[];
}

const noneGiven = (): Given => ({ letGo: [], givenBack: [], dropped: [] });

function collect({ letGo, givenBack, dropped }: Given, { type, data }: MembershipEvent, { accountId, numbers }: Membership): void {
  const each = (kinds: readonly HeldKind[], subjects: readonly string[]): GivenUp[] => subjects.flatMap((subject) => kinds.map((kind) => ({ accountId, kind, subject })));
  switch (type) {
    case 'NumberRemoved': {
      const isGivenBack = (numberById(numbers.all, data.numberId)?.giveBack ?? null) !== null;
      (isGivenBack ? letGo : dropped).push(...each(['number'], [data.numberId]));
      break;
    }
    case 'NumberReleaseStarted':
      // Whoever is back in the same breath has them again.
      letGo.push(...each(['number'], data.leftIds.filter((numberId) => numberById(numbers.all, numberId)?.status === 'left')));
      break;
    case 'NumberReleased':
      givenBack.push(...each(['number'], [data.numberId]));
      break;
    case 'TenDlcExpired':
      letGo.push(...each([...ofCampaign, ...ofBrand], [data.registrationId]));
      break;
    case 'TenDlcDeregistered':
      // The brand is asked for next: whoever is just taking it up is waited for, so that it is known by then.
      if (data.part === 'campaign') letGo.push(...each(ofBrand, [data.registrationId]));
      givenBack.push(...each(gone[data.part], [data.registrationId]));
      break;
    // Nothing else gives anything at the carrier.
    default:
  }
}

const gone: Readonly<Record<'campaign' | 'brand', readonly HeldKind[]>> = { campaign: ofCampaign, brand: ofBrand };

export const numberTaken = refuse('number_taken');

const taken = (): Refused => new Refused(numberTaken);

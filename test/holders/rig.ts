// What the tests of holders share: the whole core, accounts with a plan, and an engine whose carrier answers as told.
import { AccountEffects, ApplyTenDlc, BuyNumber, RemoveNumber, Subscribe } from '#application';
import type { BrandDeletion, CampaignEnd, Carrier, NumberRelease, Outcome, Report } from '#carriers';
import { type EffectKind, EffectQueries, EffectsEngine, Pauses } from '#effects';
import { Holders } from '#holders';
import { asWritten, describe as sentence, type NumberOrigin } from '#domain';
import type { Instant } from '#kernel';
import { numbersView } from '#read-models';
import { closingAfterEach } from '../support/afterwards.js';
import { byPlatform, core, type Core, type OneAccount } from '../money/core.js';
import { cancel, open, subscribe } from '../stories/commands.js';
import { moment } from '../stories/life.js';

export const start = moment('2026-03-30T00:00Z');
export const E = moment('2026-04-30T00:00Z');
export const D14 = moment('2026-05-14T00:00Z');
export const D30 = moment('2026-05-30T00:00Z');

/** Answers what it is told, and notes what it was asked. */
export class TellingCarrier implements Carrier {
  readonly name = 'sandbox';
  readonly batchMost = 1;
  readonly requestsPerSecond = 1_000;
  readonly campaignRequestsPerSecond = 1_000;
  readonly asked: string[] = [];
  answer: (subject: string) => Outcome | Promise<Outcome> = () => ({ outcome: 'released' });

  releaseNumbers(requests: readonly NumberRelease[]): Promise<readonly Report[]> {
    return Promise.all(requests.map(({ e164 }) => this.say(e164)));
  }

  endCampaign({ campaignId, messagingServiceSid }: CampaignEnd): Promise<Report> {
    return this.say(campaignId ?? messagingServiceSid ?? '');
  }

  deleteBrand({ brandId }: BrandDeletion): Promise<Report> {
    return this.say(brandId);
  }

  private async say(subject: string): Promise<Report> {
    this.asked.push(subject);
    const outcome = await this.answer(subject);
    return { httpStatus: 200, latencyMs: 1, providerCode: null, ...(outcome.outcome === 'in-progress' ? {} : { order: null }), ...outcome } as Report;
  }
}

export interface Rig extends Core {
  readonly holders: Holders;
  readonly effectQueries: EffectQueries;
  /** On a clock of its own, with a plan since `start`. */
  subscribed(accountId: string): Promise<OneAccount>;
  buy(accountId: string, e164: string, origin?: NumberOrigin): Promise<string>;
  remove(accountId: string, e164: string): Promise<unknown>;
  apply(accountId: string, atCarrier: { readonly campaignId?: string; readonly brandId?: string; readonly messagingServiceSid?: string }): Promise<unknown>;
  /** With a month's plan. */
  comeBack(accountId: string): Promise<unknown>;
  /** Lets the account's time pass to there, with everything that is due on the way. */
  leave(account: OneAccount, ...until: readonly Instant[]): Promise<void>;
  /** `+1206… active`, with what became of giving it back. */
  numbers(accountId: string): Promise<readonly string[]>;
  timeline(accountId: string): Promise<readonly string[]>;
  /** What the log says of each number whose release was blocked. */
  whyBlocked(accountId: string): Promise<readonly string[]>;
  effectsOf(accountId: string): Promise<readonly string[]>;
  engine(carrier: Carrier, leaseMs?: number): EffectsEngine;
}

export async function rig(): Promise<Rig> {
  const made = await core();
  const { context, commands, memberships, database } = made;
  const effectQueries = context.get(EffectQueries);
  const planOf = async (accountId: string): Promise<string> => (await memberships.read(accountId)).state.subscriptions.at(-1)!.subscriptionId;
  return {
    ...made,
    holders: context.get(Holders),
    effectQueries,
    async subscribed(accountId) {
      const account = await made.account(accountId, start, open());
      await account.ask(subscribe('messaging-monthly', { as: `${accountId}.plan` }));
      return account;
    },
    buy: async (accountId, e164, origin = 'purchased') => (await commands.execute(new BuyNumber(accountId, byPlatform, e164, origin))).numberId,
    remove: (accountId, e164) => commands.execute(new RemoveNumber(accountId, byPlatform, e164)),
    apply: (accountId, atCarrier) => commands.execute(new ApplyTenDlc(accountId, byPlatform, { brandName: 'Zqbrand', ...atCarrier })),
    comeBack: (accountId) => commands.execute(new Subscribe(accountId, byPlatform, 'messaging-monthly', null)),
    async leave(account, ...until) {
      const { state } = await memberships.read(account.accountId);
      if (!state.lapse) await account.ask(cancel(await planOf(account.accountId)));
      for (const at of until) {
        await account.tick(at);
        await account.bringUpToDate();
      }
    },
    async numbers(accountId) {
      const { state, events } = await memberships.read(accountId);
      return numbersView(state, await events()).map(({ e164, status, giveBack }) => [e164, status, ...(giveBack === null ? [] : [giveBack])].join(' '));
    },
    whyBlocked: async (accountId) => (await (await memberships.read(accountId)).events()).flatMap(({ type, data }) => (type === 'NumberReleaseBlocked' || type === 'TenDlcDeregistrationBlocked' ? [data.reason] : [])),
    timeline: async (accountId) => (await (await memberships.read(accountId)).events()).flatMap((event) => sentence(event, asWritten) ?? []),
    effectsOf: async (accountId) => (await effectQueries.forAccount(accountId)).map(({ kind, status, lastOutcome }) => `${kind} ${status} ${lastOutcome ?? ''}`.trimEnd()),
    engine: (carrier, leaseMs = 30_000) =>
      new EffectsEngine(database, [carrier], context.get(AccountEffects), null, {
        leaseMs, storm: null, sweepEveryMs: 25, backOff: { firstMs: 40, longestMs: 80 }, ownBackOff: { firstMs: 30, longestMs: 60 },
      }),
  };
}

const operator = { role: 'operator', id: 'olga' } as const;

/** For the tests of one file, which share the rig and are about effects of one kind: what they begin ends with them. */
export function inTests(rigOf: () => Rig, kind: EffectKind) {
  const afterwards = closingAfterEach();
  let count = 0;
  const next = (): number => (count += 1);
  return {
    afterwards,
    /** Never the same twice. */
    next,
    /** An account with a plan, under a name of its own. */
    subscribed: () => rigOf().subscribed(`account-${next()}`),
    begin: (carrier = new TellingCarrier(), leaseMs?: number): TellingCarrier => {
      const engine = rigOf().engine(carrier, leaseMs);
      engine.start();
      afterwards(() => engine.stop());
      return carrier;
    },
    /** Until it is resumed no worker takes up what is of the kind. */
    paused: async (): Promise<() => Promise<unknown>> => {
      const pauses = new Pauses(rigOf().database);
      const { pauseId } = await pauses.pause({ kind }, 'looked at', operator);
      const resume = () => pauses.resume(pauseId, 'looked at', operator);
      afterwards(resume);
      return resume;
    },
    /** Whether something was asked for the account, and has come to its end. */
    settled: (accountId: string) => async () => {
      const all = await rigOf().effectsOf(accountId);
      return all.length > 0 && all.every((effect) => /done|void/.test(effect));
    },
  };
}

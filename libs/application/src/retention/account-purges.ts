// The account's side of a purge: what is known of the person, what outlives it, and the word that it is done.
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { eventsOfType, later, type Instant } from '#kernel';
import { consentKeptUntil, noteFieldOf, optOutsKeptUntil, personalOf } from '#domain';
import { Clock } from '#deadlines';
import { Effects, Notices } from '#effects';
import { ImportedAccounts } from '#imports';
import { OptOuts } from '#opt-outs';
import { type Evidence, type Exception, KeptEvidence, type PurgeCommands, type PurgeProof, type PurgeRequest } from '#purge';
import { ofThisLife } from '#read-models';
import { PlatformTables } from '#retained-data';
import { Memberships, type Account, type EventsOf } from '../memberships.js';
import { CompletePurge } from './commands.js';

@Injectable()
export class AccountPurges implements PurgeCommands {
  constructor(
    private readonly commands: CommandBus,
    private readonly memberships: Memberships,
    private readonly effects: Effects,
    private readonly notices: Notices,
    private readonly evidence: KeptEvidence,
    private readonly optOuts: OptOuts,
    private readonly platform: PlatformTables,
    private readonly imported: ImportedAccounts,
    private readonly clock: Clock,
  ) {}

  /** Every text in a personal field of the stream, but for what operators wrote: that is not the person's, and may say what others of theirs say. */
  async markers(accountId: string): Promise<readonly string[]> {
    const { events } = await this.memberships.read(accountId, { evenPurged: true });
    return (await events()).flatMap((event) => personalOf(event).flatMap(([field, told]) => (field !== noteFieldOf(event.type) && typeof told === 'string' ? [told] : [])));
  }

  /** A year after the end nobody waits for a carrier any more. Who erases early gives everything up first, and of who came from another system in this life an operator may let everything go at once. */
  async awaitsReleases({ accountId, basis }: PurgeRequest): Promise<boolean> {
    if (basis === 'retention' && !(await this.memberships.read(accountId, { evenPurged: true })).state.imported) return false;
    return this.effects.isUnderWay(accountId);
  }

  awaitsWord({ accountId }: PurgeRequest): Promise<boolean> {
    return this.notices.isUnderWay(accountId);
  }

  /** Until when it stays goes by real time, also of an account on a test clock: by that it is deleted. */
  async outlive({ purgeId, accountId, testClockId }: PurgeRequest): Promise<readonly Exception[]> {
    const { events } = await this.memberships.read(accountId, { evenPurged: true });
    const life = ofThisLife(await events());
    const consents = consentsOf(life, testClockId === null ? 'effectiveAt' : 'recordedAt');
    await this.evidence.put(purgeId, accountId, consents);
    const movements = life.filter(({ type }) => movesMoney.has(type)).length;
    const unsettled = await this.effects.openOf(accountId);
    const optedOut = await this.optOuts.outlive(accountId, optOutsKeptUntil(await this.clock.now(null)));
    return [
      exception('opt-outs', optedOut.count, 'Addresses that want no more messages and calls, as hashes that lead to nobody.', optedOut.expiresAt),
      exception('platform-opt-outs', await this.platform.optedOut(accountId), 'Contacts of the platform\'s tables that want no more messages and calls: their addresses are kept likewise as they are deleted.', optedOut.expiresAt),
      exception('consents', consents.length, 'Evidence of what was accepted, without free text.', latest(consents)),
      exception('ledger', movements, 'Accounting records of the log, without personal fields.', null),
      exception('external-ids', (await this.imported.counts(accountId)).externalIds, 'What another system called the account, as a hash that leads to nobody: the same import does not bring it back.', null),
      exception('unsettled-releases', unsettled, 'Given up by the account and not settled by the carrier; nobody can say any more which.', null),
    ].filter(({ records }) => records > 0);
  }

  async now(accountId: string): Promise<Instant> {
    return (await this.memberships.read(accountId, { evenPurged: true })).now;
  }

  async conclude({ purgeId, accountId }: PurgeRequest, proof: PurgeProof, purgedAt: Instant): Promise<void> {
    const metadata = { actor: { role: 'system', id: 'purge' }, channel: 'worker', correlationId: randomUUID(), causationId: purgeId } as const;
    await this.commands.execute(new CompletePurge(accountId, metadata, purgedAt, proof));
  }
}

const movesMoney = new Set([
  'CardChargeRequested', 'ChargeCollected', 'ChargeFailed', 'NumberFeesCharged', 'NumberFeesFellShort', 'WalletToppedUp', 'WalletRecharged', 'UnsentMessagesCredited',
]);

const exception = (kind: string, records: number, reason: string, expiresAt: Instant | null): Exception => ({ kind, records, reason, expiresAt });

const latest = (evidence: readonly Evidence[]): Instant | null =>
  evidence.reduce<Instant | null>((last, { expiresAt }) => (last === null ? expiresAt : later(last, expiresAt)), null);

/** `real`: which of an event's instants says when it was in real time. */
function consentsOf(events: EventsOf<Account>, real: 'effectiveAt' | 'recordedAt'): readonly Evidence[] {
  const lastEnd = events.findLast(({ type }) => type === 'PeriodEnded')?.[real];
  return eventsOfType(events, 'CancellationRequested').flatMap((event) => {
    const { eventId: subject, effectiveAt, recordedAt, data: { subscriptionId, consent }, metadata: { actor, channel } } = event;
    if (!consent) return [];
    const evidence = { subscriptionId, acceptedAt: effectiveAt, recordedAt, ...consent, actor, channel };
    return [{ kind: 'consent', subject, data: evidence, expiresAt: consentKeptUntil(event[real], lastEnd ?? event[real]) }];
  });
}

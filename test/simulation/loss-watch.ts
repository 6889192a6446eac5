// Watches that what cannot be undone is announced on its days, once, where there is something to lose, and nothing that does not come.
import { epochMs, plusMs, type Instant } from '#kernel';
import type { LossKind, MembershipEvent } from '#domain';

const dayMs = 86_400_000;

const days: Readonly<Record<LossKind, readonly number[]>> = { 'release-numbers': [7, 1], 'expire-ten-dlc': [7], 'purge-data': [30, 7, 1] };

export class LossWatch {
  private readonly announced = new Set<string>();
  private readonly holds = new Map<string, { readonly from: Instant; to: Instant | null }>();
  private endedAt: Instant | null = null;
  /** When the carrier last gave a number back: days before that had nothing to announce. */
  private givenBackAt: Instant | null = null;
  /** Bought, ours to release, and standing. */
  private readonly numbers = new Set<string>();
  private readonly ours = new Set<string>();
  private registered = false;
  /** An early erasure gives everything up at once. */
  private erasing = false;

  see({ type, data, effectiveAt }: MembershipEvent): void {
    switch (type) {
      case 'LossAnnounced': {
        const key = [data.loss, data.at, data.daysLeft].join(' ');
        this.must(!this.announced.has(key), `${key} was announced twice`);
        this.must(days[data.loss as LossKind].includes(data.daysLeft) && effectiveAt === plusMs(data.at, -data.daysLeft * dayMs), `${key} was announced at ${effectiveAt}`);
        this.must(data.loss !== 'release-numbers' || this.numbers.size > 0, `${key} was announced to who has no number to lose`);
        this.must(data.loss !== 'expire-ten-dlc' || this.registered, `${key} was announced to who has no registration to lose`);
        this.must(data.loss === 'expire-ten-dlc' || this.endedAt !== null, `${key} was announced while a plan was open`);
        this.must(data.loss !== 'purge-data' || ![...this.holds.values()].some(({ to }) => to === null), `${key} was announced under a hold`);
        this.announced.add(key);
        return;
      }
      case 'NumberPurchased':
        if (data.origin !== 'purchased') return;
        this.ours.add(data.numberId);
        this.numbers.add(data.numberId);
        return;
      case 'NumberRemoved':
        this.numbers.delete(data.numberId);
        return;
      case 'NumberReleaseBlocked':
      case 'NumberReleaseWithdrawn':
        for (const id of 'numberIds' in data ? data.numberIds : [data.numberId]) if (this.ours.has(id)) this.numbers.add(id);
        this.givenBackAt = effectiveAt;
        return;
      case 'NumberReleased':
        this.numbers.delete(data.numberId);
        return;
      case 'NumberReleaseStarted':
        if (!this.erasing && data.numberIds.length > 0) this.wasAnnounced('release-numbers', effectiveAt);
        this.numbers.clear();
        return;
      case 'TenDlcApplied':
        this.registered = true;
        return;
      case 'TenDlcExpired':
        if (!this.erasing) this.wasAnnounced('expire-ten-dlc', effectiveAt);
        this.registered = false;
        return;
      case 'PurgeStarted':
        this.erasing = data.basis !== 'retention';
        if (!this.erasing) this.wasAnnounced('purge-data', data.due);
        return;
      case 'PeriodEnded':
        if (data.lastPlan) this.endedAt = effectiveAt;
        return;
      case 'SubscriptionStarted':
        this.endedAt = null;
        return;
      case 'LegalHoldPlaced':
        this.holds.set(data.holdId, { from: effectiveAt, to: null });
        return;
      case 'LegalHoldLifted':
        this.holds.get(data.holdId)!.to = effectiveAt;
        return;
      case 'DataPurged':
        this.holds.clear();
        this.numbers.clear();
        this.ours.clear();
        this.registered = false;
        this.erasing = false;
        return;
      default:
    }
  }

  private wasAnnounced(loss: LossKind, at: Instant): void {
    for (const daysLeft of days[loss]) {
      const day = plusMs(at, -daysLeft * dayMs);
      const excused = loss === 'purge-data' && [...this.holds.values()].some(({ from, to }) => from < day && (to === null || to >= day));
      const nobodyLeft = loss !== 'expire-ten-dlc' && epochMs(day) < epochMs(this.endedAt!);
      const nothingThere = loss === 'release-numbers' && this.givenBackAt !== null && this.givenBackAt >= day;
      this.must(excused || nobodyLeft || nothingThere || this.announced.has([loss, at, daysLeft].join(' ')), `${loss} came at ${at} and was not announced ${daysLeft} days before`);
    }
  }

  private must(holds: boolean, objection: string): void {
    if (!holds) throw new Error(objection);
  }
}

// Whichever trace a deadline was set in goes on when it is carried out, also by somebody who came for something else.
import { deadlineKey, fold, openDeadlines, type Membership, type MembershipEvent, type OpenDeadline, type UpToDate } from '#domain';
import type { Deadline, Deadlines } from '#deadlines';
import { beginSpan, isTracing, type Span } from '#tracing';
import type { Asked } from './asked.js';

interface Carried {
  readonly asked: Asked;
  readonly upToDate: UpToDate;
}

/** The spans of what one transaction carries out, to be ended with it; while tracing is off nothing. */
export class Firings {
  private readonly traceparents = new Map<string, string>();
  private readonly spans: Span[] = [];

  /** What was claimed has its span already; of the rest the rows say where they were set. */
  static async begin(deadlines: Deadlines, all: readonly Carried[]): Promise<Firings> {
    const firings = new Firings();
    if (isTracing()) await firings.beginAll(deadlines, all);
    return firings;
  }

  /** What follows from a deadline, or from what was asked, continues that. */
  traceOf({ accountId, metadata }: Asked, deadline: OpenDeadline | null): string | undefined {
    return (deadline && this.traceparents.get(nameOf(accountId, deadline))) ?? metadata.traceparent;
  }

  /**
   * With the trace that they continue: those that have come into being, and those that the decision was about, as the end of a period is about a
   * cancellation. What comes again because it has fired begins a trace of its own.
   */
  traced(stands: readonly OpenDeadline[], before: Membership, { asked, upToDate, decided }: Carried & { readonly decided: readonly MembershipEvent[] }): readonly Deadline[] {
    if (!isTracing()) return stands;
    const traceparents = new Map<string, string | undefined>(openDeadlines(before).map((one) => [deadlineKey(one), undefined]));
    let state = before;
    for (const { deadline, events } of upToDate.steps) {
      state = fold(state, events);
      for (const one of openDeadlines(state)) {
        const comesAgain = deadline && one.kind === deadline.kind && one.subject === deadline.subject;
        if (!traceparents.has(deadlineKey(one))) traceparents.set(deadlineKey(one), comesAgain ? undefined : this.traceOf(asked, deadline));
      }
    }
    const about = new Set(decided.flatMap(({ data }) => ('subscriptionId' in data ? [data.subscriptionId] : [])));
    return stands.map((one) => {
      const key = deadlineKey(one);
      const traceparent = about.has(one.subject) || !traceparents.has(key) ? asked.metadata.traceparent : traceparents.get(key);
      return traceparent === undefined ? one : { ...one, traceparent };
    });
  }

  end(): void {
    for (const span of this.spans) span.end();
  }

  private async beginAll(deadlines: Deadlines, all: readonly Carried[]): Promise<void> {
    const others: { readonly accountId: string; readonly deadline: OpenDeadline }[] = [];
    for (const { asked: { accountId, claimed = [] }, upToDate } of all) {
      const firing = new Map(claimed.map((one) => [deadlineKey(one), one.traceparent]));
      for (const { deadline } of upToDate.steps) {
        const traceparent = deadline && firing.get(deadlineKey(deadline));
        if (traceparent) this.traceparents.set(nameOf(accountId, deadline), traceparent);
        else if (deadline) others.push({ accountId, deadline });
      }
    }
    const rows = await deadlines.tracesOf(others.map(({ accountId, deadline }) => ({ accountId, ...deadline })));
    for (const [index, { accountId, deadline }] of others.entries()) {
      const set = rows[index];
      if (!set) continue;
      const span = beginSpan(`fire ${deadline.kind}`, () => ({ kind: 'consumer', from: [set], attributes: { 'deadline.kind': deadline.kind } }));
      this.spans.push(span);
      this.traceparents.set(nameOf(accountId, deadline), span.traceparent!);
    }
  }
}

const nameOf = (accountId: string, deadline: OpenDeadline): string => `${accountId} ${deadlineKey(deadline)}`;

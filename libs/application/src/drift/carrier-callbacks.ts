// What becomes of what a carrier calls back with. It is not believed: what waits at the carrier is asked for again, and the carrier's own record decides; what contradicts us is a finding.
import { Injectable } from '@nestjs/common';
import { CallbacksHeard, DriftFindings, type DriftOfAccount } from '#carrier-drift';
import type { ToldByCarrier } from '#carriers';
import { Effects } from '#effects';
import { type HeldKind, Holders, type Keeping } from '#holders';
import { Beliefs } from './beliefs.js';

export interface CallbackResult {
  /** It was heard before: nothing was done again. */
  readonly repeated: boolean;
  /** So much that waited is asked for again at once. */
  readonly lookedAgain: number;
  /** So much contradicts us, and was not known to. */
  readonly findings: number;
}

type ToldThing = Extract<ToldByCarrier, { readonly kind: string }>;

/** What is asked for to have it given up. */
const askedWith = { number: 'release-number', campaign: 'end-campaign', 'messaging-service': 'end-campaign', brand: 'delete-brand' } as const satisfies Readonly<Record<HeldKind, string>>;

/** As what it is found. */
const foundAs = { number: 'number', campaign: 'campaign', 'messaging-service': 'campaign', brand: 'brand' } as const;

@Injectable()
export class CarrierCallbacks {
  constructor(
    private readonly holders: Holders,
    private readonly effects: Effects,
    private readonly findings: DriftFindings,
    private readonly heard: CallbacksHeard,
    private readonly beliefs: Beliefs,
  ) {}

  async hear(carrier: string, body: Buffer, told: readonly ToldByCarrier[]): Promise<CallbackResult> {
    if (await this.heard.has(carrier, body)) return { repeated: true, lookedAgain: 0, findings: 0 };
    let lookedAgain = 0;
    const found: DriftOfAccount[] = [];
    for (const one of told) {
      if ('order' in one) {
        lookedAgain += await this.effects.lookAgainAt(carrier, one.order);
        continue;
      }
      for (const keeping of await this.holders.keeping(one.kind, await this.holders.hashes(one.kind, one.names))) {
        const again = keeping.standing === 'former' ? 0 : await this.effects.lookAgain(keeping.accountId, askedWith[one.kind], keeping.subject);
        lookedAgain += again;
        if (again === 0) found.push(...contradicting(one, keeping));
      }
    }
    const findings = await this.findings.put(carrier, 'callback', await this.beliefs.borneOut(carrier, found));
    await this.heard.note(carrier, body);
    return { repeated: false, lookedAgain, findings };
  }
}

/** What a thing that nobody waits for contradicts. */
function contradicting({ kind, became }: ToldThing, { standing, accountId, subject }: Keeping<HeldKind>): readonly DriftOfAccount[] {
  const of = (finding: DriftOfAccount['finding']): readonly DriftOfAccount[] => [{ finding, kind: foundAs[kind], accountId, subject }];
  if (standing === 'stands') return became === 'gone' || became === 'ended' ? of(kind === 'number' ? 'not-listed' : 'ended-there') : [];
  return became === 'in-use' ? of('still-listed') : [];
}

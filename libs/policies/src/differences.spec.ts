// One policy after another: what changes with it, and what it may not take back.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { builtInPolicy, type OfferedPlan, type PolicyInForce } from '#domain';
import { contradictions, differences, readPolicyFile } from './index.js';

const { policy: example } = readPolicyFile(fileURLToPath(new URL('../../../policy.example.yaml', import.meta.url)));

const next: PolicyInForce = { ...builtInPolicy, version: 'next' };
const withPlan = (planId: string, change: Partial<OfferedPlan>): PolicyInForce => ({ ...next, plans: next.plans.map((plan) => (plan.planId === planId ? { ...plan, ...change } : plan)) });
const withTerms = (change: object): PolicyInForce => ({ ...next, disclosures: next.disclosures.map((one) => (one.id === 'terms' ? { ...one, ...change } : one)) });

describe('after another policy', () => {
  it('what is said otherwise is told, each in a sentence', () => {
    expect(differences(example, builtInPolicy)).toEqual([
      'numbersReleaseAfterDays is 30 instead of 14, for cancellations from then on',
      'the plan messaging-monthly-eur is sold, for 45.00 EUR',
      'the plan calling-monthly-eur is sold, for 54.00 EUR',
      'the plan calling-annual is not sold any more; who has it keeps it',
      'texts are shown in de',
      'accounts can be opened in EUR',
      'the reason business_closed is asked',
      'the reason switched_service is not asked any more', 'the reason too_complex is not asked any more', 'the reason low_quality is not asked any more', 'the reason customer_service is not asked any more',
      'the disclosure terms, version 2027-01, has to be accepted', 'the disclosure number-release, version 2027-01, has to be accepted',
      'the disclosure terms, version 2026-01, is not shown any more', 'the disclosure number-release, version 2026-01, is not shown any more',
    ]);
    expect(differences(builtInPolicy, example)).toEqual(expect.arrayContaining([
      'texts are not shown in de any more, and consents that were given in it name a language that the published document does not', 'the reason business_closed is not asked any more',
      'the reason business_closed is gone, and who gave it is shown one that the published document does not name: it can stay, with asked: false',
      'no account can be opened in EUR any more, and who has one keeps it and can take no other plan', 'the plan calling-annual is sold, for 590.00 USD',
    ]));
    expect(differences(withPlan('messaging-annual', { price: { amount: 50_000, currency: 'USD' } }), builtInPolicy)).toEqual([expect.stringMatching(/^the plan messaging-annual is 500\.00 USD instead of 490\.00 USD, /)]);
    expect(differences(next, builtInPolicy)).toEqual([]);
  });

  it('nothing else is said under a version that was in force', () => {
    expect(contradictions({ ...next, version: builtInPolicy.version, languages: ['en'] }, builtInPolicy)).toEqual([expect.stringContaining('the policy 2026-01 has been in force with other contents')]);
    expect(contradictions(structuredClone(builtInPolicy), builtInPolicy)).toEqual([]);
  });

  it('a plan stays what it is, but for its price and its name', () => {
    expect(contradictions(withPlan('messaging-annual', { price: { amount: 1, currency: 'USD' }, names: { en: 'Else', es: 'Otro' }, sold: false }), builtInPolicy)).toEqual([]);
    for (const change of [{ price: { amount: 49_000, currency: 'EUR' } }, { kind: 'calling' }, { interval: 'month' }] as const) {
      expect(contradictions(withPlan('messaging-annual', change), builtInPolicy)).toEqual([expect.stringMatching(/^the plan messaging-annual was a messaging plan by the year in USD, and here it is a .*: that is another plan/)]);
    }
  });

  it('a text that may have been accepted stays that text, and may be there in more languages, or fewer', () => {
    const { texts } = builtInPolicy.disclosures[0]!;
    expect(contradictions(withTerms({ texts: { ...texts, es: 'Otro.' } }), builtInPolicy)).toEqual([expect.stringMatching(/^the disclosure terms was accepted in its version 2026-01 with another text/)]);
    for (const change of [{ version: '2027-01', texts: { ...texts, es: 'Otro.' } }, { texts: { ...texts, de: 'Neu.' } }, { texts: { en: texts['en'] } }]) expect(contradictions(withTerms(change), builtInPolicy)).toEqual([]);
    expect(contradictions(example, builtInPolicy)).toEqual([]);
  });
});

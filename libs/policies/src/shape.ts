// What a policy file holds, part by part. Whoever changes this changes `policy.example.yaml` and the README as well.
import {
  planIntervals, planKinds, spokenIn, spokenLanguages,
  type Currency, type Language, type OfferedPlan, type Policy, type PolicyInForce, type PublishedDisclosure, type PublishedReason, type ReasonCode, type Texts,
} from '#domain';
import type { Nodes, Place } from './nodes.js';

export interface PolicyFile {
  readonly policy: PolicyInForce;
  /** Cancellations that were promised more than this gives keep it, and whoever wrote the file knows: `npm run policy -- check` asks for it. */
  readonly openCancellations: 'as-promised' | null;
}

const id = { max: 64, pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, what: 'a text of 1 to 64 letters, digits or . _ -' };
const tag = { max: 11, pattern: /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?$/, what: 'a language tag such as en or es-MX' };
const currencyCode = { max: 3, pattern: /^[A-Z]{3}$/, what: 'an ISO 4217 code in capitals' };
const reasonCode = { max: 64, pattern: /^[a-z][a-z0-9_]{0,63}$/, what: 'a code of small letters, digits and _' };
const address = { max: 2048, pattern: /^https?:\/\/\S+$/, what: 'an http or https URL' };
const label = { max: 200 };
const longText = { max: 5_000 };
const amountMax = 1_000_000_000;
const daysInYear = 365;

/** What a language has to foretell in which the service has no sentences of its own; the others may. */
const foretoldKinds = ['period-end', 'release-numbers', 'expire-ten-dlc', 'purge-data'] as const;

const currenciesKnown = new Set(Intl.supportedValuesOf('currency'));

/** What texts of disclosures may name, so that they cannot say another period than the one that is in force. */
const named = (periods: Policy): Readonly<Record<string, number>> => ({
  numbersReleaseAfterDays: periods.numbersReleaseAfterDays, tenDlcExpireAfterDays: periods.tenDlcExpireAfterDays, purgeAfterYears: periods.purgeAfterYears,
});

export function readShape(nodes: Nodes): PolicyFile {
  const top = nodes.map(nodes.root, ['version', 'languages', 'currencies', 'plans', 'reasons', 'periods', 'disclosures'], ['foretold', 'openCancellations']);
  const version = nodes.text(top.version, id);
  const languages = nodes.list(top.languages).map((place) => ({ place, value: nodes.text(place, tag) }));
  nodes.once(languages);
  const shape = new Shape(nodes, languages.map(({ value }) => value));
  const currencies = shape.currencies(top.currencies);
  const periods = shape.periods(top.periods, version);
  return {
    policy: {
      version,
      languages: shape.languages as readonly [Language, ...Language[]],
      currencies: currencies as readonly [Currency, ...Currency[]],
      plans: shape.plans(top.plans, currencies),
      reasons: shape.reasons(top.reasons),
      disclosures: shape.disclosures(top.disclosures, periods),
      periods,
      foretold: shape.foretold(top.foretold, nodes.root),
    },
    openCancellations: top.openCancellations ? nodes.oneOf(top.openCancellations, ['as-promised']) : null,
  };
}

class Shape {
  constructor(
    private readonly nodes: Nodes,
    readonly languages: readonly Language[],
  ) {}

  currencies(list: Place | undefined): readonly Currency[] {
    const { nodes } = this;
    const read = nodes.list(list).map((place) => {
      const { code, numberFee } = nodes.map(place, ['code', 'numberFee']);
      const currency = { code: nodes.text(code, currencyCode), numberFee: nodes.whole(numberFee, 0, amountMax) };
      if (code && currency.code !== '' && !currenciesKnown.has(currency.code)) nodes.fault(code, 'must be an ISO 4217 code in capitals');
      return { place: code, value: currency.code, currency };
    });
    nodes.once(read);
    return read.map(({ currency }) => currency);
  }

  plans(list: Place | undefined, currencies: readonly Currency[]): readonly OfferedPlan[] {
    const { nodes } = this;
    const read = nodes.list(list).map((place) => {
      const { planId, kind, interval, price, names, sold } = nodes.map(place, ['planId', 'kind', 'interval', 'price', 'names'], ['sold']);
      const { amount, currency } = price ? nodes.map(price, ['amount', 'currency']) : {};
      const plan: OfferedPlan = {
        planId: nodes.text(planId, id),
        kind: nodes.oneOf(kind, planKinds),
        interval: nodes.oneOf(interval, planIntervals),
        price: { amount: nodes.whole(amount, 0, amountMax), currency: nodes.oneOf(currency, currencies.map(({ code }) => code)) },
        names: this.texts(names, label),
        sold: nodes.flag(sold, true),
      };
      return { place: planId, value: plan.planId, plan };
    });
    nodes.once(read);
    if (list && read.length > 0 && !read.some(({ plan }) => plan.sold)) nodes.fault(list, 'must have a plan that is sold');
    return read.map(({ plan }) => plan);
  }

  reasons(list: Place | undefined): readonly PublishedReason[] {
    const { nodes } = this;
    const read = nodes.list(list).map((place) => {
      const { code, labels, asked } = nodes.map(place, ['code', 'labels'], ['asked']);
      const published: PublishedReason = { code: nodes.text(code, reasonCode) as ReasonCode, labels: this.texts(labels, label), asked: nodes.flag(asked, true) };
      return { place: code, value: published.code, published };
    });
    nodes.once(read);
    if (list && read.length > 0 && !read.some(({ published }) => published.asked)) nodes.fault(list, 'must have a reason that is asked');
    return read.map(({ published }) => published);
  }

  periods(place: Place | undefined, version: string): Policy {
    const { nodes } = this;
    const names = ['numbersReleaseAfterDays', 'tenDlcExpireAfterDays', 'purgeAfterYears', 'tenDlcScope', 'numberFeesAfterEnd'] as const;
    const part = place ? nodes.map(place, names) : {};
    const purgeAfterYears = nodes.whole(part.purgeAfterYears, 1, 10);
    const days = (of: Place | undefined): number => nodes.whole(of, 1, purgeAfterYears * daysInYear);
    return {
      version,
      numbersReleaseAfterDays: days(part.numbersReleaseAfterDays),
      tenDlcExpireAfterDays: days(part.tenDlcExpireAfterDays),
      purgeAfterYears,
      tenDlcScope: nodes.oneOf(part.tenDlcScope, ['account', 'messaging']),
      numberFeesAfterEnd: nodes.flag(part.numberFeesAfterEnd, false),
    };
  }

  disclosures(list: Place | undefined, periods: Policy): readonly PublishedDisclosure[] {
    const { nodes } = this;
    const read = nodes.list(list).map((place) => {
      const { id: disclosureId, version, texts, urls } = nodes.map(place, ['id', 'version', 'texts'], ['urls']);
      const published: PublishedDisclosure = {
        id: nodes.text(disclosureId, id),
        version: nodes.text(version, id),
        texts: this.filledIn(texts, periods),
        urls: urls ? Object.fromEntries(nodes.entries(urls).flatMap(([language, at]) => (this.isLanguage(language, at) ? [[language, nodes.text(at, address)]] : []))) : {},
      };
      return { place: disclosureId, value: published.id, published };
    });
    nodes.once(read);
    // R27: the terms are what is agreed to.
    if (list && read.length > 0 && !read.some(({ value }) => value === 'terms')) nodes.fault(list, 'must have a disclosure with the id terms');
    return read.map(({ published }) => published);
  }

  foretold(place: Place | undefined, root: Place): PolicyInForce['foretold'] {
    const { nodes } = this;
    const read = place ? nodes.entries(place) : [];
    for (const language of this.languages) {
      const isSpoken = spokenLanguages.some((one) => one === spokenIn(language) && language.startsWith(one));
      if (language !== '' && !isSpoken && !read.some(([one]) => one === language)) nodes.fault(place ?? root, `must have foretold/${language}: the service has sentences of its own in ${spokenLanguages.join(', ')} alone`);
    }
    return Object.fromEntries(read.filter(([language, at]) => this.isLanguage(language, at)).map(([language, at]) => {
      const part = nodes.map(at, foretoldKinds);
      const sentences = foretoldKinds.map((kind) => [kind, nodes.text(part[kind], longText)] as const);
      for (const [kind, sentence] of sentences) this.onlyNames(part[kind], sentence, kind === 'period-end' ? ['plan'] : []);
      return [language, Object.fromEntries(sentences)];
    }));
  }

  /** One for each language of the policy, and none for another. */
  private texts(place: Place | undefined, rules: { readonly max: number }): Texts {
    return Object.fromEntries(this.eachText(place, rules).map(({ language, text }) => [language, text]));
  }

  private filledIn(place: Place | undefined, periods: Policy): Texts {
    const values = named(periods);
    return Object.fromEntries(this.eachText(place, longText).map(({ language, text, at }) => {
      this.onlyNames(at, text, Object.keys(values));
      return [language, text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole))];
    }));
  }

  private eachText(place: Place | undefined, rules: { readonly max: number }): readonly { readonly language: Language; readonly text: string; readonly at: Place | undefined }[] {
    if (!place) return [];
    const part = this.nodes.map(place, this.languages);
    return this.languages.map((language) => ({ language, text: this.nodes.text(part[language], rules), at: part[language] }));
  }

  private onlyNames(place: Place | undefined, text: string, known: readonly string[]): void {
    const unknown = [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name!).find((name) => !known.includes(name));
    if (place && unknown !== undefined) this.nodes.fault(place, `names {${unknown}}, and may name ${known.length > 0 ? known.map((name) => `{${name}}`).join(', ') : 'nothing'}`);
  }

  private isLanguage(language: string, at: Place): boolean {
    const isKnown = this.languages.includes(language);
    if (!isKnown) this.nodes.fault(at, 'is none of the languages');
    return isKnown;
  }
}

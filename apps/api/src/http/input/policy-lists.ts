// Lists that the policy in force says: schemas name them, and the document that is published shows what they hold.
import { inWords, spokenLanguages, type PolicyInForce } from '#domain';

/** As they stand in schemas, in place of their entries. */
export const listed = { languages: '$languages', currencies: '$currencies', reasons: '$reasons' } as const;

export type PolicyList = keyof typeof listed;

/** Also those that are there for who has them already: answers tell them. */
const entriesOf = ({ languages, currencies, reasons }: PolicyInForce): Readonly<Record<PolicyList, readonly string[]>> => ({
  languages,
  currencies: currencies.map(({ code }) => code),
  reasons: reasons.map(({ code }) => code),
});

/** What is wrong with a value that has to be on a list; `null`: nothing. In the service's own languages it can be asked also where the policy has others alone, and answers in its first. */
export function faultOf(policy: PolicyInForce, list: PolicyList, value: string): string | null {
  const entries = entriesOf(policy)[list];
  const taken = list === 'languages' ? [...entries, ...spokenLanguages] : entries;
  return taken.includes(value) ? null : `must be one of ${entries.join(', ')}`;
}

/** What a number costs a month in each currency; in the only one, which need not be named. */
const numberFees = ({ currencies }: PolicyInForce): string => {
  const fees = currencies.map(({ code, numberFee }) => inWords({ amount: numberFee, currency: code }));
  return fees.length === 1 ? fees[0]!.replace(/ .*/, '') : fees.join(' or ');
};

/** What sentences name with a `$` before it. */
const saidOf = (policy: PolicyInForce): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(Object.entries(entriesOf(policy)).map(([list, entries]) => [list, entries.join(', ')])),
  language: policy.languages[0],
  numberFee: numberFees(policy),
  numbersReleaseAfterDays: String(policy.periods.numbersReleaseAfterDays),
  tenDlcExpireAfterDays: String(policy.periods.tenDlcExpireAfterDays),
  purgeAfter: policy.periods.purgeAfterYears === 1 ? 'a year' : `${policy.periods.purgeAfterYears} years`,
});

/** A text of JSON with the entries in place of the names of lists, and in sentences with what the policy says. */
export function withLists(text: string, policy: PolicyInForce): string {
  const said = saidOf(policy);
  return (Object.entries(entriesOf(policy)) as readonly (readonly [PolicyList, readonly string[]])[])
    .reduce((now, [list, entries]) => now.replaceAll(`"${listed[list]}"`, entries.map((entry) => JSON.stringify(entry)).join(',')), text)
    .replace(/\$(\w+)/g, (whole, name: string) => said[name] ?? whole);
}

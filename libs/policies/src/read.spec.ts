// A policy file: what it says is in force to the letter, and what it cannot say is told with its line.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { builtInPolicy, disclosuresIn, reasonsIn } from '#domain';
import { parsePolicy, policyFrom, PolicyFileInvalid, policyHash, policyText, readPolicyFile } from './index.js';

const example = fileURLToPath(new URL('../../../policy.example.yaml', import.meta.url));
const text = readFileSync(example, 'utf8');

/** The faults of the example with one text in place of another, each with the line on which it stands. */
function faultsWith(before: string, after: string, source = text): readonly string[] {
  if (!source.includes(before)) throw new Error(`there is no ${before}`);
  try {
    parsePolicy(source.replace(before, () => after), 'own.yaml');
  } catch (error) {
    if (!(error instanceof PolicyFileInvalid)) throw error;
    return error.message.split('\n').slice(1);
  }
  return [];
}

const lineOf = (part: string): number => text.slice(0, text.indexOf(part)).split('\n').length;

describe('a policy file', () => {
  it('says all that the built-in policy says, in YAML and in JSON', () => {
    const yaml = policyText(builtInPolicy);
    const { policy, openCancellations } = parsePolicy(yaml, 'own.yaml');
    expect(policy).toEqual(builtInPolicy);
    expect(openCancellations).toBeNull();
    const { periods: { version: _, ...periods }, ...rest } = builtInPolicy;
    const { foretold: _foretold, ...json } = { ...rest, periods };
    expect(parsePolicy(JSON.stringify(json), 'own.json').policy).toEqual(builtInPolicy);
  });

  it('is the example: another currency, another language, six reasons, thirty days', () => {
    const { policy } = readPolicyFile(example);
    expect(policy).toMatchObject({ version: '2027-01', languages: ['en', 'es', 'de'], currencies: [{ code: 'USD' }, { code: 'EUR', numberFee: 180 }], periods: { version: '2027-01', numbersReleaseAfterDays: 30 } });
    expect(reasonsIn(policy, 'de')).toHaveLength(6);
    expect(disclosuresIn(policy, 'de').find(({ id }) => id === 'number-release')!.text).toMatch(/^30 Tage nach dem Ende/);
    expect(disclosuresIn(policy, 'es').find(({ id }) => id === 'number-release')!.text).toMatch(/^30 días/);
    expect(disclosuresIn(policy, 'de')[0]!.url).toBe('https://example.com/de/agb/2027-01');
    expect(parsePolicy(policyText(policy), 'own.yaml').policy).toEqual(policy);
  });

  it('is what POLICY_FILE names, and the built-in policy where it names none', () => {
    expect(policyFrom({ POLICY_FILE: example }).version).toBe('2027-01');
    expect(policyFrom({})).toBe(builtInPolicy);
    expect(policyFrom({ POLICY_FILE: '' })).toBe(builtInPolicy);
    expect(() => policyFrom({ POLICY_FILE: '/nowhere/own.yaml' })).toThrow('the policy file /nowhere/own.yaml cannot be read: ENOENT');
    const folder = mkdtempSync(join(tmpdir(), 'sunset-policy-'));
    writeFileSync(join(folder, 'own.yaml'), text.replace('numbersReleaseAfterDays: 30', 'numbersReleaseAfterDays: soon'));
    expect(() => policyFrom({ POLICY_FILE: join(folder, 'own.yaml') })).toThrow(`${folder}/own.yaml:${lineOf('numbersReleaseAfterDays: 30')}: /periods/numbersReleaseAfterDays must be a whole number from 1 to 365`);
    rmSync(folder, { recursive: true });
  });
});

describe('what cannot be in force is told with its line', () => {
  it.each<[string, string, string, string?]>([
    ['version: 2027-01', 'version: 2027', '/version must be a text of 1 to 64 letters, digits or . _ -'],
    ['languages: [en, es, de]', 'languages: []', '/languages must be a list of at least 1'],
    ['  - { code: EUR, numberFee: 180 }', '  - { code: EURO, numberFee: 180 }', '/currencies/1/code must be an ISO 4217 code in capitals'],
    ['  - { code: EUR, numberFee: 180 }', '  - { code: EUR, numberFee: 1.5 }', '/currencies/1/numberFee must be a whole number from 0 to 1000000000'],
    ['price: { amount: 4500, currency: EUR }', 'price: { amount: 4500, currency: GBP }', '/plans/4/price/currency must be one of USD, EUR'],
    ['price: { amount: 4500, currency: EUR }', 'price: { amount: 4500 }', '/plans/4/price must have currency'],
    ['planId: calling-monthly-eur', 'planId: messaging-annual', '/plans/5/planId is there already: messaging-annual'],
    ['- code: business_closed', '- code: Business closed', '/reasons/3/code must be a code of small letters, digits and _'],
    ['labels: { en: My business has closed, es: Mi negocio ha cerrado, de: Mein Geschäft ist geschlossen }', 'labels: { en: My business has closed, de: Mein Geschäft ist geschlossen }', '/reasons/3/labels must have es'],
    ['labels: { en: My business has closed, es', 'labels: { fr: Fermé, en: My business has closed, es', '/reasons/3/labels/fr is not known here'],
    ['  tenDlcExpireAfterDays: 30\n', '  tenDlcExpireAfterDays: 400\n', '/periods/tenDlcExpireAfterDays must be a whole number from 1 to 365', '  tenDlcExpireAfterDays: 30\n'],
    ['  numberFeesAfterEnd: false', '  numberFeesAfterEnd: no', '/periods/numberFeesAfterEnd must be true or false'],
    ['  tenDlcScope: account', '  tenDlcScope: plan', '/periods/tenDlcScope must be one of account, messaging'],
    ['      en: Once your last', '      en: \'{days} days\' # your last', '/disclosures/4/texts/en names {days}, and may name {numbersReleaseAfterDays}, {tenDlcExpireAfterDays}, {purgeAfterYears}'],
    ['      de: https://example.com', '      de: file://example.com', '/disclosures/0/urls/de must be an http or https URL'],
    ['  - id: terms', '  - id: agb', '/disclosures must have a disclosure with the id terms', '  - id: terms'],
    ["    period-end: '{plan} endet", "    period-end: '{name} endet", '/foretold/de/period-end names {name}, and may name {plan}'],
    ['    purge-data: ', '    purge: ', '/foretold/de/purge is not known here'],
    ['    purge-data: ', '    purge: ', '/foretold/de must have purge-data', '    period-end'],
  ])('%s → %s', (before, after, fault, at = before) => {
    const told = faultsWith(before, after);
    expect(told).toContain(`own.yaml:${lineOf(at)}: ${fault}`);
  });

  it('each once, and in the order of lines', () => {
    const told = faultsWith('version: 2027-01', 'version: ~', text.replace('numberFee: 180', 'numberFee: -1').replace('purgeAfterYears: 1', 'purgeAfterYears: 0'));
    expect(told.map((one) => one.split(' ', 2)[1])).toEqual(['/version', '/currencies/1/numberFee', '/periods/purgeAfterYears']);
  });

  it('a language in which nothing would be foretold', () => {
    expect(faultsWith('\nforetold:\n', '\nx-foretold:\n')).toEqual(expect.arrayContaining([expect.stringMatching(/must have foretold\/de: the service has sentences of its own in en, es alone$/)]));
  });

  it('nothing that is sold, and nothing that is asked', () => {
    expect(faultsWith('', '', text.replaceAll(/^ {4}names:.*$/gm, (names) => `${names}\n    sold: false`).replace(/sold: false\n {4}sold: false/, 'sold: false'))).toEqual([expect.stringMatching(/^own.yaml:\d+: \/plans must have a plan that is sold$/)]);
    expect(faultsWith('', '', text.replaceAll(/^( {4}labels:.*)\n(?! {4}asked)/gm, '$1\n    asked: false\n'))).toEqual([expect.stringMatching(/^own.yaml:\d+: \/reasons must have a reason that is asked$/)]);
  });

  it('what is no YAML, what is another document, and not more than can be read', () => {
    expect(faultsWith('[en, es, de]', '[en, es, de')).toEqual(expect.arrayContaining([expect.stringMatching(/^own.yaml:(8|9|1\d): the document is no YAML: /)]));
    expect(faultsWith('currencies:', 'version: again\ncurrencies:')).toEqual([`own.yaml:${lineOf('currencies:')}: the document is no YAML: Map keys must be unique`]);
    expect(faultsWith(text, '- a list')).toEqual(['own.yaml:1: the document must be a map']);
    expect(faultsWith(text, '')).toEqual(['own.yaml:1: the document must be a map']);
    expect(faultsWith(text, Array.from({ length: 30 }, (_, index) => `name-${index}: 1`).join('\n')).at(-1)).toMatch(/^and \d+ more$/);
  });
});

it('whoever changes the built-in policy gives it another version, and writes both here', () => {
  expect(`${builtInPolicy.version} ${policyHash(builtInPolicy).slice(0, 16)}`).toBe('2026-01 1787b902099c1df1');
});

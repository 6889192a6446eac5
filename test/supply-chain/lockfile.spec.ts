// What the service is made of: known by its hash, from wherever it comes, under a licence that allows what is done with it, on a runtime that is still kept up.
import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { allows, licences } from './licences.js';

interface Locked {
  readonly integrity?: string;
  readonly resolved?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const { packages } = JSON.parse(read('package-lock.json')) as { readonly packages: Readonly<Record<string, Locked>> };
const locked = Object.entries(packages).filter(([path, { link }]) => path !== '' && !link);
const nameOf = (path: string): string => path.replace(/^.*node_modules\//, '');

it('every package is locked by its hash, and by no address', () => {
  expect(locked.length).toBeGreaterThan(500);
  expect(locked.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([]);
  expect(locked.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
});

it('every package has a licence that allows what is done with it', () => {
  const refused = locked.filter(([path, { license, dev }]) => !allows(license ?? licences.looked[nameOf(path)], dev ? [...licences.production, ...licences.development] : licences.production));
  expect(refused.map(([path, { license }]) => `${path}: ${license ?? 'none is stated'}`)).toEqual([]);
});

it('no package that states its licence is among those that were looked at', () => {
  expect(Object.keys(licences.looked).filter((name) => !locked.some(([path, { license }]) => nameOf(path) === name && license === undefined))).toEqual([]);
});

it.each([
  ['MIT', true], ['(MIT OR GPL-3.0-only)', true], ['MIT AND GPL-3.0-only', false], ['(MIT AND ISC) OR GPL-3.0-only', true], ['GPL-3.0-only', false], ['SEE LICENSE IN LICENSE', false], [undefined, false],
])('%s: %s', (expression, expected) => {
  expect(allows(expression, ['MIT', 'ISC'])).toBe(expected);
});

it('no package runs anything when it is installed', () => {
  expect(read('.npmrc')).toContain('ignore-scripts=true');
});

/** The ends of life of https://github.com/nodejs/Release, by the major version. */
const endsOfLife: Readonly<Record<string, string>> = { 20: '2026-04-30', 22: '2027-04-30', 24: '2028-04-30', 26: '2029-04-30' };

it('the image runs on what is kept up for a year after the last release of the service was made', () => {
  const [, version] = /^ARG NODE_VERSION=(\d+)\.\d+\.\d+$/m.exec(read('docker/Dockerfile'))!;
  expect(endsOfLife[version!]! > '2027-11-27').toBe(true);
});

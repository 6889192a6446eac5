// What keeps a list from meaning anything: a mutant that no longer fits the sources, or is noticed only because it cannot be read, or by no test that is there.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';

/** The paths among the arguments of jest. */
export const pathsIn = (witness) => (witness.includes('-t') ? witness.slice(0, witness.indexOf('-t')) : witness);

/** A sentence for each. */
export function faultsOf({ name: list, folder, witnesses, mutants }, root) {
  const specs = ['libs', 'apps', 'test'].flatMap((top) => readdirSync(join(root, top), { recursive: true }).map((path) => `${top}/${path}`)).filter((path) => path.endsWith('.spec.ts'));
  const names = new Set();
  return mutants.flatMap(([name, file, from, to, own]) => {
    const say = (fault) => [`${list}: ${name}: ${fault}`];
    if (names.has(name)) return say('another has the same name');
    names.add(name);
    const lacking = (own ? [own] : Object.values(witnesses)).flatMap(pathsIn).find((path) => !specs.some((spec) => spec.includes(path)));
    if (lacking) return say(`there is no test ${lacking}`);
    const path = join(root, folder, file);
    if (!existsSync(path)) return say(`there is no ${file}`);
    const source = readFileSync(path, 'utf8');
    const times = source.split(from).length - 1;
    if (times !== 1) return say(`${file} contains ${times} times what is to be broken: ${from}`);
    if (from === to) return say('it changes nothing');
    try {
      parseSync(source.replace(from, () => to), { syntax: 'typescript', decorators: true });
    } catch {
      return say(`${file} cannot be read any more`);
    }
    return [];
  });
}

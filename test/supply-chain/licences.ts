// Which licences are allowed, of what production installs and of what only builds and tests it.

export const licences: { readonly production: readonly string[]; readonly development: readonly string[]; readonly looked: Readonly<Record<string, string>> } = {
  production: ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0', 'Python-2.0'],
  // Nothing of these is handed on.
  development: ['CC-BY-4.0', 'CC0-1.0', 'MPL-2.0', 'Unlicense'],
  /** Of packages whose manifest states none: what stands in their repository. */
  looked: {
    '@event-driven-io/dumbo': 'MIT',
    '@event-driven-io/emmett': 'MIT',
    '@event-driven-io/emmett-postgresql': 'MIT',
    '@event-driven-io/pongo': 'MIT',
    'cli-table': 'MIT',
  },
};

/** Whether an SPDX expression can be met by these licences alone. */
export function allows(expression: string | undefined, allowed: readonly string[]): boolean {
  if (expression === undefined) return false;
  const words = expression.match(/[()]|[^()\s]+/g) ?? [];
  let place = 0;
  const one = (): boolean => {
    const word = words[place++];
    if (word !== '(') return word !== undefined && allowed.includes(word);
    const within = either();
    return words[place++] === ')' && within;
  };
  const both = (): boolean => {
    let met = one();
    while (words[place] === 'AND') {
      place += 1;
      met = one() && met;
    }
    return met;
  };
  const either = (): boolean => {
    let met = both();
    while (words[place] === 'OR') {
      place += 1;
      met = both() || met;
    }
    return met;
  };
  const met = either();
  return met && place === words.length;
}

type Mutant = readonly [name: string, file: string, from: string, to: string, witness?: readonly string[]];

/** What keeps a list from meaning anything, a sentence for each. */
export function faultsOf(list: { readonly name: string; readonly folder: string; readonly witnesses: Readonly<Record<string, readonly string[]>>; readonly mutants: readonly Mutant[] }, root: string): string[];

// Whether a carrier's record of a brand is that of the one that was registered.

/** Letters and digits count; capital letters, spaces and stops do not. */
const bare = (name: string): string => name.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** `shown`: the names that the record shows. A name without a letter names nothing. */
export const namesBrand = (registered: string, ...shown: readonly unknown[]): boolean =>
  bare(registered) !== '' && shown.some((name) => typeof name === 'string' && bare(name) === bare(registered));

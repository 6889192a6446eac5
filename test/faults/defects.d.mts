/** A name, what is replaced by what in which file, words of the row that turns red for it, and what the row then says. */
export const defects: readonly (readonly [name: string, changes: readonly (readonly [file: string, from: string, to: string])[], row: string, says: RegExp])[];

/** A name, what is replaced by what in which file, and words of the row that turns red for it. */
export const defects: readonly (readonly [name: string, changes: readonly (readonly [file: string, from: string, to: string])[], row: string])[];

// How much of an account's log is read at once for what is shown of it.

/** Events of one statement. */
export const chunkMost = 1_000;

/** Changes of who an account is, of one statement: the last ones tell it nearly always. */
export const changesMost = 20;

// What hints are given about, by who writes it, to who sees to it; see `Hints` of `postgres`.

/** Rows that may have become due, or want an alarm. */
export const deadlinesHint = 'deadlines';

/** A test clock that is asked to move, or has moved. */
export const testClocksHint = 'test-clocks';

/** A jump of the clock that an operator has confirmed. */
export const clockHint = 'clock';

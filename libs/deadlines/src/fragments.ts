// What statements of other libraries may say of test clocks: fragments of SQL that join them. That the real one is in doubt says `clockInDoubt`.

/** The clocks and what time it is on each: `test_clock_id` and `now`. To be joined, so that what is due on a clock is seen with the clock as it is. */
export const testClocks = '(SELECT test_clock_id, now FROM sunset.test_clocks)';

/** Whether any clock is on its way. */
export const someClockAdvances = `EXISTS (SELECT FROM sunset.test_clocks WHERE status = 'advancing')`;

/** What time it is for an account on that test clock, or in reality: where there is no clock none is looked for, which for a million rows takes longer than all else. */
export const accountNow = (testClockId: string): string =>
  `CASE WHEN ${testClockId} IS NULL THEN statement_timestamp() ELSE coalesce((SELECT c.now FROM sunset.test_clocks c WHERE c.test_clock_id = ${testClockId}), statement_timestamp()) END`;

/** A statement that says {@link accountNow}, as of an instant, a literal: no account has come further than that. */
export const nowAsOf = (statement: string, at: string): string => statement.replaceAll('(SELECT c.now FROM', `(SELECT least(c.now, ${at}) FROM`).replaceAll('statement_timestamp()', `least(statement_timestamp(), ${at})`);

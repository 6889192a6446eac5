// Accounts with one plan and with two, and what they wait for.
import { open, subscribe } from '../../../test/stories/commands.js';
import { lived, type Step } from '../../../test/stories/examples.js';
import { moment, type Surroundings } from '../../../test/stories/life.js';
import { reminderOf } from '../src/membership/consequences.js';
import { openDeadlines, plannedDeadlines } from '../src/membership/deadlines.js';

export const start = moment('2026-03-30T07:00Z');
export const asked = moment('2026-04-10T17:00Z');
export const E = moment('2026-04-30T07:00Z');
export const D14 = moment('2026-05-14T07:00Z');
export const D30 = moment('2026-05-30T07:00Z');

export const one: readonly Step[] = [[start, open({ timeZone: 'America/Los_Angeles' }), subscribe('messaging-monthly')]];
export const two: readonly Step[] = [...one, [start, subscribe('calling-monthly')]];
/** Reminders have examples of their own. */
export const seen = (steps: readonly Step[], under?: Surroundings) => {
  const { state } = lived(steps, under);
  const apartFromReminders = openDeadlines(state).filter(({ kind }) => !reminderOf(kind));
  return {
    open: apartFromReminders.map(({ kind, subject, dueAt, held }) => ({ kind, dueAt, ...(subject && { subject }), ...(held && { held }) })),
    planned: plannedDeadlines(state),
  };
};

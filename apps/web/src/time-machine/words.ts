// Dates, money and names as they are shown; the customer's dates in the customer's zone.
import { i18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import { moneyText, type Money } from '../ui/format.js';
import type { MilestoneKind } from './milestones.js';

/** The demo customer's. */
const timeZone = 'America/Los_Angeles';

const formatted = (at: string | number, options: Intl.DateTimeFormatOptions): string => new Intl.DateTimeFormat(i18n.locale, options).format(new Date(at));

export const day = (at: string | number): string => formatted(at, { timeZone, day: 'numeric', month: 'short', year: 'numeric' });
export const weekday = (at: string | number): string => formatted(at, { timeZone, weekday: 'long' });
export const timeOfDay = (at: string | number): string => formatted(at, { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' });
export const moment = (at: string | number): string => formatted(at, { timeZone, day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
/** When something was written down: now, and to the millisecond, so that what happened at once is told apart. */
export const written = (at: string): string => formatted(at, { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23' });

export const money = (of: Money): string => moneyText(of, i18n.locale);

export const milestoneNames: Readonly<Record<MilestoneKind, MessageDescriptor>> = {
  cancelled: msg`Plans cancelled`,
  'period-end': msg`Paid period ends`,
  'release-numbers': msg`Numbers released`,
  'expire-ten-dlc': msg`Registration expires`,
  'purge-data': msg`All data deleted`,
};

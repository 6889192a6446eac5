// In whose zone, and seen from which instant, a page tells its dates.
import { createContext, useContext } from 'react';
import { useLingui } from '@lingui/react';
import type { Reader } from './format.js';

export interface Clock {
  readonly timeZone: string;
  /** The account's now, as the service last told it: never the browser's. Absent: nothing is told relatively. */
  readonly asOf?: string;
}

export const ClockContext = createContext<Clock>({ timeZone: 'UTC' });

export function useReader(): Reader & Clock {
  const { i18n } = useLingui();
  return { ...useContext(ClockContext), language: i18n.locale };
}

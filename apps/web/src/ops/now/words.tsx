// What each signal is called, and what that means.
import { useLingui } from '@lingui/react/macro';
import type { SignalId } from './signals.js';

export function useSignalWords(): Readonly<Record<SignalId, { readonly name: string; readonly what: string }>> {
  const { t } = useLingui();
  return {
    'no-worker': { name: t`Workers`, what: t`None is alive: nothing that is due is carried out` },
    clock: { name: t`Clock guard`, what: t`The clock has jumped: what is due waits until that is confirmed` },
    'newer-release': { name: t`Release`, what: t`A newer release has written what this process cannot read` },
    'overdue-deadlines': { name: t`Overdue deadlines`, what: t`Due and not carried out` },
    'dead-deadlines': { name: t`Dead deadlines`, what: t`Tried in vain too often: they wait for you` },
    'blocked-deadlines': { name: t`Blocked deadlines`, what: t`Held by their account, or due when it was taken over` },
    storm: { name: t`Storm guard`, what: t`Far more was due than is usual: it is held until you let it go` },
    credentials: { name: t`Credentials`, what: t`A carrier refused ours: it is paused` },
    paused: { name: t`Pauses of operators`, what: t`Somebody paused it by hand` },
    'overdue-effects': { name: t`Overdue effects`, what: t`Due at a carrier and not settled` },
    'dead-effects': { name: t`Dead effects`, what: t`Asked in vain too often: they wait for you` },
    'blocked-effects': { name: t`Blocked effects`, what: t`The carrier said no: they wait for you` },
    untold: { name: t`Announcements`, what: t`Customers who were not told of a loss that is still ahead` },
    'purge-findings': { name: t`Purges`, what: t`Failed, or found something of the person: they wait for you` },
    'purges-stopped': { name: t`Start of purges`, what: t`None begins until the clock is confirmed` },
    'webhooks-failing': { name: t`Failing webhooks`, what: t`They acknowledge nothing at the moment` },
    'webhooks-disabled': { name: t`Disabled webhooks`, what: t`Gone, or without an answer for days: nothing is sent there` },
    'projections-failing': { name: t`Projections`, what: t`They cannot go on: reports stand still` },
    'projections-behind': { name: t`Lag of projections`, what: t`Reports are far behind the log` },
    'holds-due': { name: t`Legal holds`, what: t`To be looked at again` },
    drift: { name: t`Drift`, what: t`Not as the log says, as the auditor found` },
    'carrier-drift': { name: t`Carriers' lists`, what: t`A carrier lists otherwise than we believe` },
    'test-clocks': { name: t`Test clocks`, what: t`They cannot be advanced` },
  };
}

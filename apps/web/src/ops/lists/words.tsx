// What columns, fields, lists and acts are called.
import { useLingui } from '@lingui/react/macro';
import type { Asked, ListName } from '../places.js';
import type { ActName } from './lists.js';

export function useListWords() {
  const { t } = useLingui();
  const lists: Readonly<Record<ListName, string>> = {
    deadlines: t`Deadlines`, effects: t`Effects`, pauses: t`Pauses`, purges: t`Purges`, 'webhook-endpoints': t`Webhooks`, 'legal-holds': t`Legal holds`, 'clock-stops': t`Clock guard`, 'carrier-drift': t`Carriers' lists`,
  };
  const acts: Readonly<Record<ActName, string>> = { retry: t`Try again`, settle: t`Settle`, hold: t`Hold`, 'let-go': t`Let go`, pause: t`Pause` };
  const fields: Readonly<Record<keyof Asked, string>> = {
    kind: t`Kind`, status: t`Status`, carrier: t`Carrier`, error: t`Error holds`, accountId: t`Account`, dueBefore: t`Due before`, id: t`Id`, actId: t`Act`,
  };
  const columns: Readonly<Record<string, string>> = {
    kind: t`Kind`, status: t`Status`, due: t`Due`, account: t`Account`, attempts: t`Attempts`, lateness: t`Late by`, error: t`Last error`, carrier: t`Carrier`, answer: t`Last answer`, reason: t`Reason`,
    cause: t`Cause`, since: t`Since`, until: t`Until`, by: t`By`, step: t`Step`, findings: t`Findings`, why: t`Why`, url: t`Address`, waiting: t`Waiting`, undelivered: t`Undelivered since`, failing: t`Failing since`,
    acknowledged: t`Acknowledged`, review: t`Review`, hold: t`Hold`, seen: t`Seen before`, finding: t`What is found`, subject: t`Number or registration`, atCarrier: t`At the carrier`, told: t`Told by`, last: t`Last seen`,
  };
  return { lists, acts, fields, columns };
}

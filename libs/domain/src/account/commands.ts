// What may be asked of the account itself.
import type { Money } from '#kernel';
import type { CancellationMode, Person } from './events.js';

export interface AccountCommands {
  OpenAccount: Person & {
    timeZone: string;
    currency: string;
    testClockId: string | null;
    numberBillingAnchorDay: number | null;
    numberFee: Money;
    cancellationMode: CancellationMode;
    locale?: string;
  };
  ChangeAccount: Partial<Person> & { timeZone?: string; locale?: string };
}

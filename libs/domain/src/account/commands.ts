// What may be asked of the account itself.
import type { Money } from '#kernel';
import type { CancellationMode } from './events.js';

export interface AccountCommands {
  OpenAccount: {
    name: string;
    email: string;
    timeZone: string;
    currency: string;
    testClockId: string | null;
    numberBillingAnchorDay: number | null;
    numberFee: Money;
    cancellationMode: CancellationMode;
  };
  ChangeAccount: { name?: string | undefined; email?: string | undefined; timeZone?: string | undefined };
}

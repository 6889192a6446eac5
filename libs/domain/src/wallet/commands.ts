// What may be asked of the wallet.
import type { Money } from '#kernel';

export interface WalletCommands {
  /** Money that has arrived. */
  TopUpWallet: { topUpId: string; amount: Money };
  /** Of the card. */
  RequestTopUp: { chargeId: string; amount: Money };
  ConfigureAutoRecharge: { enabled: boolean; threshold: Money; amount: Money };
}

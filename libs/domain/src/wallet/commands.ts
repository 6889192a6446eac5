// What may be asked of the wallet.
import type { Money } from '#kernel';

export interface WalletCommands {
  TopUpWallet: { topUpId: string; amount: Money };
  ConfigureAutoRecharge: { enabled: boolean; threshold: Money; amount: Money };
}

// What lies in the wallet, and what still leaves it.
import { Plural, Trans } from '@lingui/react/macro';
import { useNumbers } from '../../service/account.js';
import { Amount } from '../../ui/Amount.js';
import { Moment } from '../../ui/Moment.js';
import { useAccount } from '../account.js';

export function Wallet() {
  const { accountId, membership } = useAccount();
  const { data: numbers = [] } = useNumbers(accountId);
  const fees = numbers.flatMap(({ nextFee }) => (nextFee ? [nextFee] : []));
  const [first] = fees;
  const sum = first && { currency: first.amount.currency, amount: fees.reduce((total, { amount }) => total + amount.amount, 0) };
  return (
    <p>
      <Trans>
        The balance is <Amount of={membership.wallet.balance} />.
      </Trans>
      {first && sum && (
        <>
          {' '}
          <Trans>
            Next, <Amount of={sum} /> for <Plural value={fees.length} one="# number" other="# numbers" /> leave it on <Moment at={first.at} />.
          </Trans>
        </>
      )}
    </p>
  );
}

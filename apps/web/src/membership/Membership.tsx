// The Membership page: whose it is, what has become of the account, and the place that the address names.
import { useLingui } from '@lingui/react/macro';
import { useEffect, useState, type ReactNode } from 'react';
import { isLanguage, isLanguageChosen, speak, useLanguage } from '../i18n/language.js';
import { useMembership, useSession } from '../service/account.js';
import { codeOf, Refusal } from '../service/client.js';
import { go, useAddress } from '../ui/address.js';
import { Aloud } from '../ui/Aloud.js';
import { Notice } from '../ui/Notice.js';
import { Page } from '../ui/Page.js';
import { ClockContext } from '../ui/reading.js';
import { AccountContext } from './account.js';
import { addressOf } from './addresses.js';
import { Gone } from './ends/Gone.js';
import { Leave } from './ends/Leave.js';
import { OtherAccount } from './ends/OtherAccount.js';
import { Purged } from './ends/Purged.js';
import { Silence } from './ends/Silence.js';
import { Place } from './Place.js';

export function Membership() {
  const session = useSession();
  const [own, setOwn] = useState<string | null>(null);
  const accountId = session.data?.accountId ?? null;
  if (own === null && accountId !== null) setOwn(accountId);
  if (accountId !== null && !session.isError) {
    if (own !== null && accountId !== own) return <Page><OtherAccount onGo={() => { go(addressOf.membership, { replaces: true }); setOwn(accountId); }} /></Page>;
    return <OfAccount key={accountId} accountId={accountId} />;
  }
  if (session.isPending) return <Waiting />;
  const isGone = codeOf(session.error) === 'unauthenticated' || codeOf(session.error) === 'not_found';
  return <Page>{isGone ? <Gone /> : <Silence onAgain={() => void session.refetch()} />}</Page>;
}

function Waiting() {
  const { t } = useLingui();
  return (
    <Page>
      <p role="status">{t`One moment…`}</p>
    </Page>
  );
}

interface Said {
  readonly words: ReactNode;
  readonly kind: 'good' | 'bad';
  readonly address: string;
  /** Where one was already, so that no title takes the focus. */
  readonly isHere: boolean;
  readonly time: number;
}

function OfAccount({ accountId }: { readonly accountId: string }) {
  const address = useAddress();
  const { data: membership, error, isPending, refetch } = useMembership(accountId, useLanguage());
  const [said, setSaid] = useState<Said | null>(null);
  // It goes with the account: after the deletion a page knows it that was open before.
  const [timeZone, setTimeZone] = useState('UTC');
  if (membership && membership.timeZone !== timeZone) setTimeZone(membership.timeZone);
  useLanguageOf(membership?.locale);
  if (codeOf(error) === 'account_purged') {
    return (
      <ClockContext value={{ timeZone }}>
        <Page foot={<Leave accountId={accountId} />}><Purged accountId={accountId} purgedAt={purgedAtOf(error)} /></Page>
      </ClockContext>
    );
  }
  if (!membership) return isPending ? <Waiting /> : <Page><Silence onAgain={() => void refetch()} /></Page>;
  const say = (words: ReactNode, kind: Said['kind'], at = address) => { setSaid((last) => ({ words, kind, address: at, isHere: at === address, time: (last?.time ?? 0) + 1 })); };
  return (
    <AccountContext value={{ accountId, membership, say }}>
      <ClockContext value={{ timeZone, asOf: membership.asOf }}>
        <Page foot={<Leave accountId={accountId} />}>
          <Aloud focus={said?.isHere ? said.time : 0}>
            {error && <Silence.Short />}
            {said?.address === address && <Notice key={said.time} kind={said.kind}>{said.words}</Notice>}
          </Aloud>
          <Place address={address} />
        </Page>
      </ClockContext>
    </AccountContext>
  );
}

const purgedAtOf = (error: unknown): string | null => {
  const purgedAt = error instanceof Refusal ? error.problem['purgedAt'] : null;
  return typeof purgedAt === 'string' ? purgedAt : null;
};

/** What the account says, unless this customer has chosen otherwise. */
function useLanguageOf(locale: string | null | undefined): void {
  useEffect(() => {
    const language = locale?.slice(0, 2);
    if (isLanguage(language) && !isLanguageChosen()) void speak(language);
  }, [locale]);
}

// What a customer has to accept before a cancellation counts (R7), and whether what was accepted is what is current.
export interface Disclosure {
  readonly id: string;
  readonly version: string;
  readonly text: string;
}

export interface AcceptedDisclosure {
  readonly id: string;
  readonly version: string;
}

/** Raise `version` with every change of `text`: consent is bound to both. */
export const disclosures: readonly Disclosure[] = [
  {
    id: 'terms',
    version: '2026-01',
    text: 'The cancellation follows the Terms of Service, version 2026-01. Nothing renews, and no card is charged for this plan any more.',
  },
  {
    id: 'no-refund',
    version: '2026-01',
    text: 'The paid period is not refunded or prorated. All features of the plan stay available until it ends, and until then you can resume the plan.',
  },
  {
    id: 'unsent-messages',
    version: '2026-01',
    text: 'When the plan ends, scheduled SMS and ringless voicemails that have not been sent are cancelled and credited to your wallet.',
  },
  {
    id: 'number-fees',
    version: '2026-01',
    text: 'Until the plan ends, phone number fees are still deducted from your wallet on the billing day. Numbers removed before that day are not billed.',
  },
  {
    id: 'number-release',
    version: '2026-01',
    text: 'Once your last plan has ended, all purchased phone numbers are released 14 days later. Released numbers cannot be restored.',
  },
  {
    id: 'ten-dlc-expiry',
    version: '2026-01',
    text: 'Your 10DLC registration expires 30 days after your last plan has ended. If you come back later you have to apply again.',
  },
  {
    id: 'data-deletion',
    version: '2026-01',
    text: 'One year after your last plan has ended, campaigns, messages, contacts, reports and all personal data are permanently deleted.',
  },
  {
    id: 'wallet-balance',
    version: '2026-01',
    text: 'The wallet balance stays and can be used after resubscribing. It is not paid out, and it is gone when the data is deleted.',
  },
];

/** What was shown, word for word, in the one form that evidence hashes. */
export const disclosuresText = (shown: readonly Disclosure[] = disclosures): string =>
  JSON.stringify(shown.map(({ id, version, text }) => [id, version, text]));

export interface DisclosureCheck {
  /** Not accepted at all. */
  readonly missing: readonly AcceptedDisclosure[];
  /** Accepted in a version, or under an id, that is not current. */
  readonly stale: readonly AcceptedDisclosure[];
  /** Of the stale ones, what is current; one that is not in the catalogue has nothing. */
  readonly renewed: readonly AcceptedDisclosure[];
}

const named = ({ id, version }: AcceptedDisclosure): AcceptedDisclosure => ({ id, version });

/** What of the catalogue was accepted in its current version. */
export const acceptedOf = (accepted: readonly AcceptedDisclosure[], current: readonly Disclosure[] = disclosures): readonly Disclosure[] =>
  current.filter((one) => accepted.some(({ id, version }) => one.id === id && one.version === version));

export function checkDisclosures(accepted: readonly AcceptedDisclosure[], current: readonly Disclosure[] = disclosures): DisclosureCheck {
  const valid = acceptedOf(accepted, current);
  const isValid = ({ id, version }: AcceptedDisclosure) => valid.some((one) => one.id === id && one.version === version);
  const isMentioned = ({ id }: Disclosure) => accepted.some((one) => one.id === id);
  const open = current.filter((one) => !valid.includes(one));
  return {
    missing: open.filter((one) => !isMentioned(one)).map(named),
    stale: accepted.filter((one) => !isValid(one)).map(named),
    renewed: open.filter(isMentioned).map(named),
  };
}

// A certificate in words, for whoever has to read one.
import type { PurgeCertificate } from './certificate.js';

/** Lines, the last one ended. */
export function certificateReport(certificate: PurgeCertificate): string {
  const { accountId, purgeId, basis, dueAt, startedAt, purgedAt, recordedAt, counts, method } = certificate;
  return [
    `Account ${accountId}, purge ${purgeId} (${basis})`,
    '',
    `  due      ${dueAt}`,
    `  started  ${startedAt}`,
    `  purged   ${purgedAt}`,
    `  recorded ${recordedAt} (real time)`,
    '',
    method,
    '',
    'Deleted',
    ...bulleted(listed(counts)),
    ...storesOf(certificate),
    ...verificationOf(certificate),
    'Kept beyond the purge',
    ...exceptionsOf(certificate),
    'Legal holds before it',
    ...holdsOf(certificate),
    '',
  ].join('\n');
}

const bulleted = (lines: readonly string[]): readonly string[] => (lines.length > 0 ? lines.map((line) => `  ${line}`) : ['  nothing']);

const listed = (counts: Readonly<Record<string, number>>): readonly string[] => Object.entries(counts).map(([category, count]) => `${count} ${category}`);

const storesOf = ({ stores }: PurgeCertificate): readonly string[] =>
  stores.map(({ name, counts, commitment }) => {
    const proof = commitment ? `; commitment ${commitment.algorithm} ${commitment.sum}, salt ${commitment.salt}` : '';
    return `  from ${name}: ${listed(counts).join(', ') || 'nothing'}${proof}`;
  });

const verificationOf = ({ verification }: PurgeCertificate): readonly string[] => [
  'Searched afterwards',
  `  ${verification.tables} tables and ${verification.jobs} jobs for ${verification.markers} markers: ${verification.findings} findings`,
];

const exceptionsOf = ({ exceptions }: PurgeCertificate): readonly string[] =>
  bulleted(exceptions.map(({ kind, records, reason, expiresAt }) => `${records} ${kind}, ${expiresAt ? `until ${expiresAt}` : 'without expiry'}: ${reason}`));

const holdsOf = ({ holds }: PurgeCertificate): readonly string[] =>
  bulleted(holds.map(({ holdId, placedAt, placedBy, reviewAt, liftedAt, liftedBy }) => {
    const lifted = liftedAt && liftedBy ? `lifted ${liftedAt} by ${liftedBy.role} ${liftedBy.id}` : 'not lifted';
    return `${holdId}: placed ${placedAt} by ${placedBy.role} ${placedBy.id}, to be reviewed ${reviewAt}, ${lifted}`;
  }));

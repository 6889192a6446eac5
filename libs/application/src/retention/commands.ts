// What ends an account's data, and what operators do about a purge that waits for them.
import type { Instant, Metadata } from '#kernel';
import { type LedgerEntry, type PurgeProof, Purges, type RecordedPurge } from '#purge';
import { AccountCommand, decides, handles, RefusableCommand } from '../commands.js';
import { type Account, Memberships } from '../memberships.js';
import { redactedBy } from '../operators/redacted.js';

/** An overdue purge is due at once when it was the last one. */
export class LiftLegalHold extends AccountCommand<'LiftLegalHold', Account, 'second_person_needed'> {
  constructor(accountId: string, metadata: Metadata, readonly holdId: string) {
    super(accountId, metadata);
  }
}

/** Everything is deleted, as of `purgedAt`. */
export class CompletePurge extends AccountCommand<'CompletePurge'> {
  constructor(accountId: string, metadata: Metadata, readonly purgedAt: Instant, readonly proof: PurgeProof) {
    super(accountId, metadata);
  }
}

/** Begins a purge again that the ledger knows of and a restored log does not. Answers whether it begins. */
export class ReapplyPurge extends RefusableCommand<boolean, never> {
  constructor(readonly entry: LedgerEntry, readonly metadata: Metadata) {
    super();
  }
}

/** `acceptFindings`: why what the verification has found may stay. Answers `null` where there is no such purge. */
export class RetryPurge extends RefusableCommand<RecordedPurge | null, 'purge_not_failed' | 'nothing_found' | 'second_person_needed'> {
  constructor(readonly purgeId: string, readonly metadata: Metadata, readonly acceptFindings: string | null) {
    super();
  }
}

/** Takes out of a purge what an operator wrote. Answers `null` where there is no such purge. */
export class RedactPurge extends RefusableCommand<RecordedPurge | null, 'nothing_to_redact'> {
  constructor(readonly purgeId: string, readonly metadata: Metadata) {
    super();
  }
}

export const LiftLegalHoldHandler = decides(LiftLegalHold, ({ holdId }) => ({ type: 'LiftLegalHold', holdId }));
export const CompletePurgeHandler = decides(CompletePurge, ({ purgedAt, proof }) => ({ type: 'CompletePurge', purgedAt, ...proof }));
export const ReapplyPurgeHandler = handles(ReapplyPurge, [Memberships], ({ entry, metadata }, memberships) => memberships.reapplyPurge(entry, metadata));
export const RetryPurgeHandler = handles(RetryPurge, [Purges], ({ purgeId, metadata, acceptFindings }, purges) =>
  purges.retry(purgeId, acceptFindings === null ? null : `${metadata.actor.id}: ${acceptFindings}`));
export const RedactPurgeHandler = handles(RedactPurge, [Purges], ({ purgeId, metadata }, purges) => purges.redact(purgeId, redactedBy(metadata)));

// Applies for a 10DLC registration, for the first time or again; and the registry's word that it is approved.
import type { Metadata } from '#kernel';
import { uuidv7 } from '#event-store';
import type { Account } from '../memberships.js';
import { AccountCommand, decides } from '../commands.js';

export interface TenDlcApplication {
  readonly brandName: string;
  /** The carrier's own ids, where they are known. */
  readonly messagingServiceSid?: string | undefined;
  readonly campaignId?: string | undefined;
  readonly brandId?: string | undefined;
}

/** `ten_dlc_ending` is found out as it is written: see `CarrierHoldings.note`. */
export class ApplyTenDlc extends AccountCommand<'ApplyTenDlc', Account, 'ten_dlc_ending'> {
  constructor(accountId: string, metadata: Metadata, readonly application: TenDlcApplication) {
    super(accountId, metadata);
  }
}

export class ApproveTenDlc extends AccountCommand<'ApproveTenDlc'> {}

export const ApplyTenDlcHandler = decides(ApplyTenDlc, ({ application }) => ({ type: 'ApplyTenDlc', registrationId: uuidv7(), ...application }));
export const ApproveTenDlcHandler = decides(ApproveTenDlc, () => ({ type: 'ApproveTenDlc' }));

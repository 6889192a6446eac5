// What may be asked of the 10DLC registration, and what the far side and operators answer about it.
type Part = 'campaign' | 'brand';

export interface TenDlcCommands {
  ApplyTenDlc: { registrationId: string; brandName: string; messagingServiceSid?: string | undefined; campaignId?: string | undefined; brandId?: string | undefined };
  ApproveTenDlc: Record<never, never>;
  SettleDeregistration: { registrationId: string; part: Part; outcome: 'released' | 'already-gone' | 'settled-elsewhere'; reason: string | null };
  BlockDeregistration: { registrationId: string; part: Part; reason: string };
  RetryDeregistration: { registrationId: string; part: Part; reason: string };
}

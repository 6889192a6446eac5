// Each real carrier wired to its stub, told apart only by what differs.
import { type BrandDeletion, type CampaignEnd, carrierFrom, type ListingCarrier, type NumberRelease, type Outcome, type Permit, type Report } from '#carriers';
import { BandwidthStub } from './bandwidth-stub.js';
import type { StubServer } from './stub-server.js';
import { TelnyxStub } from './telnyx-stub.js';
import { TwilioStub } from './twilio-stub.js';

/** How long the impatient one waits: short, since it is asked where no answer ever comes. */
export const timeoutMs = 1_500;
/** No answer takes as long, on a machine however busy. */
const patientMs = 60_000;

export interface Rig<Stub extends StubServer = StubServer> {
  readonly stub: Stub;
  readonly carrier: ListingCarrier;
  /** The same one, which gives up early. */
  readonly impatient: ListingCarrier;
  /** How it asks for a number, and for a campaign, to be given up. */
  readonly asks: 'DELETE' | 'POST';
  /** A number that the carrier holds; returns its id there, null where it has none. */
  addNumber(e164: string): string | null;
  holds(e164: string): boolean;
  addCampaign(): Pick<CampaignEnd, 'messagingServiceSid' | 'brandId'> & { readonly campaignId: string };
  /** Absent where brands cannot be deleted. */
  addBrand?(brandId: string): void;
  /** The far side gets on with its work. */
  advance(): void;
}

const noSandbox = (): ListingCarrier => {
  throw new Error('no sandbox here');
};
const configured = async (env: Record<string, string>): Promise<Pick<Rig, 'carrier' | 'impatient'>> => {
  const [carrier, impatient] = await Promise.all([patientMs, timeoutMs].map((ms) => carrierFrom({ CARRIER_TIMEOUT_MS: String(ms), ...env }, noSandbox)));
  return { carrier: carrier!, impatient: impatient! };
};

export async function twilioRig(): Promise<Rig<TwilioStub>> {
  const stub = await new TwilioStub().start();
  return {
    stub,
    ...(await configured({
      CARRIER: 'twilio',
      TWILIO_ACCOUNT_SID: stub.accountSid,
      TWILIO_AUTH_TOKEN: stub.authToken,
      TWILIO_BASE_URL: stub.url,
      TWILIO_MESSAGING_BASE_URL: `${stub.url}/`,
    })),
    asks: 'DELETE',
    addNumber: (e164) => stub.addNumber(e164),
    holds: (e164) => [...stub.numbers.values()].some(({ phone_number }) => phone_number === e164),
    addCampaign() {
      const campaignId = `QE${'c'.repeat(32)}`;
      stub.campaigns.add(campaignId);
      return { messagingServiceSid: stub.messagingServiceSid, campaignId, brandId: stub.brandSid };
    },
    advance: () => undefined,
  };
}

export async function telnyxRig(): Promise<Rig<TelnyxStub>> {
  const stub = await new TelnyxStub().start();
  return {
    stub,
    ...(await configured({ CARRIER: 'telnyx', TELNYX_API_KEY: stub.apiKey, TELNYX_BASE_URL: `${stub.url}/v2` })),
    asks: 'POST',
    addNumber: (e164) => stub.addNumber(e164),
    holds: (e164) => [...stub.numbers.values()].some(({ phone_number, status }) => phone_number === e164 && status !== 'deleted'),
    addCampaign() {
      stub.campaigns.set('4b300178-131c-d902-d54e-72d90ba1620j', 'ACTIVE');
      return { messagingServiceSid: null, campaignId: '4b300178-131c-d902-d54e-72d90ba1620j', brandId: stub.brandId };
    },
    addBrand: (brandId) => void stub.brands.set(brandId, { campaigns: 0 }),
    advance: () => stub.advance(),
  };
}

export async function bandwidthRig(): Promise<Rig<BandwidthStub>> {
  const stub = await new BandwidthStub().start();
  return {
    stub,
    ...(await configured({
      CARRIER: 'bandwidth',
      BANDWIDTH_ACCOUNT_ID: stub.accountId,
      BANDWIDTH_USERNAME: stub.username,
      BANDWIDTH_PASSWORD: stub.password,
      BANDWIDTH_BASE_URL: `${stub.url}/api`,
      BANDWIDTH_DASHBOARD_BASE_URL: `${stub.url}/api`,
    })),
    asks: 'POST',
    addNumber(e164) {
      stub.addNumber(e164);
      return null;
    },
    holds: (e164) => stub.numbers.has(e164.slice(2)),
    addCampaign() {
      stub.campaigns.set('CEXMPL1', 'ACTIVE');
      return { messagingServiceSid: null, campaignId: 'CEXMPL1', brandId: stub.brandId };
    },
    addBrand: (brandId) => void stub.brands.set(brandId, { campaigns: 0, leaving: false }),
    advance: () => stub.advance(),
  };
}

export const rigs = { twilio: twilioRig, telnyx: telnyxRig, bandwidth: bandwidthRig };

export const release = (e164: string, carrierNumberId: string | null = null, more: Partial<NumberRelease> = {}): NumberRelease => ({
  idempotencyKey: `release-${e164}`,
  e164,
  carrierNumberId,
  order: null,
  attempt: 1,
  ...more,
});

export const campaignEnd = (more: Partial<CampaignEnd> = {}): CampaignEnd => ({
  idempotencyKey: 'end', messagingServiceSid: null, campaignId: 'C1', brandId: null, brandName: 'ADA&CO.', order: null, attempt: 1, ...more,
});

export const brandDeletion = (more: Partial<BrandDeletion> = {}): BrandDeletion => ({ idempotencyKey: 'drop', brandId: 'B1', brandName: 'Ada & Co', order: null, attempt: 1, ...more });

/** Whatever is asked for. */
export const allowing: Permit = { leftMs: () => Infinity, stillWanted: async (requests) => requests };

/** The outcome without the facts of the attempt. */
export function outcomeOf({ httpStatus: _httpStatus, latencyMs: _latencyMs, providerCode: _providerCode, ...outcome }: Report): Outcome & { order: string | null } {
  return outcome;
}

type Ask = (next: { readonly attempt: number; readonly order: string | null }) => Promise<Report>;

/** Asks as whoever carries effects out does, until there is an end to it; the far side works between two attempts. */
export async function untilSettled(rig: Rig, ask: Ask, from: { attempt: number; order: string | null } = { attempt: 1, order: null }): Promise<Report[]> {
  const reports: Report[] = [];
  for (let { attempt, order } = from; attempt <= 12; attempt += 1) {
    const report = await ask({ attempt, order });
    reports.push(report);
    if (report.outcome !== 'in-progress' && report.outcome !== 'retry-later') return reports;
    order = report.order;
    rig.advance();
  }
  throw new Error(`not settled: ${JSON.stringify(reports.map(outcomeOf))}`);
}

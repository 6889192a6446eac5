// Twilio: one number at a time, read first; an emergency address is unregistered before the number is given up.
import twilio from 'twilio';
import { checkBatch } from './batch.js';
import type { CampaignEnd, ListedPage, ListingCarrier, ListingPlace, NumberRelease, Outcome, Permit, Report } from './carrier.js';
import { twilioJson } from './json.js';
import { Failure, failureOf, isE164, isRejection, Line, type Limits, orGone } from './line.js';
import { readingOnly, walk } from './listing.js';
import { lineClient } from './twilio-client.js';
import { twilioSteps } from './twilio-listing.js';

export interface TwilioSettings extends Limits {
  readonly accountSid: string;
  readonly authToken: string;
  /** Null: Twilio's own, by region and edge. */
  readonly baseUrl: string | null;
  readonly messagingBaseUrl: string | null;
}

interface EmergencyAddress {
  readonly emergencyAddressSid: string | null;
  readonly emergencyAddressStatus: string;
}

/** The order that stands while Twilio unregisters an emergency address. */
const unregistration = 'emergency-address';

/** How many other accounts are looked through for a number that is not in ours. */
const accountsMost = 50;
const pageMost = 1000;

/** Twilio's own 404. */
const gone = '20404';
const isGone = ({ httpStatus, providerCode }: Failure): boolean => httpStatus === 404 && providerCode === gone;

/** Twilio's ids begin with two letters that say of what. */
const isSid = (letters: string, text: unknown): text is string => typeof text === 'string' && new RegExp(`^${letters}[0-9a-f]{32}$`, 'i').test(text);

/** Ids are told with capital letters or without. */
const sameText = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

export class TwilioCarrier implements ListingCarrier {
  readonly name = 'twilio';
  readonly batchMost = 1;
  readonly requestsPerSecond = 10;
  /** Twilio asks for one request a second; a call looks first, and makes two. */
  readonly campaignRequestsPerSecond = 0.5;
  readonly listsLateMs = 3_600_000;

  constructor(private readonly settings: TwilioSettings) {}

  async releaseNumbers(requests: readonly NumberRelease[], permit: Permit): Promise<readonly Report[]> {
    checkBatch(this, requests);
    return Promise.all(requests.map((request) => this.#releaseNumber(request, permit)));
  }

  async #releaseNumber(request: NumberRelease, permit: Permit): Promise<Report> {
    const line = new Line(this.settings, twilioJson, permit);
    if (request.carrierNumberId !== null && !isSid('PN', request.carrierNumberId)) {
      return line.report({ outcome: 'refused', reason: 'carrier-id-malformed' });
    }
    try {
      return await this.#release(line, request);
    } catch (error) {
      // It was there a moment ago: the next attempt looks where it is.
      const failure = failureOf(error);
      return line.reportFailure(isGone(failure) ? new Failure(404, 'answer-unreadable', null, gone) : failure, request.order);
    }
  }

  async #release(line: Line, request: NumberRelease): Promise<Report> {
    const { carrierNumberId, e164, order } = request;
    const { accountSid } = this.settings;
    const { incomingPhoneNumbers } = this.#client(line).api.v2010.account;
    const number = carrierNumberId === null ? await this.#find(line, accountSid, e164) : await orGone(line.understood(incomingPhoneNumbers(carrierNumberId).fetch()), isGone);
    if (!number) return this.#missing(line, request);
    if (!isSid('PN', number.sid) || !isE164(number.phoneNumber) || !isSid('AC', number.accountSid)) throw new Failure(200, 'answer-unreadable');
    if (number.phoneNumber !== e164 || (carrierNumberId !== null && !sameText(number.sid, carrierNumberId))) return line.report({ outcome: 'blocked', reason: 'not_this_number' });
    if (number.accountSid !== accountSid) return line.report({ outcome: 'blocked', reason: 'in-another-account' });

    const itself = incomingPhoneNumbers(number.sid);
    const waiting = await this.#clearEmergencyAddress(line, number, order, async () => {
      await line.confirm(request);
      return line.understood(itself.update({ emergencyAddressSid: '' }));
    });
    if (waiting) return waiting;

    await line.confirm(request);
    await itself.remove();
    return this.#removed(line);
  }

  /** Gone only where the number is nowhere: under no other id, and in no account that ours can see. */
  async #missing(line: Line, { carrierNumberId, e164 }: NumberRelease): Promise<Report> {
    if (carrierNumberId !== null && (await this.#find(line, this.settings.accountSid, e164))) return line.report({ outcome: 'blocked', reason: 'not_this_number' });
    const outcome = await this.#elsewhere(line, e164);
    return line.report(outcome, outcome.outcome === 'already-gone' ? { providerCode: gone } : {});
  }

  /** Subaccounts have lists of their own: in ours their numbers are not found. */
  async #elsewhere(line: Line, e164: string): Promise<Outcome> {
    const { instances, nextPageUrl } = await this.#list(line, this.#client(line).api.v2010.accounts.page({ pageSize: pageMost }));
    if (!instances.every(({ sid }) => isSid('AC', sid))) throw new Failure(200, 'answer-unreadable');
    const isOurs = ({ sid }: { readonly sid: string }) => sameText(sid, this.settings.accountSid);
    const others = instances.filter((account) => !isOurs(account) && account.status !== 'closed');
    if (others.length > accountsMost || instances.length === pageMost || nextPageUrl) return { outcome: 'blocked', reason: 'not-found-here' };
    if (!instances.some(isOurs)) throw new Failure(200, 'answer-unreadable');
    for (const { sid } of others) if (await this.#find(line, sid, e164)) return { outcome: 'blocked', reason: 'in-another-account' };
    return { outcome: 'already-gone' };
  }

  /** Twilio answers 204. Another 2xx promises nothing: the next attempt reads what has come of it. */
  #removed(line: Line): Report {
    if (line.status !== 204) throw new Failure(line.status, 'answer-unreadable');
    return line.report({ outcome: 'released' });
  }

  /** Twilio takes a part of a number, too, and answers with all that contain it. More of them than a page holds say nothing of one that is not among these. */
  async #find(line: Line, accountSid: string, e164: string) {
    const { instances, nextPageUrl } = await this.#list(line, this.#client(line).api.v2010.accounts(accountSid).incomingPhoneNumbers.page({ phoneNumber: e164, pageSize: 50 }));
    const found = instances.find(({ phoneNumber }) => phoneNumber === e164);
    if ((!found && nextPageUrl) || !instances.every(({ phoneNumber }) => isE164(phoneNumber))) throw new Failure(200, 'answer-unreadable');
    return found;
  }

  async #list<Page>(line: Line, page: Promise<Page>): Promise<Page> {
    return line.understood(page).catch((error: unknown) => {
      // A list that is not found says nothing of what stands in it, in whatever words.
      throw line.status === 404 ? new Failure(404, 'status') : error;
    });
  }

  /** A report where the number has to wait for its emergency address, else undefined. */
  async #clearEmergencyAddress(line: Line, address: EmergencyAddress, order: string | null, unregister: () => Promise<unknown>): Promise<Report | undefined> {
    const asked = order === unregistration;
    switch (address.emergencyAddressStatus) {
      case 'pending-unregistration':
        return line.report({ outcome: 'in-progress', order: unregistration });
      case 'pending-registration':
        return line.report({ outcome: 'retry-later', afterMs: null, reason: 'emergency-address-pending' }, { order });
      case 'unregistration-failure':
        if (asked) return line.report({ outcome: 'blocked', reason: 'emergency-address' });
        break;
      case 'registered':
        if (asked && !address.emergencyAddressSid) return line.report({ outcome: 'in-progress', order: unregistration });
        break;
      default:
        return undefined;
    }
    try {
      await unregister();
      // It stayed although it was asked for before: an attempt that failed, so that it does not go on for ever.
      if (asked) return line.report({ outcome: 'retry-later', afterMs: null, reason: 'order-incomplete' }, { order });
      // Also where it is gone at once: with the order it is known that something has been given up, whatever comes of the number.
      return line.report({ outcome: 'in-progress', order: unregistration });
    } catch (error) {
      const failure = failureOf(error);
      if (failure.httpStatus === 404 || !isRejection(failure)) throw error;
      return line.report({ outcome: 'blocked', reason: 'emergency-address' }, { providerCode: failure.providerCode });
    }
  }

  async endCampaign(request: CampaignEnd, permit: Permit): Promise<Report> {
    const { messagingServiceSid, campaignId, brandId, order } = request;
    const line = new Line(this.settings, twilioJson, permit);
    if (messagingServiceSid === null || campaignId === null) return line.report({ outcome: 'refused', reason: 'carrier-id-missing' });
    if (!isSid('MG', messagingServiceSid) || !isSid('QE', campaignId)) {
      return line.report({ outcome: 'refused', reason: 'carrier-id-malformed' });
    }
    const campaign = this.#client(line).messaging.v1.services(messagingServiceSid).usAppToPerson(campaignId);
    try {
      const record = await orGone(line.understood(campaign.fetch()), isGone);
      if (!record) return await this.#missingCampaign(line, messagingServiceSid, campaignId);
      if (!isSid('QE', record.sid) || !isSid('MG', record.messagingServiceSid) || !isSid('BN', record.brandRegistrationSid)) throw new Failure(200, 'answer-unreadable');
      const isIt = sameText(record.sid, campaignId) && sameText(record.messagingServiceSid, messagingServiceSid) && (brandId === null || sameText(record.brandRegistrationSid, brandId));
      if (!isIt) return line.report({ outcome: 'blocked', reason: 'not_this_campaign' });
      await line.confirm(request);
      const removed = await orGone(campaign.remove(), isGone);
      return removed ? this.#removed(line) : await this.#missingCampaign(line, messagingServiceSid, campaignId);
    } catch (error) {
      return line.reportFailure(error, order);
    }
  }

  /** Gone only where the list of its service, which holds few, is answered without it. */
  async #missingCampaign(line: Line, messagingServiceSid: string, campaignId: string): Promise<Report> {
    const { instances, nextPageUrl } = await this.#list(line, this.#client(line).messaging.v1.services(messagingServiceSid).usAppToPerson.page({ pageSize: 50 }));
    if (nextPageUrl || !instances.every(({ sid }) => isSid('QE', sid) && !sameText(sid, campaignId))) throw new Failure(200, 'answer-unreadable');
    return line.report({ outcome: 'already-gone' }, { providerCode: gone });
  }

  list(place: ListingPlace | null): Promise<ListedPage> {
    const line = new Line(this.settings, twilioJson, readingOnly);
    return walk(twilioSteps(line, this.#client(line)), place);
  }

  #client(line: Line) {
    const { accountSid, authToken } = this.settings;
    return twilio(accountSid, authToken, { httpClient: lineClient(line, this.settings) });
  }
}

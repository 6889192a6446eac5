// Twilio: one number at a time, read first; an emergency address is unregistered before the number is given up.
import twilio from 'twilio';
import { checkBatch } from './batch.js';
import type { CampaignEnd, Carrier, NumberRelease, Report } from './carrier.js';
import { twilioJson } from './json.js';
import { Failure, failureOf, isRejection, Line, type Limits } from './line.js';
import { lineClient } from './twilio-client.js';

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

/** Twilio's own 404. */
const isGone = ({ httpStatus, providerCode }: Failure): boolean => httpStatus === 404 && providerCode === '20404';

export class TwilioCarrier implements Carrier {
  readonly name = 'twilio';
  readonly batchMost = 1;
  readonly requestsPerSecond = 10;
  /** Twilio asks for one request a second; a call that has to look first makes two. */
  readonly campaignRequestsPerSecond = 0.5;

  constructor(private readonly settings: TwilioSettings) {}

  async releaseNumbers(requests: readonly NumberRelease[]): Promise<readonly Report[]> {
    checkBatch(this, requests);
    return Promise.all(requests.map((request) => this.#releaseNumber(request)));
  }

  async #releaseNumber(request: NumberRelease): Promise<Report> {
    const line = new Line(this.settings, twilioJson);
    if (request.carrierNumberId !== null && !/^PN[0-9a-f]{32}$/i.test(request.carrierNumberId)) {
      return line.report({ outcome: 'refused', reason: 'carrier-id-malformed' });
    }
    try {
      return await this.#release(line, request);
    } catch (error) {
      const failure = failureOf(error);
      return isGone(failure) ? line.report({ outcome: 'already-gone' }, failure) : line.reportFailure(failure, request.order);
    }
  }

  async #release(line: Line, { carrierNumberId, e164, order }: NumberRelease): Promise<Report> {
    const { incomingPhoneNumbers } = this.#client(line).api.v2010.account;
    const number = carrierNumberId ? await incomingPhoneNumbers(carrierNumberId).fetch() : await this.#find(line, e164);
    if (!number) return line.report({ outcome: 'already-gone' });
    if (!number.sid || !number.phoneNumber) throw new Failure(200, 'answer-unreadable');
    if (number.phoneNumber !== e164) return line.report({ outcome: 'refused', reason: 'number-mismatch' });

    const itself = incomingPhoneNumbers(number.sid);
    const waiting = await this.#clearEmergencyAddress(line, number, order, () => itself.update({ emergencyAddressSid: '' }));
    if (waiting) return waiting;

    await itself.remove();
    return this.#removed(line);
  }

  /** Twilio answers 204. Another 2xx promises nothing: the next attempt reads what has come of it. */
  #removed(line: Line): Report {
    if (line.status !== 204) throw new Failure(line.status, 'answer-unreadable');
    return line.report({ outcome: 'released' });
  }

  /** Twilio takes a part of a number, too, and answers with all that contain it. */
  async #find(line: Line, e164: string) {
    const page = this.#client(line).api.v2010.account.incomingPhoneNumbers.page({ phoneNumber: e164, pageSize: 50 });
    const { instances } = await page.catch((error: unknown) => {
      // The client throws errors of no class of their own at an answer that holds no list.
      if (line.status === 200) throw new Failure(200, 'answer-unreadable');
      // A list that is not found says nothing of the number, in whatever words.
      throw line.status === 404 ? new Failure(404, 'status') : error;
    });
    return instances.find(({ phoneNumber }) => phoneNumber === e164);
  }

  /** A report where the number has to wait for its emergency address, else undefined. */
  async #clearEmergencyAddress(line: Line, address: EmergencyAddress, order: string | null, unregister: () => Promise<EmergencyAddress>): Promise<Report | undefined> {
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
      const { emergencyAddressStatus } = await unregister();
      return emergencyAddressStatus === 'unregistered' ? undefined : line.report({ outcome: 'in-progress', order: unregistration });
    } catch (error) {
      const failure = failureOf(error);
      if (failure.httpStatus === 404 || !isRejection(failure)) throw error;
      return line.report({ outcome: 'blocked', reason: 'emergency-address' }, { providerCode: failure.providerCode });
    }
  }

  async endCampaign({ messagingServiceSid, campaignId, attempt, order }: CampaignEnd): Promise<Report> {
    const line = new Line(this.settings, twilioJson);
    if (messagingServiceSid === null || campaignId === null) return line.report({ outcome: 'refused', reason: 'carrier-id-missing' });
    if (!/^MG[0-9a-f]{32}$/i.test(messagingServiceSid) || !/^QE[0-9a-f]{32}$/i.test(campaignId)) {
      return line.report({ outcome: 'refused', reason: 'carrier-id-malformed' });
    }
    const campaign = this.#client(line).messaging.v1.services(messagingServiceSid).usAppToPerson(campaignId);
    try {
      if (attempt > 1) await campaign.fetch();
      await campaign.remove();
      return this.#removed(line);
    } catch (error) {
      const failure = failureOf(error);
      return isGone(failure) ? line.report({ outcome: 'already-gone' }, failure) : line.reportFailure(failure, order);
    }
  }

  #client(line: Line) {
    const { accountSid, authToken } = this.settings;
    return twilio(accountSid, authToken, { httpClient: lineClient(line, this.settings) });
  }
}

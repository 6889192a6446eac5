// Telnyx: each number is read, then those that are the ones meant go into one job; what the job could not do is looked at, number by number.
import type Telnyx from 'telnyx';
import { checkBatch, oneByOne, reportingFailure, type Reports } from './batch.js';
import type { BrandDeletion, CampaignEnd, ListedPage, ListingCarrier, ListingPlace, NumberRelease, Outcome, Permit, Report } from './carrier.js';
import { telnyxJson } from './json.js';
import { Failure, failureOf, isCode, isE164, isNotFound, isPlainId, isRejection, Line, type Limits, orGone } from './line.js';
import { readingOnly, walk } from './listing.js';
import { namesBrand } from './registered.js';
import { everyOf, lineClient, pageOf } from './telnyx-client.js';
import { concerns, deletionIn, find, isRunning, type Job, leftOut } from './telnyx-jobs.js';
import { brandsOf, campaignIdsOf, hasLeft, telnyxSteps } from './telnyx-listing.js';

export interface TelnyxSettings extends Limits {
  readonly apiKey: string;
  readonly baseUrl: string;
}

/** How far back a lost order is looked for. */
const newestJobs = 50;

/** The order that stands while a number is on its way to another carrier: until then it is looked at, and nothing is asked for. */
const portOut = 'port-out';

/** One call: its line, Telnyx' client on it, and the reports so far. */
interface Call {
  readonly line: Line;
  readonly client: Telnyx;
  readonly reports: Reports;
}

export class TelnyxCarrier implements ListingCarrier {
  readonly name = 'telnyx';
  /** Telnyx takes a thousand in one job; each of them is read before. */
  readonly batchMost = 100;
  readonly requestsPerSecond = 2;
  readonly campaignRequestsPerSecond = 1;
  readonly listsLateMs = 3_600_000;

  constructor(private readonly settings: TelnyxSettings) {}

  async releaseNumbers(requests: readonly NumberRelease[], permit: Permit): Promise<readonly Report[]> {
    checkBatch(this, requests);
    const call: Call = { ...this.#open(permit), reports: new Map() };
    const { line, reports } = call;
    for (const request of requests) {
      if (request.carrierNumberId !== null && !isPlainId(request.carrierNumberId)) reports.set(request, line.report({ outcome: 'refused', reason: 'carrier-id-malformed' }));
    }
    const open = () => requests.filter((request) => !reports.has(request));
    for (const order of new Set(open().map((request) => request.order))) {
      const those = open().filter((request) => request.order === order);
      if (order === portOut) await this.#lookAtEach(call, those, { outcome: 'blocked', reason: 'port-out-ended' });
      else if (order !== null) await this.#check(call, order, those);
    }
    await this.#findRunning(call, open().filter(({ attempt }) => attempt > 1));
    await this.#lookAtEach(call, open());
    await this.#ask(call, open());
    return requests.map((request) => reports.get(request)!);
  }

  /** What has become of an order. */
  async #check(call: Call, order: string, requests: readonly NumberRelease[]): Promise<void> {
    await reportingFailure(call, requests, async () => {
      const answer = await orGone(call.client.phoneNumbers.jobs.retrieve(order));
      await this.#interpret(call, answer ? deletionIn(answer.data, order) : { id: order }, requests);
    });
  }

  /**
   * An earlier attempt may have been taken in although its answer was lost: such a job is found by its numbers. What a job that has come to an end
   * did to a number is believed where it names the number's own id; a telephone number may have been bought again since.
   */
  async #findRunning(call: Call, requests: readonly NumberRelease[]): Promise<void> {
    if (requests.length === 0) return;
    await reportingFailure(call, requests, async () => {
      const earlier = new Map<NumberRelease, Job>();
      let jobsLeft = newestJobs;
      for await (const told of everyOf((page) => pageOf(call.client.phoneNumbers.jobs.list({ filter: { type: 'delete_phone_numbers' }, 'page[number]': page, 'page[size]': 10 })))) {
        const job = deletionIn(told);
        for (const request of requests) if (!earlier.has(request) && concerns(job, request)) earlier.set(request, job);
        jobsLeft -= 1;
        if (jobsLeft === 0 || earlier.size === requests.length) break;
      }
      await oneByOne([...earlier.keys()], call.reports, (request) =>
        reportingFailure(call, [request], () => this.#reportEarlier(call, earlier.get(request)!, request)),
      );
    });
  }

  async #reportEarlier(call: Call, job: Job, request: NumberRelease): Promise<void> {
    if (isRunning(job)) call.reports.set(request, call.line.report({ outcome: 'in-progress', order: job.id }));
    else if (job.successful_operations?.some(({ id }) => id !== undefined && id === request.carrierNumberId)) call.reports.set(request, call.line.report({ outcome: 'already-gone' }));
    else await this.#lookAndReport(call, request);
  }

  /** What is not there, is another number, is locked or on its way to another carrier has its report here, and is not asked for. */
  async #lookAtEach(call: Call, requests: readonly NumberRelease[], otherwise?: Outcome): Promise<void> {
    await oneByOne(requests, call.reports, (request) => reportingFailure(call, [request], () => this.#lookAndReport(call, request, otherwise)));
  }

  /** Telnyx refuses a batch as a whole: then its halves are asked for, so that a bad number stands alone in the end. */
  async #ask(call: Call, all: readonly NumberRelease[]): Promise<void> {
    if (all.length === 0) return;
    await reportingFailure(call, all, async () => {
      const requests = await call.line.confirmEach(all, call.reports);
      if (requests.length === 0) return;
      try {
        const { data } = await call.client.phoneNumbers.jobs.deleteBatch({ phone_numbers: requests.map(({ carrierNumberId, e164 }) => carrierNumberId ?? e164) });
        await this.#interpret(call, deletionIn(data), requests);
      } catch (error) {
        const failure = failureOf(error);
        if (!isRejection(failure)) throw error;
        if (requests.length === 1) return this.#lookAndReport(call, requests[0]!, { outcome: 'refused', reason: 'rejected' }, failure.providerCode);
        const half = Math.ceil(requests.length / 2);
        await this.#ask(call, requests.slice(0, half));
        await this.#ask(call, requests.slice(half));
      }
    });
  }

  async #interpret(call: Call, job: Job, requests: readonly NumberRelease[]): Promise<void> {
    const { line, reports } = call;
    const order = job.id;
    for (const request of requests) {
      if (find(job.successful_operations, request)) reports.set(request, line.report({ outcome: 'released' }));
      else if (isRunning(job) && !find(job.failed_operations, request)) reports.set(request, line.report({ outcome: 'in-progress', order }));
    }
    const left = requests.filter((request) => !reports.has(request));
    await oneByOne(left, reports, (request) => {
      const failed = find(job.failed_operations, request);
      const otherwise: Outcome = failed ? { outcome: 'refused', reason: 'rejected' } : leftOut(job);
      return reportingFailure(call, [request], () => this.#lookAndReport(call, request, otherwise, failed?.errors?.[0]?.code), order);
    });
  }

  /** Reports what the number itself shows: that it is gone or why it stays; else `otherwise`, or nothing where there is no such. */
  async #lookAndReport(call: Call, request: NumberRelease, otherwise?: Outcome, code: string | null = null): Promise<void> {
    const outcome = outcomeOfNumber(await this.#look(call, request), request) ?? otherwise;
    if (!outcome) return;
    const order = outcome.outcome === 'blocked' && outcome.reason === 'port-out-pending' ? portOut : null;
    call.reports.set(request, call.line.report(outcome, { order, providerCode: code !== null && isCode(code) ? code : null }));
  }

  /** An id that is not found says nothing of the number: it is looked for under any other. */
  async #look(call: Call, { carrierNumberId, e164 }: NumberRelease): Promise<TelnyxNumber | undefined> {
    if (carrierNumberId === null) return this.#search(call, e164);
    try {
      const { data } = await call.client.phoneNumbers.retrieve(carrierNumberId);
      if (!isE164(data?.phone_number) || typeof data.id !== 'string') throw new Failure(200, 'answer-unreadable');
      return data;
    } catch (error) {
      if (isNotFound(failureOf(error))) return this.#search(call, e164);
      throw error;
    }
  }

  /** The one that is still there, where the number had others before. */
  async #search({ client }: Call, e164: string): Promise<TelnyxNumber | undefined> {
    let left: TelnyxNumber | undefined;
    for await (const number of everyOf((page) => pageOf<TelnyxNumber>(client.phoneNumbers.list({ filter: { phone_number: e164.replace(/\D/g, '') }, 'page[number]': page })))) {
      if (!isE164(number.phone_number)) throw new Failure(200, 'answer-unreadable');
      if (number.phone_number !== e164) continue;
      if (!hasLeft(number)) return number;
      left = number;
    }
    return left;
  }

  async endCampaign(request: CampaignEnd, permit: Permit): Promise<Report> {
    const { campaignId, brandId, brandName, order } = request;
    const { line, client } = this.#open(permit);
    if (campaignId === null) return line.report({ outcome: 'refused', reason: 'carrier-id-missing' });
    if (!isPlainId(campaignId)) return line.report({ outcome: 'refused', reason: 'carrier-id-malformed' });
    const { campaign } = client.messaging10dlc;
    const read = async () => {
      const record = await campaign.retrieve(campaignId);
      if (!record.campaignId || !record.brandId) throw new Failure(200, 'answer-unreadable');
      return record;
    };
    const hasEnded = ({ status, campaignStatus }: Awaited<ReturnType<typeof read>>) => status === 'EXPIRED' || campaignStatus === 'TCR_EXPIRED';
    let asking = false;
    /** Gone only where it is in none of the lists in which it would stand. */
    const missing = async () => {
      for await (const id of campaignIdsOf(client.messaging10dlc, request)) if (id === campaignId) throw new Failure(200, 'answer-unreadable');
      return line.report({ outcome: 'already-gone' });
    };
    try {
      const record = await orGone(read());
      if (!record) return await missing();
      const isOfBrand = brandId === null ? namesBrand(brandName, record.brandDisplayName) : [record.brandId, record.tcrBrandId].includes(brandId);
      if (!isOfBrand || ![record.campaignId, record.tcrCampaignId].includes(campaignId)) return line.report({ outcome: 'blocked', reason: 'not_this_campaign' });
      if (hasEnded(record)) return line.report({ outcome: 'already-gone' });
      await line.confirm(request);
      asking = true;
      const ended = await orGone(campaign.deactivate(campaignId));
      if (line.status === 404) return await missing();
      // Documented so. Anything else promises nothing: the next attempt reads what has come of it.
      if (line.status !== 200 || typeof ended?.time !== 'number') throw new Failure(line.status, 'answer-unreadable');
      return line.report({ outcome: 'released' });
    } catch (error) {
      const failure = failureOf(error);
      // One that expires meanwhile is refused, too.
      const ended = asking && isRejection(failure) && (await read().then(hasEnded, () => false));
      return ended ? line.report({ outcome: 'already-gone' }, failure) : line.reportFailure(failure, order);
    }
  }

  async deleteBrand(request: BrandDeletion, permit: Permit): Promise<Report> {
    const { brandId, brandName, order } = request;
    const { line, client } = this.#open(permit);
    if (!isPlainId(brandId)) return line.report({ outcome: 'refused', reason: 'carrier-id-malformed' });
    let asking = false;
    /** As of a campaign. */
    const missing = async () => {
      for await (const _ of brandsOf(client.messaging10dlc, brandId, brandName)) throw new Failure(200, 'answer-unreadable');
      return line.report({ outcome: 'already-gone' });
    };
    try {
      const record = await orGone(client.messaging10dlc.brand.retrieve(brandId));
      if (!record) return await missing();
      if (!record.displayName) throw new Failure(200, 'answer-unreadable');
      const isIt = [record.brandId, record.tcrBrandId].includes(brandId) && namesBrand(brandName, record.displayName, record.companyName);
      if (!isIt) return line.report({ outcome: 'blocked', reason: 'not_this_brand' });
      await line.confirm(request);
      asking = true;
      await orGone(client.messaging10dlc.brand.delete(brandId));
      if (line.status === 404) return await missing();
      if (line.status !== 204) throw new Failure(line.status, 'answer-unreadable');
      return line.report({ outcome: 'released' });
    } catch (error) {
      const failure = failureOf(error);
      // Documented as the answer while a campaign is active, or has not been over for three months.
      if (asking && failure.httpStatus === 400) return line.report({ outcome: 'blocked', reason: 'brand-has-campaigns' }, failure);
      return line.reportFailure(failure, order);
    }
  }

  list(place: ListingPlace | null): Promise<ListedPage> {
    return walk(telnyxSteps(this.#open(readingOnly).client), place);
  }

  #open(permit: Permit): { line: Line; client: Telnyx } {
    const line = new Line(this.settings, telnyxJson, permit);
    return { line, client: lineClient(line, this.settings) };
  }
}

interface TelnyxNumber {
  readonly id?: string;
  readonly phone_number?: string;
  readonly status?: string;
  readonly deletion_lock_enabled?: boolean;
}

/** Undefined: it is there, it is the one that is meant, and nothing that we know of holds it. */
function outcomeOfNumber(number: TelnyxNumber | undefined, { e164, carrierNumberId }: NumberRelease): Outcome | undefined {
  if (!number) return { outcome: 'already-gone' };
  if (number.phone_number !== e164 || (carrierNumberId !== null && number.id !== carrierNumberId && !hasLeft(number))) return { outcome: 'blocked', reason: 'not_this_number' };
  if (number.status === 'deleted') return { outcome: 'already-gone' };
  if (number.status === 'ported-out') return { outcome: 'already-gone', reason: 'ported-out' };
  if (number.status === 'port-out-pending') return { outcome: 'blocked', reason: 'port-out-pending' };
  if (number.deletion_lock_enabled) return { outcome: 'blocked', reason: 'deletion-lock' };
  return undefined;
}

// Bandwidth: an order disconnects a batch and tells of each number; campaigns and brands are gone when they are no longer found.
import { checkBatch, oneByOne, reportingFailure, type Reports } from './batch.js';
import type { BrandDeletion, CampaignEnd, ListedPage, ListingCarrier, ListingPlace, NumberRelease, Outcome, Permit, Report } from './carrier.js';
import { bandwidthSteps, registrations } from './bandwidth-listing.js';
import { type DisconnectOrder, disconnectOrder, isOver, isRunning, meaningOf, national, readOrder } from './bandwidth-orders.js';
import { type Answer, Failure, failureOf, isCode, isNotFound, isPlainId, isRejection, Line, type Limits } from './line.js';
import { readingOnly, walk } from './listing.js';
import { namesBrand } from './registered.js';
import { child, listOf, nameOf, textOf, xml } from './xml.js';

export interface BandwidthSettings extends Limits {
  readonly accountId: string;
  readonly username: string;
  readonly password: string;
  /** Of numbers. */
  readonly dashboardBaseUrl: string;
  /** Of 10DLC. */
  readonly baseUrl: string;
}

/** One call: its line, and the reports so far. */
interface Call {
  readonly line: Line;
  readonly reports: Reports;
}

export class BandwidthCarrier implements ListingCarrier {
  readonly name = 'bandwidth';
  /** Ours: Bandwidth publishes no limit. A batch is read number by number before it is asked for. */
  readonly batchMost = 100;
  readonly requestsPerSecond = 1;
  /** Bandwidth bears 30 campaign requests a minute; a call makes up to five. */
  readonly campaignRequestsPerSecond = 0.1;
  readonly listsLateMs = 3_600_000;

  constructor(private readonly settings: BandwidthSettings) {}

  async releaseNumbers(requests: readonly NumberRelease[], permit: Permit): Promise<readonly Report[]> {
    checkBatch(this, requests);
    const call: Call = { line: this.#open(permit), reports: new Map() };
    const open = () => requests.filter((request) => !call.reports.has(request));
    for (const request of requests) if (!isOwnId(request)) call.reports.set(request, call.line.report({ outcome: 'blocked', reason: 'not_this_number' }));
    for (const order of new Set(requests.map((request) => request.order))) {
      if (order !== null) await this.#check(call, order, open().filter((request) => request.order === order));
    }
    await this.#lookAtEach(call, open(), () => undefined);
    await this.#ask(call, open());
    return requests.map((request) => call.reports.get(request)!);
  }

  async #check(call: Call, order: string, requests: readonly NumberRelease[]): Promise<void> {
    await reportingFailure(call, requests, async () => {
      try {
        const { content } = await this.#numbers(call, 'GET', `disconnects/${encodeURIComponent(order)}`);
        const told = readOrder(content);
        if (told.id !== order) throw new Failure(200, 'answer-unreadable');
        await this.#interpret(call, told, requests);
      } catch (error) {
        if (!isNotFound(failureOf(error))) throw error;
        await this.#lookAtEach(call, requests, () => ({ outcome: 'retry-later', afterMs: null, reason: 'order-unknown' }));
      }
    });
  }

  /** Bandwidth refuses an order as a whole: then its halves are asked for, so that a bad number stands alone in the end. */
  async #ask(call: Call, all: readonly NumberRelease[]): Promise<void> {
    if (all.length === 0) return;
    await reportingFailure(call, all, async () => {
      const requests = await call.line.confirmEach(all, call.reports);
      if (requests.length === 0) return;
      try {
        const { content } = await this.#numbers(call, 'POST', 'disconnects', disconnectOrder(requests));
        const order = readOrder(content);
        if (order.id === null) throw new Failure(201, 'answer-unreadable');
        await this.#interpret(call, order, requests);
      } catch (error) {
        const failure = failureOf(error);
        if (!isRejection(failure)) throw error;
        if (requests.length === 1) {
          return this.#lookAtEach(call, requests, () => meaningOf(failure.providerCode) ?? { outcome: 'refused', reason: 'rejected' }, () => failure.providerCode);
        }
        const half = Math.ceil(requests.length / 2);
        await this.#ask(call, requests.slice(0, half));
        await this.#ask(call, requests.slice(half));
      }
    });
  }

  async #interpret(call: Call, { id, status, disconnected, errors }: DisconnectOrder, requests: readonly NumberRelease[]): Promise<void> {
    const { line, reports } = call;
    if (!isRunning(status) && !isOver(status)) {
      for (const request of requests) reports.set(request, line.reportFailure(new Failure(200, 'answer-unreadable'), id));
      return;
    }
    const codeOf = ({ e164 }: NumberRelease) => errors.get(national(e164)) ?? errors.get('');
    for (const request of requests) {
      if (disconnected.has(national(request.e164))) reports.set(request, line.report({ outcome: 'released' }));
      else if (codeOf(request) === undefined && isRunning(status)) reports.set(request, line.report({ outcome: 'in-progress', order: id! }));
    }
    const leftOut: Outcome = { outcome: 'retry-later', afterMs: null, reason: status === 'FAILED' ? 'order-failed' : 'order-incomplete' };
    const left = requests.filter((request) => !reports.has(request));
    await this.#lookAtEach(call, left, (request) => {
      const code = codeOf(request);
      return code === undefined ? leftOut : (meaningOf(code) ?? { outcome: 'blocked', reason: 'disconnect-refused' });
    }, codeOf, id);
  }

  /** Reports of each that is in service here what `otherwise` says, if anything; `order`: what stands where that cannot be found out. */
  async #lookAtEach(
    call: Call,
    requests: readonly NumberRelease[],
    otherwise: (request: NumberRelease) => Outcome | undefined,
    codeOf: (request: NumberRelease) => string | null | undefined = () => null,
    order: string | null = null,
  ): Promise<void> {
    await oneByOne(requests, call.reports, (request) =>
      reportingFailure(call, [request], async () => {
        const code = codeOf(request) ?? null;
        const outcome = (await this.#isInService(call, request)) ? otherwise(request) : await this.#elsewhere(call, request);
        if (outcome) call.reports.set(request, call.line.report(outcome, { providerCode: code !== null && isCode(code) ? code : null }));
      }, order),
    );
  }

  async #isInService(call: Call, { e164 }: NumberRelease): Promise<boolean> {
    try {
      await this.#numbers(call, 'GET', `inserviceNumbers/${encodeURIComponent(national(e164))}`);
      return true;
    } catch (error) {
      if (failureOf(error).httpStatus !== 404) throw error;
      await this.#count(call);
      return false;
    }
  }

  /** Of a number that is not in service here: Bandwidth shows also those of the other accounts that our credentials can see. */
  async #elsewhere({ line }: Call, { e164 }: NumberRelease): Promise<Outcome> {
    try {
      const { content } = await this.#request(line, 'GET', `${this.settings.dashboardBaseUrl}/tns/${encodeURIComponent(national(e164))}`);
      const record = child(content, 'TelephoneNumberResponse');
      const [accountId, status] = [textOf(child(record, 'AccountId')), textOf(child(record, 'Status'))];
      const [number, ...others] = listOf(child(record, 'TelephoneNumber')).map((one) => textOf(one));
      if (accountId === null || !number || national(number) !== national(e164) || others.length > 0) throw new Failure(200, 'answer-unreadable');
      if (status === 'Aging' || status === 'Available') return { outcome: 'already-gone' };
      // Any other status says nothing of who has it; and in service here: two answers that contradict each other are none.
      if (status !== 'Inservice' || accountId === this.settings.accountId) throw new Failure(200, 'answer-unreadable');
      return { outcome: 'blocked', reason: 'in-another-account' };
    } catch (error) {
      if (isNotFound(failureOf(error))) return { outcome: 'already-gone' };
      throw error;
    }
  }

  /** Bandwidth's 404 for a number is bare, as that of a wrong base URL or a proxy is: it counts beside the count of what is in service. Throws `Failure`. */
  async #count(call: Call): Promise<void> {
    const { content } = await this.#numbers(call, 'GET', 'inserviceNumbers/totals');
    if (child(content, 'Quantity') === undefined) throw new Failure(200, 'answer-unreadable');
  }

  async endCampaign(request: CampaignEnd, permit: Permit): Promise<Report> {
    const line = this.#open(permit);
    const { campaignId, brandId, brandName } = request;
    if (campaignId === null) return line.report({ outcome: 'refused', reason: 'carrier-id-missing' });
    return this.#remove(line, 'campaigns', campaignId, request, async (campaign) => {
      const own = textOf(child(campaign, 'BrandId'));
      if (own === null) throw new Failure(200, 'answer-unreadable');
      if (brandId !== null) return own === brandId;
      const brand = await this.#read(line, 'brands', own);
      return brand !== undefined && isNamed(brand, brandName);
    });
  }

  async deleteBrand(request: BrandDeletion, permit: Permit): Promise<Report> {
    return this.#remove(this.#open(permit), 'brands', request.brandId, request, async (brand) => isNamed(brand, request.brandName));
  }

  /** The 204 only says that it was accepted; not being found is the proof. `isIt`: whether a record is of what is meant. */
  async #remove(line: Line, kind: 'campaigns' | 'brands', id: string, asked: CampaignEnd | BrandDeletion, isIt: (record: unknown) => Promise<boolean>): Promise<Report> {
    if (!isPlainId(id)) return line.report({ outcome: 'refused', reason: 'carrier-id-malformed' });
    const { order } = asked;
    const accepted = `${kind}/${id}`;
    let standing = order;
    let asking = false;
    try {
      const record = await this.#read(line, kind, id);
      if (order !== null) return isThere(record) ? line.report({ outcome: 'in-progress', order }) : line.report({ outcome: 'released' });
      if (record !== undefined && !(await isIt(record))) return line.report({ outcome: 'blocked', reason: kind === 'campaigns' ? 'not_this_campaign' : 'not_this_brand' });
      if (!isThere(record)) return line.report({ outcome: 'already-gone' });
      await line.confirm(asked);
      asking = true;
      const notFound = await this.#tenDlc(line, 'DELETE', accepted).then(() => null, notFoundIn);
      asking = false;
      if (notFound) {
        await this.#miss(line, kind, id);
        return line.report({ outcome: 'already-gone' }, { providerCode: notFound.providerCode });
      }
      standing = accepted;
      return isThere(await this.#read(line, kind, id)) ? line.report({ outcome: 'in-progress', order: accepted }) : line.report({ outcome: 'released' });
    } catch (error) {
      const failure = failureOf(error);
      if (asking && kind === 'brands' && isRejection(failure)) return line.report({ outcome: 'blocked', reason: 'brand-has-campaigns' }, failure);
      return line.reportFailure(failure, standing);
    }
  }

  /** Undefined: it is not known, nor listed. */
  async #read(line: Line, kind: 'campaigns' | 'brands', id: string): Promise<unknown> {
    const [response, element, idElement] = kind === 'campaigns' ? ['CampaignResponse', 'Campaign', 'CampaignId'] : ['BrandResponse', 'Brand', 'BrandId'];
    try {
      const record = child(child((await this.#tenDlc(line, 'GET', `${kind}/${encodeURIComponent(id)}`)).content, response), element);
      if (textOf(child(record, idElement)) !== id) throw new Failure(200, 'answer-unreadable');
      return record;
    } catch (error) {
      notFoundIn(error);
      await this.#miss(line, kind, id);
      return undefined;
    }
  }

  /** "Not found" counts beside the first page of the list that it would stand in, where that does not have it. Throws `Failure`. */
  async #miss(line: Line, kind: 'campaigns' | 'brands', id: string): Promise<void> {
    const { listed } = await registrations((path) => this.#tenDlc(line, 'GET', path), kind === 'campaigns' ? 'campaign' : 'brand', null);
    if (listed.some(({ names }) => names[0] === id)) throw new Failure(200, 'answer-unreadable');
  }

  list(place: ListingPlace | null): Promise<ListedPage> {
    const line = this.#open(readingOnly);
    const steps = bandwidthSteps(
      (path) => this.#numbers({ line, reports: new Map() }, 'GET', path),
      (path) => this.#tenDlc(line, 'GET', path),
    );
    return walk(steps, place);
  }

  #open(permit: Permit): Line {
    return new Line(this.settings, xml, permit);
  }

  #tenDlc(line: Line, method: string, path: string): Promise<Answer> {
    return this.#request(line, method, `${this.settings.baseUrl}/accounts/${this.settings.accountId}/campaignManagement/10dlc/${path}`);
  }

  #numbers({ line }: Call, method: string, path: string, body?: string): Promise<Answer> {
    return this.#request(line, method, `${this.settings.dashboardBaseUrl}/accounts/${this.settings.accountId}/${path}`, body);
  }

  #request(line: Line, method: string, url: string, body?: string): Promise<Answer> {
    const { username, password } = this.settings;
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    return line.request(url, { method, headers: { authorization, accept: 'application/xml', 'content-type': 'application/xml; charset=utf-8' }, ...(body !== undefined && { body }) });
  }
}

/** Bandwidth has no id of a number but the number. Whoever gave another number as the id may have meant that one. */
const isOwnId = ({ carrierNumberId, e164 }: NumberRelease): boolean =>
  carrierNumberId === null || !/^\+?[\d\s().-]{7,}$/.test(carrierNumberId) || national(carrierNumberId.replace(/[^\d+]/g, '')) === national(e164);

/** The failure that says "not found"; anything else is thrown on. */
function notFoundIn(error: unknown): Failure {
  const failure = failureOf(error);
  if (!isNotFound(failure)) throw failure;
  return failure;
}

const isThere = (record: unknown): boolean => record !== undefined && textOf(child(record, 'Status')) !== 'EXPIRED';

function isNamed(brand: unknown, name: string): boolean {
  const shown = [nameOf(child(brand, 'DisplayName')), nameOf(child(brand, 'CompanyName'))];
  if (shown.every((one) => one === null)) throw new Failure(200, 'answer-unreadable');
  return namesBrand(name, ...shown);
}

// Twilio as its OpenAPI descriptions, error dictionary and help centre (releasing a number, emergency addresses) tell of it.
import { type Handled, type StubAnswer, type StubRequest, StubServer } from './stub-server.js';

type EmergencyStatus = 'registered' | 'unregistered' | 'pending-registration' | 'registration-failure' | 'pending-unregistration' | 'unregistration-failure';

interface StubNumber {
  readonly sid: string;
  readonly account_sid: string;
  readonly phone_number: string;
  emergency_address_sid: string | null;
  emergency_address_status: EmergencyStatus;
}

export class TwilioStub extends StubServer {
  readonly accountSid = `AC${'a'.repeat(32)}`;
  readonly authToken = 'twilio-token';
  readonly numbers = new Map<string, StubNumber>();
  #added = 0;
  readonly campaigns = new Set<string>();
  /** What every campaign shows. */
  readonly messagingServiceSid = `MG${'5'.repeat(32)}`;
  readonly brandSid = `BN${'b'.repeat(32)}`;
  /** What every campaign shows of itself. */
  campaignStatus = 'VERIFIED';
  readonly services = [`MG${'4'.repeat(32)}`, this.messagingServiceSid];
  readonly brands = [this.brandSid];
  /** Whose numbers ours can list, and which are in none of its own lists. */
  readonly subaccounts: { readonly sid: string; readonly status: 'active' | 'closed'; readonly numbers: readonly string[] }[] = [];
  /** Whether there is no list of numbers at that address. */
  hasNoList = false;
  /** Whether an emergency address is gone as soon as it is cleared. */
  unregistersAtOnce = false;
  /** Whether clearing an emergency address is refused. */
  keepsEmergencyAddresses = false;

  /** What was given up leaves its id to nobody. */
  addNumber(phone_number: string, emergency?: EmergencyStatus): string {
    this.#added += 1;
    const sid = `PN${this.#added.toString(16).padStart(32, '0')}`;
    this.numbers.set(sid, {
      sid,
      account_sid: this.accountSid,
      phone_number,
      emergency_address_sid: emergency && emergency !== 'unregistered' ? `AD${'d'.repeat(32)}` : null,
      emergency_address_status: emergency ?? 'unregistered',
    });
    return sid;
  }

  /** The emergency services have answered. */
  finishUnregistration(sid: string, status: 'unregistered' | 'unregistration-failure' = 'unregistered'): void {
    this.numbers.get(sid)!.emergency_address_status = status;
  }

  protected override handle({ method, url, authorization, body }: StubRequest): Handled {
    const good = authorization === `Basic ${Buffer.from(`${this.accountSid}:${this.authToken}`).toString('base64')}`;
    const numbers = `/2010-04-01/Accounts/${this.accountSid}/IncomingPhoneNumbers`;
    const [, subaccount] = /^\/2010-04-01\/Accounts\/(AC[0-9a-f]{32})\/IncomingPhoneNumbers\.json$/.exec(url.pathname) ?? [];
    const [, sid] = new RegExp(`^${numbers}/(PN[0-9a-f]{32})\\.json$`).exec(url.pathname) ?? [];
    const [, campaign] = /^\/v1\/Services\/MG[0-9a-f]{32}\/Compliance\/Usa2p\/(QE[0-9a-f]{32})$/.exec(url.pathname) ?? [];
    if (!good) return { subjects: [], answer: () => this.refusal(401) };
    if (url.pathname === `${numbers}.json` && method === 'GET') return { subjects: ['list'], answer: () => (this.hasNoList ? this.refusal(404) : this.#list(url, url.searchParams.get('PhoneNumber') ?? '')) };
    const [, service] = /^\/v1\/Services\/(MG[0-9a-f]{32})\/Compliance\/Usa2p$/.exec(url.pathname) ?? [];
    if (url.pathname === '/v1/Services' && method === 'GET') return { subjects: ['services'], answer: () => this.#page(url, 'services', this.services.map((sid) => ({ sid }))) };
    if (service && method === 'GET') return { subjects: ['campaigns'], answer: () => this.#page(url, 'compliance', service === this.messagingServiceSid ? [...this.campaigns].map((sid) => ({ sid, campaign_status: this.campaignStatus })) : []) };
    if (url.pathname === '/v1/a2p/BrandRegistrations' && method === 'GET') return { subjects: ['brands'], answer: () => this.#page(url, 'data', this.brands.map((sid) => ({ sid, status: 'APPROVED' }))) };
    if (url.pathname === '/2010-04-01/Accounts.json' && method === 'GET') return { subjects: ['accounts'], answer: () => this.#accounts() };
    if (subaccount && method === 'GET') return { subjects: ['sublist'], answer: () => this.#sublist(subaccount, url.searchParams.get('PhoneNumber') ?? '') };
    if (sid) {
      const subject = this.numbers.get(sid)?.phone_number ?? this.#released.get(sid) ?? sid;
      return { subjects: [subject], ...(method === 'DELETE' && { gives: 'up' }), answer: () => this.#number(method, sid, subject, new URLSearchParams(body)) };
    }
    if (campaign) return { subjects: [campaign], ...(method === 'DELETE' && { gives: 'up' }), answer: () => this.#campaign(method, campaign) };
    return { subjects: [], answer: () => this.refusal(404) };
  }

  readonly #released = new Map<string, string>();

  #number(method: string, sid: string, subject: string, change: URLSearchParams): StubAnswer {
    const number = this.numbers.get(sid);
    if (!number) {
      this.decided(subject);
      return this.refusal(404);
    }
    if (method === 'GET') return ok(number);
    if (method === 'POST') {
      if (this.keepsEmergencyAddresses) return error(400, unpublished);
      if (change.get('EmergencyAddressSid') === '') Object.assign(number, { emergency_address_sid: null, emergency_address_status: this.unregistersAtOnce ? 'unregistered' : 'pending-unregistration' });
      return ok(number);
    }
    if (['registered', 'pending-unregistration', 'pending-registration'].includes(number.emergency_address_status)) return error(400, unpublished);
    this.numbers.delete(sid);
    this.#released.set(sid, number.phone_number);
    this.decided(number.phone_number);
    return { status: 204 };
  }

  /** A part of a number finds all that contain it. */
  #list(url: URL, part: string): StubAnswer {
    const found = [...this.numbers.values()].filter(({ phone_number }) => phone_number.includes(part));
    const [size, page] = [Math.min(Number(url.searchParams.get('PageSize') ?? 50), this.pageMost), Number(url.searchParams.get('Page') ?? 0)];
    const next = found.length > (page + 1) * size ? `${url.pathname}?PageSize=${size}&Page=${page + 1}&PageToken=PA${page + 1}` : null;
    return list({ incoming_phone_numbers: found.slice(page * size, (page + 1) * size), next_page_uri: next });
  }

  /** As the younger APIs list. */
  #page(url: URL, key: string, found: readonly object[]): StubAnswer {
    const [size, page] = [Math.min(Number(url.searchParams.get('PageSize') ?? 50), this.pageMost), Number(url.searchParams.get('Page') ?? 0)];
    const next = found.length > (page + 1) * size ? `https://messaging.twilio.com${url.pathname}?PageSize=${size}&Page=${page + 1}&PageToken=PA${page + 1}` : null;
    return ok({ [key]: found.slice(page * size, (page + 1) * size), meta: { key, page, page_size: size, next_page_url: next, previous_page_url: null, first_page_url: '', url: '' } });
  }

  #accounts(): StubAnswer {
    return list({ accounts: [{ sid: this.accountSid, status: 'active' }, ...this.subaccounts.map(({ sid, status }) => ({ sid, status }))] });
  }

  #sublist(account_sid: string, part: string): StubAnswer {
    const found = this.subaccounts.find(({ sid }) => sid === account_sid)?.numbers.filter((one) => one.includes(part)) ?? [];
    return list({ incoming_phone_numbers: found.map((phone_number) => ({ sid: `PN${'9'.repeat(32)}`, account_sid, phone_number })) });
  }

  #campaign(method: string, sid: string): StubAnswer {
    if (!this.campaigns.has(sid)) {
      this.decided(sid);
      return this.refusal(404);
    }
    if (method === 'GET') return ok({ sid, messaging_service_sid: this.messagingServiceSid, brand_registration_sid: this.brandSid, campaign_status: 'VERIFIED' });
    this.campaigns.delete(sid);
    this.decided(sid);
    return { status: 204 };
  }

  protected override refusal(status: number): StubAnswer {
    return error(status, { 401: 20_003, 403: 20_403, 404: 20_404, 429: 20_429 }[status] ?? 20_500);
  }
}

/** The help centre says that such a number cannot be released; with which code is not written anywhere. */
const unpublished = 20_001;

const ok = (content: unknown): StubAnswer => ({ status: 200, body: JSON.stringify(content), headers: { 'content-type': 'application/json' } });
const list = (items: object): StubAnswer => ok({ page: 0, page_size: 50, next_page_uri: null, first_page_uri: '', previous_page_uri: null, uri: '', start: 0, end: 0, ...items });
const error = (status: number, code: number): StubAnswer => ({ status, body: JSON.stringify({ code, message: 'about +15005550001', more_info: `https://www.twilio.com/docs/errors/${code}`, status }) });

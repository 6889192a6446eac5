// Bandwidth as its API description, its guide to disconnecting numbers and its list of error codes tell of it.
import { type Handled, type StubAnswer, type StubRequest, StubServer } from './stub-server.js';

interface StubOrder {
  readonly id: string;
  readonly customerOrderId: string;
  status: 'RECEIVED' | 'PROCESSING' | 'COMPLETE' | 'PARTIAL' | 'FAILED';
  readonly asked: readonly string[];
  disconnected: string[];
  errors: { readonly code: number; readonly number: string | null }[];
}

export class BandwidthStub extends StubServer {
  readonly accountId = '9900000';
  readonly username = 'api-user';
  readonly password = 'api-password';
  /** In service, with ten digits, as the first version of the API writes them. */
  readonly numbers = new Set<string>();
  readonly orders: StubOrder[] = [];
  /** Whether nothing of the account is found. */
  hasNoAccount = false;
  readonly campaigns = new Map<string, 'ACTIVE' | 'leaving' | 'EXPIRED'>();
  /** What every campaign and brand shows. */
  brandId = 'B1';
  brandName = 'Ada &amp; Co';
  /** Undefined: its own id. */
  shownId: string | undefined;
  /** Whether our credentials may not see campaigns and brands. */
  noRegistrations = false;
  /** In other accounts that ours can see, by number. */
  readonly elsewhere = new Map<string, { readonly accountId: string; readonly status: string }>();
  readonly brands = new Map<string, { campaigns: number; leaving: boolean }>();
  /** What an order says of these numbers instead of disconnecting them. */
  readonly errorCodes = new Map<string, number>();
  /** An order with one of these is refused as a whole, with this code. */
  readonly unacceptable = new Map<string, number>();

  addNumber(e164: string): void {
    this.numbers.add(e164.slice(2));
  }

  /** Orders and deactivations go one step further. */
  advance(end: 'done' | 'failed' | 'forgetful' = 'done'): void {
    for (const order of this.orders) {
      if (order.status === 'RECEIVED') order.status = 'PROCESSING';
      else if (order.status === 'PROCESSING') this.#end(order, end);
    }
    for (const [id, status] of this.campaigns) if (status === 'leaving') this.campaigns.delete(id);
    for (const [id, { leaving }] of this.brands) if (leaving) this.brands.delete(id);
  }

  #end(order: StubOrder, end: 'done' | 'failed' | 'forgetful'): void {
    if (end !== 'done') {
      order.status = end === 'failed' ? 'FAILED' : 'COMPLETE';
      for (const number of order.asked) this.undecided(subject(number));
      return;
    }
    for (const number of order.asked) {
      const code = this.errorCodes.get(number) ?? (this.numbers.has(number) ? undefined : 5006);
      if (code === undefined) {
        this.numbers.delete(number);
        order.disconnected.push(number);
      } else {
        this.undecided(subject(number));
        order.errors.push({ code, number });
      }
    }
    order.status = order.errors.length === 0 ? 'COMPLETE' : order.disconnected.length === 0 ? 'FAILED' : 'PARTIAL';
  }

  protected override handle({ method, url, authorization, body }: StubRequest): Handled {
    const nothing = (answer: () => StubAnswer): Handled => ({ subjects: [], answer });
    if (authorization !== `Basic ${Buffer.from(`${this.username}:${this.password}`).toString('base64')}`) return nothing(() => this.refusal(401));
    if (this.hasNoAccount && url.pathname.startsWith('/api/accounts/')) return nothing(() => ({ status: 404 }));
    const path = url.pathname.replace(`/api/accounts/${this.accountId}/`, '');
    if (method === 'POST' && path === 'disconnects') {
      const asked = [...body.matchAll(/<TelephoneNumber>(\d{10}|\+\d{7,15})<\/TelephoneNumber>/g)].map(([, number]) => number!);
      return { subjects: asked.map(subject), gives: 'up', answer: () => this.#createOrder(body, asked) };
    }
    const [, kind = '', id = ''] = /^(disconnects|inserviceNumbers|campaignManagement\/10dlc\/campaigns|campaignManagement\/10dlc\/brands)\/([^/]+)$/.exec(path) ?? [];
    if (kind === 'disconnects') {
      const order = this.orders.find((one) => one.id === id);
      return { subjects: [id], answer: () => (order ? { status: 200, body: orderXml(order) } : this.refusal(404)) };
    }
    const [, registered] = /^campaignManagement\/10dlc\/(campaigns|brands)(?:$|(?<=brands)\/details$)/.exec(path) ?? [];
    if (path === 'inserviceNumbers') return { subjects: ['list'], answer: () => this.#list(url) };
    if (registered) return { subjects: [registered], answer: () => (this.noRegistrations ? this.refusal(403) : this.#registered(url, registered)) };
    if (kind === 'inserviceNumbers' && id === 'totals') return nothing(() => ({ status: 200, body: `<Quantity><Count>${this.numbers.size}</Count></Quantity>` }));
    if (kind === 'inserviceNumbers') {
      const number = decodeURIComponent(id);
      return { subjects: [subject(number)], answer: () => ({ status: this.numbers.has(number) ? 200 : 404 }) };
    }
    const [, anywhere] = /^\/api\/tns\/([^/]+)$/.exec(url.pathname) ?? [];
    if (anywhere) {
      const number = decodeURIComponent(anywhere);
      return { subjects: [`anywhere ${subject(number)}`], answer: () => this.#anywhere(number) };
    }
    const gives = method === 'DELETE' ? { gives: 'up' as const } : {};
    if (kind.endsWith('campaigns')) return { subjects: [id], ...gives, answer: () => this.#campaign(method, id) };
    if (kind.endsWith('brands')) return { subjects: [id], ...gives, answer: () => this.#brand(method, id) };
    return nothing(() => this.refusal(404));
  }

  #createOrder(body: string, asked: readonly string[]): StubAnswer {
    const [, customerOrderId = ''] = /<CustomerOrderId>([A-Za-z0-9 -]{1,40})<\/CustomerOrderId>/.exec(body) ?? [];
    const wellFormed = /^<\?xml[^>]*\?><DisconnectTelephoneNumberOrder>.*<DisconnectTelephoneNumberOrderType><TelephoneNumberList>.*<\/DisconnectTelephoneNumberOrder>$/.test(body);
    const code = asked.map((number) => this.unacceptable.get(number)).find(Boolean) ?? (wellFormed && asked.length > 0 ? undefined : 5001);
    if (code) return { status: 400, body: `<DisconnectTelephoneNumberOrderResponse><ErrorList><Error><Code>${code}</Code><Description>no</Description></Error></ErrorList></DisconnectTelephoneNumberOrderResponse>` };
    const order: StubOrder = { id: `ba05e04b-192a-47cb-b182-${String(this.orders.length + 1).padStart(12, '0')}`, customerOrderId, status: 'RECEIVED', asked, disconnected: [], errors: [] };
    this.orders.push(order);
    for (const number of asked) this.decided(subject(number));
    return { status: 201, body: orderXml(order) };
  }

  #list(url: URL): StubAnswer {
    const [page, size] = [Number(url.searchParams.get('page')), Math.min(Number(url.searchParams.get('size')), this.pageMost)];
    const found = [...this.numbers].slice((page - 1) * size, page * size);
    const link = (to: number, rel: string): string => `<${rel}>Link=&lt;https://dashboard.bandwidth.com:443/v1.0/accounts/${this.accountId}/inserviceNumbers?size=${size}&amp;page=${to}&gt;;rel="${rel}";</${rel}>`;
    const next = this.numbers.size > page * size ? link(page + 1, 'next') : '';
    return { status: 200, body: `<TNs><TotalCount>${this.numbers.size}</TotalCount><Links>${link(1, 'first')}${next}</Links><TelephoneNumbers><Count>${found.length}</Count>${list(found)}</TelephoneNumbers></TNs>` };
  }

  #registered(url: URL, kind: string): StubAnswer {
    const [page, size] = [Number(url.searchParams.get('page')), Number(url.searchParams.get('size'))];
    const [one, id] = kind === 'campaigns' ? ['Campaign', 'CampaignId'] : ['Brand', 'BrandId'];
    // Without `/details` there are no pages.
    if (kind === 'brands' && !(url.pathname.endsWith('/details') && url.searchParams.get('type') === 'none')) return this.refusal(404);
    const all = kind === 'campaigns' ? [...this.campaigns] : [...this.brands.keys()].map((brand) => [brand, 'ACTIVE'] as const);
    const shown = all.slice(page * size, (page + 1) * size).map(([key, status]) => `<${one}><${id}>${key}</${id}><Status>${status}</Status></${one}>`).join('');
    return { status: 200, body: `<${one}sResponse><${one}s>${shown}</${one}s></${one}sResponse>` };
  }

  #anywhere(number: string): StubAnswer {
    const found = this.numbers.has(number) ? { accountId: this.accountId, status: 'Inservice' } : this.elsewhere.get(number);
    if (!found) return { status: 404, body: '<TelephoneNumberResponse><ErrorList><Error><Code>5035</Code><Description>cannot be found on accounts</Description></Error></ErrorList></TelephoneNumberResponse>' };
    return { status: 200, body: `<TelephoneNumberResponse><TelephoneNumber>${number}</TelephoneNumber><Status>${found.status}</Status><AccountId>${found.accountId}</AccountId></TelephoneNumberResponse>` };
  }

  #campaign(method: string, id: string): StubAnswer {
    const status = this.campaigns.get(id);
    if (!status) return notFound('CampaignResponse', 12_189);
    if (method === 'GET') return { status: 200, body: `<CampaignResponse><Campaign><CampaignId>${this.shownId ?? id}</CampaignId><BrandId>${this.brandId}</BrandId><Status>${status === 'leaving' ? 'ACTIVE' : status}</Status></Campaign></CampaignResponse>` };
    this.campaigns.set(id, 'leaving');
    this.decided(id);
    return { status: 204 };
  }

  #brand(method: string, id: string): StubAnswer {
    const brand = this.brands.get(id);
    if (!brand) return notFound('BrandsResponse', 12_067);
    if (method === 'GET') return { status: 200, body: `<BrandResponse><Brand><BrandId>${this.shownId ?? id}</BrandId><CompanyName>Ada and Company, Inc.</CompanyName><DisplayName>${this.brandName}</DisplayName></Brand></BrandResponse>` };
    if (brand.campaigns > 0) return { status: 400, body: '<BrandResponse><ResponseStatus><ErrorCode>1003</ErrorCode></ResponseStatus></BrandResponse>' };
    brand.leaving = true;
    this.decided(id);
    return { status: 204 };
  }

  protected override refusal(status: number): StubAnswer {
    const code = { 401: 5051, 403: 12_055, 404: 5035 }[status] ?? 1000;
    return { status, body: `<Response><ResponseStatus><ErrorCode>${code}</ErrorCode><Description>about 5005550001</Description></ResponseStatus></Response>` };
  }
}

const subject = (number: string): string => (number.startsWith('+') ? number : `+1${number}`);

const notFound = (root: string, code: number): StubAnswer => ({
  status: 404,
  body: `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><${root}><ResponseStatus><ErrorCode>${code}</ErrorCode><Description>not found</Description></ResponseStatus></${root}>`,
});

const list = (numbers: readonly string[]): string => numbers.map((number) => `<TelephoneNumber>${number}</TelephoneNumber>`).join('');

function orderXml({ id, customerOrderId, status, asked, disconnected, errors }: StubOrder): string {
  const ended = status === 'RECEIVED' || status === 'PROCESSING' ? '' : `<DisconnectedTelephoneNumberList>${list(disconnected)}</DisconnectedTelephoneNumberList>`;
  const errorList = errors.map(({ code, number }) => `<Error><Code>${code}</Code><Description>no</Description>${number ? list([number]) : ''}</Error>`).join('');
  return (
    `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<DisconnectTelephoneNumberOrderResponse>${ended}<ErrorList>${errorList}</ErrorList>` +
    `<orderRequest><CustomerOrderId>${customerOrderId}</CustomerOrderId><OrderCreateDate>2026-03-01T08:00:00.000Z</OrderCreateDate><id>${id}</id>` +
    `<DisconnectTelephoneNumberOrderType><TelephoneNumberList>${list(asked)}</TelephoneNumberList><DisconnectMode>normal</DisconnectMode></DisconnectTelephoneNumberOrderType></orderRequest>` +
    `<OrderStatus>${status}</OrderStatus></DisconnectTelephoneNumberOrderResponse>`
  );
}

// Telnyx as its OpenAPI description tells of it: numbers, jobs that delete a batch of them, 10DLC campaigns and brands.
import { type Handled, type StubAnswer, type StubRequest, StubServer } from './stub-server.js';

interface StubNumber {
  readonly id: string;
  readonly phone_number: string;
  status: 'active' | 'deleted' | 'port-out-pending' | 'ported-out';
  deletion_lock_enabled: boolean;
}

interface StubJob {
  readonly id: string;
  status: 'pending' | 'in_progress' | 'completed' | 'failed' | 'expired';
  readonly phone_numbers: ({ readonly id: string } | { readonly phone_number: string })[];
  readonly asked: readonly string[];
  successful_operations: object[];
  failed_operations: object[];
}

export class TelnyxStub extends StubServer {
  readonly apiKey = 'KEY-telnyx';
  readonly numbers = new Map<string, StubNumber>();
  readonly jobs: StubJob[] = [];
  readonly campaigns = new Map<string, 'ACTIVE' | 'EXPIRED'>();
  readonly brands = new Map<string, { campaigns: number }>();
  /** What every campaign and brand shows. */
  brandId = 'B1';
  brandName = 'Ada & Co';
  /** Undefined: its own id. */
  shownId: string | undefined;
  /** A batch with one of these is refused as a whole. */
  readonly unacceptable = new Set<string>();
  /** A job cannot delete these, and says so. */
  readonly stuck = new Set<string>();
  stuckCode = '10015';

  addNumber(phone_number: string, more: Partial<Pick<StubNumber, 'status' | 'deletion_lock_enabled'>> = {}): string {
    const id = String(1_293_384_261_075_731_000 + this.numbers.size * 1000);
    this.numbers.set(id, { id, phone_number, status: 'active', deletion_lock_enabled: false, ...more });
    this.undecided(phone_number);
    return id;
  }

  /** Pending jobs get going, running jobs come to an end. */
  advance(end: 'completed' | 'failed' | 'expired' = 'completed'): void {
    for (const job of this.jobs) {
      if (job.status === 'pending') job.status = 'in_progress';
      else if (job.status === 'in_progress') this.#end(job, end);
    }
  }

  #end(job: StubJob, end: 'completed' | 'failed' | 'expired'): void {
    job.status = end;
    for (const asked of job.asked) {
      const number = this.#find(asked);
      if (end !== 'completed') this.undecided(number?.phone_number ?? asked);
      else if (number && number.status === 'active' && !number.deletion_lock_enabled && !this.stuck.has(number.phone_number)) {
        number.status = 'deleted';
        job.successful_operations.push({ id: number.id, phone_number: number.phone_number });
      } else {
        this.undecided(number?.phone_number ?? asked);
        job.failed_operations.push({
          ...(number ? { id: number.id, phone_number: number.phone_number } : /^\+/.test(asked) ? { phone_number: asked } : { id: asked }),
          errors: [{ code: this.stuckCode, title: 'Bad Request', detail: 'about +15005550001' }],
        });
      }
    }
  }

  #find(asked: string): StubNumber | undefined {
    return this.numbers.get(asked) ?? [...this.numbers.values()].find(({ phone_number, status }) => phone_number === asked && status !== 'deleted');
  }

  protected override handle({ method, url, authorization, body }: StubRequest): Handled {
    const nothing = (answer: () => StubAnswer): Handled => ({ subjects: [], answer });
    if (authorization !== `Bearer ${this.apiKey}`) return nothing(() => this.refusal(401));
    const path = url.pathname.replace(/^\/v2/, '');
    if (method === 'POST' && path === '/phone_numbers/jobs/delete_phone_numbers') {
      const { phone_numbers: asked } = JSON.parse(body) as { phone_numbers: string[] };
      return { subjects: asked.map((one) => this.#find(one)?.phone_number ?? this.numbers.get(one)?.phone_number ?? one), gives: 'up', answer: () => this.#createJob(asked) };
    }
    if (method === 'GET' && path === '/phone_numbers/jobs') return { subjects: ['jobs'], answer: () => page(url, [...this.jobs].reverse().map(publicJob)) };
    if (method === 'GET' && path === '/phone_numbers') return { subjects: ['list'], answer: () => this.#list(url) };
    if (method === 'GET' && path === '/10dlc/brand') return { subjects: ['brands'], answer: () => this.#records(url, this.#brands(url)) };
    if (method === 'GET' && path === '/10dlc/campaign') {
      const own = url.searchParams.get('brandId') === this.brandId ? [...this.campaigns] : [];
      return { subjects: ['campaigns'], answer: () => this.#records(url, own.map(([campaignId, status]) => ({ campaignId, tcrCampaignId: `T${campaignId}`, status }))) };
    }
    const [, kind, id = ''] = /^\/(phone_numbers\/jobs|phone_numbers|10dlc\/campaign|10dlc\/brand)\/([^/]+)$/.exec(path) ?? [];
    if (kind === 'phone_numbers/jobs') {
      const job = this.jobs.find((one) => one.id === id);
      return { subjects: [id], answer: () => (job ? ok({ data: publicJob(job) }) : this.refusal(404)) };
    }
    if (kind === 'phone_numbers') {
      const number = this.numbers.get(id);
      return { subjects: number ? [number.phone_number] : [id], answer: () => (number && number.status !== 'deleted' ? ok({ data: number }) : this.refusal(404)) };
    }
    const gives = method === 'DELETE' ? { gives: 'up' as const } : {};
    if (kind === '10dlc/campaign') return { subjects: [id], ...gives, answer: () => this.#campaign(method, id) };
    if (kind === '10dlc/brand') return { subjects: [id], ...gives, answer: () => this.#brand(method, id) };
    return nothing(() => this.refusal(404));
  }

  #createJob(asked: readonly string[]): StubAnswer {
    const told = asked.map((one) => this.#find(one)?.phone_number ?? one);
    if (asked.length > 1000 || told.some((one) => this.unacceptable.has(one))) return this.refusal(422);
    const job: StubJob = {
      id: `00000000-0000-4000-8000-${String(this.jobs.length + 1).padStart(12, '0')}`,
      status: 'pending',
      phone_numbers: asked.map((one) => (/^\+/.test(one) ? { phone_number: one } : { id: one })),
      asked,
      successful_operations: [],
      failed_operations: [],
    };
    this.jobs.push(job);
    for (const one of told) this.decided(one);
    return { ...ok({ data: publicJob(job) }), status: 202 };
  }

  #list(url: URL): StubAnswer {
    const status = url.searchParams.get('filter[status]');
    const digits = url.searchParams.get('filter[phone_number]');
    const found = [...this.numbers.values()].filter(
      (number) => number.status !== 'deleted' && (!status || number.status === status) && (!digits || (/^\d{3,}$/.test(digits) && number.phone_number.includes(digits))),
    );
    return page(url, found, this.pageMost);
  }

  #records(url: URL, all: readonly object[]): StubAnswer {
    const [size, number] = [Math.min(Number(url.searchParams.get('recordsPerPage') ?? 10), this.pageMost), Number(url.searchParams.get('page') ?? 1)];
    return ok({ records: all.slice((number - 1) * size, number * size), page: number, totalRecords: all.length });
  }

  #brands({ searchParams }: URL): readonly object[] {
    const [id, registry] = [searchParams.get('brandId'), searchParams.get('tcrBrandId')];
    return [...this.brands.keys()]
      .filter((brandId) => (id === null || brandId === id) && (registry === null || `T${brandId}` === registry))
      .map((brandId) => ({ brandId, tcrBrandId: `T${brandId}`, displayName: this.brandName, status: 'OK' }));
  }

  #campaign(method: string, id: string): StubAnswer {
    const status = this.campaigns.get(id);
    if (!status) return this.refusal(404);
    if (method === 'GET') return ok({ campaignId: this.shownId ?? id, brandId: this.brandId, brandDisplayName: this.brandName, status, campaignStatus: status === 'EXPIRED' ? 'TCR_EXPIRED' : 'MNO_PROVISIONED' });
    if (status === 'EXPIRED') return this.refusal(400);
    this.campaigns.set(id, 'EXPIRED');
    this.decided(id);
    return ok({ record_type: 'campaign', message: 'Campaign deactivated', time: 1 });
  }

  #brand(method: string, id: string): StubAnswer {
    const brand = this.brands.get(id);
    if (!brand) return this.refusal(404);
    if (method === 'GET') return ok({ brandId: this.shownId ?? id, displayName: this.brandName, companyName: 'Ada and Company, Inc.', assignedCampaignsCount: brand.campaigns });
    if (brand.campaigns > 0) return this.refusal(400);
    this.brands.delete(id);
    this.decided(id);
    return { status: 204 };
  }

  protected override refusal(status: number): StubAnswer {
    const code = { 400: '10015', 401: '10009', 403: '10010', 404: '10005', 422: '10015', 429: '10011' }[status] ?? '10007';
    return { status, body: JSON.stringify({ errors: [{ code, title: 'Error', detail: 'about +15005550001' }] }) };
  }
}

const publicJob = ({ asked: _asked, ...job }: StubJob): object => ({
  ...job,
  record_type: 'phone_numbers_job',
  type: 'delete_phone_numbers',
  pending_operations: job.status === 'pending' || job.status === 'in_progress' ? job.phone_numbers : [],
});

const ok = (content: unknown): StubAnswer => ({ status: 200, body: JSON.stringify(content), headers: { 'content-type': 'application/json' } });

function page(url: URL, all: readonly unknown[], most = 250): StubAnswer {
  const size = Math.min(Number(url.searchParams.get('page[size]') ?? 20), 250, most);
  const number = Number(url.searchParams.get('page[number]') ?? 1);
  const meta = { page_number: number, page_size: size, total_pages: Math.ceil(all.length / size), total_results: all.length };
  return ok({ data: all.slice((number - 1) * size, number * size), meta });
}

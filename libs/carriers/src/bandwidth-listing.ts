// What a Bandwidth account lists: the numbers in service, its brands and its campaigns.
import type { Listed } from './carrier.js';
import { type Answer, Failure } from './line.js';
import type { Page, Step } from './listing.js';
import { child, listOf, nameOf, textOf } from './xml.js';

const numbersAtOnce = 500;
const registrationsAtOnce = 50;

/** `numbers`, `tenDlc`: a GET at the paths of either. */
export const bandwidthSteps = (numbers: (path: string) => Promise<Answer>, tenDlc: (path: string) => Promise<Answer>): readonly Step[] => [
  {
    kinds: ['number'],
    async read(page) {
      const { content } = await numbers(`inserviceNumbers?page=${encodeURIComponent(page ?? '1')}&size=${numbersAtOnce}`);
      const all = child(content, 'TNs');
      if (textOf(child(all, 'TotalCount')) === null) unreadable();
      return {
        listed: listOf(child(child(all, 'TelephoneNumbers'), 'TelephoneNumber')).map((number) => ({ kind: 'number', names: [international(textOf(number) ?? unreadable())], carrierNumberId: null, status: 'in-use' })),
        next: nextOf(nameOf(child(child(all, 'Links'), 'next'))),
      };
    },
  },
  { kinds: ['brand'], read: async (page) => registrations(await tenDlc(`brands?page=${page ?? '0'}&size=${registrationsAtOnce}`), page, 'brand') },
  { kinds: ['campaign'], read: async (page) => registrations(await tenDlc(`campaigns?page=${page ?? '0'}&size=${registrationsAtOnce}`), page, 'campaign') },
];

const shapes = {
  brand: { response: 'BrandsResponse', list: 'Brands', element: 'Brand', id: 'BrandId' },
  campaign: { response: 'CampaignsResponse', list: 'Campaigns', element: 'Campaign', id: 'CampaignId' },
} as const;

/** No count is told: the page that is not full is the last one. */
function registrations({ content }: Answer, page: string | null, kind: keyof typeof shapes): Page {
  const { response, list, element, id } = shapes[kind];
  const all = child(content, response);
  if (all === undefined) unreadable();
  const found = child(child(all, list), element);
  const records = found === undefined ? [] : Array.isArray(found) ? (found as unknown[]) : [found];
  return {
    listed: records.map((record) => ({ kind, names: [textOf(child(record, id)) ?? unreadable()], carrierNumberId: null, status: statusOf(textOf(child(record, 'Status'))) })),
    next: records.length < registrationsAtOnce ? null : String(Number(page ?? '0') + 1),
  };
}

/** `Link=<https://…/inserviceNumbers?page=2&size=500>;rel="next"`: only the page is taken from it. */
function nextOf(link: string | null): string | null {
  if (link === null) return null;
  return /[?&]page=([^&>]+)/.exec(link)?.[1] ?? unreadable();
}

function unreadable(): never {
  throw new Failure(200, 'answer-unreadable');
}

export const international = (number: string): string => (/^\d{10}$/.test(number) ? `+1${number}` : number);

const statusOf = (status: string | null): Listed['status'] => (status === 'EXPIRED' || status === 'SUSPENDED' || status === 'DECLINED' ? 'ended' : status === 'ACTIVE' || status === null ? 'in-use' : 'pending');

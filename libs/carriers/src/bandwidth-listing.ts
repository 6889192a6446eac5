// What a Bandwidth account lists: the numbers in service, its brands and its campaigns.
import type { Listed } from './carrier.js';
import { type Answer, unreadable } from './line.js';
import type { Page, Step } from './listing.js';
import { child, listOf, nameOf, textOf } from './xml.js';

const numbersAtOnce = 500;
const registrationsAtOnce = 50;

type Get = (path: string) => Promise<Answer>;

/** `numbers`, `tenDlc`: a GET at the paths of either. */
export const bandwidthSteps = (numbers: Get, tenDlc: Get): readonly Step[] => [
  { kinds: ['number'], read: (page) => inService(numbers, page) },
  { kinds: ['brand'], read: (page) => registrations(tenDlc, 'brand', page) },
  { kinds: ['campaign'], read: (page) => registrations(tenDlc, 'campaign', page) },
];

/**
 * `place`: the page, and how many stood on those before it: all that are counted have to be met. What stands on one page is told at once; between several a number may come or go, and others move, so that they may be
 * less than a page off.
 */
async function inService(get: Get, place: string | null): Promise<Page> {
  const [page = '', before] = (place ?? '1 0').split(' ');
  const { content } = await get(`inserviceNumbers?page=${encodeURIComponent(page)}&size=${numbersAtOnce}`);
  const all = child(content, 'TNs');
  const numbers = listOf(child(listIn(all, 'TelephoneNumbers'), 'TelephoneNumber'));
  const [total, met, next] = [Number(textOf(child(all, 'TotalCount')) ?? unreadable()), Number(before) + numbers.length, nextOf(nameOf(child(child(all, 'Links'), 'next')))];
  const offMost = before === '0' ? 0 : numbersAtOnce - 1;
  if (next === null ? !(Math.abs(met - total) <= offMost) : next === page || numbers.length === 0 || !(met - total <= offMost)) unreadable();
  return {
    listed: numbers.map((number) => ({ kind: 'number', names: [international(textOf(number) ?? unreadable())], carrierNumberId: null, status: 'in-use' })),
    next: next === null ? null : `${next} ${met}`,
  };
}

const shapes = {
  brand: { path: 'brands/details?type=none&', response: 'BrandsResponse', list: 'Brands', element: 'Brand', id: 'BrandId' },
  campaign: { path: 'campaigns?', response: 'CampaignsResponse', list: 'Campaigns', element: 'Campaign', id: 'CampaignId' },
} as const;

/** The page that is not full is the last one. `place`: the page, and what the one before it began with, since one that comes again leads nowhere. */
export async function registrations(get: Get, kind: keyof typeof shapes, place: string | null): Promise<Page> {
  const { path, response, list, element, id } = shapes[kind];
  const [page, before] = (place ?? '0').split(' ');
  const { content } = await get(`${path}page=${page}&size=${registrationsAtOnce}`);
  const found = child(listIn(child(content, response), list), element);
  const records = found === undefined ? [] : Array.isArray(found) ? (found as unknown[]) : [found];
  const ids = records.map((record) => textOf(child(record, id)) ?? unreadable());
  if (before !== undefined && ids[0] === before) unreadable();
  return {
    listed: records.map((record, index) => ({ kind, names: [ids[index]!], carrierNumberId: null, status: statusOf(textOf(child(record, 'Status'))) })),
    next: records.length < registrationsAtOnce ? null : `${Number(page) + 1} ${ids[0]}`,
  };
}

/** The list by its name: an answer in which it does not stand, or stands twice, is no empty one. */
function listIn(element: unknown, name: string): unknown {
  const list = child(element, name);
  return list === '' || (typeof list === 'object' && !Array.isArray(list)) ? list : unreadable();
}

/** `Link=<https://…/inserviceNumbers?page=2&size=500>;rel="next"`: only the page is taken from it. */
function nextOf(link: string | null): string | null {
  if (link === null) return null;
  return /[?&]page=([^&>]+)/.exec(link)?.[1] ?? unreadable();
}

export const international = (number: string): string => (/^\d{10}$/.test(number) ? `+1${number}` : number);

const statusOf = (status: string | null): Listed['status'] => (status === 'EXPIRED' || status === 'SUSPENDED' || status === 'DECLINED' ? 'ended' : status === 'ACTIVE' || status === null ? 'in-use' : 'pending');

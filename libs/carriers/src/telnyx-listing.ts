// What a Telnyx account lists: its numbers, its brands, and the campaigns of each brand.
import type Telnyx from 'telnyx';
import type { BrandListResponse } from 'telnyx/resources/messaging-10dlc/brand/brand';
import type { CampaignListResponse } from 'telnyx/resources/messaging-10dlc/campaign/campaign';
import type { CampaignEnd, Listed } from './carrier.js';
import { isObject } from './json.js';
import { unreadable } from './line.js';
import type { Page, Step } from './listing.js';
import { namesBrand } from './registered.js';
import { contentOf, everyOf, pageOf, type TelnyxPage } from './telnyx-client.js';

const numbersAtOnce = 250;
const brandsAtOnce = 50;

/** Telnyx goes on to list a number that has left the account. */
export const hasLeft = ({ status }: { readonly status?: string }): boolean => status === 'deleted' || status === 'ported-out';

export const telnyxSteps = ({ phoneNumbers, messaging10dlc }: Telnyx): readonly Step[] => [
  {
    kinds: ['number'],
    async read(page) {
      const number = numberOf(page);
      const { data, pages } = await pageOf<Telnyx.PhoneNumbers.PhoneNumberDetailed>(phoneNumbers.list({ 'page[number]': number, 'page[size]': numbersAtOnce }));
      const there = data.filter((number) => !hasLeft(number));
      return {
        listed: there.map(({ id, phone_number }) => (id && phone_number ? { kind: 'number', names: [phone_number], carrierNumberId: id, status: 'in-use' } : unreadable())),
        next: nextOf(number, pages),
      };
    },
  },
  {
    kinds: ['brand', 'campaign'],
    async read(page) {
      const number = numberOf(page);
      const { data, pages } = await recordsIn<BrandListResponse>(messaging10dlc.brand.list({ page: number, recordsPerPage: brandsAtOnce }));
      const brands = data.map(({ brandId, tcrBrandId, status }): Listed =>
        (brandId ? { kind: 'brand', names: namesOf(brandId, tcrBrandId), carrierNumberId: null, status: brandStatus(status) } : unreadable()));
      return { listed: brands, next: nextOf(number, pages), owners: brands.map(({ names: [id] }) => id) };
    },
    async readOf(brandId, page): Promise<Page> {
      const number = numberOf(page);
      const { data, pages } = await recordsIn<CampaignListResponse>(messaging10dlc.campaign.list({ brandId, page: number, recordsPerPage: brandsAtOnce }));
      return {
        listed: data.map(({ campaignId, tcrCampaignId, status, campaignStatus }) =>
          campaignId ? { kind: 'campaign', names: namesOf(campaignId, tcrCampaignId), carrierNumberId: null, status: campaignStatusOf(status, campaignStatus) } : unreadable()),
        next: nextOf(number, pages),
      };
    },
  },
];

type Registrations = Telnyx['messaging10dlc'];

/** The account's brands that may be the one that is meant: under this id, of either kind, else of this name. */
export async function* brandsOf({ brand }: Registrations, brandId: string | null, brandName: string): AsyncGenerator<string> {
  // A name is compared here: how theirs finds it is not written anywhere.
  for (const filter of brandId === null ? [{}] : [{ brandId }, { tcrBrandId: brandId }]) {
    for await (const one of everyOf((page) => recordsIn<BrandListResponse>(brand.list({ ...filter, page, recordsPerPage: brandsAtOnce })))) {
      if (!one.brandId) unreadable();
      if (brandId === null ? namesBrand(brandName, one.displayName, one.companyName) : [one.brandId, one.tcrBrandId].includes(brandId)) yield one.brandId;
    }
  }
}

/** The ids of the campaigns of such brands, each of either kind. */
export async function* campaignIdsOf(registrations: Registrations, { brandId, brandName }: CampaignEnd): AsyncGenerator<string | undefined> {
  for await (const own of brandsOf(registrations, brandId, brandName)) {
    for await (const { campaignId, tcrCampaignId } of everyOf((page) => recordsIn<CampaignListResponse>(registrations.campaign.list({ brandId: own, page, recordsPerPage: brandsAtOnce })))) {
      yield* [campaignId || unreadable(), tcrCampaignId];
    }
  }
}

const numberOf = (page: string | null): number => (page === null ? 1 : Number(page));

const nextOf = (page: number, pages: number): string | null => (page < pages ? String(page + 1) : null);

async function recordsIn<Item>(page: Parameters<typeof pageOf>[0]): Promise<TelnyxPage<Item>> {
  const { records, totalRecords } = await contentOf<{ records: unknown; totalRecords: unknown }>(page);
  if (!Array.isArray(records) || !records.every(isObject) || typeof totalRecords !== 'number') unreadable();
  return { data: records as Item[], pages: Math.ceil(totalRecords / brandsAtOnce) };
}

const namesOf = (own: string, registry: string | undefined): Listed['names'] => (registry ? [own, registry] : [own]);

const brandStatus = (status: string | undefined): Listed['status'] => (status === 'OK' ? 'in-use' : status === 'REGISTRATION_FAILED' ? 'ended' : 'pending');

function campaignStatusOf(status: string | undefined, campaignStatus: string | undefined): Listed['status'] {
  if (status === 'EXPIRED' || /EXPIRED|SUSPENDED|FAILED|REJECTED/.test(campaignStatus ?? '')) return 'ended';
  return status === 'ACTIVE' ? 'in-use' : 'pending';
}

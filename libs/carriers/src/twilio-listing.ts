// What a Twilio account lists: its numbers, its brands, and the campaign of each messaging service.
import type twilio from 'twilio';
import type { Listed } from './carrier.js';
import { type Line, unreadable } from './line.js';
import type { Page, Step } from './listing.js';

type Client = ReturnType<typeof twilio>;

const pageSize = 1000;
/** Of registrations: as many as there are requests before the next page. */
const servicesAtOnce = 50;

interface TwilioPage<Instance> {
  readonly instances: readonly Instance[];
  readonly nextPageUrl?: string | undefined;
}

export function twilioSteps(line: Line, { api, messaging }: Client): readonly Step[] {
  return [
    {
      kinds: ['number'],
      async read(page) {
        const found = await line.understood(api.v2010.account.incomingPhoneNumbers.page({ pageSize, ...optionsOf(page) }));
        return pageOf(found, ({ sid, phoneNumber }) => (sid && phoneNumber ? { kind: 'number', names: [phoneNumber], carrierNumberId: sid, status: 'in-use' } : null));
      },
    },
    {
      kinds: ['brand'],
      async read(page) {
        const found = await line.understood(messaging.v1.brandRegistrations.page({ pageSize: servicesAtOnce, ...optionsOf(page) }));
        return pageOf(found, ({ sid, status }) => (sid ? { kind: 'brand', names: [sid], carrierNumberId: null, status: brandStatus(status) } : null));
      },
    },
    {
      kinds: ['campaign'],
      async read(page) {
        const found = await line.understood(messaging.v1.services.page({ pageSize: servicesAtOnce, ...optionsOf(page) }));
        return { listed: [], next: nextOf(found), owners: found.instances.map(({ sid }) => sid) };
      },
      async readOf(service, page) {
        const found = await line.understood(messaging.v1.services(service).usAppToPerson.page({ pageSize: servicesAtOnce, ...optionsOf(page) }));
        return pageOf(found, ({ sid, campaignStatus }) => (sid && campaignStatus ? { kind: 'campaign', names: [sid], carrierNumberId: null, status: campaignStatusOf(campaignStatus) } : null));
      },
    },
  ];
}

const pageOf = <Instance>(page: TwilioPage<Instance>, listed: (instance: Instance) => Listed | null): Page =>
  ({ listed: page.instances.map((instance) => listed(instance) ?? unreadable()), next: nextOf(page) });

/** Only where in the list it goes on is taken from their address. */
function nextOf({ nextPageUrl }: TwilioPage<unknown>): string | null {
  if (!nextPageUrl) return null;
  if (!URL.canParse(nextPageUrl)) unreadable();
  const said = new URL(nextPageUrl).searchParams;
  return new URLSearchParams({ Page: said.get('Page') ?? '', PageToken: said.get('PageToken') ?? '' }).toString();
}

function optionsOf(page: string | null): { readonly pageNumber?: number; readonly pageToken?: string } {
  if (page === null) return {};
  const said = new URLSearchParams(page);
  return { pageNumber: Number(said.get('Page')), pageToken: said.get('PageToken') ?? '' };
}

const brandStatus = (status: string): Listed['status'] => (status === 'APPROVED' ? 'in-use' : ['FAILED', 'SUSPENDED', 'DELETION_PENDING'].includes(status) ? 'ended' : 'pending');

const campaignStatusOf = (status: string): Listed['status'] => (status === 'VERIFIED' ? 'in-use' : ['FAILED', 'SUSPENDED'].includes(status) ? 'ended' : 'pending');

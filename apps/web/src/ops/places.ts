// The places of the desk and their addresses: a list with its filter is one.
export const lists = ['deadlines', 'effects', 'pauses', 'purges', 'webhook-endpoints', 'legal-holds', 'clock-stops'] as const;
export type ListName = (typeof lists)[number];

/** What of a list is asked for, as the address and the acts say it. */
export type Asked = Readonly<Partial<Record<'kind' | 'status' | 'carrier' | 'error' | 'accountId' | 'dueBefore' | 'id' | 'actId', string>>>;

const fields = ['kind', 'status', 'carrier', 'error', 'accountId', 'dueBefore', 'id', 'actId'] as const;

export function addressOf(list: ListName, asked: Asked = {}): string {
  const query = new URLSearchParams(fields.flatMap((field) => (asked[field] ? [[field, asked[field]]] : [])));
  return `/${list}${query.size > 0 ? `?${query}` : ''}`;
}

export const accountAddress = (accountId: string): string => `/accounts/${encodeURIComponent(accountId)}`;

/** Of a link that the browser follows itself. */
export const href = (address: string): string => `#${address}`;

export type PlaceOfDesk =
  | { readonly at: 'now' | 'accounts' | 'acts' | 'projections' }
  | { readonly at: 'account'; readonly accountId: string }
  | { readonly at: 'list'; readonly list: ListName; readonly asked: Asked };

export function placeAt(address: string): PlaceOfDesk {
  const [path = '', query = ''] = address.split('?', 2);
  const [, first = '', second] = path.split('/');
  if (first === 'accounts') return second ? { at: 'account', accountId: decodeURIComponent(second) } : { at: 'accounts' };
  if (first === 'acts' || first === 'projections') return { at: first };
  const list = lists.find((one) => one === first);
  if (!list) return { at: 'now' };
  const said = new URLSearchParams(query);
  return { at: 'list', list, asked: Object.fromEntries(fields.flatMap((field) => (said.get(field) ? [[field, said.get(field)!]] : []))) };
}

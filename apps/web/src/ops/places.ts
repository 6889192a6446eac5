// The places of the desk and their addresses: a list with its filter is one.
export const lists = ['deadlines', 'effects', 'pauses', 'purges', 'webhook-endpoints', 'legal-holds', 'clock-stops', 'carrier-drift'] as const;
export type ListName = (typeof lists)[number];

/** What of a list is asked for, as the address and the acts say it. */
export type Asked = Readonly<Partial<Record<'kind' | 'status' | 'carrier' | 'error' | 'accountId' | 'dueBefore' | 'id' | 'actId', string>>>;

const fields = ['kind', 'status', 'carrier', 'error', 'accountId', 'dueBefore', 'id', 'actId'] as const;

export function addressOf(list: ListName, asked: Asked = {}): string {
  const query = new URLSearchParams(fields.flatMap((field) => (asked[field] ? [[field, asked[field]]] : [])));
  return `/${list}${query.size > 0 ? `?${query}` : ''}`;
}

/** `version`: as it was after that event. */
export const accountAddress = (accountId: string, version?: number): string => `/accounts/${encodeURIComponent(accountId)}${version === undefined ? '' : `?version=${version}`}`;

export const askedStatuses = ['waiting', 'confirmed', 'declined', 'lapsed'] as const;

/** `null`: whatever has become of them. */
export const askedActsAddress = (status: (typeof askedStatuses)[number] | null): string => `/asked-acts${status === null ? '' : `?status=${status}`}`;

export const askedActAddress = (askedActId: string): string => `/asked-acts/${encodeURIComponent(askedActId)}`;

/** Of a link that the browser follows itself. */
export const href = (address: string): string => `#${address}`;

export type PlaceOfDesk =
  | { readonly at: 'now' | 'accounts' | 'acts' | 'projections' }
  | { readonly at: 'account'; readonly accountId: string; readonly version: number | null }
  | { readonly at: 'asked-acts'; readonly status: (typeof askedStatuses)[number] | null }
  | { readonly at: 'asked-act'; readonly askedActId: string }
  | { readonly at: 'list'; readonly list: ListName; readonly asked: Asked };

export function placeAt(address: string): PlaceOfDesk {
  const [path = '', query = ''] = address.split('?', 2);
  const [, first = '', second] = path.split('/');
  const said = new URLSearchParams(query);
  if (first === 'accounts') return second ? { at: 'account', accountId: decodeURIComponent(second), version: versionIn(said.get('version')) } : { at: 'accounts' };
  if (first === 'asked-acts') return second ? { at: 'asked-act', askedActId: decodeURIComponent(second) } : { at: 'asked-acts', status: askedStatuses.find((one) => one === said.get('status')) ?? null };
  if (first === 'acts' || first === 'projections') return { at: first };
  const list = lists.find((one) => one === first);
  if (!list) return { at: 'now' };
  return { at: 'list', list, asked: Object.fromEntries(fields.flatMap((field) => (said.get(field) ? [[field, said.get(field)!]] : []))) };
}

const versionIn = (text: string | null): number | null => (text !== null && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null);

// What of a report is asked for. The address of the page says it in the words of the service, so that either can be sent to somebody.
export const fields = ['from', 'to', 'interval', 'zone', 'groupBy', 'onTestClock', 'asOf', 'knownAt'] as const;
export type Field = (typeof fields)[number];

/** Only what is said; `groupBy` with commas between. */
export type Asked = Readonly<Partial<Record<Field, string>>>;

export interface Place {
  /** Absent: the first there is. */
  readonly report: string | undefined;
  readonly asked: Asked;
}

export function placeAt(address: string): Place {
  const [path = '', query = ''] = address.split('?', 2);
  const said = new URLSearchParams(query);
  const report = path.split('/')[1];
  return { report: report ? decodeURIComponent(report) : undefined, asked: Object.fromEntries(fields.flatMap((field) => (said.get(field) ? [[field, said.get(field)!]] : []))) };
}

export function addressOf(report: string, asked: Asked): string {
  const query = new URLSearchParams(fields.flatMap((field) => (asked[field] ? [[field, asked[field]]] : [])));
  return `/${encodeURIComponent(report)}${query.size > 0 ? `?${query}` : ''}`;
}

/** Of another report: its groups are others. */
export const elsewhere = ({ groupBy: _groups, ...asked }: Asked): Asked => asked;

export const groupsOf = ({ groupBy = '' }: Asked): readonly string[] => groupBy.split(',').map((name) => name.trim()).filter((name) => name !== '');

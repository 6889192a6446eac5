// Reads which of the platform's own tables hold accounts' data, from the file that PLATFORM_DATA_FILE names; what is wrong is named by entry and field.
import { readFileSync } from 'node:fs';
import { isPooled } from '#postgres';
import { categories, type Category } from './category.js';

export interface PlatformTable {
  /** `postgres://user:password@host:port/database`; never shown. */
  readonly url: string;
  /** Schema and table, or the table alone: as the catalogue has them, so that case counts. */
  readonly table: readonly [string] | readonly [string, string];
  /** The column that holds the account's id. */
  readonly accountColumn: string;
  readonly category: Category;
  /** Of contacts: which of them have opted out, and with what. Without it nobody knows, and none is kept. */
  readonly optOut?: OptOutColumns;
}

export interface OptOutColumns {
  /** A boolean. */
  readonly column: string;
  /** Columns that hold an e-mail address or a phone number, one at least. */
  readonly addressColumns: readonly string[];
}

/** What an entry holds, and nothing else. */
const fields = ['url', 'table', 'accountColumn', 'category', 'optOut'] as const;
const optOutFields = ['column', 'addressColumns'] as const;

/** PostgreSQL cuts longer names off, and would then speak of another table. */
const nameBytesMax = 63;

/** No file, no tables. Throws an `Error` that names the file, the entry and the field; never with a value that may hold a password. */
export function readPlatformTables(file: string | undefined): readonly PlatformTable[] {
  if (!file) return [];
  const fault = (what: string): Error => new Error(`PLATFORM_DATA_FILE (${file}): ${what}`);
  const entries = parse(file, fault);
  if (!Array.isArray(entries)) throw fault('must hold a list of tables');
  const tables = entries.map((entry: unknown, index) => tableOf(entry, (what) => fault(`entry ${index} ${what}`)));
  const seen = new Map<string, number>();
  for (const [index, { url, table }] of tables.entries()) {
    const first = seen.get(JSON.stringify([url, table]));
    if (first !== undefined) throw fault(`entry ${index} is the table of entry ${first}`);
    seen.set(JSON.stringify([url, table]), index);
  }
  return tables;
}

type Fault = (what: string) => Error;

function parse(file: string, fault: Fault): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw fault(`cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
  try {
    return JSON.parse(text);
  } catch {
    // The message of the parser quotes the text, and with it a password.
    throw fault('must be JSON');
  }
}

function tableOf(entry: unknown, fault: Fault): PlatformTable {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) throw fault('must be an object');
  onlyKnown(entry, fields, fault);
  const text = (field: Exclude<(typeof fields)[number], 'optOut'>): string => {
    const value = (entry as Record<string, unknown>)[field];
    if (typeof value !== 'string' || value === '') throw fault(`${field} must be a text`);
    return value;
  };
  const url = text('url');
  if (!/^postgres(ql)?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')) throw fault('url must be a postgres:// URL');
  // What takes too long is cancelled by its connection, and every session has its limits said at its start.
  if (isPooled(url)) throw fault('url must lead past any pooler');
  const names = text('table').split('.');
  if (names.length > 2 || !names.every(isName)) throw fault(`table must be a name, or a schema and a name with a dot between, each of 1 to ${nameBytesMax} bytes`);
  const accountColumn = text('accountColumn');
  if (!isName(accountColumn)) throw fault(`accountColumn must be a name of 1 to ${nameBytesMax} bytes`);
  const category = categories.find((one) => one === text('category'));
  if (!category) throw fault(`category must be one of ${categories.join(', ')}`);
  const table = { url, table: names as [string] | [string, string], accountColumn, category };
  const { optOut } = entry as { readonly optOut?: unknown };
  if (optOut === undefined) return table;
  if (category !== 'contacts') throw fault('optOut is for the category contacts');
  return { ...table, optOut: optOutOf(optOut, (what) => fault(`optOut ${what}`)) };
}

function optOutOf(optOut: unknown, fault: Fault): OptOutColumns {
  if (typeof optOut !== 'object' || optOut === null || Array.isArray(optOut)) throw fault('must be an object');
  onlyKnown(optOut, optOutFields, fault);
  const { column, addressColumns } = optOut as Readonly<Record<string, unknown>>;
  const names = `of 1 to ${nameBytesMax} bytes`;
  if (typeof column !== 'string' || !isName(column)) throw fault(`column must be a name ${names}`);
  if (!Array.isArray(addressColumns) || addressColumns.length === 0 || !addressColumns.every((name: unknown): name is string => typeof name === 'string' && isName(name))) {
    throw fault(`addressColumns must be a list of one name or more, each ${names}`);
  }
  return { column, addressColumns };
}

function onlyKnown(entry: object, known: readonly string[], fault: Fault): void {
  const unknown = Object.keys(entry).find((name) => !known.includes(name));
  if (unknown !== undefined) throw fault(`has an unknown field ${JSON.stringify(unknown)}`);
}

const isName = (name: string): boolean => name !== '' && Buffer.byteLength(name) <= nameBytesMax && !name.includes('\0');

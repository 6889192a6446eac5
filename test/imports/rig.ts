// What the tests of imports share: files as another system writes them, sent and carried out by hand on a core without HTTP.
import { AccountImports, BeginImport } from '#application';
import { builtInPolicy, type MembershipEvent } from '#domain';
import { EventStore } from '#event-store';
import { ImportEngine, Imports, type Import, type ImportCommands, type LineProblem } from '#imports';
import type { RecordedEvent } from '#kernel';
import { PersonalData } from '#personal-data';
import { accountLines } from '../../apps/api/src/imports/account-line.js';
import { core, type Core } from '../money/core.js';

export interface Sent extends Import {
  readonly problems: readonly (LineProblem & { readonly line: number })[];
  readonly heldLines: readonly { readonly line: number; readonly kind: string; readonly dueAt: string }[];
}

export interface ImportRig extends Core {
  readonly imports: Imports;
  engine(batch?: number, commands?: ImportCommands): ImportEngine;
  /** Received, and not carried out. */
  begin(file: string | Buffer, dryRun?: boolean): Promise<string>;
  /** Carried out to its end. */
  send(file: string | Buffer, dryRun?: boolean): Promise<Sent>;
  told(importId: string): Promise<Sent>;
  accountOf(externalId: string): Promise<string | undefined>;
  stream(accountId: string): Promise<readonly RecordedEvent<MembershipEvent>[]>;
}

const actor = { role: 'operator', id: 'olga' } as const;

export async function rig(): Promise<ImportRig> {
  const made = await core();
  const { context, database, commands } = made;
  const imports = context.get(Imports);
  const store = context.get<EventStore<MembershipEvent>>(EventStore);
  const engine = (batch = 7, by: ImportCommands = context.get(AccountImports)): ImportEngine => new ImportEngine(database, context.get(PersonalData), by, { batch });
  const told = async (importId: string): Promise<Sent> => ({
    ...(await imports.get(importId))!,
    problems: await all(imports.problems(importId)),
    heldLines: await all(imports.held(importId)),
  });
  const begin = async (file: string | Buffer, dryRun = false): Promise<string> => {
    const received = await imports.receive(dryRun, actor, accountLines(pieces(Buffer.from(file)), builtInPolicy));
    await commands.execute(new BeginImport(received));
    return received.importId;
  };
  return {
    ...made,
    imports,
    engine,
    begin,
    told,
    async send(file, dryRun) {
      const importId = await begin(file, dryRun);
      const one = engine();
      while (await one.turn());
      return told(importId);
    },
    async accountOf(externalId) {
      const rows = await database.query<{ accountId: string }>(`SELECT account_id AS "accountId" FROM sunset.events WHERE type = 'AccountImported'`);
      for (const { accountId } of rows) if ((await store.load(accountId)).some(({ type, data }) => type === 'AccountImported' && data.externalId === externalId)) return accountId;
      return undefined;
    },
    stream: (accountId) => store.load(accountId),
  };
}

async function all<T>(rows: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

/** As a network hands them over: cut anywhere. */
async function* pieces(file: Buffer): AsyncGenerator<Buffer> {
  for (let from = 0; from < file.length; from += 1_000) yield file.subarray(from, from + 1_000);
}

const day = 86_400_000;
const ago = (days: number): string => new Date(Date.now() - days * day).toISOString();

/** A plan that was begun two months ago and has ten days of its period left. */
export const running = (but = {}) => ({ planId: 'messaging-monthly', startedAt: ago(51), currentPeriod: { start: ago(20), end: ago(-10) }, status: 'active', ...but });

/** One that ended so many days ago. */
export const over = (days: number, but = {}) => ({ planId: 'messaging-monthly', startedAt: ago(days + 61), currentPeriod: { start: ago(days + 30), end: ago(days) }, status: 'ended', ...but });

export const account = (externalId: string, but = {}) => ({ externalId, name: `Zqname of ${externalId}`, email: `zq.${externalId.replaceAll(' ', '.')}@example.com`, timeZone: 'America/Los_Angeles', subscriptions: [running()], ...but });

export const ndjson = (...lines: readonly (object | string)[]): string => lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');

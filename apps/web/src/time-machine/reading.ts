// All that is shown of the demo customer, read through public routes: what may have changed by itself again and again, the rest when something has.
import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { bodyOf, codeOf, type Schemas } from '../service/client.js';
import type { Demo } from './demo.js';
import { operators, platform } from './sandbox.js';

export type FaultName = Schemas['SandboxFault']['fault'];

export type RecordedEvent = Schemas['Event'];
export type Deadline = Schemas['OpsDeadline'];
export type Effect = Schemas['Effect'];

/** `null` and empty: gone with the purge. */
interface Standing {
  readonly membership: Schemas['Membership'] | null;
  readonly numbers: readonly Schemas['Number'][];
  readonly wallet: Schemas['Wallet'] | null;
  readonly ledger: readonly Schemas['LedgerEntry'][];
  readonly deadlines: readonly Deadline[];
  readonly effects: readonly Effect[];
  readonly certificate: Schemas['PurgeCertificate'] | null;
  /** That its carrier does not let go; after the purge the one that was known before, so that it can be mended still. */
  readonly brokenNumber: string | null;
}

export interface Reading extends Standing {
  readonly clock: Schemas['TestClock'];
  readonly events: readonly RecordedEvent[];
  /** The deadlines whose alarm stands in the queue. */
  readonly queued: ReadonlySet<string>;
  readonly faults: Readonly<Record<FaultName, Schemas['SandboxFault']>>;
  /** Another one: something has happened, or time has passed. */
  readonly mark: string;
}

const whileMovingMs = 700;
const otherwiseMs = 2_000;

export function useReading(demo: Demo): UseQueryResult<Reading> {
  const queries = useQueryClient();
  const queryKey = ['reading', demo.accountId];
  return useQuery({
    queryKey,
    queryFn: () => read(demo, queries.getQueryData<Reading>(queryKey)),
    refetchInterval: ({ state }) => (state.data?.clock.status === 'advancing' ? whileMovingMs : otherwiseMs),
  });
}

export async function read({ accountId, testClockId }: Demo, before: Reading | undefined): Promise<Reading> {
  const [clock, events, jobs, stopped, emptied] = await Promise.all([
    bodyOf(platform.GET('/v1/test-clocks/{testClockId}', { params: { path: { testClockId } } })),
    bodyOf(platform.GET('/v1/accounts/{accountId}/events', { params: { path: { accountId }, query: { limit: 1000 } } })),
    bodyOf(platform.GET('/v1/dev/queue')),
    faultOf('worker-stopped'),
    faultOf('queue-emptied'),
  ]);
  const mark = `${clock.now} ${clock.status} ${events.data.length}`;
  const standing = before?.mark === mark && clock.status !== 'advancing' && !isBroken(before) ? before : await readStanding(accountId, events.data.some(({ type }) => type === 'DataPurged'), before?.brokenNumber ?? null);
  return {
    ...standing, clock, mark,
    events: events.data,
    queued: new Set(jobs.data.flatMap(({ deadlineId }) => deadlineId ?? [])),
    faults: { 'worker-stopped': stopped, 'queue-emptied': emptied },
  };
}

const faultOf = (fault: FaultName): Promise<Schemas['SandboxFault']> => bodyOf(platform.GET('/v1/dev/faults/{fault}', { params: { path: { fault } } }));

/** What is retried makes no event. */
const isBroken = ({ effects, brokenNumber }: Reading): boolean => brokenNumber !== null || effects.some(({ status }) => status !== 'done' && status !== 'void');

async function readStanding(accountId: string, wasPurged: boolean, brokenBefore: string | null): Promise<Standing> {
  const params = { path: { accountId } };
  const query = { accountId, limit: 1000 };
  const [membership, numbers, wallet, ledger, certificate, deadlines, effects] = await Promise.all([
    unlessGone(bodyOf(platform.GET('/v1/accounts/{accountId}/membership', { params }))),
    unlessGone(bodyOf(platform.GET('/v1/accounts/{accountId}/numbers', { params }))),
    unlessGone(bodyOf(platform.GET('/v1/accounts/{accountId}/wallet', { params }))),
    unlessGone(bodyOf(platform.GET('/v1/accounts/{accountId}/ledger', { params }))),
    wasPurged ? bodyOf(platform.GET('/v1/accounts/{accountId}/purge-certificate', { params })) : null,
    bodyOf(operators.GET('/v1/ops/deadlines', { params: { query } })),
    bodyOf(operators.GET('/v1/ops/effects', { params: { query } })),
  ]);
  const known = numbers ? numbers.data.map(({ e164 }) => e164) : [brokenBefore];
  const broken = await Promise.all(known.map(isFaulty));
  return {
    membership, wallet, certificate, numbers: numbers?.data ?? [],
    ledger: ledger?.data ?? [], deadlines: deadlines.data, effects: effects.data,
    brokenNumber: known.find((_, index) => broken[index]) ?? null,
  };
}

const isFaulty = async (subject: string | null): Promise<boolean> => subject !== null && (await bodyOf(platform.GET('/v1/dev/carrier/faults/{subject}', { params: { path: { subject } } }))).fault !== null;

/** After the purge nothing is there any more. */
async function unlessGone<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (codeOf(error) === 'account_purged') return null;
    throw error;
  }
}

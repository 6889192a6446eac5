// Where Redis is, and the one place that connects to it: one server, a cluster, or the server that Sentinel names.
import { Cluster, Redis, type RedisOptions } from 'ioredis';

export interface RedisPlace {
  readonly kind: 'server' | 'cluster' | 'sentinel';
  /** Of a cluster some of its nodes, which name the others; of Sentinel the sentinels. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** As the sentinels call what they watch. */
  readonly watched: string | undefined;
  readonly sentinelPassword: string | undefined;
  /** A cluster has one alone. */
  readonly database: number;
}

const usualPort = { server: 6379, cluster: 6379, sentinel: 26_379 } as const;
const form = /^redis(?<tls>s?)(?:\+(?<kind>cluster|sentinel))?:\/\/(?:(?<user>[^@/:]*)(?::(?<password>[^@/]*))?@)?(?<hosts>[^/?@]+)(?:\/(?<path>[^?]*))?(?:\?(?<query>.*))?$/;
const hostForm = /^(?:\[(?<six>[0-9a-fA-F:.]+)\]|(?<name>[\w.-]+))(?::(?<port>\d{1,5}))?$/;

/**
 * `redis://[user:password@]host[:port][/database]`; `redis+cluster://…host,host,host`, or several hosts without a word; `redis+sentinel://…host,host,host/name[/database][?sentinelPassword=…]`;
 * with `rediss` all of them over TLS. Throws an `Error` that quotes nothing of it, since it may hold a password.
 */
export function readRedisUrl(url: string): RedisPlace {
  const { tls, kind: word, user, password, hosts: list, path, query } = form.exec(url)?.groups ?? {};
  if (list === undefined) throw new Error('not redis://[user:password@]host[:port][/database], redis+cluster://host,host,… or redis+sentinel://host,host,…/name');
  const listed = list.split(',');
  const kind = (word as 'cluster' | 'sentinel' | undefined) ?? (listed.length > 1 ? 'cluster' : 'server');
  const parts = (path ?? '').split('/').filter((part) => part !== '').map(decodeURIComponent);
  const watched = kind === 'sentinel' ? parts.shift() : undefined;
  if (kind === 'sentinel' && watched === undefined) throw new Error('behind the sentinels stands no name of what they watch: redis+sentinel://host,host,…/name');
  const [database = '0', ...more] = parts;
  if (more.length > 0 || !/^\d{1,5}$/.test(database) || (kind === 'cluster' && database !== '0')) throw new Error(`no database of a ${kind}: the number behind its hosts`);
  const { sentinelPassword, ...unknown } = Object.fromEntries(new URLSearchParams(query ?? ''));
  const [strange] = Object.keys(unknown);
  if (strange !== undefined || (sentinelPassword !== undefined && kind !== 'sentinel')) throw new Error(`nothing of a ${kind}: ${strange ?? 'sentinelPassword'}`);
  return {
    kind, hosts: listed.map((one) => readHost(one, usualPort[kind])), tls: tls === 's',
    username: user ? decodeURIComponent(user) : undefined, password: password === undefined ? undefined : decodeURIComponent(password), watched, sentinelPassword, database: Number(database),
  };
}

function readHost(text: string, usual: number): RedisPlace['hosts'][number] {
  const { six, name, port = String(usual) } = hostForm.exec(text)?.groups ?? {};
  const host = six ?? name;
  if (host === undefined || Number(port) > 65_535) throw new Error('what should be host or host:port is neither');
  return { host, port: Number(port) };
}

export type RedisClient = Redis | Cluster;

const connectTimeout = 3_000;
const reconnectMs = (times: number): number => Math.min(1_000, 50 * 2 ** Math.min(times, 10));

/**
 * How a connection bears that Redis is away. `asking`: refuses at once, instead of keeping what it was asked, which whoever asks would wait for. `taking`: waits for it as long as it takes, which BullMQ wants of
 * who takes jobs.
 */
export type RedisUse = 'asking' | 'taking';
const bearing = { asking: { maxRetriesPerRequest: 0, commandTimeout: 5_000 }, taking: { maxRetriesPerRequest: null } } as const;

/** A node that is lost is found replaced after some seconds at best; with ioredis' own tenth of a second whoever asks would have given up before. */
const failover = { retryDelayOnFailover: 500, retryDelayOnClusterDown: 500, slotsRefreshTimeout: connectTimeout } as const;

/** Connects again by itself for good; its errors are for whoever asks, and otherwise nobody's. */
export function connectRedis(place: RedisPlace, use: RedisUse): RedisClient {
  const client = noteDuplicates(newClient(place, use));
  client.on('error', () => undefined);
  return client;
}

/** For good, and with it whatever was made like it: a cluster that is just being connected to forgets that it was told to end, and goes on for ever. */
export function endRedis(client: RedisClient): void {
  for (const one of [client, ...(duplicates.get(client) ?? [])]) {
    for (const event of ['connect', 'reconnecting']) one.on(event, () => one.disconnect());
    one.disconnect();
  }
}

/** What BullMQ makes of a connection for itself, to wait for jobs on. */
const duplicates = new WeakMap<RedisClient, RedisClient[]>();

function noteDuplicates<Client extends RedisClient>(client: Client): Client {
  const made: RedisClient[] = [];
  duplicates.set(client, made);
  const duplicate = client.duplicate.bind(client) as (...asked: unknown[]) => Client;
  return Object.assign(client, {
    duplicate: (...asked: unknown[]) => {
      const one = duplicate(...asked);
      made.push(one);
      return one;
    },
  });
}

function newClient({ kind, hosts, tls, username, password, watched, sentinelPassword, database }: RedisPlace, use: RedisUse): RedisClient {
  const enableOfflineQueue = use === 'taking';
  const node: RedisOptions = {
    connectTimeout, ...bearing[use], ...(username !== undefined && { username }), ...(password !== undefined && { password }), ...(tls && { tls: {} }),
  };
  if (kind === 'cluster') {
    return new Cluster([...hosts], {
      clusterRetryStrategy: reconnectMs, ...failover, enableOfflineQueue, redisOptions: node,
      // A certificate names hosts, which the usual look-up would turn into addresses.
      ...(tls && { dnsLookup: (host: string, found: (error: null, address: string) => void) => found(null, host) }),
    });
  }
  const single: RedisOptions = { ...node, db: database, retryStrategy: reconnectMs, enableOfflineQueue };
  if (kind === 'server') return new Redis({ ...single, ...hosts[0]! });
  return new Redis({
    ...single, sentinels: [...hosts], name: watched!, sentinelRetryStrategy: reconnectMs, ...(sentinelPassword !== undefined && { sentinelPassword }),
    ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
  });
}

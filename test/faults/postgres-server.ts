// A PostgreSQL that is there to be hurt: killed, paused, filled, set wrong, and replaced by its replica. It starts again only when it is told to.
import { chmodSync, cpSync, mkdirSync, mkdtempSync, openSync, closeSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findBinaries } from '../../apps/launch/postgres-binaries.mjs';
import { giveTo, serverUser } from '../../apps/launch/postgres-user.mjs';
import { freePort } from '../../apps/launch/ports.mjs';
import { launch, run, type Launched } from '../../apps/launch/processes.mjs';

const settings = {
  listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: 300, log_parameter_max_length: 0, log_parameter_max_length_on_error: 0, log_error_verbosity: 'terse',
  // Processes are killed here and not the machine: what was written to the kernel is there.
  fsync: 'off', full_page_writes: 'off', wal_level: 'replica', max_wal_senders: 4, wal_keep_size: '64MB', client_connection_check_interval: '2s',
};

export class PostgresServer {
  private server: Launched | null = null;

  private constructor(
    readonly within: string,
    readonly port: number,
    private readonly more: Readonly<Record<string, string>>,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** In `within`, a folder that PostgreSQL's user can reach; a new one in the temporary folder unless told. */
  static async make({ within = newFolder(), more = {}, environment = {} }: { within?: string; more?: Readonly<Record<string, string>>; environment?: NodeJS.ProcessEnv } = {}): Promise<PostgresServer> {
    const folder = join(within, 'data');
    mkdirSync(folder, { mode: 0o700 });
    giveTo(user(), folder);
    await run('initdb', program('initdb'), ['-D', folder, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'], { ...user(), cwd: '/' });
    return new PostgresServer(within, await freePort(), more, environment);
  }

  url(database = 'postgres', port = this.port): string {
    return `postgres://postgres@127.0.0.1:${port}/${database}`;
  }

  private get folder(): string {
    return join(this.within, 'data');
  }

  get running(): boolean {
    return this.server?.running ?? false;
  }

  /** Until it answers; one that ends at once, as where the disk is full, is started again for as long as it takes. */
  async start(): Promise<void> {
    for (let tries = 600; ; tries -= 1) {
      if (!this.running) {
        const output = openSync(join(this.within, 'log'), 'a', 0o600);
        const all = Object.entries({ ...settings, port: this.port, ...this.more }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
        this.server = launch(program('postgres'), ['-D', this.folder, ...all], { ...user(), cwd: '/', output, detached: true, lastSignal: 'INT', env: { ...process.env, ...this.environment } });
        closeSync(output);
      }
      if (await this.query('SELECT 1').then(() => true, () => false)) return;
      if (tries === 0) throw new Error(`PostgreSQL does not answer:\n${this.log}`);
      await sleep(100);
    }
  }

  get log(): string {
    return readFileSync(join(this.within, 'log'), 'utf8').split('\n').slice(-15).join('\n');
  }

  async query(sql: string, database = 'postgres'): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: this.url(database), connectionTimeoutMillis: 60_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** The server and each of its backends, at one blow. */
  async kill(): Promise<void> {
    for (const id of this.processes()) signal(id, 'SIGKILL');
    await this.server?.ended;
  }

  pause(): number {
    const paused = this.processes();
    for (const id of paused) signal(id, 'SIGSTOP');
    return paused.length;
  }

  resume(): void {
    for (const id of this.processes()) signal(id, 'SIGCONT');
  }

  /** A copy that follows this server, and must be started. Nothing is committed from then on that it does not have. */
  async replica(): Promise<PostgresServer> {
    const within = newFolder();
    const folder = join(within, 'data');
    const client = new pg.Client({ connectionString: this.url() });
    await client.connect();
    await client.query(`SELECT pg_backup_start('replica', true)`);
    cpSync(this.folder, folder, { recursive: true, filter: (path) => !/postmaster\.(pid|opts)$|pg_wal\/.+/.test(path) });
    const { rows: [label] } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)');
    await client.end();
    mkdirSync(join(folder, 'pg_wal'), { recursive: true });
    writeFileSync(join(folder, 'backup_label'), label!.labelfile);
    writeFileSync(join(folder, 'standby.signal'), '');
    own(folder);
    chmodSync(folder, 0o700);
    return new PostgresServer(within, await freePort(), { ...this.more, primary_conninfo: `host=127.0.0.1 port=${this.port} user=postgres application_name=replica` }, this.environment);
  }

  async waitForReplica(): Promise<void> {
    while ((await this.query(`SELECT FROM pg_stat_replication WHERE application_name = 'replica' AND state = 'streaming'`)).length === 0) await sleep(50);
    await this.query(`ALTER SYSTEM SET synchronous_standby_names = 'replica'`);
    await this.query('SELECT pg_reload_conf()');
    while ((await this.query(`SELECT FROM pg_stat_replication WHERE sync_state = 'sync'`)).length === 0) await sleep(50);
  }

  async promote(): Promise<void> {
    await this.query('SELECT pg_promote(true, 60)');
    await this.query(`ALTER SYSTEM SET synchronous_standby_names = ''`);
    await this.query('SELECT pg_reload_conf()');
  }

  async remove(): Promise<void> {
    this.resume();
    await this.server?.stop([['QUIT', 4000]]);
    rmSync(this.within, { recursive: true, force: true });
  }

  private processes(): number[] {
    let server: number;
    try {
      server = Number.parseInt(readFileSync(join(this.folder, 'postmaster.pid'), 'utf8'), 10);
    } catch {
      return [];
    }
    if (!Number.isInteger(server) || !this.running) return [];
    const children = readdirSync('/proc').filter((id) => /^\d+$/.test(id)).map(Number).filter((id) => parentOf(id) === server);
    return [server, ...children].filter((id) => parentOf(id) !== null);
  }
}

/** To a process that may have ended meanwhile. */
function signal(id: number, name: NodeJS.Signals): void {
  try {
    process.kill(id, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function parentOf(id: number): number | null {
  try {
    return Number(/\) . (\d+)/.exec(readFileSync(`/proc/${id}/stat`, 'utf8'))?.[1]);
  } catch {
    return null;
  }
}

const user = (): { readonly uid?: number; readonly gid?: number } => serverUser('');
const program = (name: string): string => join(findBinaries({ major: undefined, user: user() }).folder, name);

/** Everybody may pass through it; what lies in it is private. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sunset-faults-'));
  chmodSync(folder, 0o755);
  return folder;
}

function own(path: string, owner = user()): void {
  giveTo(owner, path);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) own(inner, owner);
    else giveTo(owner, inner);
  }
}

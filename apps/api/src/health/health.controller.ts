// Whether the process lives, and whether it can serve.
import { Controller, Get, Inject } from '@nestjs/common';
import { Database } from '#postgres';
import { SharedWork } from '#running';
import { Anyone } from '../auth/policy.js';
import { Answers, Summary } from '../http/answers/answers.js';
import { Connections } from '../http/server/connections.js';
import { OPENS_SEALED, type OpensSealed } from '../http/server/foundation.module.js';
import { Problem } from '../http/problems/problems.js';
import { HealthSchema } from './schemas.js';

interface Health {
  readonly status: 'ok';
}

@Controller()
export class HealthController {
  private migrated = false;
  /** Anybody may ask, uncounted: the database is asked once for all who do meanwhile. */
  private readonly looks = new SharedWork(() => this.look(), 1);

  constructor(
    private readonly database: Database,
    @Inject(OPENS_SEALED) private readonly opensSealed: OpensSealed,
    private readonly connections: Connections,
  ) {}

  @Get('health/live')
  @Summary('Tell whether it lives')
  @Anyone()
  @Answers(200, HealthSchema, 'The process runs.')
  live(): Health {
    return { status: 'ok' };
  }

  @Get('health/ready')
  @Summary('Tell whether it is ready')
  @Anyone()
  @Answers(200, HealthSchema, 'The database answers, every migration has been applied, and what is sealed can be opened with the master keys of this process.')
  async ready(): Promise<Health> {
    if (this.connections.ending) throw new Problem('unavailable', { detail: 'The process is about to end.' });
    await this.looks.ask();
    return { status: 'ok' };
  }

  private look(): Promise<void> {
    return this.database.reserved(async () => {
      if (this.migrated) await this.database.query('SELECT 1');
      else await this.checkMigrations();
      await this.opensSealed();
    });
  }

  /** Migrations are applied once and never taken back while we run, so they are looked for until they are all there. */
  private async checkMigrations(): Promise<void> {
    const [{ migrated } = { migrated: false }] = await this.database.query<{ migrated: boolean }>(`SELECT to_regclass('migrations') IS NOT NULL AS migrated`);
    const applied = migrated ? await this.database.query<{ name: string }>('SELECT name FROM migrations') : [];
    const names = new Set(applied.map(({ name }) => name));
    const missing = this.database.dataSource.migrations.filter((migration) => !names.has(migration.name ?? migration.constructor.name));
    if (missing.length > 0) throw new Problem('unavailable', { detail: `${missing.length} migrations have not been applied.`, headers: { 'retry-after': '2' } });
    this.migrated = true;
  }
}

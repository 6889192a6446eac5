// The application in process on a fresh database, wired as the apps wire it: what benchmarks measure and make their accounts with.
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ApplicationModule, Memberships, migrations } from '#application';
import type { Metadata } from '#kernel';
import { MasterKeys } from '#personal-data';
import type { Database } from '#postgres';
import { freshDatabase } from '../support/database.js';
import { open } from '../stories/commands.js';

export const by: Metadata = { actor: { role: 'operator', id: 'bench' }, channel: 'bench', correlationId: 'bench', causationId: 'bench' };

export interface Application {
  readonly database: Database;
  readonly url: string;
  readonly masterKey: Buffer;
  readonly context: INestApplicationContext;
  readonly memberships: Memberships;
  openAccount(accountId: string): Promise<unknown>;
  close(): Promise<void>;
}

/** `poolSize`: as many connections as an API has, unless told otherwise. */
export async function startApplication({ poolSize = 20 }: { readonly poolSize?: number } = {}): Promise<Application> {
  const own = await freshDatabase({ migrations, poolSize });
  const masterKey = randomBytes(32);
  const context = await NestFactory.createApplicationContext(
    ApplicationModule.with({ database: own.database, masterKeys: new MasterKeys([masterKey]), carrier: 'sandbox' }), { logger: ['error'] },
  );
  const memberships = context.get(Memberships);
  return {
    database: own.database,
    url: own.url,
    masterKey,
    context,
    memberships,
    openAccount: (accountId) => memberships.handle(accountId, open(), by),
    async close() {
      await context.close();
      await own.drop();
    },
  };
}

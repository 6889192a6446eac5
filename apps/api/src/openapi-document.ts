// The OpenAPI document of the whole API, sandbox included, made without a database.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenAPIObject } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { MasterKeys } from '#personal-data';
import { Database } from '#postgres';
import { openApiDocument } from './http/documents/openapi.js';
import { readSettings } from './http/server/settings.js';
import { createApi } from './start.js';

export async function describeApi(): Promise<OpenAPIObject> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sunset-openapi-'));
  const url = 'postgres://nobody@127.0.0.1:1/none';
  const settings = readSettings({ SANDBOX: 'true', DATA_DIR: dataDir, DATABASE_URL: url, LOG_LEVEL: 'silent' });
  try {
    const app = await createApi(settings, new Database(new DataSource({ type: 'postgres', url })), new MasterKeys([randomBytes(32)]));
    const document = openApiDocument(app);
    await app.close();
    return document;
  } finally {
    await rm(dataDir, { recursive: true });
  }
}

/** As it is committed. */
export const openApiText = (document: OpenAPIObject): string => `${JSON.stringify(document, null, 2)}\n`;

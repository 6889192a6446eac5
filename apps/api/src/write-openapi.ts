// Writes `apps/api/openapi.json` anew; run from the root of the repository after a build.
import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { describeApi, openApiText } from './openapi-document.js';

await writeFile('apps/api/openapi.json', openApiText(await describeApi()));

// Writes `apps/api/openapi.json` anew; run from the root of the repository after a build.
import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { readArguments } from '#processes';
import { describeApi, openApiText } from './openapi-document.js';

readArguments('npm run openapi\n\nBuilds, and writes apps/api/openapi.json anew.');
await writeFile('apps/api/openapi.json', openApiText(await describeApi()));

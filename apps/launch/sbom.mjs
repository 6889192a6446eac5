// `npm run sbom`: what production is made of, as a CycloneDX document, from the lockfile alone. Writes `dist/sbom.json`.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './dependencies.mjs';

const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const options = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only', '--omit=dev', '--omit=optional'];
const document = JSON.parse(execFileSync('npm', options, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 64 * 1024 * 1024 }));
// npm calls it by the name of the folder.
document.metadata.component.name = name;
mkdirSync(join(root, 'dist'), { recursive: true });
writeFileSync(join(root, 'dist/sbom.json'), `${JSON.stringify(document, null, 2)}\n`);
console.log(`dist/sbom.json: ${document.components.length} components`);

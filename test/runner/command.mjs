import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The command that runs Jest in the checkout at `root`; `jest.config.mjs` there names the rest of this folder. */
export const jestOf = (root) => [
  process.execPath, '--enable-source-maps', `--import=${pathToFileURL(join(root, 'test/runner/register.mjs')).href}`, join(root, 'node_modules/jest/bin/jest.js'),
];

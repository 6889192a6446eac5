// Jest runs the TypeScript sources as ES modules; `#name` is the front door of `libs/name`, as in package.json.
import { readFileSync } from 'node:fs';

const { $schema: _schema, ...swcrc } = JSON.parse(readFileSync(new URL('./.swcrc', import.meta.url), 'utf8'));

export default {
  testEnvironment: 'node',
  testRegex: '\\.spec\\.ts$',
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.data'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swcrc, swcrc: false, sourceMaps: 'inline', module: { type: 'es6' } }] },
  moduleNameMapper: { '^#(.*)$': '<rootDir>/libs/$1/src/index.ts', '^(\\.{1,2}/.*(?<!\\.json))\\.js$': '$1' },
};

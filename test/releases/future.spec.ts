// What makes a release from the future of these sources still fits them: `npm run machines -- releases` builds it.
import { expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { faultsOf } from '../mutants/check.mjs';
import { changes, folder } from './future.mjs';

it('each of its changes', () => {
  expect(faultsOf({ name: 'the future', folder, witnesses: { tests: ['test/releases'] }, mutants: changes }, fileURLToPath(new URL('../../', import.meta.url)))).toEqual([]);
});

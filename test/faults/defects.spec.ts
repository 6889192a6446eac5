// That the deliberate defects fit the sources as they are. Whether its row turns red for each takes minutes, and is not asked here.
import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { defects } from './defects.mjs';

it('every defect fits the sources', () => {
  expect(defects.length).toBeGreaterThanOrEqual(8);
  for (const [name, changes] of defects) {
    for (const [file, from, to] of changes) {
      expect([name, file, readFileSync(file, 'utf8').split(from).length - 1]).toEqual([name, file, 1]);
      expect(to).not.toBe(from);
    }
  }
});

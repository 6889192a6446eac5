// That the deliberate defects fit the sources as they are, and each has a row. Whether the row turns red takes minutes, and is not asked here.
import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { defects } from './defects.mjs';
import { chosen } from './matrix.js';

it('every defect fits the sources, and has one row', () => {
  expect(defects.length).toBeGreaterThanOrEqual(8);
  for (const [name, changes, row] of defects) {
    for (const [file, from, to] of changes) {
      expect([name, file, readFileSync(file, 'utf8').split(from).length - 1]).toEqual([name, file, 1]);
      expect(to).not.toBe(from);
    }
    expect([name, chosen([row]).length]).toEqual([name, 1]);
  }
});

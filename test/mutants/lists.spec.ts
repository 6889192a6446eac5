// That the lists of mutants do not rot: each one fits the sources as they are. Whether tests notice them takes hours, and is not asked here.
import { spawnSync } from 'node:child_process';
import { expect, it } from '@jest/globals';

it('every mutant fits the sources, and the tests that are to notice it are there', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['test/mutants/run.mjs', '--check'], { encoding: 'utf8' });
  expect([status, stdout, stderr]).toEqual([0, expect.stringMatching(/^\d{3} things to break, 0 of which do not fit\n$/), '']);
});

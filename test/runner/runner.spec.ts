// What specs may take for granted, although those of one process share what is loaded.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { jestOf } from './command.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sunset-runner-'));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

/** What Jest prints of these files, run one after another in one process by our settings. */
function printed(files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), `import { expect, it, jest } from '@jest/globals';\n${text}`);
  const settings = { rootDir: folder, testRegex: '\\.spec\\.ts$', testEnvironment: join(root, 'test/runner/environment.mjs'), runtime: join(root, 'test/runner/runtime.mjs') };
  const [command, ...args] = jestOf(root);
  const { stderr } = spawnSync(command, [...args, '--runInBand', '--verbose', '--config', JSON.stringify(settings)], { cwd: root, encoding: 'utf8' });
  return stderr;
}

describe('a spec', () => {
  const told = printed({
    'a.spec.ts': `
      jest.setTimeout(300);
      it('leaves much behind', () => {
        process.env.LEFT_BEHIND = 'by a';
        delete process.env.PATH;
        jest.spyOn(Math, 'cbrt').mockReturnValue(-1);
      });
      it('hangs', () => new Promise(() => {}));
      it('is wrong', () => {
        const typed: number = 1;
        expect(typed).toBe(2);
      });`,
    'b.spec.ts': `
      it('finds nothing of it', () => {
        expect([process.env.LEFT_BEHIND, process.env.PATH === undefined, Math.cbrt(8)]).toEqual([undefined, false, 2]);
      });
      it('takes half a second', () => new Promise((done) => { setTimeout(done, 500); }));`,
  });

  it('is told the line of its own source', () => {
    expect(told).toMatch(/a\.spec\.ts:12:\d+/);
    expect(told).toContain('Expected: 2');
  });

  it('has the limit of time that it sets itself', () => {
    expect(told).toContain('Exceeded timeout of 300 ms');
    expect(told).toMatch(/✓ takes half a second/);
  });

  it('begins as the first of its process would', () => {
    expect(told).toMatch(/✓ leaves much behind/);
    expect(told).toMatch(/✓ finds nothing of it/);
    expect(told).toMatch(/Tests: +2 failed, 3 passed/);
  });
});

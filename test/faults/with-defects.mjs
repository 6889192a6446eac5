// `npm run faults -- --defects [WORDS]`: puts in one deliberate defect at a time, in a copy of the sources, and carries out the row that is to turn red for it.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../apps/launch/dependencies.mjs';
import { defects } from './defects.mjs';

const copied = ['libs', 'apps', 'test', 'clients', 'dist', 'package.json', 'package-lock.json', 'nest-cli.json', '.swcrc', 'tsconfig.json', 'policy.example.yaml'];
// What never comes need not be waited for long.
const env = { ...process.env, FAULTS_ALLOWED_SECONDS: process.env.FAULTS_ALLOWED_SECONDS ?? '10' };

/** Resolves with 1 where a row held all the same, or failed and said nothing of it. */
export async function withDefects({ words, seed, say, signal }) {
  const scratch = mkdtempSync(join(tmpdir(), 'sunset-defects-'));
  try {
    for (const path of copied) cpSync(join(root, path), join(scratch, path), { recursive: true, preserveTimestamps: true });
    symlinkSync(join(root, 'node_modules'), join(scratch, 'node_modules'));
    let unnoticed = 0;
    for (const [name, changes, row, says] of defects.filter(([name]) => words.length === 0 || words.some((word) => name.includes(word)))) {
      const sources = new Map(changes.map(([file]) => [file, readFileSync(join(scratch, file), 'utf8')]));
      for (const [file, from, to] of changes) writeFileSync(join(scratch, file), readFileSync(join(scratch, file), 'utf8').replace(from, () => to));
      const { code, lines } = await faults(scratch, ['--seed', seed, row], signal);
      for (const [file, source] of sources) writeFileSync(join(scratch, file), source);
      const found = lines.filter((one) => /^ {8}(lost|doubled|early|wrong):/.test(one));
      const isNoticed = found.some((one) => says.test(one));
      if (!isNoticed) unnoticed += 1;
      say(`${isNoticed ? 'red  ' : code === 0 ? 'HOLDS' : 'ELSE '}  ${name}: ${row}`);
      for (const line of found.toSorted((a, b) => Number(says.test(b)) - Number(says.test(a))).slice(0, 4)) say(line);
    }
    return unnoticed === 0 ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function faults(folder, args, signal) {
  const lines = [];
  const child = spawn(process.execPath, ['test/faults/run.mjs', ...args], { cwd: folder, env, signal, stdio: ['ignore', 'pipe', 'inherit'] });
  let rest = '';
  child.stdout.on('data', (piece) => {
    const parts = (rest + piece).split('\n');
    rest = parts.pop();
    lines.push(...parts);
  });
  return new Promise((done, failed) => child.on('error', failed).on('close', (code) => done({ code, lines: [...lines, rest] })));
}

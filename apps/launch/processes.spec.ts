// Processes end with the one that started them, and come back only when they shall.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { launch, supervise, type Launched } from './processes.mjs';

const started: Launched[] = [];
const start = (script: string, lines: string[] = []): Launched => {
  const process = launch('sh', ['-c', script], { output: (line) => lines.push(line) });
  started.push(process);
  return process;
};
const until = async (condition: () => boolean): Promise<void> => {
  for (let tries = 1000; tries > 0 && !condition(); tries -= 1) await sleep(50);
  expect(condition()).toBe(true);
};
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

afterEach(async () => {
  await Promise.all(started.splice(0).map((process) => process.stop([['KILL', 1000]])));
});

describe('launch', () => {
  it('hands on the output line by line and says how the command ended', async () => {
    const lines: string[] = [];
    const process = start('echo one; echo two >&2; exit 3', lines);
    expect(await process.ended).toBe('status 3');
    expect(process.running).toBe(false);
    expect(lines.sort()).toEqual(['one', 'two']);
  });

  it('stops a command that ignores the polite signal', async () => {
    const lines: string[] = [];
    const process = start(`trap '' TERM; echo up; while :; do sleep 0.1; done`, lines);
    await until(() => lines.includes('up'));
    await process.stop([['TERM', 300]]);
    expect(await process.ended).toBe('signal 9');
  });

  it('loses no signal to a command that is only just starting', async () => {
    for (let tries = 200; tries > 0; tries -= 1) {
      const process = start('exec sleep 1000');
      await process.stop([['TERM', 20_000]]);
      expect(await process.ended).toBe('signal 15');
    }
  });

  it('leaves nothing behind when the launcher is killed', async () => {
    const module = new URL('./processes.mjs', import.meta.url).href;
    const script = `
      import { launch } from ${JSON.stringify(module)};
      launch('sh', ['-c', 'echo $$; exec sleep 1000'], { detached: true, output: (line) => console.log(line) });`;
    const launcher = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [pid] = (await once(launcher.stdout, 'data')).map(Number) as [number];
    expect(isAlive(pid)).toBe(true);
    launcher.kill('SIGKILL');
    await until(() => !isAlive(pid));
  });
});

describe('supervise', () => {
  it('only reports the end of what was never ready', async () => {
    let starts = 0;
    const supervised = supervise('canary', () => ((starts += 1), start('exit 4')), () => undefined);
    expect(await supervised.firstEnd).toBe('status 4');
    await sleep(1500);
    expect(starts).toBe(1);
  });

  it('starts again what ends after it was ready, and says so, until it is stopped', async () => {
    const said: string[] = [];
    let starts = 0;
    const supervised = supervise('canary', () => ((starts += 1), start(starts === 1 ? 'exit 5' : 'exec sleep 1000')), (text) => said.push(text));
    supervised.keep();
    await until(() => starts === 2);
    expect(said).toEqual(['canary ended (status 5); starting it again in 0.5 s']);
    await supervised.stop();
    await sleep(1500);
    expect(starts).toBe(2);
  });
});

// The README as a program: its blocks of shell run one after the other in one shell, and what stands below each is what it prints.
import { execFile } from 'node:child_process';

export interface Step {
  readonly script: string;
  /** As the README has it, `…` for what it leaves out; `null`: nothing is said of it. */
  readonly printed: string | null;
}

/** Every `sh` block from a heading on, with the `json` or `text` block below it. */
export function stepsOf(readme: string, from: string): readonly Step[] {
  const blocks = [...readme.slice(readme.indexOf(from)).matchAll(/^```(\w+)\n([^]*?)^```$(?=\n(?:```(json|text)\n([^]*?)^```$)?)/gm)];
  return blocks.filter(([, language]) => language === 'sh').map(([, , script, , printed]) => ({ script: script!, printed: printed ?? null }));
}

const mark = '--- the block ends here ---';

/** What each step printed, in a POSIX shell. */
export async function run(steps: readonly Step[], cwd: string, environment: NodeJS.ProcessEnv, change: (script: string) => string): Promise<readonly string[]> {
  const script = steps.map(({ script: one }) => `${change(one)}\necho '${mark}'\n`).join('');
  const output = await new Promise<string>((done, fail) => {
    execFile('/bin/sh', ['-c', script], { cwd, env: environment, maxBuffer: 10_000_000 }, (error, stdout, stderr) => {
      if (error) fail(new Error(`${error.message}\n${stdout}\n${stderr}`));
      else done(stdout);
    });
  });
  return output.split(`${mark}\n`).slice(0, -1);
}

/** Whether that was printed, wherever lines were broken for reading. */
export function isPrinted(printed: string, output: string): boolean {
  const tokens = printed.split('…').map((part) => [...part.replaceAll(/\s/g, '')].map((character) => character.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join(''));
  return new RegExp(`^${tokens.join('[^]*?')}$`).test(output.replaceAll(/\s/g, ''));
}

export interface Launched {
  readonly running: boolean;
  /** How it ended; never rejects. */
  readonly ended: Promise<string>;
  signal(name: 'TERM' | 'INT' | 'KILL' | 'STOP' | 'CONT'): void;
  stop(steps?: readonly (readonly [signal: string, ms: number])[]): Promise<void>;
}
export function launch(
  command: string,
  args: readonly string[],
  options?: { env?: NodeJS.ProcessEnv; cwd?: string; detached?: boolean; output?: number | ((line: string) => void); lastSignal?: string },
): Launched;
export function supervise(
  name: string,
  start: () => Launched,
  say: (text: string) => void,
): { readonly firstEnd: Promise<string>; keep(): void; stop(steps?: readonly (readonly [signal: string, ms: number])[]): Promise<void> };
/** Runs a command to its end. Rejects when it fails, naming `what`, with its last lines if nobody saw them; an abort stops it. */
export function run(
  what: string,
  command: string,
  args: readonly string[],
  options?: { env?: NodeJS.ProcessEnv; cwd?: string; uid?: number; gid?: number; signal?: AbortSignal },
): Promise<void>;

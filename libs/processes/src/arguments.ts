// What a program was asked for, read before it does anything: `--help` is told and nothing is done, an argument that it does not know is refused.
import { parseArgs } from 'node:util';
import { isNativeError } from 'node:util/types';

interface Known {
  /** Of the words, how many there must be. */
  readonly words?: number;
  readonly flags?: readonly string[];
}

export interface Asked {
  readonly words: readonly string[];
  readonly flags: ReadonlySet<string>;
}

/** Ends the process with 0 after `--help`, with 2 where it was asked wrongly. */
export function readArguments(usage: string, { words = 0, flags = [] }: Known = {}): Asked {
  try {
    const options = Object.fromEntries(['help', ...flags].map((name) => [name, { type: 'boolean' as const }]));
    const { values, positionals } = parseArgs({ allowPositionals: true, options });
    if (values['help']) {
      console.log(usage);
      process.exit(0);
    }
    if (positionals.length > words) throw new Error(`unexpected: ${positionals.slice(words).join(' ')}`);
    if (positionals.length < words) throw new Error('something is missing');
    return { words: positionals, flags: new Set(flags.filter((name) => values[name])) };
  } catch (error) {
    askedWrongly(isNativeError(error) ? error.message : String(error), usage);
  }
}

export function askedWrongly(why: string, usage: string): never {
  console.error(`${why}\n\n${usage}`);
  process.exit(2);
}

export function databaseUrl(): string {
  const url = process.env['DATABASE_URL'];
  if (url) return url;
  console.error('DATABASE_URL is missing');
  process.exit(2);
}

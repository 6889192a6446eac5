// What the environment says of carriers: credentials come from variables or from the files that variables name.
import { readFileSync } from 'node:fs';
import { inSandbox } from '#sandbox';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Says everything that is missing or wrong at once, and never a value. */
export class CarrierNotConfigured extends Error {
  constructor(readonly mistakes: readonly string[]) {
    super(`the carrier is not configured: ${mistakes.join('; ')}`);
    this.name = 'CarrierNotConfigured';
  }
}

const anyText = /^[\x21-\x7e]+$/;

export class Variables {
  readonly #mistakes: string[] = [];

  constructor(private readonly env: Environment) {}

  required(name: string, shape = anyText): string {
    const value = this.#value(name);
    if (value === undefined) this.#mistakes.push(`${name} or ${name}_FILE is missing`);
    return this.#shaped(name, value, shape) ?? '';
  }

  /** Null where it is not given. */
  optional(name: string, shape = anyText): string | null {
    return this.#shaped(name, this.#value(name), shape);
  }

  /** What goes without saying where the sandbox is on. */
  inSandbox(value: string): string | null {
    return inSandbox(this.env) ? value : null;
  }

  mistaken(mistake: string): void {
    this.#mistakes.push(mistake);
  }

  /** Without a slash at its end; null where it is not given. */
  url(name: string): string | null {
    const value = this.env[name];
    if (!value) return null;
    const url = URL.canParse(value) ? new URL(value) : null;
    if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
      this.#mistakes.push(`${name} is no http(s) URL without credentials, query and fragment`);
    }
    return value.replace(/\/+$/, '');
  }

  limits() {
    const timeoutMs = Number(this.env['CARRIER_TIMEOUT_MS'] || 15_000);
    if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > 120_000) this.#mistakes.push('CARRIER_TIMEOUT_MS is no whole number from 1 to 120000');
    return { timeoutMs, answerMost: 4 * 1024 * 1024 };
  }

  check(): void {
    if (this.#mistakes.length > 0) throw new CarrierNotConfigured(this.#mistakes);
  }

  #shaped(name: string, value: string | null | undefined, shape: RegExp): string | null {
    if (value === undefined || value === null) return null;
    if (!shape.test(value)) this.#mistakes.push(`${name} is malformed`);
    return value;
  }

  /** Undefined: not given. Null: given, but not to be had, which is then said already. */
  #value(name: string): string | null | undefined {
    const { [name]: value, [`${name}_FILE`]: file } = this.env;
    if (value && file) {
      this.#mistakes.push(`${name} and ${name}_FILE are both given`);
      return null;
    }
    if (!file) return value?.trim() || undefined;
    try {
      return readFileSync(file, 'utf8').trim() || undefined;
    } catch (error) {
      this.#mistakes.push(`${name}_FILE cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
      return null;
    }
  }
}

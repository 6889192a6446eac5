// Which carrier it is, by the environment: credentials come from variables or from the files that variables name.
import { readFileSync } from 'node:fs';
import { inSandbox } from '#sandbox';
import type { Carrier } from './carrier.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Says everything that is missing or wrong at once, and never a value. */
export class CarrierNotConfigured extends Error {
  constructor(readonly mistakes: readonly string[]) {
    super(`the carrier is not configured: ${mistakes.join('; ')}`);
    this.name = 'CarrierNotConfigured';
  }
}

/**
 * What `CARRIER` says: `sandbox`, `twilio`, `telnyx` or `bandwidth`. With `SANDBOX=true` it may be empty or absent and is `sandbox`; elsewhere that would
 * write numbers down as released that nobody was asked for. Throws `CarrierNotConfigured`.
 */
export function carrierNameFrom(env: Environment): string {
  const named = env['CARRIER'] || (inSandbox(env) ? 'sandbox' : null);
  const known = ['sandbox', ...carriers.keys()];
  if (named === null) throw new CarrierNotConfigured([`CARRIER is missing, one of ${known.join(', ')}; only with SANDBOX=true it need not be said`]);
  if (!known.includes(named)) throw new CarrierNotConfigured([`CARRIER is one of ${known.join(', ')}`]);
  return named;
}

/**
 * The carrier of that name, or what `sandbox` makes. Every credential `X` may also be given as `X_FILE`, the path of a file that holds it.
 * Throws `CarrierNotConfigured`.
 */
export async function carrierFrom(env: Environment, sandbox: () => Carrier): Promise<Carrier> {
  const configured = carriers.get(carrierNameFrom(env));
  if (!configured) return sandbox();
  const variables = new Variables(env);
  const load = configured(variables);
  variables.check();
  return load();
}

/** Each reads its settings; the clients of carriers are large, so that only the one that is asked for is loaded. */
const carriers = new Map<string, (variables: Variables) => () => Promise<Carrier>>(Object.entries({
  twilio: (variables: Variables) => {
    const settings = {
      accountSid: variables.required('TWILIO_ACCOUNT_SID', /^AC[0-9a-f]{32}$/i),
      authToken: variables.required('TWILIO_AUTH_TOKEN'),
      baseUrl: variables.url('TWILIO_BASE_URL'),
      messagingBaseUrl: variables.url('TWILIO_MESSAGING_BASE_URL'),
      ...variables.limits(),
    };
    return async () => new (await import('./twilio.js')).TwilioCarrier(settings);
  },
  telnyx: (variables: Variables) => {
    const settings = {
      apiKey: variables.required('TELNYX_API_KEY'),
      baseUrl: variables.url('TELNYX_BASE_URL') ?? 'https://api.telnyx.com/v2',
      ...variables.limits(),
    };
    return async () => new (await import('./telnyx.js')).TelnyxCarrier(settings);
  },
  bandwidth: (variables: Variables) => {
    const settings = {
      accountId: variables.required('BANDWIDTH_ACCOUNT_ID', /^\w+$/),
      username: variables.required('BANDWIDTH_USERNAME'),
      password: variables.required('BANDWIDTH_PASSWORD'),
      baseUrl: variables.url('BANDWIDTH_BASE_URL') ?? 'https://dashboard.bandwidth.com/api',
      dashboardBaseUrl: variables.url('BANDWIDTH_DASHBOARD_BASE_URL') ?? 'https://dashboard.bandwidth.com/api',
      ...variables.limits(),
    };
    return async () => new (await import('./bandwidth.js')).BandwidthCarrier(settings);
  },
}));

class Variables {
  readonly #mistakes: string[] = [];

  constructor(private readonly env: Environment) {}

  required(name: string, shape = /^[\x21-\x7e]+$/): string {
    const value = this.#value(name);
    if (value === undefined) this.#mistakes.push(`${name} or ${name}_FILE is missing`);
    else if (value !== null && !shape.test(value)) this.#mistakes.push(`${name} is malformed`);
    return value ?? '';
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

// Which carrier it is, by the environment.
import { inSandbox } from '#sandbox';
import type { ListingCarrier } from './carrier.js';
import { CarrierNotConfigured, type Environment, Variables } from './variables.js';

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
export async function carrierFrom(env: Environment, sandbox: () => ListingCarrier): Promise<ListingCarrier> {
  const configured = carriers.get(carrierNameFrom(env));
  if (!configured) return sandbox();
  const variables = new Variables(env);
  const load = configured(variables);
  variables.check();
  return load();
}

/** Each reads its settings; the clients of carriers are large, so that only the one that is asked for is loaded. */
const carriers = new Map<string, (variables: Variables) => () => Promise<ListingCarrier>>(Object.entries({
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

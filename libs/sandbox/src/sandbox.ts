// Whether the sandbox is on: read here and nowhere else, since in it anybody makes tokens for himself.

export type Environment = Readonly<Record<string, string | undefined>>;

/** `insisted`: on beside what belongs to production, by somebody who has said so in so many words. */
export type SandboxState = 'off' | 'on' | 'insisted';

/** What `SANDBOX` has to say to be on where `true` is refused. */
export const insistence = 'i-know-what-i-am-doing';

const states: ReadonlyMap<string, SandboxState> = new Map([['', 'off'], ['false', 'off'], ['true', 'on'], [insistence, 'insisted']]);

/** Throws an `Error` for what is neither, and for `true` beside `NODE_ENV=production` or an issuer that is not on this machine. */
export function sandboxFrom(env: Environment): SandboxState {
  const state = states.get(env['SANDBOX'] ?? '');
  if (state === undefined) throw new Error(`SANDBOX is true or false: ${env['SANDBOX']}`);
  const real = [env['NODE_ENV'] === 'production' && 'NODE_ENV=production', env['OIDC_ISSUER'] && !isOnThisMachine(env['OIDC_ISSUER']) && `OIDC_ISSUER=${env['OIDC_ISSUER']}`].filter(Boolean);
  if (state === 'on' && real.length > 0) {
    throw new Error(`SANDBOX=true beside ${real.join(' and ')}: in the sandbox anybody makes operators' tokens for himself. Say SANDBOX=false; or, where nobody's data is at stake, say SANDBOX=${insistence}`);
  }
  return state;
}

export const inSandbox = (env: Environment): boolean => sandboxFrom(env) !== 'off';

/** Whether an address leads to this machine, whoever listens there. What is no address does not. */
export function isOnThisMachine(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { hostname } = new URL(address);
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

// What carriers call back with: believed to come from them by their signature alone, and never believed enough to do what cannot be taken back.
import { bandwidthCallbacks } from './bandwidth-callbacks.js';
import { sandboxCallbacks } from './sandbox-callbacks.js';
import { telnyxCallbacks } from './telnyx-callbacks.js';
import { twilioCallbacks } from './twilio-callbacks.js';
import { type Environment, Variables } from './variables.js';

export type ToldByCarrier =
  | {
    readonly kind: 'number' | 'campaign' | 'brand' | 'messaging-service';
    /** It is known here under one of these. */
    readonly names: readonly string[];
    /** `gone`, `ended`: it is not ours, or not in use, any more. `changed`: something has; the carrier's record says what. */
    readonly became: 'gone' | 'ended' | 'in-use' | 'changed';
  }
  /** An order of ours has come to something. */
  | { readonly order: string };

export interface Callback {
  /** As the carrier has called it, query and all. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The bytes that came: what is signed. */
  readonly body: Buffer;
}

export interface CallbackReader {
  /** Whether the carrier has signed it, and lately, where it says when. */
  isGenuine(callback: Callback): Promise<boolean>;
  /** Of a genuine one. Nothing, where it tells nothing that counts here. Throws where nobody can read it. */
  read(callback: Callback): readonly ToldByCarrier[];
}

/** Those whose key is given, by the name of the carrier; whoever has none is not listened to. Throws `CarrierNotConfigured`. */
export function callbacksFrom(env: Environment): ReadonlyMap<string, CallbackReader> {
  const variables = new Variables(env);
  const [twilio, telnyx] = [variables.optional('TWILIO_CALLBACK_TOKEN'), variables.optional('TELNYX_PUBLIC_KEY', /^[A-Za-z0-9+/]{43}=$/)];
  const [username, password] = [variables.optional('BANDWIDTH_CALLBACK_USERNAME'), variables.optional('BANDWIDTH_CALLBACK_PASSWORD')];
  if ((username === null) !== (password === null)) variables.mistaken('BANDWIDTH_CALLBACK_USERNAME and BANDWIDTH_CALLBACK_PASSWORD are given both or neither');
  const sandbox = variables.optional('SANDBOX_CALLBACK_SECRET') ?? variables.inSandbox('sandbox');
  variables.check();
  return new Map<string, CallbackReader>([
    ...(twilio === null ? [] : [['twilio', twilioCallbacks(twilio)] as const]),
    ...(telnyx === null ? [] : [['telnyx', telnyxCallbacks(telnyx)] as const]),
    ...(username === null || password === null ? [] : [['bandwidth', bandwidthCallbacks(username, password)] as const]),
    ...(sandbox === null ? [] : [['sandbox', sandboxCallbacks(sandbox)] as const]),
  ]);
}

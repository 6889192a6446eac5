// Twilio's event streams: JSON whose hash stands in the address that is signed with the account's token.
import { validateRequestWithBody } from 'twilio/lib/webhooks/webhooks.js';
import type { Callback, CallbackReader, ToldByCarrier } from './callbacks.js';

interface CloudEvent {
  readonly type?: unknown;
  readonly time?: unknown;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Twilio sends again for four hours, and its signature holds no time: the event's own counts. */
const oldestMs = 86_400_000;

export const twilioCallbacks = (authToken: string): CallbackReader => ({
  async isGenuine(callback) {
    const { url, headers, body } = callback;
    // Without the hash the signature would be of the address alone.
    if (!new URL(url).searchParams.get('bodySHA256')) return false;
    return validateRequestWithBody(authToken, headers['x-twilio-signature'] ?? '', url, body.toString()) && eventsOf(callback).every(isRecent);
  },
  read: (callback) => eventsOf(callback).flatMap(told),
});

function eventsOf({ body }: Callback): readonly CloudEvent[] {
  const content = JSON.parse(body.toString()) as CloudEvent | readonly CloudEvent[];
  return Array.isArray(content) ? (content as readonly CloudEvent[]) : [content as CloudEvent];
}

const isRecent = ({ time }: CloudEvent): boolean => typeof time !== 'string' || !(Date.now() - Date.parse(time) > oldestMs);

function told({ type, data }: CloudEvent): readonly ToldByCarrier[] {
  if (typeof type !== 'string' || !data) return [];
  const ids = (...names: readonly string[]): readonly string[] => names.flatMap((name) => (typeof data[name] === 'string' ? [data[name]] : []));
  const became = /[-.](deleted|failure|failed|suspended|rejected|expired|unregistered)$/.test(type) ? 'ended' : /[-.](approved|verified|registered)$/.test(type) ? 'in-use' : 'changed';
  // Its id of a campaign is another one here: the messaging service is known under the same.
  if (/\bcampaign-registration\b/.test(type)) return [{ kind: 'messaging-service', names: ids('messagingservicesid'), became }, { kind: 'campaign', names: ids('campaignsid', 'externalcampaignid'), became }];
  return /\bbrand-registration\b/.test(type) ? [{ kind: 'brand', names: ids('brandsid'), became }] : [];
}

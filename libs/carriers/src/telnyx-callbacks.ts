// Telnyx' webhooks: Ed25519 over the time and the bytes, believed for five minutes.
import { TelnyxWebhook, TelnyxWebhookVerificationError } from 'telnyx/lib/webhooks';
import type { CallbackReader, ToldByCarrier } from './callbacks.js';

interface Payload {
  readonly campaignId?: unknown;
  readonly tcrCampaignId?: unknown;
  readonly brandId?: unknown;
  readonly tcrBrandId?: unknown;
  readonly eventType?: unknown;
  readonly status?: unknown;
  readonly phone_numbers?: unknown;
}

export function telnyxCallbacks(publicKey: string): CallbackReader {
  const webhook = new TelnyxWebhook(publicKey);
  return {
    async isGenuine({ headers, body }) {
      try {
        await webhook.verify(body.toString(), Object.fromEntries(Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined)));
        return true;
      } catch (error) {
        if (error instanceof TelnyxWebhookVerificationError) return false;
        throw error;
      }
    },
    read({ body }) {
      const content = JSON.parse(body.toString()) as { readonly data?: unknown };
      const { event_type: type, payload } = (content.data ?? content) as { readonly event_type?: unknown; readonly payload?: Payload };
      return typeof type === 'string' && payload ? told(type, payload) : [];
    },
  };
}

function told(type: string, payload: Payload): readonly ToldByCarrier[] {
  switch (type) {
    case '10dlc.campaign.update':
      return [{ kind: 'campaign', names: texts(payload.campaignId, payload.tcrCampaignId), became: becameOf(payload) }];
    case '10dlc.brand.update':
      return [{ kind: 'brand', names: texts(payload.brandId, payload.tcrBrandId), became: becameOf(payload) }];
    case 'portout.status_changed':
      if (payload.status !== 'ported' || !Array.isArray(payload.phone_numbers)) return [];
      return texts(...(payload.phone_numbers as unknown[])).map((number) => ({ kind: 'number', names: [number.replace(/^\+?(?=\d)/, '+')], became: 'gone' }));
    default:
      return [];
  }
}

const texts = (...values: readonly unknown[]): readonly string[] => values.filter((value): value is string => typeof value === 'string' && value !== '');

function becameOf({ eventType, status }: Payload): 'ended' | 'in-use' | 'changed' {
  const [event, state] = [eventType, status].map((one) => (typeof one === 'string' ? one : ''));
  if (/EXPIRED|SUSPENDED|DELETE|DEACTIVATE|FAILED|REJECTED/.test(event!) || ['REJECTED', 'DORMANT', 'failed'].includes(state!)) return 'ended';
  return state === 'ACCEPTED' || (state === 'success' && /ADD|VERIFIED|ACCEPTED/.test(event!)) ? 'in-use' : 'changed';
}

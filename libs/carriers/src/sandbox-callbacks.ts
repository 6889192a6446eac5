// The callbacks of the sandbox's carrier, for whoever tries them by hand: an HMAC over the time and the bytes, believed for five minutes.
import { createHmac } from 'node:crypto';
import type { CallbackReader, ToldByCarrier } from './callbacks.js';
import { isSame } from './same.js';

const toleranceMs = 300_000;
const kinds = ['number', 'campaign', 'brand', 'messaging-service'] as const;
const becomings = ['gone', 'ended', 'in-use', 'changed'] as const;

/** `sandbox-signature: t=<seconds since 1970>,v1=<hexadecimal HMAC-SHA256 of "<t>.<body>">` */
export const sandboxCallbacks = (secret: string): CallbackReader => ({
  async isGenuine({ headers, body }) {
    const [, at = '', signature = ''] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(headers['sandbox-signature'] ?? '') ?? [];
    if (Math.abs(Date.now() - Number(at) * 1000) > toleranceMs) return false;
    return isSame(signature, createHmac('sha256', secret).update(`${at}.`).update(body).digest('hex'));
  },
  /** `{ "kind": "number", "name": "+12065550100", "became": "gone" }`, or `{ "order": "…" }` */
  read({ body }): readonly ToldByCarrier[] {
    const { kind, name, became, order } = JSON.parse(body.toString()) as Readonly<Record<string, unknown>>;
    if (typeof order === 'string') return [{ order }];
    const [known, what] = [kinds.find((one) => one === kind), becomings.find((one) => one === became)];
    return known && what && typeof name === 'string' ? [{ kind: known, names: [name], became: what }] : [];
  },
});

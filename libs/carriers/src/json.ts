// JSON as Twilio and Telnyx write it, with the places where they put their error codes.
import type { Format } from './line.js';

/** Twilio: `{ code: 20404 }`. Telnyx: `{ errors: [{ code: '10005' }] }`. */
export const json: Format = {
  read: (text) => JSON.parse(text) as unknown,
  codeOf(content) {
    const { code, errors } = (content ?? {}) as { code?: unknown; errors?: unknown };
    const told = code ?? (Array.isArray(errors) ? (errors[0] as { code?: unknown } | undefined)?.code : undefined);
    return typeof told === 'string' || typeof told === 'number' ? String(told) : null;
  },
};

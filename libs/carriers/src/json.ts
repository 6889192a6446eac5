// JSON as Twilio and Telnyx write it, each with the place where it puts its error code.
import { type Answer, Failure, type Format } from './line.js';

const read = (text: string): unknown => JSON.parse(text) as unknown;

export const isObject = (content: unknown): content is Readonly<Record<string, unknown>> => typeof content === 'object' && content !== null && !Array.isArray(content);

/** What an answer says. Throws a `Failure` where that is no object: the carriers' clients stumble over anything else. */
export function objectOf({ status, content }: Answer): Readonly<Record<string, unknown>> {
  if (!isObject(content)) throw new Failure(status, 'answer-unreadable');
  return content;
}

const textOf = (code: unknown): string | null => (typeof code === 'string' || typeof code === 'number' ? String(code) : null);

/** `{ code: 20404 }` */
export const twilioJson: Format = {
  read,
  codeOf: (content) => textOf(((content ?? {}) as { code?: unknown }).code),
};

/** `{ errors: [{ code: '10005' }] }` */
export const telnyxJson: Format = {
  read,
  codeOf(content) {
    const { errors } = (content ?? {}) as { errors?: unknown };
    return textOf(Array.isArray(errors) ? (errors[0] as { code?: unknown } | undefined)?.code : undefined);
  },
};

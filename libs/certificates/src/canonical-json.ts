// The one way to write a value as JSON (RFC 8785), for what a certificate is made of: no fractions, no exponents, nothing that JSON lacks.

/** Something that a certificate may not hold; the message says where (RFC 6901) and never what. */
export class NotCanonical extends TypeError {
  override name = 'NotCanonical';
}

/**
 * Objects, arrays, texts, safe integers, booleans and `null`; members in the order of their names' UTF-16 code units. Throws
 * {@link NotCanonical} for anything else: a fraction, `undefined`, a lone surrogate, an instance of a class.
 */
export function canonicalJson(value: unknown, pointer = ''): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return text(value, pointer);
  if (typeof value === 'number') return integer(value, pointer);
  // Array.from reads holes as undefined, which is refused.
  if (Array.isArray(value)) return `[${Array.from(value, (item: unknown, index) => canonicalJson(item, `${pointer}/${index}`)).join(',')}]`;
  if (isPlain(value)) {
    const members = Object.keys(value).sort().map((name) => {
      const at = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      return `${text(name, at)}:${canonicalJson(value[name], at)}`;
    });
    return `{${members.join(',')}}`;
  }
  throw new NotCanonical(`${pointer || 'the value'} has no canonical JSON`);
}

function text(value: string, pointer: string): string {
  if (/\p{Surrogate}/u.test(value)) throw new NotCanonical(`${pointer || 'the text'} holds a lone surrogate`);
  return JSON.stringify(value);
}

function integer(value: number, pointer: string): string {
  if (!Number.isSafeInteger(value)) throw new NotCanonical(`${pointer || 'the number'} is not a safe integer`);
  return JSON.stringify(value);
}

/** An object literal, also one of another realm, as those that a test's sandbox parses. */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

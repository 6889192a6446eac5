// What JSON may hold before anything is made of it: a few bytes can nest so deep, or be so many parts, that reading them costs a thousand times their size.

export interface JsonLimits {
  readonly levels: number;
  /** Members and elements. */
  readonly parts: number;
}

export const jsonLimits: JsonLimits = { levels: 64, parts: 50_000 };

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);

/** What is too much of it, to follow the word "must"; `null`: nothing. Of what is not well-formed the parser tells. */
export function excessIn(text: string, { levels, parts: partsMost }: JsonLimits = jsonLimits): string | null {
  let [depth, parts, isInString] = [0, 0, false];
  for (let place = 0; place < text.length; place += 1) {
    const code = text.charCodeAt(place);
    if (isInString) {
      if (code === backslash) place += 1;
      else if (code === quote) isInString = false;
    } else if (code === quote) {
      isInString = true;
    } else if (opening.has(code)) {
      depth += 1;
      if (depth > levels) return `not be nested deeper than ${levels} levels`;
    } else if (closing.has(code)) {
      depth -= 1;
    } else if (code === comma || code === colon) {
      parts += 1;
      if (parts > partsMost) return `not have more than ${partsMost} members and elements`;
    }
  }
  return null;
}

// XML as Bandwidth writes it: everything is text, and what may occur several times is always a list.
import { XMLParser } from 'fast-xml-parser';
import type { Format } from './line.js';

const lists = new Set(['Error', 'TelephoneNumber']);

// Numbers and codes hold no entities; none are expanded while an answer is read, so that it cannot grow. Names are read with `nameOf`.
const parser = new XMLParser({ parseTagValue: false, ignoreAttributes: true, ignoreDeclaration: true, processEntities: false, isArray: (name) => lists.has(name) });

export const xml: Format = {
  read(text) {
    // Validated: the parser by itself reads what is cut off, or ends otherwise than it began, as if it were whole. Deprecated in favour
    // of another package by the same author; once it is gone, the test of what is cut off fails.
    // oxlint-disable-next-line typescript/no-deprecated
    return parser.parse(text, true) as unknown;
  },
  /** `<ResponseStatus><ErrorCode>`, or the first `<Error><Code>` of a list. */
  codeOf(content) {
    const root = child(content, Object.keys(content ?? {})[0] ?? '');
    return textOf(child(child(root, 'ResponseStatus'), 'ErrorCode')) ?? textOf(child(listOf(child(child(root, 'ErrorList'), 'Error'))[0], 'Code'));
  },
};

/** An element within an element; undefined where there is none, or no element around it. */
export const child = (element: unknown, name: string): unknown =>
  typeof element === 'object' && element !== null ? (element as Record<string, unknown>)[name] : undefined;

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** A name as it was meant: the entities that XML itself has, and characters by their number. */
export const nameOf = (element: unknown): string | null =>
  textOf(element)?.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos));/gi, (all, decimal?: string, hex?: string, named?: string) => {
    if (named !== undefined) return entities[named.toLowerCase()]!;
    const code = decimal === undefined ? parseInt(hex!, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  }) ?? null;

export const textOf = (element: unknown): string | null => (typeof element === 'string' && element !== '' ? element : null);

export const listOf = (elements: unknown): readonly unknown[] => (Array.isArray(elements) ? elements : []);

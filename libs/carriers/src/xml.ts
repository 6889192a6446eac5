// XML as Bandwidth writes it: everything is text, and what may occur several times is always a list.
import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';
import type { Format } from './line.js';

const lists = new Set(['Error', 'TelephoneNumber']);

// Numbers and codes hold no entities; none are expanded, so that an answer cannot grow while it is read.
const parser = new XMLParser({ parseTagValue: false, ignoreAttributes: true, ignoreDeclaration: true, processEntities: false, isArray: (name) => lists.has(name) });
const builder = new XMLBuilder({ suppressEmptyNode: true });

export const xml: Format = {
  read(text) {
    if (XMLValidator.validate(text) !== true) throw new SyntaxError('not XML');
    return parser.parse(text) as unknown;
  },
  /** `<ResponseStatus><ErrorCode>`, or the first `<Error><Code>` of a list. */
  codeOf(content) {
    const root = child(content, Object.keys((content ?? {}) as object)[0] ?? '');
    return textOf(child(child(root, 'ResponseStatus'), 'ErrorCode')) ?? textOf(child(listOf(child(child(root, 'ErrorList'), 'Error'))[0], 'Code'));
  },
};

export const writeXml = (content: object): string => `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>${builder.build(content)}`;

/** An element within an element; undefined where there is none, or no element around it. */
export const child = (element: unknown, name: string): unknown =>
  typeof element === 'object' && element !== null ? (element as Record<string, unknown>)[name] : undefined;

export const textOf = (element: unknown): string | null => (typeof element === 'string' && element !== '' ? element : null);

export const listOf = (elements: unknown): readonly unknown[] => (Array.isArray(elements) ? elements : []);

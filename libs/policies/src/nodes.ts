// Looks into a document of YAML, or JSON, which is YAML as well: what is not as it has to be is told with its line, and all of it at once.
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';

export interface Fault {
  /** Counted from 1. */
  readonly line: number;
  /** Where in the document, as `/plans/1/price`; empty: the document as a whole. */
  readonly pointer: string;
  /** To follow the pointer. */
  readonly message: string;
}

/** A value in the document, and where it stands. */
export interface Place {
  readonly node: unknown;
  readonly pointer: string;
}

interface TextRules {
  readonly max: number;
  readonly pattern?: RegExp;
  /** What a text that fits the pattern is. */
  readonly what?: string;
}

export class Nodes {
  readonly faults: Fault[] = [];
  readonly root: Place;
  private readonly lines = new LineCounter();
  private readonly document: Document;

  constructor(text: string) {
    this.document = parseDocument(text, { lineCounter: this.lines, prettyErrors: false });
    this.root = { node: this.document.contents, pointer: '' };
    for (const { pos: [offset], message } of this.document.errors) this.faults.push({ line: this.lineAt(offset), pointer: '', message: `is no YAML: ${message}` });
  }

  fault({ node, pointer }: Place, message: string): void {
    this.faults.push({ line: this.lineOf(node), pointer, message });
  }

  /** What stands under each of `required`, and of `optional` as far as it is there; anything else is a fault. */
  map<Required extends string, Optional extends string = never>(place: Place, required: readonly Required[], optional: readonly Optional[] = []): Partial<Record<Required | Optional, Place>> {
    const node = this.resolved(place.node);
    const found: Partial<Record<string, Place>> = {};
    if (!isMap(node)) {
      this.fault(place, 'must be a map');
      return found;
    }
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : '';
      const under = { node: value ?? key, pointer: `${place.pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}` };
      if ([...required, ...optional].some((one) => one === name)) found[name] = under;
      else this.fault({ ...under, node: key }, 'is not known here');
    }
    for (const name of required) if (!found[name]) this.fault(place, `must have ${name}`);
    return found;
  }

  /** What stands under whatever names there are. */
  entries(place: Place): readonly (readonly [string, Place])[] {
    const node = this.resolved(place.node);
    if (isMap(node)) return node.items.map(({ key, value }) => [isScalar(key) ? String(key.value) : '', { node: value ?? key, pointer: `${place.pointer}/${isScalar(key) ? String(key.value) : ''}` }]);
    this.fault(place, 'must be a map');
    return [];
  }

  list(place: Place | undefined, min = 1): readonly Place[] {
    if (!place) return [];
    const node = this.resolved(place.node);
    if (isSeq(node) && node.items.length >= min) return node.items.map((item, index) => ({ node: item, pointer: `${place.pointer}/${index}` }));
    this.fault(place, `must be a list of at least ${min}`);
    return [];
  }

  /** Blank texts are none. */
  text(place: Place | undefined, { max, pattern, what = 'a text' }: TextRules): string {
    const value = this.value(place);
    if (typeof value === 'string' && /\S/.test(value) && value.length <= max && !/\0|\p{Surrogate}/u.test(value) && (pattern?.test(value) ?? true)) return value;
    if (place) this.fault(place, pattern ? `must be ${what}` : `must be ${what} of 1 to ${max} characters`);
    return '';
  }

  oneOf<const Value extends string>(place: Place | undefined, values: readonly Value[]): Value {
    const value = this.value(place);
    const found = values.find((one) => one === value);
    if (place && found === undefined) this.fault(place, `must be one of ${values.join(', ')}`);
    return found ?? values[0]!;
  }

  whole(place: Place | undefined, min: number, max: number): number {
    const value = this.value(place);
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
    if (place) this.fault(place, `must be a whole number from ${min} to ${max}`);
    return min;
  }

  flag(place: Place | undefined, otherwise: boolean): boolean {
    const value = this.value(place);
    if (place && typeof value !== 'boolean') this.fault(place, 'must be true or false');
    return typeof value === 'boolean' ? value : otherwise;
  }

  /** Names every entry of a list that says what an earlier one has said. */
  once(places: readonly { readonly place: Place | undefined; readonly value: string }[]): void {
    const seen = new Set<string>();
    for (const { place, value } of places) {
      if (seen.has(value) && place && value !== '') this.fault(place, `is there already: ${value}`);
      seen.add(value);
    }
  }

  private value(place: Place | undefined): unknown {
    const node = place && this.resolved(place.node);
    return isScalar(node) ? node.value : undefined;
  }

  private resolved(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.document) : node;
  }

  private lineOf(node: unknown): number {
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : null;
    return this.lineAt(Array.isArray(range) && typeof range[0] === 'number' ? range[0] : 0);
  }

  private lineAt(offset: number): number {
    return Math.max(1, this.lines.linePos(offset).line);
  }
}

// Pages with opaque cursors, and rows as NDJSON and CSV.
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { Page, startInTime, startOf, toList } from './page.js';
import { Problem } from '../problems/problems.js';
import { csv, json, jsonSlices, ndjson, ndjsonText } from './streams.js';

const pageOf = (limit: number, after?: string | null): Page => Object.assign(new Page(), { limit, ...(after && { after }) });

function problemOf(work: () => unknown): Problem | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Problem ? error : undefined;
  }
}

describe('a list', () => {
  const rows = Array.from({ length: 5 }, (_, index) => ({ at: `t${index}`, n: index }));

  /** As a statement with `LIMIT page.limit + 1` would. */
  function read(page: Page) {
    const start = startOf(page, ['string', 'number']);
    const after = start === undefined ? rows : rows.filter(({ n }) => n > start[1]);
    return toList(page, after.slice(0, page.limit + 1), ({ at, n }) => [at, n], ({ n }) => n);
  }

  it('is read to its end, nothing twice and nothing left out', () => {
    const first = read(pageOf(2));
    const second = read(pageOf(2, first.next));
    const third = read(pageOf(2, second.next));
    expect([first.data, second.data, third.data, third.next]).toEqual([[0, 1], [2, 3], [4], null]);
  });

  it('has no next page if it ends with this one', () => {
    expect(read(pageOf(5)).next).toBeNull();
  });

  it.each(['x', 'e30', Buffer.from('{"k":["a"]}').toString('base64url'), Buffer.from('{"k":["a\\u0000",1]}').toString('base64url'), Buffer.from('{"k":[1,"a"]}').toString('base64url')])('refuses a cursor it did not make: %s', (cursor) => {
    expect(problemOf(() => read(pageOf(2, cursor)))?.options.errors).toEqual([{ pointer: '/query/after', message: 'must be the cursor of the page before' }]);
  });
});

describe('a list in the order of time', () => {
  const row = { at: '2026-01-01T00:00:00.000Z', id: '01890a5d-ac96-774b-bcce-b302099a8057' };

  it('begins after the last row of the page before', () => {
    const { next } = toList(pageOf(1), [row, row], ({ at, id }) => [at, id], (one) => one);
    expect(startInTime(pageOf(1, next))).toEqual(row);
    expect(startInTime(pageOf(1))).toBeUndefined();
  });

  it.each([['soon', row.id], [row.at, 'none'], [row.at, 1], [row.at]])('refuses %p, %p, which no row of it has', (...key) => {
    const cursor = Buffer.from(JSON.stringify({ k: key })).toString('base64url');
    expect(problemOf(() => startInTime(pageOf(1, cursor)))?.options.errors).toEqual([{ pointer: '/query/after', message: 'must be the cursor of the page before' }]);
  });
});

describe('rows', () => {
  it('go out as NDJSON', async () => {
    expect(await text(ndjson([{ a: 1 }, { a: 'x\ny' }]).getStream())).toBe('{"a":1}\n{"a":"x\\ny"}\n');
  });

  it('go out as CSV that no spreadsheet runs', async () => {
    const rows = [{ a: 'x,"y"', b: -5 }, { a: '=1+1', b: null }, { a: 'line\nbreak', b: true }];
    expect(await text(csv(['a', 'b'], rows).getStream())).toBe(`a,b\r\n"x,""y""",-5\r\n'=1+1,\r\n"line\nbreak",true\r\n`);
  });

  it('come in as NDJSON, in UTF-8 only', () => {
    expect(ndjsonText(Buffer.from('{"id":"ü"}\n'))).toBe('{"id":"ü"}\n');
    for (const body of [Buffer.from([0xff]), { id: 1 }, undefined]) expect(problemOf(() => ndjsonText(body))?.code).toBe('invalid_request');
  });
});

describe('long JSON', () => {
  const long = { data: Array.from({ length: 20_000 }, (_, n) => ({ n, at: new Date(0), none: undefined, text: 'Zoë "x"\n' })), next: null };

  it.each<[string, unknown]>([
    ['a long list', long], ['lists in members', { a: { b: [1, [2, { c: [] }]], e: {} }, 'x"y': [undefined, null], z: undefined }], ['nothing', []], ['no list', 'text'], ['a date', new Date(0)],
  ])('is what JSON.stringify makes of it: %s', async (_, value) => {
    expect(await text(json(value).getStream())).toBe(JSON.stringify(value));
  });

  it('comes in slices', async () => {
    const lengths: number[] = [];
    for await (const slice of jsonSlices(long)) lengths.push(slice.length);
    expect(lengths.length).toBeGreaterThan(10);
    expect(Math.max(...lengths)).toBeLessThan(70_000);
  });
});

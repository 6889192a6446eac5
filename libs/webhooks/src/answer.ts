// What is kept of an endpoint's answer: its beginning, as text, without what could name a person.

/** Bytes that are read of an answer; what comes behind them is not waited for. */
export const answerBytesMost = 2_048;
const keptMost = 300;
/** A value may have been cut in two at the end of what was read. */
const tailLeftOut = 256;
const mask = '…';

/** Shorter ones are parts of words; they name nobody by themselves. */
const shortest = 3;

/** `personal`: values that were in the message. Also whatever looks like an address or a phone number. Characters, 300 at most. */
export function keptAnswer(bytes: Buffer, personal: readonly string[]): string {
  const whole = bytes.toString('utf8');
  const text = (bytes.length < answerBytesMost ? whole : whole.slice(0, -tailLeftOut)).replace(/[\p{C}\p{Z}\s]+/gu, ' ');
  return [...masked(text, personal)].slice(0, keptMost).join('').trim();
}

function masked(text: string, personal: readonly string[]): string {
  const values = [...new Set(personal.flatMap(formsOf))]
    .filter(({ length }) => length >= shortest)
    .sort((a, b) => b.length - a.length);
  const known = values.length === 0 ? text : text.replace(new RegExp(values.map(escaped).join('|'), 'giu'), mask);
  return known.replace(/\S+(@|%40)\S+/giu, mask).replace(/\+?\d[\d\s().-]{5,}\d/gu, mask);
}

/** As it is, and as an answer may write it: in JSON, with and without other letters than ASCII, in an address, in HTML. */
function formsOf(value: string): readonly string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const html = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  return [value, json, ascii(json), encodeURIComponent(value.replace(/\p{Surrogate}/gu, '')), html, html.replaceAll("'", '&#39;'), html.replaceAll("'", '&#x27;')];
}

const ascii = (json: string): string => json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** All that has a meaning in a regular expression; nothing else may be escaped in one for Unicode. */
const escaped = (value: string): string => value.replace(/\s+/gu, ' ').replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');

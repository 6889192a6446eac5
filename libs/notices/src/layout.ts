// One letter as plain text and as HTML: the same words in the same order. What a person wrote is escaped, and nothing is loaded from anywhere.
import type { Letter } from './texts/texts.js';

export interface Laid {
  readonly greeting: string;
  readonly letter: Letter;
  readonly closing: string;
  /** The letter's dates as they are told. */
  readonly moments: readonly string[];
  /** Where the letter's link leads; `null`: nowhere. */
  readonly url: string | null;
  readonly language: string;
}

const linkOf = ({ letter: { link }, url }: Laid): { readonly label: string; readonly url: string } | null => (link && url ? { label: link, url } : null);

export function asText(laid: Laid): string {
  const { greeting, letter: { paragraphs, dates = [], more = [] }, closing, moments } = laid;
  const listed = dates.map(({ what }, index) => `* ${moments[index]}\n  ${what}`);
  const link = linkOf(laid);
  return [greeting, ...paragraphs, ...listed, ...more, ...(link ? [`${link.label}:\n${link.url}`] : []), `--\n${closing}`].join('\n\n') + '\n';
}

export function asHtml(laid: Laid): string {
  const { greeting, letter: { subject, paragraphs, dates = [], more = [] }, closing, moments, language } = laid;
  const p = (text: string): string => `<p>${escaped(text)}</p>`;
  const listed = dates.map(({ what }, index) => `<li><strong>${escaped(moments[index]!)}</strong><br>${escaped(what)}</li>`);
  const link = linkOf(laid);
  return [
    `<!DOCTYPE html>`,
    `<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(subject)}</title></head>`,
    `<body style="font-family: sans-serif; line-height: 1.5; max-width: 40em; margin: 2em auto; padding: 0 1em">`,
    ...[greeting, ...paragraphs].map(p),
    ...(listed.length > 0 ? [`<ul>`, ...listed, `</ul>`] : []),
    ...more.map(p),
    ...(link ? [`<p><a href="${escaped(link.url)}">${escaped(link.label)}</a></p>`] : []),
    `<hr><p><small>${escaped(closing)}</small></p>`,
    `</body></html>`,
  ].join('\n') + '\n';
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => escapes[sign]!);

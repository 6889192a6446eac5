// What a page may load, and who may show it in a frame.

/** The two style sheets that react-aria writes into the page: touch in pressable elements, and the scroll lock of iOS. */
const styleSheets = ["'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o='", "'sha256-gYiS/BvZvRcK27JIXTuwhZ3hs2+VJ1X+2gUlE+farlg='"];

interface Wanted {
  /** Origins, or `'self'`; nobody where there is none. */
  readonly frameAncestors: readonly string[];
  /** Whether it shows another page of this origin. */
  readonly hasFrames: boolean;
  /** Origins that it asks besides its own. */
  readonly asks?: readonly string[];
}

/** The value of `Content-Security-Policy`. */
export function pagePolicy({ frameAncestors, hasFrames, asks = [] }: Wanted): string {
  const directives = {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'", ...styleSheets],
    'img-src': ["'self'", 'data:'],
    'connect-src': ["'self'", ...asks],
    ...(hasFrames && { 'frame-src': ["'self'"] }),
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': frameAncestors.length === 0 ? ["'none'"] : frameAncestors,
  };
  return Object.entries(directives).map(([name, values]) => `${name} ${values.join(' ')}`).join('; ');
}

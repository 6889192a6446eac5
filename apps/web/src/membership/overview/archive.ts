// An archive that is made while it is sent: how far it has come is told by the files that have begun in it.
export interface Progress {
  readonly bytes: number;
  /** Files that have begun, of those that it will hold. */
  readonly begun: number;
  readonly files: number;
}

/** `campaigns.ndjson=2, contacts.ndjson=120`: the names, in order. */
export const namesIn = (header: string | null): readonly string[] => (header ?? '').split(',').map((part) => part.split('=')[0]!.trim()).filter((name) => name !== '');

/** Where a file begins in a zip: four bytes, 26 more of facts, and its name. */
const hasBegun = (name: string, seen: string): boolean => {
  for (let at = seen.indexOf('PK\x03\x04'); at >= 0; at = seen.indexOf('PK\x03\x04', at + 1)) if (seen.startsWith(name, at + 30)) return true;
  return false;
};

/** The whole archive; rejects where it breaks off. `arrived` is told after each part. */
export async function whole(response: Response, arrived: (progress: Progress) => void): Promise<Blob> {
  const names = namesIn(response.headers.get('export-records'));
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const latin = new TextDecoder('latin1');
  let [bytes, begun, seen] = [0, 0, ''];
  for (const reader = response.body!.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(chunks, { type: 'application/zip' });
    chunks.push(value);
    bytes += value.length;
    seen += latin.decode(value);
    while (begun < names.length && hasBegun(names[begun]!, seen)) begun += 1;
    // What may be half a beginning.
    seen = seen.slice(-200);
    arrived({ bytes, begun, files: names.length });
  }
}

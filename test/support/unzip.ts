// The files of a zip archive, by name, in the order of its directory.
import { buffer } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';

/** Rejects what is no whole archive. */
export async function unzip(archive: Buffer): Promise<ReadonlyMap<string, Buffer>> {
  const zip = await fromBufferPromise(archive);
  const files = new Map<string, Buffer>();
  for await (const entry of zip.eachEntry()) files.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
  return files;
}

// `npm run verify-certificate -- FILE`: says what a purge certificate states, and whether every byte of it is what was signed. 0: valid, 1: not, 2: asked wrongly.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isNativeError } from 'node:util/types';
import { certificateReport, publicKeysOf, readSigned, verifyCertificate, type PublicKey } from '#certificates';

const usage = `npm run verify-certificate -- FILE [--key FILE | --keys-url URL]

FILE        the answer of GET /v1/accounts/{a}/purge-certificate, or its jws alone
--key       a JWK or a JWK set; absent: CERTIFICATE_KEY_FILE, or the key of the data folder
--keys-url  where a JWK set is published, as /.well-known/jwks.json`;

const fetchLimitMs = 15_000;

/** Tells what keeps us from looking at the certificate at all. */
class AskedWrongly extends Error {}

try {
  const { file, key, keysUrl } = asked();
  const text = readText(file);
  const { keys, from } = await keysOf(key, keysUrl);
  process.exitCode = tell(text, keys, from);
} catch (error) {
  if (!(error instanceof AskedWrongly)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

function tell(text: string, keys: readonly PublicKey[], from: string): number {
  const signed = readSigned(text);
  const verdict = signed ? verifyCertificate(signed, keys) : null;
  if (!verdict?.valid) {
    console.error(`not valid (${verdict?.fault ?? 'file'}): ${verdict?.reason ?? 'it is neither an answer with certificate and jws nor a compact JWS'}`);
    return 1;
  }
  console.log(certificateReport(verdict.certificate));
  console.log(`Signed with the key ${verdict.keyId} of ${from}`);
  console.log('valid');
  return 0;
}

function asked(): { readonly file: string; readonly key: string | undefined; readonly keysUrl: string | undefined } {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { key: { type: 'string' }, 'keys-url': { type: 'string' } } });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new AskedWrongly(usage);
    if (values.key !== undefined && values['keys-url'] !== undefined) throw new AskedWrongly('--key and --keys-url are both given: keep one');
    return { file, key: values.key, keysUrl: values['keys-url'] };
  } catch (error) {
    throw error instanceof AskedWrongly ? error : new AskedWrongly(`${messageOf(error)}\n\n${usage}`);
  }
}

async function keysOf(key: string | undefined, keysUrl: string | undefined): Promise<{ readonly keys: readonly PublicKey[]; readonly from: string }> {
  const from = keysUrl ?? key ?? (process.env['CERTIFICATE_KEY_FILE'] || join(process.env['DATA_DIR'] || '.data', 'certificate-key.json'));
  const text = keysUrl === undefined ? readText(from) : await fetched(keysUrl);
  try {
    return { keys: publicKeysOf(text), from };
  } catch (error) {
    throw new AskedWrongly(`${from} ${messageOf(error)}`);
  }
}

async function fetched(url: string): Promise<string> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(fetchLimitMs) });
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
    return await answer.text();
  } catch (error) {
    throw new AskedWrongly(`${url} cannot be read: ${messageOf(error)}`);
  }
}

/** npm changes to the package's folder; a path is meant from where it was called. */
function readText(file: string): string {
  try {
    return readFileSync(resolve(process.env['INIT_CWD'] ?? '.', file), 'utf8');
  } catch (error) {
    throw new AskedWrongly(`${file} cannot be read: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  return isNativeError(error) ? error.message : String(error);
}

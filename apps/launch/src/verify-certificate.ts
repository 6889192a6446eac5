// `npm run verify-certificate -- FILE`: says what a purge certificate states, and whether every byte of it is what was signed; beside a receipt, whether what happened is what was
// promised. 0: valid, and as promised. 1: not valid. 2: asked wrongly. 3: valid, and not as promised.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isNativeError } from 'node:util/types';
import { certificateReport, comparisonOf, publicKeysOf, readSigned, verifySigned, type CancellationReceipt, type Comparison, type Kind, type PublicKey, type PurgeCertificate } from '#certificates';

const usage = `npm run verify-certificate -- FILE [--receipt FILE] [--key FILE | --keys-url URL]

FILE        the answer of GET /v1/accounts/{a}/purge-certificate, or its jws alone
--receipt   the answer of GET /v1/accounts/{a}/subscriptions/{s}/cancellation/receipt, or its jws alone: was that promised which happened?
--key       a JWK or a JWK set; absent: CERTIFICATE_KEY_FILE, or the key of the data folder
--keys-url  where a JWK set is published, as /.well-known/jwks.json`;

const fetchLimitMs = 15_000;

/** Tells what keeps us from looking at the certificate at all. */
class AskedWrongly extends Error {}

/** Tells that what was handed over is not what was signed. */
class NotValid extends Error {}

try {
  const { file, receipt, key, keysUrl } = asked();
  const texts = [readText(file), receipt === undefined ? null : readText(receipt)] as const;
  const { keys, from } = await keysOf(key, keysUrl);
  process.exitCode = tell(texts, keys, from);
} catch (error) {
  if (!(error instanceof AskedWrongly || error instanceof NotValid)) throw error;
  console.error(error.message);
  process.exitCode = error instanceof NotValid ? 1 : 2;
}

function tell([text, receiptText]: readonly [string, string | null], keys: readonly PublicKey[], from: string): number {
  const certificate = verified('certificate', text, keys);
  const comparison = receiptText === null ? null : compared(verified('receipt', receiptText, keys).content, certificate.content);
  console.log(certificateReport(certificate.content));
  if (comparison) console.log(comparison.report);
  console.log(`Signed with the key ${certificate.keyId} of ${from}`);
  console.log('valid');
  return comparison?.kept === false ? 3 : 0;
}

function compared(receipt: CancellationReceipt, certificate: PurgeCertificate): Comparison {
  const comparison = comparisonOf(receipt, certificate);
  if (!comparison) throw new AskedWrongly('the receipt is of another account than the certificate, or of another life of it: there is nothing to compare');
  return comparison;
}

/** Throws {@link NotValid}. */
function verified<K extends Kind>(kind: K, text: string, keys: readonly PublicKey[]) {
  const signed = readSigned(kind, text);
  if (!signed) throw new NotValid(`not valid (file): it is neither an answer with ${kind} and jws nor a compact JWS`);
  const verdict = verifySigned(kind, signed, keys);
  if (!verdict.valid) throw new NotValid(`not valid (${verdict.fault}): ${verdict.reason}`);
  return verdict;
}

function asked(): { readonly file: string; readonly receipt: string | undefined; readonly key: string | undefined; readonly keysUrl: string | undefined } {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { receipt: { type: 'string' }, key: { type: 'string' }, 'keys-url': { type: 'string' } } });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new AskedWrongly(usage);
    if (values.key !== undefined && values['keys-url'] !== undefined) throw new AskedWrongly('--key and --keys-url are both given: keep one');
    return { file, receipt: values.receipt, key: values.key, keysUrl: values['keys-url'] };
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

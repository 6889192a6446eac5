// A signature that breaks with every bit, and says what broke.
import { sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { canonicalJson, certificateOf, publicKeysOf, readSigned, receiptOf, signDocument, verifySigned, type PublicKey, type Signed } from './index.js';
import { fullLife, keyPair } from '../test/life.js';

const ours = keyPair();
const others = keyPair();
const certificate = certificateOf('acme', fullLife)!;
const jws = signDocument('certificate', certificate, ours);
const [header, payload, signature] = jws.split('.') as [string, string, string];

const told = (signed: Signed | null, keys: readonly PublicKey[] = [ours.publicKey]): string => {
  if (!signed) return 'file';
  const verdict = verifySigned('certificate', signed, keys);
  return verdict.valid ? 'valid' : verdict.fault;
};

/** Signed with the right key, whatever it is. */
const signedText = (head: string, body: string): Signed => {
  const bytes = [head, body].map((text) => Buffer.from(text).toString('base64url')).join('.');
  return { jws: `${bytes}.${sign(null, Buffer.from(bytes), ours.privateKey).toString('base64url')}` };
};
const goodHeader = Buffer.from(header, 'base64url').toString();

const swapped = (text: string, at: number): string => `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;

const everyBit = [0, 1, 2, 3, 4, 5, 6, 7];

/** The bytes of a text with each of these bits flipped in turn. */
function* flips(text: string, bits: readonly number[]): Generator<{ readonly bit: string; readonly text: string }> {
  for (let index = 0; index < text.length; index += 1) {
    for (const bit of bits) {
      const bytes = Buffer.from(text, 'latin1');
      bytes[index]! ^= 1 << bit;
      yield { bit: `byte ${index} bit ${bit}`, text: bytes.toString() };
    }
  }
}

describe('a signed certificate', () => {
  it('is valid, alone and beside the certificate, and comes back', () => {
    expect(verifySigned('certificate', { jws }, [others.publicKey, ours.publicKey])).toEqual({ valid: true, content: certificate, keyId: ours.keyId });
    expect(told({ jws, beside: certificate })).toBe('valid');
    expect(told({ jws, beside: Object.fromEntries(Object.entries(certificate).reverse()) })).toBe('valid');
  });

  it('is signed over its canonical bytes, and the same every time', () => {
    expect(Buffer.from(payload, 'base64url').toString()).toBe(canonicalJson(certificate));
    expect(JSON.parse(goodHeader)).toEqual({ alg: 'EdDSA', kid: ours.keyId, typ: 'purge-certificate+json' });
    expect(signDocument('certificate', certificateOf('acme', fullLife)!, ours)).toBe(jws);
  });

  it('is not valid with any bit of the JWS flipped', () => {
    const accepted = [...flips(jws, everyBit)].filter(({ text }) => told(readSigned('certificate', text)) === 'valid');
    expect(accepted.map(({ bit }) => bit)).toEqual([]);
  });

  it('is not valid with any byte of the file changed that holds both', () => {
    const accepted = [...flips(JSON.stringify({ certificate, jws }), [0])].filter(({ text }) => told(readSigned('certificate', text)) === 'valid');
    expect(accepted.map(({ bit }) => bit)).toEqual([]);
  });

  it.each([
    ['the key is another one', { jws }, [others.publicKey], 'key'],
    ['there is no key', { jws }, [], 'key'],
    ['the header is changed', { jws: [swapped(header, 5), payload, signature].join('.') }, undefined, 'header'],
    ['the key in the header is changed', { jws: [Buffer.from(goodHeader.replace(ours.keyId, others.keyId)).toString('base64url'), payload, signature].join('.') }, undefined, 'key'],
    ['the payload is changed', { jws: [header, swapped(payload, 40), signature].join('.'), beside: certificate }, undefined, 'payload'],
    ['payload or signature is changed, and nothing stands beside', { jws: [header, swapped(payload, 40), signature].join('.') }, undefined, 'signature'],
    ['the signature is changed', { jws: [header, payload, swapped(signature, 40)].join('.'), beside: certificate }, undefined, 'signature'],
    ['the signature is cut off', { jws: [header, payload, signature.slice(0, -2)].join('.') }, undefined, 'signature'],
    ['the signature is spelt otherwise', { jws: `${jws.slice(0, -1)}${{ A: 'B', Q: 'R', g: 'h', w: 'x' }[jws.slice(-1)]}` }, undefined, 'signature'],
    ['the certificate is changed', { jws, beside: { ...certificate, counts: { contacts: 4 } } }, undefined, 'certificate'],
    ['the certificate has a member more', { jws, beside: { ...certificate, more: null } }, undefined, 'certificate'],
    ['the certificate is none', { jws, beside: 0.5 }, undefined, 'certificate'],
    ['a part is missing', { jws: [header, payload].join('.') }, undefined, 'file'],
    ['there is nothing', { jws: '' }, undefined, 'file'],
  ])('says so when %s', (_, signed, keys, fault) => {
    expect(told(signed, keys)).toBe(fault);
  });

  it.each([
    ['a header with more in it', goodHeader.replace('{', '{"aaa":1,'), canonicalJson(certificate), 'header'],
    ['another algorithm', goodHeader.replace('EdDSA', 'none'), canonicalJson(certificate), 'header'],
    ['another type', goodHeader.replace('purge', 'birth'), canonicalJson(certificate), 'header'],
    ['a payload with spaces', goodHeader, JSON.stringify(certificate, null, 1), 'payload'],
    ['a payload that says a thing twice', goodHeader, canonicalJson(certificate).replace('{', '{"accountId":"evil",'), 'payload'],
    ['a payload that is no object', goodHeader, '"text"', 'payload'],
    ['a format to come', goodHeader, canonicalJson({ ...certificate, format: 'sunset-purge-certificate/3' }), 'format'],
  ])('is refused with %s, even signed with the right key', (_, head, body, fault) => {
    expect(told(signedText(head, body))).toBe(fault);
  });
});

describe('readSigned', () => {
  it('takes the answer of the route, or a JWS with white space around it', () => {
    expect(readSigned('certificate', `\n${JSON.stringify({ certificate: { a: 1 }, jws: 'a.b.c' }, null, 2)}\n`)).toEqual({ beside: { a: 1 }, jws: 'a.b.c' });
    expect(readSigned('certificate', 'a.b.c\n')).toEqual({ jws: 'a.b.c' });
  });

  it.each(['{', '{}', '{"jws":"a.b.c"}', '{"certificate":{}}', '{"certificate":{},"jws":1}', '{"certificate":{},"jws":"a.b.c","more":1}'])('takes %s for neither', (text) => {
    expect(readSigned('certificate', text)).toBeNull();
  });
});

describe('a signed receipt', () => {
  const receipt = receiptOf('acme', 'plan', fullLife)!;
  const signed = signDocument('receipt', receipt, ours);

  it('is valid as a receipt, alone and beside it, and is no certificate', () => {
    expect(verifySigned('receipt', { jws: signed, beside: receipt }, [ours.publicKey])).toEqual({ valid: true, content: receipt, keyId: ours.keyId });
    expect(JSON.parse(Buffer.from(signed.split('.')[0]!, 'base64url').toString())).toEqual({ alg: 'EdDSA', kid: ours.keyId, typ: 'cancellation-receipt+json' });
    expect(told({ jws: signed })).toBe('header');
    expect(verifySigned('receipt', { jws }, [ours.publicKey])).toMatchObject({ valid: false, fault: 'header' });
    expect(verifySigned('receipt', { jws: signed, beside: { ...receipt, reason: null } }, [ours.publicKey])).toMatchObject({ valid: false, fault: 'receipt' });
  });
});

describe('publicKeysOf', () => {
  it('reads a JWK and a set, private or not, and gives away nothing private', () => {
    const alone = publicKeysOf(JSON.stringify(ours.jwk));
    const set = publicKeysOf(JSON.stringify({ keys: [ours.jwk, others.publicKey.jwk] }));
    expect(set.map(({ keyId }) => keyId)).toEqual([ours.keyId, others.keyId]);
    expect(JSON.stringify([alone, set].flat().map(({ jwk }) => jwk))).not.toContain(ours.jwk.d);
    expect(set[0]!.jwk).toEqual({ kty: 'OKP', crv: 'Ed25519', x: ours.jwk.x, kid: ours.keyId, alg: 'EdDSA', use: 'sig' });
  });

  it('names a key by itself and not by what it is called', () => {
    expect(publicKeysOf(JSON.stringify({ ...others.publicKey.jwk, kid: ours.keyId }))[0]!.keyId).toBe(others.keyId);
  });

  it('has the thumbprint of RFC 8037, appendix A.3', () => {
    const [{ keyId }] = publicKeysOf('{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}') as [PublicKey];
    expect(keyId).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });

  it.each([
    ['no JSON', 'secret', 'is not JSON'],
    ['no key', '[]', 'is neither a JWK nor a JWK set'],
    ['an empty set', '{"keys":[]}', 'is neither a JWK nor a JWK set'],
    ['another kind', '{"keys":[{"kty":"EC","crv":"P-256"}]}', 'key 1 is not an Ed25519 key'],
    ['a short key', '{"kty":"OKP","crv":"Ed25519","x":"c2hvcnQ"}', 'key 1 is not an Ed25519 key'],
  ])('says that there is %s, and does not show it', (_, text, message) => {
    expect(() => publicKeysOf(text)).toThrow(message);
    expect(() => publicKeysOf(text)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('secret') }));
  });
});

// Signing in at an issuer: what comes back is believed only where this tab has asked for it, and where it leads is where one was.
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { clientId, startIssuer, type StubIssuer } from '../../../test/support/issuer.js';
import { NotSignedIn, Oidc } from '../src/staff/oidc.js';
import type { Place } from '../src/staff/tokens.js';

const page = 'http://127.0.0.1:3000/ops/';
const address = '?lang=es#/deadlines?status=dead';

let stub: StubIssuer;
beforeAll(async () => { stub = await startIssuer(); });
afterAll(() => stub.stop());
beforeEach(() => {
  stub.person = { subject: 'ada', role: 'operator' };
  stub.instead = {};
});

function tab(): Place {
  let kept: string | null = null;
  return { read: () => kept, write: (text) => { kept = text; } };
}

const oidc = (place = tab(), other = {}) => new Oidc({ issuer: stub.issuer, clientId, audience: 'sunset', scope: 'openid', ...other }, page, place);

/** Where the issuer sends people back to. */
const visit = async (way: URL): Promise<URL> => new URL((await fetch(way, { redirect: 'manual' })).headers.get('location')!);

const claims = (token: string): Record<string, unknown> => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;

it('ends with a token for the service, where one was', async () => {
  const place = tab();
  const one = oidc(place);
  const way = await one.begin(address);
  expect(Object.fromEntries(way.searchParams)).toMatchObject({ client_id: clientId, redirect_uri: page, response_type: 'code', scope: 'openid', audience: 'sunset', code_challenge_method: 'S256' });
  const answer = await visit(way);
  expect([Oidc.isAnswer(answer), Oidc.isAnswer(new URL(page))]).toEqual([true, false]);
  const back = Oidc.addressUnderWay(place);
  const kept = await one.finish(answer);
  expect([back, Oidc.addressUnderWay(place), claims(kept.token)]).toEqual([address, '', expect.objectContaining({ sub: 'ada', role: 'operator', aud: 'sunset' })]);
  expect((await one.end(kept.idToken))?.href).toBe(`${stub.issuer}/out?${new URLSearchParams({ client_id: clientId, post_logout_redirect_uri: page, id_token_hint: kept.idToken! }).toString()}`);
});

it('gets another token without anybody, for as long as the issuer lets it', async () => {
  const one = oidc();
  const kept = await one.finish(await visit(await one.begin(address)));
  const renewed = await kept.renew!();
  expect([claims(renewed.token)['sub'], typeof renewed.renew]).toEqual(['ada', 'function']);
});

it('is refused what the issuer says of a refusal', async () => {
  stub.person = null;
  const one = oidc();
  await expect(visit(await one.begin(address)).then((answer) => one.finish(answer))).rejects.toThrow(new NotSignedIn('Nobody of this house.'));
});

it.each<[string, string, (answer: URL, one: Oidc) => Promise<unknown>]>([
  ['with another state', 'unexpected "state" response parameter value', (answer, one) => { answer.searchParams.set('state', 'guessed'); return one.finish(answer); }],
  ['without one', 'response parameter "state" missing', (answer, one) => { answer.searchParams.delete('state'); return one.finish(answer); }],
  ['with a code of somebody else', 'The code is not for you.', async (answer, one) => {
    const theirs = await visit(await oidc().begin(address));
    answer.searchParams.set('code', theirs.searchParams.get('code')!);
    return one.finish(answer);
  }],
  ['in a tab that has not asked', 'This tab has not asked to sign in.', (answer) => oidc().finish(answer)],
  ['twice', 'This tab has not asked to sign in.', async (answer, one) => { await one.finish(answer); return one.finish(answer); }],
])('is nobody where the issuer answers %s: %s', async (_, why, come) => {
  const one = oidc();
  const answer = await visit(await one.begin(address));
  await expect(come(answer, one)).rejects.toThrow(new NotSignedIn(why));
});

it.each([
  ['for another sign-in', { nonce: 'another' }, 'unexpected ID Token "nonce" claim value'],
  ['for another client', { aud: 'another' }, 'unexpected JWT "aud" (audience) claim value'],
  ['of another issuer', { iss: 'https://another.example' }, 'unexpected JWT "iss" (issuer) claim value'],
  ['that has ended', { exp: 1 }, 'unexpected JWT "exp" (expiration time) claim value, expiration is past current timestamp'],
])('is nobody with an id token %s', async (_, instead, why) => {
  stub.instead = instead;
  const one = oidc();
  const answer = await visit(await one.begin(address));
  await expect(one.finish(answer)).rejects.toThrow(new NotSignedIn(why));
});

it('goes nowhere where the issuer is another one than it says', async () => {
  await expect(oidc(tab(), { issuer: stub.issuer.replace('127.0.0.1', 'localhost') }).begin(address)).rejects.toThrow('"issuer" property');
});

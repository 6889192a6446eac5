// A token issuer of an organisation's own, as far as pages of staff need one: authorization code with PKCE, for a client without a secret. Nobody types a password: whoever comes is who was said.
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';

export const clientId = 'sunset-desk';

export interface Person {
  readonly subject: string;
  readonly role: string;
}

export interface StubIssuer {
  readonly issuer: string;
  /** Whoever comes next, and after that. `null`: is refused. */
  person: Person | null;
  /** Put in place of the claims of the next id tokens. */
  instead: JWTPayload;
  /** An access token for the audience, which ends in so many seconds. */
  token(person: Person, audience: string, seconds: number): Promise<string>;
  stop(): Promise<void>;
}

interface Asked {
  readonly query: URLSearchParams;
  readonly person: Person;
}

export async function startIssuer(): Promise<StubIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' };
  const codes = new Map<string, Asked>();
  const refreshing = new Map<string, Asked>();
  const sign = (claims: JWTPayload, seconds: number): Promise<string> =>
    new SignJWT({ iss: stub.issuer, iat: Math.floor(Date.now() / 1_000), exp: Math.floor(Date.now() / 1_000) + seconds, ...claims }).setProtectedHeader({ alg: 'ES256', kid: 'k' }).sign(privateKey);

  const stub: StubIssuer & { issuer: string } = {
    issuer: '',
    person: null,
    instead: {},
    token: ({ subject, role }, audience, seconds) => sign({ sub: subject, role, aud: audience }, seconds),
    stop: () => new Promise((done) => { server.close(() => { done(); }); server.closeAllConnections(); }),
  };

  const tokensOf = async (asked: Asked): Promise<object> => {
    const { query, person } = asked;
    const refreshToken = randomUUID();
    refreshing.set(refreshToken, asked);
    return {
      token_type: 'Bearer', expires_in: 300, refresh_token: refreshToken,
      access_token: await stub.token(person, query.get('audience') ?? '', 300),
      id_token: await sign({ sub: person.subject, aud: clientId, nonce: query.get('nonce') ?? undefined, ...stub.instead }, 300),
    };
  };

  /** A code counts once, for whoever can prove that he has asked for it. */
  const granted = (form: URLSearchParams): Asked | undefined => {
    if (form.get('grant_type') === 'refresh_token') return refreshing.get(form.get('refresh_token') ?? '');
    const code = form.get('code') ?? '';
    const asked = codes.get(code);
    codes.delete(code);
    const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
    return challenge === asked?.query.get('code_challenge') && form.get('redirect_uri') === asked.query.get('redirect_uri') ? asked : undefined;
  };

  const back = (response: ServerResponse, to: string, answer: Readonly<Record<string, string>>): void => {
    const address = new URL(to);
    for (const [name, value] of Object.entries(answer)) address.searchParams.set(name, value);
    response.writeHead(302, { location: address.href }).end();
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', stub.issuer);
    const told = (status: number, body: object): void => void response.writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*', 'cache-control': 'no-store' }).end(JSON.stringify(body));
    if (pathname === '/.well-known/openid-configuration') {
      return told(200, { issuer: stub.issuer, jwks_uri: `${stub.issuer}/keys`, authorization_endpoint: `${stub.issuer}/authorize`, token_endpoint: `${stub.issuer}/token`, end_session_endpoint: `${stub.issuer}/out`, id_token_signing_alg_values_supported: ['ES256'] });
    }
    if (pathname === '/keys') return told(200, { keys: [jwk] });
    if (pathname === '/out') return back(response, query.get('post_logout_redirect_uri') ?? '', {});
    if (pathname === '/authorize') {
      const [to, state] = [query.get('redirect_uri') ?? '', query.get('state') ?? ''];
      if (query.get('client_id') !== clientId || query.get('code_challenge_method') !== 'S256') return told(400, { error: 'invalid_request' });
      if (stub.person === null) return back(response, to, { state, error: 'access_denied', error_description: 'Nobody of this house.' });
      const code = randomUUID();
      codes.set(code, { query, person: stub.person });
      return back(response, to, { state, code });
    }
    const form = new URLSearchParams(await text(request));
    const asked = granted(form);
    return asked ? told(200, await tokensOf(asked)) : told(400, { error: 'invalid_grant', error_description: 'The code is not for you.' });
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((listens) => { server.listen(0, '127.0.0.1', listens); });
  stub.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return stub;
}

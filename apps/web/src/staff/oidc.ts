// Signing in at the organisation's own issuer: authorization code with PKCE, as a client that has no secret.
import * as oauth from 'oauth4webapi';
import type { Kept, Place } from './tokens.js';

/** Of us at the issuer, as `GET /v1/staff/sign-in` tells. */
export interface OidcClient {
  readonly issuer: string;
  readonly clientId: string;
  readonly audience: string;
  readonly scope: string;
}

/** What only this tab knows between going to the issuer and coming back. */
interface UnderWay {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly address: string;
}

/** The service itself takes such an issuer in the sandbox alone. */
// Marked so that it stands out; nothing replaces it.
// oxlint-disable-next-line typescript/no-deprecated
const plainHttp: typeof oauth.allowInsecureRequests = oauth.allowInsecureRequests;

function underWayIn(place: Place): UnderWay | null {
  const text = place.read();
  return text === null ? null : (JSON.parse(text) as UnderWay);
}

/** The issuer said no, or what came back is not what this tab had asked for. */
export class NotSignedIn extends Error {}

export class Oidc {
  private readonly client: oauth.Client;
  /** Whether it may be asked over plain http. */
  private readonly plain: { readonly [plainHttp]: boolean };

  /** `page`: where the issuer sends people back to, an address that it knows. `place`: where is kept what is under way. */
  constructor(
    private readonly settings: OidcClient,
    private readonly page: string,
    private readonly place: Place,
  ) {
    this.client = { client_id: settings.clientId };
    this.plain = { [plainHttp]: new URL(settings.issuer).protocol === 'http:' };
  }

  /** Whether somebody comes back from an issuer with that address. */
  static isAnswer(address: URL): boolean {
    return address.searchParams.has('state') && (address.searchParams.has('code') || address.searchParams.has('error'));
  }

  /** Where who is under way wants to be afterwards; empty: nobody is, or at the beginning. */
  static addressUnderWay(place: Place): string {
    return underWayIn(place)?.address ?? '';
  }

  /** Where to go to sign in. `address`: where to be afterwards. */
  async begin(address: string): Promise<URL> {
    const { authorization_endpoint: endpoint } = await this.server();
    if (endpoint === undefined) throw new NotSignedIn('The issuer names no place to sign in.');
    const underWay: UnderWay = { state: oauth.generateRandomState(), nonce: oauth.generateRandomNonce(), verifier: oauth.generateRandomCodeVerifier(), address };
    const way = new URL(endpoint);
    const { clientId, scope, audience } = this.settings;
    const asked = {
      client_id: clientId, redirect_uri: this.page, response_type: 'code', scope, audience, state: underWay.state, nonce: underWay.nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(underWay.verifier), code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(asked)) way.searchParams.set(name, value);
    this.place.write(JSON.stringify(underWay));
    return way;
  }

  /** Of the address that the issuer sent one back to; once. Throws {@link NotSignedIn}. */
  async finish(answer: URL): Promise<Kept> {
    const underWay = underWayIn(this.place);
    this.place.write(null);
    if (underWay === null) throw new NotSignedIn('This tab has not asked to sign in.');
    const { state, nonce, verifier } = underWay;
    const server = await this.server();
    return this.orNot(async () => {
      const parameters = oauth.validateAuthResponse(server, this.client, answer, state);
      const response = await oauth.authorizationCodeGrantRequest(server, this.client, oauth.None(), parameters, this.page, verifier, this.plain);
      const told = await oauth.processAuthorizationCodeResponse(server, this.client, response, { expectedNonce: nonce, requireIdToken: true });
      return this.kept(server, told);
    });
  }

  /** Where to go to sign out at the issuer as well; `null`: it knows no such place. */
  async end(idToken: string | undefined): Promise<URL | null> {
    const { end_session_endpoint: endpoint } = await this.server();
    if (endpoint === undefined) return null;
    const way = new URL(endpoint);
    way.searchParams.set('client_id', this.settings.clientId);
    way.searchParams.set('post_logout_redirect_uri', this.page);
    if (idToken !== undefined) way.searchParams.set('id_token_hint', idToken);
    return way;
  }

  private kept(server: oauth.AuthorizationServer, { access_token: token, id_token: idToken, refresh_token: refreshToken }: oauth.TokenEndpointResponse): Kept {
    return {
      token,
      ...(idToken !== undefined && { idToken }),
      ...(refreshToken !== undefined && { renew: () => this.renew(server, refreshToken, idToken) }),
    };
  }

  private async renew(server: oauth.AuthorizationServer, refreshToken: string, idToken: string | undefined): Promise<Kept> {
    const response = await oauth.refreshTokenGrantRequest(server, this.client, oauth.None(), refreshToken, this.plain);
    const told = await oauth.processRefreshTokenResponse(server, this.client, response);
    return this.kept(server, { refresh_token: refreshToken, ...(idToken !== undefined && { id_token: idToken }), ...told });
  }

  private async server(): Promise<oauth.AuthorizationServer> {
    const issuer = new URL(this.settings.issuer);
    return this.orNot(async () => oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm: 'oidc', ...this.plain })));
  }

  /** What an issuer says of a refusal is told; what else goes wrong is told as it is. */
  private async orNot<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError) throw new NotSignedIn(error.error_description ?? error.error);
      throw new NotSignedIn((error as Error).message);
    }
  }
}

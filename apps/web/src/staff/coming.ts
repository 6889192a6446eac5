// How staff come and go: to the issuer and back to the address that they came from, and out again.
import { bodyOf, service } from '../service/client.js';
import { NotSignedIn, Oidc } from './oidc.js';
import { keep, leave } from './session.js';
import type { Place } from './tokens.js';

/** The only address that the issuer has to know of the page. */
const page = location.origin + location.pathname;

const underWay: Place = {
  read: () => sessionStorage.getItem('sunset:sign-in'),
  write(text) {
    if (text === null) sessionStorage.removeItem('sunset:sign-in');
    else sessionStorage.setItem('sunset:sign-in', text);
  },
};

async function issuer(): Promise<Oidc> {
  const { oidc } = await bodyOf(service.GET('/v1/staff/sign-in'));
  if (oidc === null) throw new NotSignedIn('OIDC_CLIENT_ID is not set.');
  return new Oidc(oidc, page, underWay);
}

export async function goToIssuer(): Promise<void> {
  location.assign(await (await issuer()).begin(location.search + location.hash));
}

/** Before a page of staff is drawn: takes in what the issuer has answered, if it has. */
export async function comeBack(): Promise<void> {
  const answer = new URL(location.href);
  if (!Oidc.isAnswer(answer)) return;
  // Neither the history nor a reload is to hold it.
  history.replaceState(null, '', page + Oidc.addressUnderWay(underWay));
  try {
    keep(await (await issuer()).finish(answer));
  } catch (error) {
    leave({ because: 'refused', detail: (error as Error).message });
  }
}

/** Here, and at the issuer where one has signed in there. */
export async function goOut(): Promise<void> {
  const kept = leave();
  const way = kept?.idToken === undefined ? null : await issuer().then((one) => one.end(kept.idToken)).catch(() => null);
  if (way) location.assign(way);
}

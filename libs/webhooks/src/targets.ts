// Where webhooks may go: public addresses only, looked at when an endpoint is registered and again with every connection, after the name was resolved.
import { lookup, type LookupAddress } from 'node:dns';
import { promisify } from 'node:util';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { within } from '#running';

/** `sandbox`: private and loopback addresses too, and without TLS. Never in production. */
export type Reach = 'public' | 'sandbox';

/** The address is none that webhooks may go to; the message says why, and nothing of the network. */
export class TargetRefused extends Error {
  override name = 'TargetRefused';
}

export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

const system = promisify(lookup);
const resolveWithSystem: Resolve = (host) => system(host, { all: true, verbatim: true });

const global6 = ipaddr.parseCIDR('2000::/3');
const inSandbox: ReadonlySet<string> = new Set(['loopback', 'private', 'uniqueLocal']);
/** A cloud's metadata at an address that looks like any private one. */
const metadata: ReadonlySet<string> = new Set(['fd00:ec2::254']);
const lookLimitMs = 2_000;

export class Targets {
  constructor(
    private readonly reach: Reach,
    private readonly resolve: Resolve = resolveWithSystem,
  ) {}

  /** What can be said of a URL without asking anybody: its form, its scheme, and an address that stands in it. Throws {@link TargetRefused}. */
  check(target: string): URL {
    const url = URL.canParse(target) ? new URL(target) : null;
    if (!url || !['https:', 'http:'].includes(url.protocol)) throw new TargetRefused('must be an https URL');
    if (url.protocol === 'http:' && this.reach === 'public') throw new TargetRefused('must be an https URL');
    if (url.username || url.password) throw new TargetRefused('must not hold a user name or a password');
    if (url.hash) throw new TargetRefused('must not hold a fragment');
    const literal = literalOf(url);
    if (literal !== null && !this.allows(literal)) throw new TargetRefused('must not lead to a private, loopback or otherwise reserved address');
    return url;
  }

  /** As {@link check}, and where its name leads today. A name that nobody knows passes: it may be known when something is sent. */
  async admit(target: string): Promise<void> {
    const url = this.check(target);
    if (literalOf(url) !== null) return;
    const found = await within(lookLimitMs, 'looking a name up', this.resolve(url.hostname)).catch(() => []);
    if (!found.every(({ address }) => this.allows(address))) throw new TargetRefused('must not lead to a private, loopback or otherwise reserved address');
  }

  /** How connections find their address; literals never come here. One that is not allowed among several refuses them all. */
  readonly lookup: LookupFunction = (host, { all }, done) => {
    this.resolve(host).then(
      (found) => {
        if (!found[0]) return done(Object.assign(new Error('the name has no address'), { code: 'ENOTFOUND' }), '');
        if (!found.every(({ address }) => this.allows(address))) return done(new TargetRefused('the name leads to a reserved address'), '');
        return all ? done(null, [...found]) : done(null, found[0].address, found[0].family);
      },
      (error: unknown) => done(error as Error, ''),
    );
  };

  /** Also of IPv4 inside of IPv6. */
  private allows(address: string): boolean {
    if (!ipaddr.isValid(address)) return false;
    const ip = ipaddr.process(address);
    const range = ip.range();
    if (this.reach === 'sandbox' && inSandbox.has(range)) return !metadata.has(ip.toString());
    return range === 'unicast' && (ip.kind() === 'ipv4' || ip.match(global6));
  }
}

/** The address that stands in place of a name; `URL` has brought every spelling of one to a single form. */
function literalOf({ hostname }: URL): string | null {
  const literal = hostname.replace(/^\[|\]$/g, '');
  return ipaddr.isValid(literal) ? literal : null;
}

// Named places inside a command, a batch and a firing at which a process is killed. They are found on the wire between the process and its database, so that the
// service holds nothing of them: what crosses says where the process is, and what is held back it has not done.
import type { Listener } from './proxy.js';

/** What one connection asks: the statement, and its parameters as they cross. */
interface Asked {
  readonly sql: string;
  readonly parameters: readonly string[];
}

/** `before`: killed when it asks, and the server never hears of it; `after`: killed when the server has carried it out, and the process never hears of it. */
type Moment = 'before' | 'after';

interface Place {
  readonly moment: Moment;
  /** Whether this is the statement, by what the transaction asked before it. */
  readonly is: (asked: Asked, before: readonly Asked[]) => boolean;
}

const appends = ({ sql }: Asked): boolean => sql.includes('sunset.append_events(');
const commits = ({ sql }: Asked): boolean => /^COMMIT\b/i.test(sql);
/** Its second parameter is the array of accounts, of which each is there once. */
const ofMany = (asked: Asked): boolean => appends(asked) && (asked.parameters[1] ?? '').includes(',');
const claims = ({ sql }: Asked): boolean => sql.includes(`SET status = 'claimed'`);

/** In the order in which a process comes past them. */
export const places = {
  'before the append': { moment: 'before', is: appends },
  'after the append, before its answer is kept': { moment: 'before', is: ({ sql }, before) => sql.includes('INTO sunset.idempotency_keys') && before.some(appends) },
  'before the commit': { moment: 'before', is: (asked, before) => commits(asked) && before.some(appends) },
  'committed, and not told': { moment: 'after', is: (asked, before) => commits(asked) && before.some(appends) },
  'in a batch, before the append': { moment: 'before', is: ofMany },
  'in a batch, before the commit': { moment: 'before', is: (asked, before) => commits(asked) && before.some(ofMany) },
  'in a batch, committed and not told': { moment: 'after', is: (asked, before) => commits(asked) && before.some(ofMany) },
  'after the claim, before the append': { moment: 'before', is: (asked, before) => appends(asked) && before.some(claims) },
  'fired, before the commit': { moment: 'before', is: (asked, before) => commits(asked) && before.some(claims) && before.some(appends) },
  'fired, and not told': { moment: 'after', is: (asked, before) => commits(asked) && before.some(claims) && before.some(appends) },
  'in a batch of a projection': { moment: 'before', is: (asked, before) => commits(asked) && before.some(({ sql }) => sql.includes('UPDATE sunset.projections')) && !before.some(appends) },
  'asked the carrier, before the event': { moment: 'before', is: ({ sql, parameters }) => sql.includes('UPDATE sunset.effects') && sql.includes('settled_at = CASE') && ['released', 'already-gone'].includes(parameters[3] ?? '') },
  'told a receiver, before the note': { moment: 'before', is: ({ sql }) => sql.includes('INSERT INTO sunset.webhook_deliveries') },
} satisfies Readonly<Record<string, Place>>;

export type PlaceName = keyof typeof places;

/** Listens to one process all the time, since a statement has its text only when it is prepared, and kills it once it comes past the place that is armed. */
export class CrashPoints implements Listener {
  private armed: Place | null = null;
  private readonly links = new WeakMap<object, Link>();

  constructor(private readonly crash: () => void) {}

  arm(name: PlaceName | null): void {
    this.armed = name === null ? null : places[name];
  }

  /** Whether nobody came past what was armed last. */
  get isArmed(): boolean {
    return this.armed !== null;
  }

  asked(connection: object, piece: Buffer): boolean {
    const link = this.of(connection);
    for (const asked of link.read(piece)) {
      const before = link.transaction;
      const here = this.armed?.is(asked, before) ? this.armed : null;
      if (/^(BEGIN|START TRANSACTION)\b/i.test(asked.sql)) link.transaction = [];
      else link.transaction.push(asked);
      if (!here) continue;
      this.armed = null;
      if (here.moment === 'after') link.dies = true;
      else {
        this.crash();
        return false;
      }
    }
    return true;
  }

  answered(connection: object): boolean {
    const link = this.of(connection);
    if (!link.dies) return true;
    link.dies = false;
    this.crash();
    return false;
  }

  private of(connection: object): Link {
    let link = this.links.get(connection);
    if (!link) this.links.set(connection, (link = new Link()));
    return link;
  }
}

/** The messages of PostgreSQL's protocol that one connection sends. */
class Link {
  transaction: Asked[] = [];
  dies = false;
  private rest = Buffer.alloc(0);
  private readonly prepared = new Map<string, string>();

  *read(piece: Buffer): Generator<Asked> {
    this.rest = Buffer.concat([this.rest, piece]);
    while (this.rest.length >= 5) {
      // The first message has no type: its length begins with a zero.
      const head = this.rest[0] === 0 ? 0 : 1;
      const length = head + this.rest.readUInt32BE(head);
      if (this.rest.length < length) return;
      const [type, body] = [head === 0 ? '' : String.fromCharCode(this.rest[0]!), this.rest.subarray(head + 4, length)];
      this.rest = this.rest.subarray(length);
      const words = (): string[] => body.toString('latin1').split('\0');
      if (type === 'Q') yield { sql: words()[0]!, parameters: [] };
      if (type === 'P') this.prepared.set(words()[0]!, words()[1]!);
      if (type === 'B') yield { sql: this.prepared.get(words()[1]!) ?? '', parameters: parametersOf(body) };
    }
  }
}

/** Of a message that binds them: two names, the formats, and then each with its length before it, which is -1 where there is none. */
function parametersOf(body: Buffer): readonly string[] {
  let at = body.indexOf(0, body.indexOf(0) + 1) + 1;
  at += 2 + 2 * body.readUInt16BE(at);
  return Array.from({ length: body.readUInt16BE(at) }, (_, nth) => {
    at += nth === 0 ? 2 : 0;
    const length = Math.max(0, body.readInt32BE(at));
    at += 4 + length;
    return body.toString('latin1', at - length, at);
  });
}

// Who is let in, as what, and in which spelling of a path, broken one at a time.
//
// 2026-11-27: all 14 were carried out, and noticed.
export const folder = 'apps/api/src';
export const witnesses = { tests: ['test/end-to-end/authorization.int.spec'] };
/** The tests need PostgreSQL. */
export const servers = true;

const named = (name) => ['test/end-to-end/authorization.int.spec', '-t', name];
const plain = named('is open to whom the document says');
const spelled = named('every door');
const callers = named('is its own caller');
const silent = named('silent from the begin of an erasure');

const keys = ['apps/api/src/http/idempotency/idempotency.int.spec', '-t', 'too many answers'];

export const mutants = [
  ['a customer has every account', 'http/server/door.ts', "if (asksForForeign(request)) throw notFoundProblem('account');", '', plain],
  ['every role may do everything', 'http/server/door.ts', "if (!policy.includes(subject.role)) throw new Problem('forbidden');", '', plain],
  ['a viewer may do what an operator may', 'auth/policy.ts', " || methodOf(handler) !== 'GET'", '', plain],
  ['what is no known property is passed over', 'http/input/input.ts', "} else broken.push({ pointer: where, message: 'is not a known property', code: 'invalid_request' });", '}', plain],
  ['what takes no body takes any', 'http/server/bodiless.interceptor.ts', 'if (names.length > 0) throw', 'if (names.length > 50) throw', plain],
  ['a token never runs out', 'auth/tokens.ts', "if (error instanceof errors.JWTExpired) throw unauthenticated('The token has expired.');", 'if (error instanceof errors.JWTExpired) return error.payload;', plain],
  ['whoever has a cookie may change something from anywhere', 'auth/page-access.ts', 'if (!reading.has(request.method) && !this.isOwn(request)) {', 'if (reading.has(request.method) && !this.isOwn(request)) {', plain],
  ['answers may be kept by whoever passes them on', 'http/server/server.ts', "reply.header('cache-control', 'no-store');", "reply.header('cache-control', 'private');", plain],
  ['the address as it is written says what may be kept', 'http/server/server.ts', "if (routeOf(request).startsWith('/v1/'))", "if (request.url.startsWith('/v1/'))", spelled],
  ['the address as it is written says whether anybody is asked who he is', 'http/server/door.ts', 'if (isUncounted(request)) return;', "if (isUncounted(request) || !request.url.startsWith('/v1/')) return;", spelled],
  ['a key is everybody\'s', 'http/idempotency/idempotency.interceptor.ts', 'JSON.stringify([role, subject, accountId ?? null])', "JSON.stringify([role, subject, accountId].slice(3))", callers],
  ['a key is of a subject in every role', 'http/idempotency/idempotency.interceptor.ts', 'JSON.stringify([role, subject, accountId ?? null])', 'JSON.stringify([role.length > 0, subject, null])', callers],
  ['a key is of a role, whoever has it', 'http/idempotency/idempotency.interceptor.ts', 'JSON.stringify([role, subject, accountId ?? null])', 'JSON.stringify([role, subject.length > 0, accountId ?? null])', callers],
  ['a key is of a subject, whatever its account', 'http/idempotency/idempotency.interceptor.ts', 'JSON.stringify([role, subject, accountId ?? null])', 'JSON.stringify([role, subject, accountId !== undefined])', callers],
  ['a customer uses as many keys as he likes', 'http/idempotency/idempotency.ts', 'if (request.countedFor !== null &&', "if (request.countedFor === '' &&", keys],
  ['a key is counted each time that its request begins anew', 'http/idempotency/idempotency.ts', ' && this.database.deferred?.attempt === 1', '', keys],
  ['each of an account has keys of his own', 'http/idempotency/idempotency.interceptor.ts', 'countedFor: customersOf(identity),', 'countedFor: identity.subject,', keys],
  ['the address as it is written says what falls silent', 'http/idempotency/idempotency.interceptor.ts', "fallsSilent: routeOf(request).startsWith('/v1/accounts'),", "fallsSilent: request.url.startsWith('/v1/accounts'),", silent],
];

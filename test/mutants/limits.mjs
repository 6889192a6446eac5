// What anybody may make us hold, wait for or do, broken one limit at a time.
//
// 2026-11-28: all carried out, and noticed; two only after their tests were mended (as many connections as come, what is under way).
export const folder = 'apps/api/src';
export const witnesses = { tests: ['apps/api/src/http/server/connections.spec'] };
/** Some of the tests need PostgreSQL. */
export const servers = true;

const connections = (name) => ['apps/api/src/http/server/connections.spec', '-t', name];
const shared = ['libs/running/src/shared-work.spec'];
const network = ['apps/api/src/http/requests/network.spec'];
const slow = ['apps/api/src/http/server/slow-bodies.spec'];
const health = ['apps/api/src/health/health.int.spec'];
const pasts = ['test/past/asked.int.spec', '-t', 'never more than so many|where nobody waits|of one past'];

export const mutants = [
  ['as many connections as come', 'http/server/connections.ts', 'this.sockets.size >= most || ', '', connections('too many in all')],
  ['as many of an address as come', 'http/server/connections.ts', '(mostOfAddress > 0 && count >= mostOfAddress)', 'count < 0', connections('its address has too many')],
  ['an address that had too many has too many for ever', 'http/server/connections.ts', 'this.ofAddress.get(address)! - 1;', 'this.ofAddress.get(address)!;', connections('its address has too many')],
  ['a second server beside the one with limits', 'http/server/settings.ts', "host === 'localhost' ? '127.0.0.1' : host", 'host', connections('one server')],
  ['who was told that it makes no sense keeps the connection', 'http/server/server.ts', '  setTimeout(() => socket.destroy(), lastWordsMs).unref();\n', '', connections('makes no sense is given up')],
  ['what came too late makes no sense', 'http/server/server.ts', "error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? cameTooLate() : ", '', connections('does not come in time')],
  ['as many requests ahead as come', 'http/server/connections.ts', 'waiting.length < aheadMost', 'waiting.length >= 0', connections('end it where they are too many')],
  ['requests ahead are begun at once', 'http/server/connections.ts', 'waiting.push(begin);', 'begin();', connections('one after the other')],
  ['requests of who has gone are begun', 'http/server/connections.ts', 'socket.destroyed ? undefined : ', '', connections('one after the other')],
  ['what is expected of us is answered by Node', 'http/server/connections.ts', "    instance.server.on('checkExpectation', (request, response) => instance.server.emit('request', request, response));\n", '', connections('whatever they expect')],
  ['a path that cannot be read is answered by the framework', 'http/server/server.ts', 'isReadable(url) ? url : nowhere', 'url', connections('whatever they expect')],
  ['a body of nobody is waited for', 'http/server/door.ts', "instance.addHook('onRequest', async (request, reply)", "instance.addHook('preHandler', async (request, reply)", connections('is not waited for')],
  ['a body of a byte a chunk is taken', 'http/server/body-parsers.ts', "if (socket.bytesRead - before > besides.most", "if (length < 0 && socket.bytesRead - before > besides.most", connections('in chunks of a byte')],
  ['a caller holds as many bytes as he sends', 'http/server/body-budget.ts', 'if (own > this.most / 4)', 'if (own < 0)', connections('beside others')],
  ['what has gone is held', 'http/server/body-budget.ts', 'const left = this.ofCaller.get(part.caller)! - countedOf(part);', 'const left = this.ofCaller.get(part.caller)!;', connections('beside others')],
  ['JSON of any depth and any number of parts', 'http/server/body-parsers.ts', 'if (excess !== null)', "if (excess === '')", connections('that is nested|that has more')],
  ['a body may come as slowly as it likes', 'http/server/connections.ts', "if (!raw.complete && this.sockets.has(raw.socket)) server", "if (raw.complete && this.sockets.has(raw.socket)) server", slow],
  ['a streamed body has the time of one that is read whole', 'http/server/connections.ts', 'if (isStreamed(request) || !(', 'if (!(', slow],
  ['who only holds a connection is waited for', 'http/server/connections.ts', '    timers.push(setTimeout(() => this.cut((socket) => !this.underWay.has(socket)), finishAskingMs));\n', '', connections('only holds a connection')],
  ['what is under way is cut off with those', 'http/server/connections.ts', 'this.cut((socket) => !this.underWay.has(socket))', 'this.cut(() => true)', connections('only holds a connection')],
  ['whoever has no answer is waited for without end', 'http/server/connections.ts', 'const timers = [setTimeout(() => this.cut(() => true), limitMs)];', 'const timers = [setTimeout(() => undefined, limitMs)];', connections('cuts off in the end')],
  ['nobody is told to come again', 'http/server/connections.ts', '      this.turnsAway = true;\n', '', connections('resets nobody')],
  ['a process that stops does not say so', 'http/server/connections.ts', '    this.stopping = true;\n', '', connections('says so before')],
  ['each address of IPv6 is somebody else', 'http/requests/network.ts', 'groups.slice(0, 4)', 'groups', network],
  ['an address of IPv4 has a second spelling', 'http/requests/network.ts', "if (four !== undefined || !address.includes(':')) return four ?? address;", "if (!address.includes(':')) return address;", network],
  ['work that all share is begun while it is done', '../../../libs/running/src/shared-work.ts', '    await this.free;\n', '', shared],
  ['work that all share never rests', '../../../libs/running/src/shared-work.ts', 'done.then(pause, pause)', 'done', shared],
  ['each who asks has the work done', '../../../libs/running/src/shared-work.ts', '(this.next ??= this.begin())', 'this.begin()', shared],
  ['who comes while it is done is told what was begun before', '../../../libs/running/src/shared-work.ts', '    this.next = undefined;\n    const began = performance.now();\n    const done = this.work();', '    const began = performance.now();\n    const done = this.work().finally(() => (this.next = undefined));', shared],
  ['each who asks for readiness has the database asked', 'health/health.controller.ts', 'await this.looks.ask();', 'await this.look();', health],
  ['each who asks for metrics has a text made', 'health/metrics-text.ts', 'return this.texts.ask();', 'return (this.texts as unknown as { work: () => Promise<string> }).work();', health],
  ['long pages are as any others', 'http/server/shares.ts', 'if (entries > longPages.entries) giveLong', 'if (request.is404) giveLong', ['apps/api/src/http/server/shares.spec']],
  ['who waits is never counted', 'http/server/shares.ts', 'if (!isWaiting(request)) return read();', 'return read();', ['apps/api/src/http/server/shares.spec']],
  ['who waits looks for as much as he asked for', '../../../libs/application/src/feed.ts', 'Math.min(asked.limit, furtherMost)', 'asked.limit', ['libs/application/src/feed.spec']],
  ['who waited is refused in the end', 'http/server/shares.ts', 'if (further && (error instanceof Problem || further.signal?.aborted)) return null;', '', ['apps/api/src/http/server/shares.spec']],
  ['what is announced counts for nothing', 'http/server/body-parsers.ts', 'if (announced <= limit) budget.announce(request, announced);', '', connections('of which nothing has come|that cannot fit')],
  ['blank lines are no lines', '../../../libs/ndjson/src/lines.ts', ' || index === linesLookedAt', '', ['libs/ndjson/src/lines.spec']],
  ['each reading leaves a note', '../../../libs/retained-data/src/data-accesses.ts', 'WHERE NOT EXISTS (', 'WHERE 1 = 1 OR EXISTS (', ['libs/retained-data/src/data-accesses.int.spec']],
  ['as many pasts as are asked for', 'analytics/pasts.ts', 'if (this.all.size >= most) throw', 'if (this.all.size < 0) throw', pasts],
  ['a past is made for each who asks', 'analytics/pasts.ts', 'known && performance.now() < known.staleAt ? known :', 'known && performance.now() < 0 ? known :', pasts],
  ['a past that nobody waits for is made to its end', 'analytics/pasts.ts', "      kept.gone.abort(new Error('nobody waits for it any more'));\n", '', pasts],
];

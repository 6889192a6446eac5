// Processes that cannot outlive the one that started them.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs between us and the command. It passes on the signals written to descriptor 3; when that ends, because we closed it or because
 * we were killed, it sends the last one, again and again. Signals to the whole process group leave the guard itself alone.
 * A command that is not there yet still has the guard's own traps and would lose a signal: it writes a line to descriptor 3 once it has none.
 */
const guard = `
last=$1; shift
trap : INT TERM HUP
( trap - INT TERM HUP; echo >&3; exec "$@" </dev/null 3<&- ) &
child=$!
( trap "" INT TERM HUP; while read -r signal; do kill -s "$signal" "$child"; done; while kill -s "$last" "$child"; do sleep 1; done ) <&3 2>/dev/null &
watcher=$!
exec 3<&-
while wait "$child" 2>/dev/null; status=$?; kill -s 0 "$child" 2>/dev/null; do :; done
kill -s KILL "$watcher" 2>/dev/null; wait "$watcher" 2>/dev/null
exit "$status"`;

const told = (status, signal) => {
  if (signal) return signal;
  return status > 128 ? `signal ${status - 128}` : `status ${status}`;
};

/**
 * Starts a command under the guard.
 * `output`: a file descriptor, or a function that gets each line. `lastSignal`: what the command gets when we are gone.
 * `descriptors`: open files that the command finds as 4, 5, ….
 * `ended` resolves with how it ended; it never rejects.
 */
export function launch(command, args, { env = process.env, cwd, uid, gid, detached = false, output, lastSignal = 'TERM', descriptors = [] } = {}) {
  const sink = typeof output === 'number' ? output : 'pipe';
  const child = spawn('/bin/sh', ['-c', guard, 'guard', lastSignal, command, ...args], {
    env, cwd, uid, gid, detached, stdio: ['ignore', sink, sink, 'pipe', ...descriptors],
  });
  const control = child.stdio[3];
  control?.on('error', () => undefined);
  if (typeof output === 'function') for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', output);
  const process_ = { running: true };
  const ended = new Promise((done) => {
    child.on('error', (error) => done(error.message));
    child.on('close', (status, signal) => done(told(status, signal)));
  }).then((how) => {
    process_.running = false;
    return how;
  });
  const listening = new Promise((done) => control?.once('data', done));
  const signal = (name) => void listening.then(() => process_.running && control.write(`${name}\n`));

  return Object.assign(process_, {
    ended,
    signal,
    /** `steps`: signal and the milliseconds to wait for it to work; KILL follows if none did. */
    async stop(steps = [[lastSignal, 8000]]) {
      for (const [name, ms] of [...steps, ['KILL', 2000]]) {
        if (!process_.running) return;
        signal(name);
        await Promise.race([ended, sleep(ms, undefined, { ref: false })]);
      }
    },
  });
}

/** Runs a command to its end. Rejects when it fails, naming `what`, with its last lines if nobody saw them; an abort stops it. */
export function run(what, command, args, { env = process.env, cwd, uid, gid, stdio = ['ignore', 'pipe', 'pipe'], signal, onLine } = {}) {
  return new Promise((done, fail) => {
    const unseen = [];
    const child = spawn(command, args, { env, cwd, uid, gid, signal, stdio });
    const see = onLine ?? ((line) => (unseen.push(line) > 40 ? unseen.shift() : undefined));
    for (const stream of [child.stdout, child.stderr]) if (stream) createInterface({ input: stream }).on('line', see);
    child.on('error', fail);
    child.on('close', (status, by) => {
      if (status === 0) return done();
      const failure = new Error(`${what} failed (${told(status, by)})${unseen.length > 0 ? `:\n${unseen.join('\n')}` : '; its own words stand above'}`);
      fail(Object.assign(failure, { status: status ?? 1 }));
    });
  });
}

const shortestPauseMs = 500;
const longestPauseMs = 30_000;
const steadyAfterMs = 60_000;

/**
 * Keeps a process running. Until `keep()` is called its end is only reported, by `firstEnd`; from then on it is started again, each time
 * after a longer pause; a steady minute makes the pause short again.
 */
export function supervise(name, start, say) {
  let kept = false;
  const stopping = new AbortController();
  let pauseMs = shortestPauseMs;
  let current = start();
  const firstEnd = current.ended;

  const watch = async () => {
    const since = performance.now();
    const how = await current.ended;
    if (performance.now() - since > steadyAfterMs) pauseMs = shortestPauseMs;
    // A signal to the whole group reaches the child first: the pause lets ours arrive before we speak of a failure.
    await sleep(shortestPauseMs, undefined, { signal: stopping.signal });
    say(`${name} ended (${how}); starting it again in ${pauseMs / 1000} s`);
    await sleep(pauseMs, undefined, { signal: stopping.signal });
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    current = start();
    return watch();
  };

  return {
    firstEnd,
    keep() {
      if (kept) return;
      kept = true;
      watch().catch((error) => {
        if (!stopping.signal.aborted) say(`${name} cannot be started again: ${error.message}`);
      });
    },
    stop(steps) {
      stopping.abort();
      return current.stop(steps);
    },
  };
}

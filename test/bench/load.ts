// Asks a server over and over from a process of its own, so that whoever answers has its thread to itself. Reads what to ask from its standard input, writes how it went.
import { connect } from 'node:net';
import { json } from 'node:stream/consumers';

export interface Load {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  /** Whole requests, taken in turn; each is asked once before any is asked again. */
  readonly requests: readonly string[];
}

export interface Answered {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

const load = (await json(process.stdin)) as Load;
const took: number[] = [];
let next = 0;
const start = performance.now();
const end = start + load.seconds * 1000;

/** One request at a time on one connection. Answers say their length; what is not 2xx ends the measurement. */
function ask(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true });
    let began = 0;
    let answer = '';
    const send = (): void => {
      if (performance.now() >= end) {
        socket.end();
        resolve();
        return;
      }
      answer = '';
      began = performance.now();
      socket.write(load.requests[next++ % load.requests.length]!);
    };
    socket.setEncoding('latin1').on('connect', send).on('error', reject).on('data', (text: string) => {
      answer += text;
      const head = answer.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = /content-length: (\d+)/i.exec(answer.slice(0, head))?.[1];
      if (length === undefined || !answer.startsWith('HTTP/1.1 2')) {
        reject(new Error(answer));
        socket.destroy();
        return;
      }
      if (answer.length < head + 4 + Number(length)) return;
      took.push(performance.now() - began);
      send();
    });
  });
}

await Promise.all(Array.from({ length: load.connections }, ask));
const seconds = (performance.now() - start) / 1000;
const sorted = took.toSorted((a, b) => a - b);
const answered: Answered = { perSecond: took.length / seconds, p50: sorted[Math.floor(sorted.length * 0.5)]!, p99: sorted[Math.floor(sorted.length * 0.99)]! };
process.stdout.write(JSON.stringify(answered));

// Who is refused before a long body of his has come is told so, and what he goes on to send is left on the way: reading it would cost more than the refusal.
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { letInOf } from '../../auth/identity.js';
import { lastWordsMs } from './connections.js';

/** In bytes: what is shorter is on the way already, is read and forgotten, and leaves a connection that can be used again. */
const shortMost = 256 * 1024;

const isLong = ({ headers }: IncomingMessage): boolean => 'transfer-encoding' in headers || Number(headers['content-length']) > shortMost;

/** Let in, but asks too much, or asks when there is too much. */
const tooMuch = new Set([429, 503]);

export function leaveUnread(instance: FastifyInstance): void {
  instance.addHook('onSend', (request, reply, _payload, done) => {
    const { raw } = request;
    if (!raw.complete && isLong(raw) && (letInOf(request) === undefined || tooMuch.has(reply.statusCode))) {
      reply.header('connection', 'close');
      // Node reads to its end whatever nobody has begun to read; this begins, and takes no more than one buffer.
      raw.read(0);
      // What Node calls once the answer is written: it would cut the connection at once, and whoever is still sending would never see the answer (RFC 9112, section 9.6).
      raw.socket.destroySoon = () => {
        raw.socket.end();
        const cut = setTimeout(() => raw.socket.destroy(), lastWordsMs).unref();
        raw.socket.once('close', () => clearTimeout(cut));
      };
    }
    done();
  });
}

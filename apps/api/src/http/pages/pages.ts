// The pages, as they were built: documents that are always asked for anew, and files whose names change with their content.
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { pagePolicy } from './policy.js';

export interface Pages {
  /** Of the build. */
  readonly folder: string;
  /** The first five minutes lie at `/` then, and show the Membership page in a frame. */
  readonly sandbox: boolean;
  /** Origins whose pages may show the Membership page in a frame. */
  readonly frameAncestors: readonly string[];
  /** Origins that staff's pages ask when somebody signs in. */
  readonly signInOrigins: readonly string[];
}

/** `/membership/`, the files of all pages, the operators' desk at `/ops/`, Insights at `/insights/`, and in the sandbox `/`. */
export async function servePages(instance: FastifyInstance, { folder, sandbox, frameAncestors, signInOrigins }: Pages): Promise<void> {
  await instance.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/membership/assets/',
    index: false,
    // Of files that the build has squeezed.
    preCompressed: true,
    // One that is not there has no route.
    wildcard: false,
    cacheControl: false,
    setHeaders: (reply, path) => void reply.header('cache-control', path.endsWith('.html') ? 'no-store' : 'public, max-age=31536000, immutable'),
  });
  const send = (reply: FastifyReply, file: string, policy: string) =>
    reply
      .headers({ 'content-security-policy': policy, 'referrer-policy': 'no-referrer' })
      // The policy says it, and to more than one.
      .removeHeader('x-frame-options')
      .sendFile(file, folder, { cacheControl: false, etag: false, lastModified: false });
  const shownBy = [...(sandbox ? ["'self'"] : []), ...frameAncestors];
  const membership = pagePolicy({ frameAncestors: shownBy, hasFrames: false });
  instance.get('/membership', (_request, reply) => reply.redirect('/membership/', 301));
  instance.get('/membership/', (_request, reply) => send(reply, 'membership.html', membership));
  const ofStaff = pagePolicy({ frameAncestors: [], hasFrames: false, asks: signInOrigins });
  instance.get('/ops', (_request, reply) => reply.redirect('/ops/', 301));
  instance.get('/ops/', (_request, reply) => send(reply, 'ops.html', ofStaff));
  instance.get('/insights', (_request, reply) => reply.redirect('/insights/', 301));
  instance.get('/insights/', (_request, reply) => send(reply, 'insights.html', ofStaff));
  if (!sandbox) return;
  const firstFiveMinutes = pagePolicy({ frameAncestors: [], hasFrames: true });
  instance.get('/', (_request, reply) => send(reply, 'first-five-minutes.html', firstFiveMinutes));
}

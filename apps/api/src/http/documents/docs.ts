// `/openapi.json` for programs and `/docs` for people, all of it from this process: the page works without the internet.
import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';

const assets = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Sunset API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
  </head>
  <body>
    <div id="docs"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const start = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true, persistAuthorization: true });\n`;

/** `document` is made once, at the first request for it. What is long is held once as the bytes that are sent: whoever asks and does not read holds no copy of his own. */
export function serveDocs(instance: FastifyInstance, document: () => unknown): void {
  let json: Buffer | undefined;
  instance.get('/openapi.json', (_request, reply) => reply.type('application/json; charset=utf-8').send((json ??= Buffer.from(JSON.stringify(document())))));
  instance.get('/docs', (_request, reply) => reply.type('text/html; charset=utf-8').send(html));
  instance.get('/docs/start.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(start));
  for (const [name, type] of Object.entries(assets)) {
    let content: Promise<Buffer> | undefined;
    instance.get(`/docs/${name}`, async (_request, reply) => reply.type(type).header('cache-control', 'public, max-age=3600').send(await (content ??= read(name))));
  }
}

const read = (name: string): Promise<Buffer> => readFile(new URL(import.meta.resolve(`swagger-ui-dist/${name}`)));

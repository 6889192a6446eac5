// Who may import whom. A row may import what it lists, and lists only rows above it: a circle cannot be written down.

/** Rows are `libs/<name>` and `apps/<name>`; they list other rows, npm packages, and `node` for Node's own modules. */
export const mayImport = {
  'libs/kernel': [],
  'libs/domain': ['libs/kernel', 'temporal-polyfill'],
  'libs/certificates': ['libs/kernel', 'libs/domain', 'node'],
  // Holds what was promised against what this build would do.
  'libs/promises': ['libs/kernel', 'libs/domain'],
  // Whether the sandbox is on.
  'libs/sandbox': [],
  // Speaks to carriers; knows nothing of ours.
  'libs/carriers': ['libs/sandbox', 'node', 'fast-xml-parser', 'telnyx', 'twilio'],
  // Reads documents of one object a line; knows none of them.
  'libs/ndjson': ['libs/kernel'],
  // How an address is compared, whoever keeps it.
  'libs/addresses': ['node', 'libphonenumber-js'],
  'libs/postgres': ['libs/kernel', 'node', 'pg', 'typeorm'],
  // What follows from what, for a collector; knows nothing of ours.
  'libs/tracing': ['@opentelemetry/api', '@opentelemetry/exporter-trace-otlp-http', '@opentelemetry/resources', '@opentelemetry/sdk-trace-node', 'bullmq', 'bullmq-otel'],
  // How work goes on in any process: what it waits, retries, says and queues. Knows no table.
  'libs/running': ['libs/postgres', 'libs/tracing', 'node', 'bullmq', 'ioredis', 'pg', 'pino'],
  'libs/personal-data': ['libs/kernel', 'libs/postgres', 'node', 'typeorm'],
  'libs/event-store': ['libs/kernel', 'libs/postgres', 'libs/personal-data', 'node', 'typeorm'],
  'libs/deadlines': ['libs/kernel', 'libs/postgres', 'libs/tracing', 'libs/running', 'libs/event-store', 'node', 'typeorm'],
  'libs/processes': ['libs/kernel', 'libs/sandbox', 'libs/postgres', 'libs/running', 'node', 'typeorm'],
  // Speaks to mail servers; knows nothing of what it carries.
  'libs/mail': ['libs/kernel', 'libs/sandbox', 'libs/postgres', 'libs/personal-data', 'libs/carriers', 'node', 'nodemailer', 'typeorm'],
  'libs/notices': ['libs/kernel', 'libs/domain', 'ical-generator'],
  'libs/effects': ['libs/kernel', 'libs/postgres', 'libs/tracing', 'libs/running', 'libs/carriers', 'libs/mail', 'libs/deadlines', 'node', 'typeorm'],
  'libs/purge': ['libs/kernel', 'libs/sandbox', 'libs/postgres', 'libs/running', 'libs/personal-data', 'libs/event-store', 'libs/deadlines', 'libs/effects', 'node', 'typeorm'],
  'libs/projections': ['libs/kernel', 'libs/postgres', 'libs/running', 'libs/event-store', 'node', 'typeorm'],
  'libs/retained-data': ['libs/kernel', 'libs/ndjson', 'libs/postgres', 'libs/running', 'libs/personal-data', 'node', 'pg', 'typeorm'],
  'libs/scheduled-messages': ['libs/kernel', 'libs/ndjson', 'libs/postgres', 'typeorm'],
  'libs/kept-answers': ['libs/postgres', 'node', 'typeorm'],
  'libs/page-sessions': ['libs/kernel', 'libs/postgres', 'node', 'typeorm'],
  'libs/opt-outs': ['libs/kernel', 'libs/addresses', 'libs/postgres', 'libs/personal-data', 'typeorm'],
  'libs/holders': ['libs/kernel', 'libs/postgres', 'libs/personal-data', 'typeorm'],
  // What carriers list against what we believe.
  'libs/carrier-drift': ['libs/kernel', 'libs/postgres', 'libs/running', 'libs/personal-data', 'libs/carriers', 'libs/holders', 'node', 'typeorm'],
  'libs/directory': ['libs/kernel', 'libs/addresses', 'libs/postgres', 'libs/personal-data', 'typeorm'],
  'libs/imports': ['libs/kernel', 'libs/postgres', 'libs/running', 'libs/personal-data', 'node', 'typeorm'],
  'libs/webhooks': ['libs/kernel', 'libs/postgres', 'libs/running', 'libs/personal-data', 'libs/event-store', 'node', 'ipaddr.js', 'typeorm', 'undici'],
  'libs/staff-reads': ['libs/kernel', 'libs/postgres', 'libs/running', 'libs/personal-data', 'typeorm'],
  'libs/four-eyes': ['libs/kernel', 'libs/postgres', 'node', 'typeorm'],
  // What operators do to many at once: what was shown, and what became of it. Knows no command.
  'libs/acts': ['libs/kernel', 'libs/postgres', 'node', 'typeorm'],
  // What the house decides, read from its file.
  'libs/policies': ['libs/domain', 'libs/postgres', 'node', 'typeorm', 'yaml'],
  'libs/read-models': ['libs/kernel', 'libs/domain', 'libs/postgres', 'libs/deadlines', 'libs/projections', 'node', 'typeorm'],
  // Proves from the log what the others have done; knows none of their code.
  'libs/audit': ['libs/kernel', 'libs/postgres', 'libs/running', 'libs/deadlines', 'typeorm'],
  'libs/application': [
    'libs/kernel', 'libs/domain', 'libs/addresses', 'libs/postgres', 'libs/tracing', 'libs/running', 'libs/personal-data', 'libs/event-store', 'libs/deadlines', 'libs/processes', 'libs/effects', 'libs/purge', 'libs/projections',
    'libs/retained-data', 'libs/scheduled-messages', 'libs/kept-answers', 'libs/page-sessions', 'libs/opt-outs', 'libs/carriers', 'libs/holders', 'libs/carrier-drift', 'libs/directory', 'libs/imports', 'libs/mail', 'libs/notices', 'libs/webhooks', 'libs/staff-reads', 'libs/four-eyes', 'libs/acts', 'libs/policies', 'libs/read-models', 'libs/audit', 'node', '@nestjs/common', '@nestjs/cqrs', 'lru-cache',
  ],
  'apps/api': [
    'libs/kernel', 'libs/domain', 'libs/certificates', 'libs/sandbox', 'libs/carriers', 'libs/ndjson', 'libs/mail', 'libs/notices', 'libs/postgres', 'libs/tracing', 'libs/running', 'libs/personal-data', 'libs/event-store', 'libs/deadlines', 'libs/processes', 'libs/effects', 'libs/purge', 'libs/projections',
    'libs/retained-data', 'libs/scheduled-messages', 'libs/kept-answers', 'libs/page-sessions', 'libs/opt-outs', 'libs/carrier-drift', 'libs/imports', 'libs/webhooks', 'libs/staff-reads', 'libs/four-eyes', 'libs/acts', 'libs/policies', 'libs/read-models', 'libs/audit', 'libs/application', 'node', '@fastify/helmet', '@fastify/static',
    '@nestjs/common', '@nestjs/core', '@nestjs/cqrs', '@nestjs/platform-fastify', '@nestjs/swagger', 'class-validator',
    'fastify', 'hyparquet-writer', 'jose', 'lru-cache', 'pino', 'prom-client', 'reflect-metadata', 'rxjs', 'stripe', 'typeorm', 'yazl',
  ],
  'apps/worker': [
    'libs/kernel', 'libs/domain', 'libs/sandbox', 'libs/postgres', 'libs/tracing', 'libs/running', 'libs/personal-data', 'libs/event-store', 'libs/carriers', 'libs/mail', 'libs/deadlines', 'libs/processes', 'libs/effects', 'libs/purge', 'libs/projections',
    'libs/retained-data', 'libs/kept-answers', 'libs/page-sessions', 'libs/opt-outs', 'libs/holders', 'libs/carrier-drift', 'libs/imports', 'libs/webhooks', 'libs/policies', 'libs/read-models', 'libs/audit', 'libs/application', 'node', '@nestjs/common', '@nestjs/core',
    '@nestjs/cqrs', 'pino', 'prom-client', 'reflect-metadata',
  ],
  // Runs what is not a service: migrations, whosever they are, and an account's diary.
  'apps/launch': [
    'libs/kernel', 'libs/domain', 'libs/certificates', 'libs/promises', 'libs/postgres', 'libs/personal-data', 'libs/event-store', 'libs/processes', 'libs/policies', 'libs/purge', 'libs/read-models', 'libs/application', 'apps/api', 'node', '@nestjs/core', 'reflect-metadata',
  ],
  // In a browser: knows the service by its generated client alone.
  'apps/web': [
    'clients/typescript', '@lingui/core', '@lingui/react', '@tanstack/react-query', 'echarts', 'oauth4webapi', 'react', 'react-aria-components', 'react-dom',
  ],
} as const satisfies Record<string, readonly string[]>;

/** Of these what they import goes into the files that they are built into, so that production installs none of it. */
export const builtWhole: readonly string[] = ['apps/web'];

/** What tests may import besides what their row may. */
export const testsMayImport: readonly string[] = ['node', '@jest/globals', '@nestjs/testing', 'ajv', 'ajv-formats', 'fast-check', 'ioredis', 'yauzl', 'test/stories', 'test/support'];

/** What the tests of a row may import besides, since they put together what its sources are handed. */
export const ownTestsMayImport: Readonly<Record<string, readonly string[]>> = {
  'libs/running': ['typeorm'],
  'libs/deadlines': ['bullmq'],
  'libs/mail': ['smtp-server'],
  'libs/notices': ['ical.js'],
  'libs/projections': ['libs/personal-data'],
  'libs/webhooks': ['standardwebhooks'],
  'apps/worker': ['libs/kernel'],
  'apps/web': ['pg', 'playwright-core', 'test/end-to-end'],
};

// The shapes of what only the sandbox has: tokens, its mailbox, faults, and a look into the queue.
import { serviceFaults } from '#processes';
import { InstantSchema, nullable, object, oneOf, schema, text, whole } from '../http/answers/schemas.js';

export const TokenSchema = schema('Token', object({ token: text }));

export const MailSchema = schema(
  'SandboxMail',
  object({
    mailId: text,
    accountId: text,
    message: text,
    language: text,
    templateVersion: text,
    sentAt: { $ref: InstantSchema.$ref, description: 'In real time, also on a test clock.' },
    to: nullable(text),
    subject: nullable(text),
    text: nullable(text),
    html: nullable(text),
    calendar: { ...nullable(text), description: 'The attached iCalendar file, where there is one.' },
  }),
);

export const ServiceFaultSchema = schema(
  'SandboxFault',
  object({
    fault: {
      ...oneOf(...serviceFaults),
      description:
        '`worker-stopped`: workers carry nothing out; test clocks go on to the next due date, ring there, and wait. `queue-emptied`: the queue hands nothing out, and loses what is put into it.',
    },
    until: { ...nullable(InstantSchema), description: 'When it ends by itself, in real time; null: it is off.' },
    followedSince: { ...nullable(InstantSchema), description: 'Since when a worker does as it says, in real time; null: none does yet.' },
    jobsLost: { ...whole, description: 'What the queue has lost by it, this time or the last.' },
  }),
);

export const QueuedJobSchema = schema(
  'QueuedJob',
  object({ queue: text, jobId: text, deadlineId: { ...nullable(text), description: 'Whose alarm it is; null: it wakes up what asks carriers.' } }),
);

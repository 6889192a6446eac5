// The shapes of what staff read.
import { bool, InstantSchema, nullable, object, schema, text, whole } from '../http/answers/schemas.js';

export const StaffReadSchema = schema(
  'StaffRead',
  object({
    position: { ...whole, description: 'From 1 on, without a gap.' },
    readAt: InstantSchema,
    actorRole: text,
    actorId: text,
    route: { ...text, description: 'Method and template.' },
    accountId: { ...nullable(text), description: 'Null where it was of nobody by name, such as a report.' },
    requestId: text,
    hash: text,
  }),
);

export const VerifiedReadsSchema = schema(
  'VerifiedReads',
  object({
    intact: bool,
    records: { ...whole, description: 'Up to the last one that fits.' },
    hash: { ...nullable(text), description: 'Of the last one that fits.' },
    brokenAt: { ...nullable(whole), description: 'Where the first one should stand that is missing or was changed.' },
  }),
);

// The shapes of acts on many.
import { actLists, actNames } from '#acts';
import { bool, InstantSchema, list, nullable, object, oneOf, schema, text, whole } from '../http/answers/schemas.js';

const filter = object(
  { list: oneOf(...actLists) },
  { id: text, kind: text, status: text, carrier: text, error: text, accountId: text, dueBefore: InstantSchema, actId: text },
);

const act = {
  actId: text,
  act: oneOf(...actNames),
  filter,
  actorId: text,
  reason: { ...nullable(text), description: 'Null: it was shown and not begun.' },
  shownAt: InstantSchema,
  begunAt: nullable(InstantSchema),
  matched: { ...whole, description: 'How many were shown; of a pause, how many wait in what it pauses: it holds what comes later, too.' },
  more: { ...bool, description: 'There are more than the 10,000 that one act takes.' },
  changed: whole,
  refused: { ...whole, description: 'Each for itself, as it was different by then.' },
  left: { ...whole, description: 'Not taken yet.' },
  undo: { ...nullable(object({ act: oneOf(...actNames), filter })), description: 'The act that takes it back, where there is one.' },
};

export const ActSchema = schema('Act', object(act));

export const ActTargetSchema = schema(
  'ActTarget',
  object({
    id: text,
    accountId: nullable(text),
    kind: nullable(text),
    status: { ...nullable(text), description: 'As it was when it was shown.' },
    at: nullable(InstantSchema),
    outcome: { ...nullable(text), description: '`done`, the code that it was refused with, or `failed`; null: not taken yet.' },
  }),
);

export const ActResultSchema = schema('ActResult', object({ ...act, dryRun: bool, examples: list(ActTargetSchema) }));

// The shapes of an import, and of what came of its lines.
import { lossKinds } from '#domain';
import { bool, InstantSchema, nullable, object, oneOf, schema, text, whole } from '../http/answers/schemas.js';

export const AcceptedImportSchema = schema('AcceptedImport', object({ importId: text }));

export const ImportSchema = schema(
  'Import',
  object({
    importId: text,
    status: { ...oneOf('running', 'done', 'failed'), description: '`failed`: what was sent could not be read any more; nothing but what is counted was carried out.' },
    dryRun: bool,
    lines: { ...whole, description: 'Those that hold something.' },
    accepted: { ...whole, description: 'With those that had been taken over before. While it runs, so far.' },
    unchanged: { ...whole, description: 'Of these, those that had been taken over before.' },
    rejected: { ...whole, description: 'With at least one problem; nothing of them was taken.' },
    held: { ...whole, description: 'Losses that were due already: they are `blocked` until an operator lets each go. Of a dry run: that would be.' },
    begunAt: InstantSchema,
    endedAt: nullable(InstantSchema),
  }),
);

export const LineProblemSchema = schema('ImportProblem', object({ line: whole, pointer: { ...text, description: 'Into the line; empty: the line as a whole.' }, code: text, message: text }));

export const HeldLineSchema = schema('ImportHeld', object({ line: whole, kind: oneOf(...lossKinds), dueAt: InstantSchema }));

// The shapes of analysts' answers, made from the columns of each report.
import { cancellationColumns, intervals, reports, type Column, type ReportName } from '#read-models';
import { bool, InstantSchema, list, nullable, number, object, oneOf, record, schema, text, whole, type JsonSchema } from '../http/answers/schemas.js';

const types: Readonly<Record<Column['type'], JsonSchema>> = { text, whole, number, boolean: bool, instant: InstantSchema };

const cell = ({ type, nullable: mayBeNull, meaning }: Column): JsonSchema => ({ ...(mayBeNull ? nullable(types[type]) : types[type]), description: meaning });

const properties = (columns: readonly Column[]): Record<string, JsonSchema> => Object.fromEntries(columns.map((column) => [column.name, cell(column)]));

const answer = (row: JsonSchema): JsonSchema =>
  object({
    data: list(row),
    totals: { ...record(nullable(number)), description: 'What adds up of the columns, over all rows; null where they are of several currencies. Empty for lists.' },
    asOf: { ...InstantSchema, description: 'What had happened by then is in the answer: as asked for; else everything recorded before this instant.' },
    knownAt: { ...InstantSchema, description: 'As far as it had been written by then: as asked for; else the present log.' },
    position: { ...whole, description: 'The place in the log that the answer stands for, or a later one.' },
    next: { type: ['string', 'null'] },
  });

const countRow = (name: ReportName): JsonSchema => object(properties(reports[name].possible.always), properties(reports[name].possible.keys));

const rowsOf = (name: ReportName): JsonSchema => schema(`${title(name)}Row`, countRow(name));

const title = (name: string): string => `Analytics${name.split('-').map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join('')}`;

const cancellationRow = schema('AnalyticsCancellation', object(properties(cancellationColumns)));

const rowOf = (name: ReportName): JsonSchema => (name === 'cancellations' ? { anyOf: [cancellationRow, rowsOf(name)] } : rowsOf(name));

/** To be asked for once. */
export const reportSchema = (name: ReportName): JsonSchema => schema(title(name), answer(rowOf(name)));

const about: JsonSchema = { ...text, description: 'What it means.' };

export const definitionsSchema = schema(
  'AnalyticsDefinitions',
  object({
    data: list(
      object({
        name: { ...text, description: 'Its place in the path.' },
        title: text,
        about,
        groups: list(object({ name: text, about })),
        intervals: list(oneOf(...intervals)),
        columns: list(
          object({
            name: text,
            type: oneOf(...Object.keys(types)),
            nullable: bool,
            about,
            adds: { ...nullable(oneOf('always', 'in one currency')), description: 'Whether `totals` tells its sum: always, or where all rows are of one currency; null: it does not add up.' },
          }),
        ),
        total: { ...nullable(text), description: 'Which total of another report its own agrees with.' },
      }),
    ),
  }),
);

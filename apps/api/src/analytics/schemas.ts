// The shapes of analysts' answers, made from the columns of each report.
import { cancellationColumns, reports, type Column, type ReportName } from '#read-models';
import { bool, InstantSchema, list, nullable, number, object, schema, text, whole, type JsonSchema } from '../http/answers/schemas.js';

const types: Readonly<Record<Column['type'], JsonSchema>> = { text, whole, number, boolean: bool, instant: InstantSchema };

const cell = ({ type, nullable: mayBeNull, meaning }: Column): JsonSchema => ({ ...(mayBeNull ? nullable(types[type]) : types[type]), description: meaning });


const properties = (columns: readonly Column[]): Record<string, JsonSchema> => Object.fromEntries(columns.map((column) => [column.name, cell(column)]));

const answer = (row: JsonSchema): JsonSchema =>
  object({
    data: list(row),
    asOf: { ...InstantSchema, description: 'What had happened by then is in the answer: as asked for; else everything recorded before this instant.' },
    knownAt: { ...InstantSchema, description: 'As far as it had been written by then: as asked for; else the present log.' },
    position: { ...whole, description: 'The place in the log that the answer stands for, or a later one.' },
    next: { type: ['string', 'null'] },
  });

const countRow = (name: ReportName): JsonSchema => object(properties(reports[name].possible.always), properties(reports[name].possible.keys));

const rowsOf = (name: ReportName): JsonSchema => schema(`${title(name)}Row`, countRow(name));

const title = (name: string): string => `Analytics${name.charAt(0).toUpperCase()}${name.slice(1)}`;

const cancellationRow = schema('AnalyticsCancellation', object(properties(cancellationColumns)));

export interface ReportSchemas {
  readonly row: JsonSchema;
  readonly answer: JsonSchema;
}

const both = (name: ReportName, row: JsonSchema): ReportSchemas => ({ row, answer: schema(title(name), answer(row)) });

export const reportSchemas: Readonly<Record<ReportName, ReportSchemas>> = {
  cancellations: both('cancellations', { anyOf: [cancellationRow, rowsOf('cancellations')] }),
  reasons: both('reasons', rowsOf('reasons')),
  churn: both('churn', rowsOf('churn')),
  cohorts: both('cohorts', rowsOf('cohorts')),
  funnel: both('funnel', rowsOf('funnel')),
  returns: both('returns', rowsOf('returns')),
  upcoming: both('upcoming', rowsOf('upcoming')),
  money: both('money', rowsOf('money')),
};

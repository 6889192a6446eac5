// What analysts look up, made from what the views say of themselves: a page for people, and the sources of a dbt project.
import { stringify } from 'yaml';
import type { ShownColumn, ShownView } from '../support/documented-views.js';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const table = (columns: readonly ShownColumn[]): string =>
  ['| column | type | meaning |', '|---|---|---|', ...columns.map(({ name, type, meaning }) => `| \`${name}\` | ${type} | ${cell(meaning)} |`)].join('\n');

export const dictionaryPage = (views: readonly ShownView[]): string =>
  `${[
    '# Dictionary',
    'The views of schema `analytics`, for whoever asks in SQL (`npm run psql`). No view names a person; what a purge took is in none. This page is made from the comments of the views and their columns, which any tool shows as well (`\\d+ analytics.cancellations`); `UPDATE_SCHEMA=1 npm test -- test/schema` writes it anew, and the sources of [docker/dbt](../../docker/dbt) with it.',
    'A key tells the rows of a view apart; views join by the columns that are called alike.',
    views.map(({ name }) => `[${name}](#${name})`).join(' · '),
    ...views.map(({ name, about, key, columns }) => [`## ${name}`, `${about}${key.length > 0 ? ` Key: ${key.map((column) => `\`${column}\``).join(', ')}.` : ''}`, table(columns)].join('\n\n')),
  ].join('\n\n')}\n`;

/** By it dbt sees how fresh a source is, and an incremental model what is new. */
const loadedAt = 'updated_at';

const testsOf = (column: string, key: readonly string[]): readonly string[] => (key.includes(column) ? ['not_null', ...(key.length === 1 ? ['unique'] : [])] : []);

export const dbtSources = (views: readonly ShownView[]): string =>
  `# Made from the comments of the views; \`UPDATE_SCHEMA=1 npm test -- test/schema\` writes it anew.\n${stringify({
    version: 2,
    sources: [
      {
        name: 'sunset',
        schema: 'analytics',
        description: 'Views for analysts. No view names a person.',
        tables: views.map(({ name, about, key, columns }) => ({
          name,
          description: about,
          ...(columns.some((column) => column.name === loadedAt) && { loaded_at_field: loadedAt }),
          ...(key.length > 1 && { data_tests: [{ unique_together: { columns: key } }] }),
          columns: columns.map((column) => ({
            name: column.name, description: column.meaning, data_type: column.type,
            ...(key.includes(column.name) && { data_tests: testsOf(column.name, key) }),
          })),
        })),
      },
    ],
  }, { lineWidth: 0 })}`;

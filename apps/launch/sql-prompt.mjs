// SQL line by line, where there is no psql: a statement ends with a line that ends in `;`, what it answers is a table, or CSV.
import { createInterface } from 'node:readline';

const numeric = new Set([20, 21, 23, 26, 700, 701, 1700]);

const meta = {
  '\\d': () => `SELECT c.relname AS view, obj_description(c.oid) AS about FROM pg_class c WHERE c.relnamespace = 'analytics'::regnamespace AND c.relkind = 'v' ORDER BY 1`,
  '\\d NAME': (name) => `SELECT a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type, col_description(a.attrelid, a.attnum) AS meaning
    FROM pg_attribute a WHERE a.attrelid = ${name}::regclass AND a.attnum > 0 ORDER BY a.attnum`,
};

export const usage = `\\d lists the views, \\d NAME the columns of one, \\q ends; a statement ends with ;`;

/**
 * Carries out `commands`; where there are none, what `input` says: asked for with a prompt at a terminal, else read to its end. Answers whether every
 * statement succeeded. What is wrong with one goes to `complain`, and the next is carried out.
 */
export async function sqlPrompt(client, { commands, csv, input, output, complain }) {
  const say = (text) => void output.write(text);
  let well = true;
  const carryOut = async (text) => {
    try {
      // As text, exactly as the server writes it.
      const answers = await client.query({ text, rowMode: 'array', types: { getTypeParser: () => String } });
      for (const answer of [answers].flat()) say(csv ? csvOf(answer) : tableOf(answer));
    } catch (error) {
      complain(`${error.severity ?? 'ERROR'}:  ${error.message}`);
      well = false;
    }
  };
  if (commands.length > 0) {
    for (const command of commands) await carryOut(command);
    return well;
  }
  if (input.isTTY) say(`${usage}\n`);
  const lines = createInterface({ input, ...(input.isTTY && { output }) });
  lines.on('SIGINT', () => lines.close());
  const begun = [];
  const ask = () => {
    if (!input.isTTY) return;
    lines.setPrompt(begun.length === 0 ? 'sunset=> ' : 'sunset-> ');
    lines.prompt();
  };
  ask();
  for await (const line of lines) {
    const [word, name] = line.trim().split(/\s+/);
    if (begun.length === 0 && word === '\\q') break;
    if (begun.length === 0 && word === '\\d') await carryOut(name === undefined ? meta['\\d']() : meta['\\d NAME'](client.escapeLiteral(name)));
    else if (begun.length > 0 || word !== '') begun.push(line);
    if (line.trimEnd().endsWith(';')) await carryOut(begun.splice(0).join('\n'));
    ask();
  }
  lines.close();
  if (begun.length > 0) await carryOut(begun.join('\n'));
  return well;
}

/** What changes nothing and answers nothing says its name, as in psql. */
function tableOf({ fields, rows, command }) {
  if (fields.length === 0) return `${command}\n`;
  const cells = rows.map((row) => row.map((value) => (value ?? '').replaceAll('\n', ' ')));
  const widths = fields.map(({ name }, index) => cells.reduce((widest, row) => Math.max(widest, row[index].length), name.length));
  const line = (row, isHead) => row.map((text, index) => {
    const [width, right] = [widths[index], !isHead && numeric.has(fields[index].dataTypeID)];
    return ` ${right ? text.padStart(width) : text.padEnd(width)} `;
  }).join('|').trimEnd();
  const rule = widths.map((width) => '-'.repeat(width + 2)).join('+');
  return `${[line(fields.map(({ name }) => name), true), rule, ...cells.map((row) => line(row, false)), `(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`].join('\n')}\n\n`;
}

function csvOf({ fields, rows }) {
  if (fields.length === 0) return '';
  const cell = (text) => (text === null ? '' : text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return [fields.map(({ name }) => name), ...rows].map((row) => `${row.map(cell).join(',')}\n`).join('');
}

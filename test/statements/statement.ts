// Reads one statement as PostgreSQL's own parser does, and says which tables of accounts are in it and whether it names the distribution key of each.
import { loadModule, parseSync } from 'libpg-query';
import { acrossAccounts } from '#postgres';
import { placementOf } from './placements.js';

await loadModule();

/**
 * - `none`: about no account.
 * - `account`: about one, named by its shard and itself.
 * - `batch`: likewise, of several that are handed over together.
 * - `shard`: about a shard of the log.
 * - `across`: about all, for the reason given.
 */
export interface Verdict {
  readonly about: 'none' | 'account' | 'batch' | 'shard' | 'across';
  /** Of `acrossAccounts`. */
  readonly reason: string | null;
  readonly objections: readonly string[];
  /** Which parameters say whose it is: by number, an account, several of them, or a shard. */
  readonly sources: readonly { readonly parameter: number; readonly of: 'account' | 'accounts' | 'shard' }[];
}

type Node = Readonly<Record<string, unknown>>;
type Key = 'shard' | 'account_id';

interface Relation {
  readonly table: string;
  readonly alias: string;
}

/** What a condition compares a column with: one value, one of several, or a column of something else. */
type Named = 'value' | 'several';

export function judge(text: string): Verdict {
  const reason = /^\s*\/\* across accounts: (.*?) \*\//.exec(text)?.[1] ?? null;
  const looks: Look[] = [];
  const tree = parseSync(text) as { readonly stmts?: readonly Node[] };
  walk(tree, new Set(), looks);
  const unnamed = looks.filter(({ named }) => named === null);
  const objections = [
    ...(reason !== null && !(reason in acrossAccounts) ? [`"${reason}" is no reason that is listed`] : []),
    ...(reason === null ? unnamed.map(({ relation, lacks }) => `${relation.table} (${relation.alias}) without ${lacks.join(' and ')}`) : []),
    ...looks.flatMap(({ insists }) => insists),
    ...(reason !== null && looks.length > 0 && unnamed.length === 0 && looks.every(({ named }) => named === 'account') ? ['needs no reason: it names its account everywhere'] : []),
  ];
  const about = reason !== null ? 'across' : looks.length === 0 ? 'none' : looks.some(({ named }) => named === 'shard') ? 'shard' : looks.some(({ named }) => named === 'batch') ? 'batch' : 'account';
  return { about, reason, objections, sources: sourcesOf(tree) };
}

/** The rest makes and changes tables, or begins and ends. */
const asks: ReadonlySet<string> = new Set(['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt']);

interface Look {
  readonly relation: Relation;
  readonly named: 'account' | 'batch' | 'shard' | null;
  readonly lacks: readonly string[];
  /** What is wrong whatever the reason. */
  readonly insists: readonly string[];
}

function walk(node: unknown, outer: ReadonlySet<string>, looks: Look[]): void {
  if (Array.isArray(node)) for (const one of node) walk(one, outer, looks);
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
  for (const [name, child] of Object.entries(node as Node)) {
    // What a view shows is asked for by whoever reads it.
    if (name === 'ViewStmt') continue;
    const statement = asks.has(name) || ((name === 'larg' || name === 'rarg') && isSelect(child)) ? (child as Node) : null;
    if (!statement) walk(child, outer, looks);
    else {
      const own = new Set([...outer, ...ctesOf(statement)]);
      look(name === 'larg' || name === 'rarg' ? 'SelectStmt' : name, statement, own, looks);
      walk(statement, own, looks);
    }
  }
}

const isSelect = (node: unknown): boolean => typeof node === 'object' && node !== null && ('targetList' in node || 'valuesLists' in node || 'op' in node) && !('jointype' in node) && 'limitOption' in node;

const ctesOf = ({ withClause }: Node): string[] => ((withClause as Node | undefined)?.['ctes'] as readonly Node[] | undefined ?? []).map((cte) => String((cte['CommonTableExpr'] as Node)['ctename']));

function look(name: string, statement: Node, ctes: ReadonlySet<string>, looks: Look[]): void {
  const target = name === 'SelectStmt' ? null : relationOf(statement['relation'] as Node | undefined, ctes);
  const from = [statement['fromClause'], statement['usingClause']].flat().filter((item) => item !== undefined) as Node[];
  const conditions = [statement['whereClause'], ...from.flatMap(joinsOf)].flatMap(conjuncts);
  const usings = from.flatMap(usingsOf);
  const found = from.flatMap((item) => relationsIn(item, ctes));
  if (name === 'InsertStmt') {
    if (target) looks.push(inserted(statement, target));
    return;
  }
  const all = target ? [target, ...found] : found;
  for (const relation of all) {
    const sole = all.length === 1;
    const [shard, account] = (['shard', 'account_id'] as const).map((key) => (usings.includes(key) ? 'several' : namedBy(key, relation, sole, conditions)));
    const lacks = [...(shard ? [] : ['its shard']), ...(account ? [] : ['its account'])];
    const named = !shard ? null : !account && relation.table === 'sunset.events' ? 'shard' : !account ? null : shard === 'value' && account === 'value' ? 'account' : 'batch';
    looks.push({ relation, named, lacks: named === null ? lacks : [], insists: [] });
  }
}

function inserted(statement: Node, relation: Relation): Look {
  const keys: readonly Key[] = ['shard', 'account_id'];
  const columns = ((statement['cols'] as readonly Node[] | undefined) ?? []).map((column) => String((column['ResTarget'] as Node)['name']));
  const infer = (statement['onConflictClause'] as Node | undefined)?.['infer'] as Node | undefined;
  const inferred = infer && ((infer['indexElems'] as readonly Node[] | undefined) ?? []).map((element) => String((element['IndexElem'] as Node)['name']));
  const lacking = (listed: readonly string[]): readonly Key[] => keys.filter((key) => !listed.includes(key));
  const insists = [
    ...lacking(columns).map((key) => `INSERT INTO ${relation.table} without ${key}`),
    ...(inferred ? lacking(inferred).map((key) => `ON CONFLICT on ${relation.table} without ${key}`) : []),
  ];
  const one = JSON.stringify(statement['selectStmt'] ?? {}).includes('"valuesLists"');
  return { relation, named: one ? 'account' : 'batch', lacks: [], insists };
}

function relationOf(range: Node | undefined, ctes: ReadonlySet<string>): Relation | null {
  if (!range || typeof range['relname'] !== 'string') return null;
  const { schemaname, relname } = range as { readonly schemaname?: string; readonly relname: string };
  if (schemaname === undefined && ctes.has(relname)) return null;
  const table = `${schemaname ?? 'public'}.${relname}`;
  const placement = schemaname === 'analytics' ? 'account' : placementOf(table);
  if (placement !== 'account') return null;
  return { table, alias: (range['alias'] as { readonly aliasname: string } | undefined)?.aliasname ?? relname };
}

function relationsIn(item: Node, ctes: ReadonlySet<string>): Relation[] {
  const join = item['JoinExpr'] as Node | undefined;
  if (join) return [join['larg'], join['rarg']].flatMap((side) => relationsIn(side as Node, ctes));
  const relation = relationOf(item['RangeVar'] as Node | undefined, ctes);
  return relation ? [relation] : [];
}

function joinsOf(item: Node): unknown[] {
  const join = item['JoinExpr'] as Node | undefined;
  return join ? [join['quals'], ...[join['larg'], join['rarg']].flatMap((side) => joinsOf(side as Node))] : [];
}

function usingsOf(item: Node): string[] {
  const join = item['JoinExpr'] as Node | undefined;
  if (!join) return [];
  const own = ((join['usingClause'] as readonly Node[] | undefined) ?? []).map((name) => String((name['String'] as Node)['sval']));
  return [...own, ...[join['larg'], join['rarg']].flatMap((side) => usingsOf(side as Node))];
}

function conjuncts(condition: unknown): Node[] {
  if (!condition) return [];
  const and = (condition as Node)['BoolExpr'] as Node | undefined;
  return and?.['boolop'] === 'AND_EXPR' ? (and['args'] as readonly unknown[]).flatMap(conjuncts) : [condition as Node];
}

/** Whether a condition names that column of the relation, by something that is not its own. */
function namedBy(key: Key, relation: Relation, sole: boolean, conditions: readonly Node[]): Named | null {
  let found: Named | null = null;
  for (const condition of conditions) {
    for (const [column, other, several] of equalities(condition)) {
      if (!isColumn(column, key, relation, sole) || isColumnOf(other, relation) || isColumn(other, key, relation, sole)) continue;
      if (!several && isValue(other)) return 'value';
      found = 'several';
    }
  }
  return found;
}

/** The pairs that a condition says are equal, each way round. */
function* equalities(condition: Node): Generator<readonly [column: Node, other: Node, several: boolean]> {
  const expression = condition['A_Expr'] as Node | undefined;
  const isEqual = (node: Node): boolean => JSON.stringify(node['name']) === '[{"String":{"sval":"="}}]';
  if (expression && isEqual(expression)) {
    const [left, right] = [expression['lexpr'] as Node, expression['rexpr'] as Node];
    const several = expression['kind'] !== 'AEXPR_OP';
    const [lefts, rights] = [left, right].map((side) => ((side['RowExpr'] as Node | undefined)?.['args'] as readonly Node[] | undefined) ?? [side]) as [readonly Node[], readonly Node[]];
    for (const [index, one] of lefts.entries()) {
      const other = rights[index] ?? rights[0]!;
      yield [one, other, several || 'SubLink' in other];
      if (!several) yield [other, one, false];
    }
  }
  const link = condition['SubLink'] as Node | undefined;
  if (link?.['subLinkType'] === 'ANY_SUBLINK') {
    const test = link['testexpr'] as Node;
    for (const one of ((test['RowExpr'] as Node | undefined)?.['args'] as readonly Node[] | undefined) ?? [test]) yield [one, condition, true];
  }
}

const fieldsOf = (node: Node): string[] => (((node['ColumnRef'] as Node | undefined)?.['fields'] as readonly Node[] | undefined) ?? []).map((field) => String((field['String'] as Node | undefined)?.['sval']));

function isColumn(node: Node, key: Key, { alias }: Relation, sole: boolean): boolean {
  const fields = fieldsOf(node);
  return fields.at(-1) === key && (fields.length === 2 ? fields[0] === alias : sole);
}

const isColumnOf = (node: Node, { alias }: Relation): boolean => fieldsOf(node).length === 2 && fieldsOf(node)[0] === alias;

/** A parameter, a constant, or a function of such: one account for the whole statement. */
const isValue = (node: Node): boolean => !JSON.stringify(node).includes('"ColumnRef"') && !('SubLink' in node);

/** The parameters that stand in `sunset.shard_of`, `sunset.shards_of`, or are compared with a column `shard`. */
function sourcesOf(tree: unknown): Verdict['sources'] {
  const lists = new Map<string, Set<number>>();
  const found: Verdict['sources'][number][] = [];
  each(tree, (name, node) => {
    if (name !== 'RangeFunction') return;
    const columns = (((node['alias'] as Node | undefined)?.['colnames'] as readonly Node[] | undefined) ?? []).map((column) => String((column['String'] as Node)['sval']));
    const call = JSON.stringify(node['functions']).includes('"unnest"') ? parametersIn(node['functions']) : [];
    for (const [index, column] of columns.entries()) if (call[index] !== undefined) lists.set(column, (lists.get(column) ?? new Set()).add(call[index]));
  });
  each(tree, (name, node) => {
    const called = name === 'FuncCall' ? (node['funcname'] as readonly Node[]).map((part) => (part['String'] as Node)['sval']).join('.') : null;
    const [argument] = (node['args'] as readonly Node[] | undefined) ?? [];
    if (called === 'sunset.shards_of') found.push(...parametersIn(argument).map((parameter) => ({ parameter, of: 'accounts' as const })));
    if (called === 'sunset.shard_of') {
      found.push(...parametersIn(argument).map((parameter) => ({ parameter, of: 'account' as const })));
      const column = argument && fieldsOf(argument).at(-1);
      for (const parameter of (column !== undefined && lists.get(column)) || []) found.push({ parameter, of: 'accounts' });
    }
    if (name !== 'A_Expr' || node['kind'] !== 'AEXPR_OP') return;
    const [left, right] = [node['lexpr'] as Node | undefined, node['rexpr'] as Node | undefined];
    if (left && right && fieldsOf(left).at(-1) === 'shard' && 'ParamRef' in right) found.push(...parametersIn(right).map((parameter) => ({ parameter, of: 'shard' as const })));
  });
  return found;
}

function parametersIn(node: unknown): number[] {
  const found: number[] = [];
  each({ node }, (name, child) => {
    if (name === 'ParamRef') found.push(Number(child['number'] ?? 0));
  });
  return found;
}

function each(node: unknown, visit: (name: string, node: Node) => void): void {
  if (Array.isArray(node)) for (const one of node) each(one, visit);
  else if (typeof node === 'object' && node !== null) {
    for (const [name, child] of Object.entries(node as Node)) {
      if (typeof child === 'object' && child !== null && !Array.isArray(child)) visit(name, child as Node);
      each(child, visit);
    }
  }
}

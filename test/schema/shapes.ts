// Which fields of an event are text: read from its type by the compiler, since nothing of it is left when the program runs.
import ts from 'typescript';

const root = new URL('../../', import.meta.url).pathname;
let program: ts.Program | undefined;

function compiled(file: string): ts.Program {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path)) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  program ??= ts.createProgram([`${root}${file}`], options);
  return program;
}

/** The paths of the fields of `data` that may be any text: no literals, no instants and zones, which are texts of their own kind. */
export function textsOf(file: string, union: string, type: string): string[] {
  const checker = compiled(file).getTypeChecker();
  const source = compiled(file).getSourceFile(`${root}${file}`)!;
  const declaration = source.statements.find((statement): statement is ts.TypeAliasDeclaration => ts.isTypeAliasDeclaration(statement) && statement.name.text === union)!;
  const events = checker.getTypeAtLocation(declaration.name) as ts.UnionType;
  const data = events.types.flatMap((one) => (property(checker, one, 'type', declaration) as ts.StringLiteralType).value === type ? [property(checker, one, 'data', declaration)] : []);
  if (data.length !== 1) throw new Error(`${type} is not in ${union}`);
  return leaves(checker, data[0]!, '', declaration);
}

const property = (checker: ts.TypeChecker, type: ts.Type, name: string, at: ts.Node): ts.Type => checker.getTypeOfSymbolAtLocation(type.getProperty(name)!, at);

function leaves(checker: ts.TypeChecker, type: ts.Type, path: string, at: ts.Node): string[] {
  if (type.isUnion()) return [...new Set(type.types.flatMap((one) => leaves(checker, one, path, at)))];
  if (type.flags & (ts.TypeFlags.Literal | ts.TypeFlags.NumberLike | ts.TypeFlags.BooleanLike | ts.TypeFlags.Null | ts.TypeFlags.Undefined)) return [];
  if (type.flags & ts.TypeFlags.String) return [path];
  // A text with a kind of its own, as instants and zones are.
  if (type.isIntersection() && type.types.some(({ flags }) => flags & ts.TypeFlags.String)) return [];
  if (checker.isArrayType(type)) return leaves(checker, checker.getTypeArguments(type as ts.TypeReference)[0]!, `${path}[]`, at);
  const index = type.getStringIndexType();
  if (index) return leaves(checker, index, `${path}{}`, at);
  return type.getProperties().flatMap((member) => leaves(checker, checker.getTypeOfSymbolAtLocation(member, at), path === '' ? member.name : `${path}.${member.name}`, at));
}

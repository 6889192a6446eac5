// Reads the policy that is in force: the file that POLICY_FILE names, or the built-in one.
import { readFileSync } from 'node:fs';
import { builtInPolicy, type PolicyInForce } from '#domain';
import { Nodes, type Fault } from './nodes.js';
import { readShape, type PolicyFile } from './shape.js';

/** More at once helps nobody. */
const faultsTold = 20;

/** A file that cannot be in force: each fault with its line. */
export class PolicyFileInvalid extends Error {
  override name = 'PolicyFileInvalid';

  constructor(file: string, faults: readonly Fault[]) {
    const told = faults.slice(0, faultsTold).map(({ line, pointer, message }) => `${file}:${line}: ${pointer === '' ? 'the document' : pointer} ${message}`);
    super([`the policy file ${file} cannot be in force`, ...told, ...(faults.length > faultsTold ? [`and ${faults.length - faultsTold} more`] : [])].join('\n'));
  }
}

/** YAML, or JSON. `file` is what faults are told of. Throws {@link PolicyFileInvalid}. */
export function parsePolicy(text: string, file: string): PolicyFile {
  const nodes = new Nodes(text);
  const read = nodes.faults.length > 0 ? null : readShape(nodes);
  if (!read || nodes.faults.length > 0) throw new PolicyFileInvalid(file, nodes.faults.toSorted((a, b) => a.line - b.line));
  return read;
}

/** Throws {@link PolicyFileInvalid}, or an `Error` where there is no such file. */
export function readPolicyFile(file: string): PolicyFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`the policy file ${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
  return parsePolicy(text, file);
}

/** What `POLICY_FILE` says; the built-in policy where it says nothing. */
export const policyFrom = (environment: Readonly<Record<string, string | undefined>>): PolicyInForce => {
  const file = environment['POLICY_FILE'];
  return file ? readPolicyFile(file).policy : builtInPolicy;
};

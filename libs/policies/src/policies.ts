// Every policy that was ever in force here, whole: what was accepted under it can be shown again, word for word.
import { builtInPolicy, type PolicyInForce } from '#domain';
import type { Database } from '#postgres';
import { contradictions } from './contradictions.js';

/** It takes back under the same name what was in force here. */
export class PolicyContradicts extends Error {
  override name = 'PolicyContradicts';

  constructor(version: string, sentences: readonly string[]) {
    super([`the policy ${version} cannot be in force here`, ...sentences].join('\n'));
  }
}

function refuse({ version }: PolicyInForce, sentences: readonly string[]): void {
  if (sentences.length > 0) throw new PolicyContradicts(version, sentences);
}

export class Policies {
  constructor(private readonly database: Database) {}

  /** A process begins with it. Answers whether it is new here, and others were in force before. Throws {@link PolicyContradicts}. */
  async begin(policy: PolicyInForce): Promise<boolean> {
    refuse(policy, await this.contradictionsOf(policy));
    const [row] = await this.database.query<{ contents: PolicyInForce; isNew: boolean; isFirst: boolean }>(
      `WITH before AS (SELECT count(*) AS policies FROM sunset.policies)
       INSERT INTO sunset.policies (version, contents) VALUES ($1, $2) ON CONFLICT (version) DO UPDATE SET begun_at = statement_timestamp()
       RETURNING contents, since = begun_at AS "isNew", (SELECT policies = 0 FROM before) AS "isFirst"`,
      [policy.version, JSON.stringify(policy)],
    );
    // Another process may have begun meanwhile.
    refuse(policy, contradictions(policy, row!.contents));
    return row!.isNew && !row!.isFirst;
  }

  /** With which a process began last; the built-in one where none has. */
  async latest(): Promise<PolicyInForce> {
    return (await this.known()).at(-1)!;
  }

  /** What it would take back, in sentences. */
  async contradictionsOf(policy: PolicyInForce): Promise<readonly string[]> {
    return [...new Set((await this.known()).flatMap((before) => contradictions(policy, before)))];
  }

  /** The built-in one first, whether it was in force or not: a release from before others were possible knew no other. */
  async known(): Promise<readonly PolicyInForce[]> {
    const rows = await this.database.query<{ contents: PolicyInForce }>('SELECT contents FROM sunset.policies ORDER BY begun_at');
    return [builtInPolicy, ...rows.map(({ contents }) => contents)];
  }
}

// What is to be tried: this build, and the policy that is to be in force.
import type { PolicyInForce } from '#domain';
import { readPolicyFile } from '#policies';
import { thisBuild, type Candidate } from '#promises';

/** A file that says that what was promised stays (`openCancellations: as-promised`) tells nobody anew under its own periods; without a file none are new. */
export function candidateFrom(policy: PolicyInForce, environment: Readonly<Record<string, string | undefined>>): Candidate {
  const path = environment['POLICY_FILE'];
  return thisBuild(policy, path && readPolicyFile(path).openCancellations !== 'as-promised' ? policy.periods : null);
}

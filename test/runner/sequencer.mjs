// The order of the files: first those that start servers and wait for them, so that none of them is left to be waited for alone at the end.
import Base from '@jest/test-sequencer';

const kinds = ['.e2e.spec.ts', '.int.spec.ts', '.spec.ts'];
const kindOf = ({ path }) => kinds.findIndex((ending) => path.endsWith(ending));

export default class Sequencer extends Base {
  sort(tests) {
    return super.sort(tests).toSorted((a, b) => kindOf(a) - kindOf(b));
  }
}

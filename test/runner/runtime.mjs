// Jest gives each file a world of its own and loads every module into it anew, which took 2 to 3 s a file and half of the time of all tests.
// Here the files of one worker share what is loaded; what a file leaves in `process.env` and by `spyOn` is taken back after it.
// Left out are mocks of modules and snapshots, which no spec of ours uses.
import { ModuleMocker } from 'jest-mock';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire, findSourceMap } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const mocker = new ModuleMocker(globalThis);
const theGlobals = Symbol.for('sunset.test.globals');
let files = 0;

/** `describe`, `it`, `expect` and so on of the file that runs. */
export const current = () => globalThis[theGlobals];

/** What Jest's runner asks of its `runtime`, without a sandbox. */
export default class Runtime {
  #env = { ...process.env };
  #sourceMaps;

  constructor({ cacheDirectory }) {
    this.#sourceMaps = new SourceMaps(cacheDirectory);
  }

  /** Jest's own test framework: it keeps the tests it was told of in module variables and on the global object, hence anew for each file. */
  requireInternalModule(path) {
    delete globalThis[Symbol.for('EVENT_HANDLERS')];
    delete require.cache[require.resolve(path)];
    return require(path);
  }

  requireModule(path) {
    return require(path);
  }

  setGlobalsForRuntime(globals) {
    delete globalThis[timeLimit];
    globalThis[theGlobals] = { ...globals, jest };
  }

  unstable_shouldLoadAsEsm() {
    return true;
  }

  async unstable_importModule(path) {
    files += 1;
    return import(`${pathToFileURL(path).href}?file=${files}`);
  }

  getSourceMaps() {
    return this.#sourceMaps;
  }

  enterTestCode() {}

  leaveTestCode() {}

  getAllCoverageInfoCopy() {
    return undefined;
  }

  teardown() {
    mocker.restoreAllMocks();
    for (const name of Object.keys(process.env)) if (!(name in this.#env)) delete process.env[name];
    Object.assign(process.env, this.#env);
  }
}

/** Where Jest's test framework looks for what `jest.setTimeout` said. */
const timeLimit = Symbol.for('TEST_TIMEOUT_SYMBOL');

const jest = {
  spyOn: mocker.spyOn.bind(mocker),
  restoreAllMocks: mocker.restoreAllMocks.bind(mocker),
  setTimeout: (milliseconds) => { globalThis[timeLimit] = milliseconds; },
};

/** Where the source map of a loaded module lies as a file, which is what Jest reads; written when the stack of an error first asks for it. */
class SourceMaps extends Map {
  #folder;

  constructor(folder) {
    super();
    this.#folder = folder;
  }

  get(source) {
    if (!this.has(source)) this.set(source, this.#written(findSourceMap(source)));
    return super.get(source);
  }

  #written(map) {
    if (map === undefined) return '';
    const content = JSON.stringify(map.payload);
    const path = join(this.#folder, `${createHash('sha256').update(content).digest('hex')}.map`);
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(path, content);
    return path;
  }
}

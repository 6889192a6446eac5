/** The world that a spec runs in: Node's own, see `runtime.mjs`. */
export default class Environment {
  global = globalThis;

  getVmContext() {
    return null;
  }

  async setup() {}

  async teardown() {}
}

// What `@jest/globals` exports. Modules are loaded once in a process and files run one after another, so that each name asks whose turn it is when it is used.
import { current } from './runtime.mjs';

const ofTheFile = (name) => new Proxy(() => undefined, {
  apply: (_target, _self, given) => current()[name](...given),
  get: (_target, property) => current()[name][property],
});

export const afterAll = ofTheFile('afterAll');
export const afterEach = ofTheFile('afterEach');
export const beforeAll = ofTheFile('beforeAll');
export const beforeEach = ofTheFile('beforeEach');
export const describe = ofTheFile('describe');
export const expect = ofTheFile('expect');
export const it = ofTheFile('it');
export const jest = ofTheFile('jest');

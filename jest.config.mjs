// Specs run as Node reads them, see test/runner; `npm test` starts Jest by test/runner/command.mjs.
export default {
  testEnvironment: '<rootDir>/test/runner/environment.mjs',
  runtime: '<rootDir>/test/runner/runtime.mjs',
  testRegex: '\\.spec\\.ts$',
  // What takes minutes, see `npm run machines`.
  testPathIgnorePatterns: process.env.MACHINES ? [] : ['<rootDir>/test/machines/'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.data'],
};

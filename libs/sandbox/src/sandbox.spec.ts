// When the sandbox may be on, and that nobody has it on in silence beside what is real.
import { describe, expect, it } from '@jest/globals';
import { isOnThisMachine, sandboxFrom, type Environment } from './index.js';

describe('the sandbox', () => {
  it.each<[string, Environment]>([
    ['off', {}],
    ['off', { SANDBOX: '' }],
    ['off', { SANDBOX: 'false', NODE_ENV: 'production', OIDC_ISSUER: 'https://issuer.example' }],
    ['on', { SANDBOX: 'true' }],
    ['on', { SANDBOX: 'true', NODE_ENV: 'test', OIDC_ISSUER: 'http://127.0.0.1:3952' }],
    ['on', { SANDBOX: 'true', OIDC_ISSUER: 'http://localhost:8080/realms/a' }],
    ['insisted', { SANDBOX: 'i-know-what-i-am-doing' }],
    ['insisted', { SANDBOX: 'i-know-what-i-am-doing', NODE_ENV: 'production', OIDC_ISSUER: 'https://issuer.example' }],
  ])('is %s by %j', (state, env) => {
    expect(sandboxFrom(env)).toBe(state);
  });

  it.each<[Environment, string]>([
    [{ SANDBOX: 'true', NODE_ENV: 'production' }, 'SANDBOX=true beside NODE_ENV=production'],
    [{ SANDBOX: 'true', OIDC_ISSUER: 'https://issuer.example' }, 'SANDBOX=true beside OIDC_ISSUER=https://issuer.example'],
    [{ SANDBOX: 'true', OIDC_ISSUER: 'http://127.0.0.1.example.org' }, 'beside OIDC_ISSUER'],
    [{ SANDBOX: 'true', OIDC_ISSUER: 'garbage' }, 'beside OIDC_ISSUER'],
    [{ SANDBOX: 'true', NODE_ENV: 'production', OIDC_ISSUER: 'https://issuer.example' }, 'NODE_ENV=production and OIDC_ISSUER=https://issuer.example'],
    [{ SANDBOX: '1' }, 'SANDBOX is true or false: 1'],
    [{ SANDBOX: 'TRUE' }, 'SANDBOX is true or false: TRUE'],
    [{ SANDBOX: 'I-know-what-I-am-doing' }, 'SANDBOX is true or false'],
  ])('starts nothing by %j', (env, told) => {
    expect(() => sandboxFrom(env)).toThrow(told);
  });

  it.each([['http://127.0.0.1:1', true], ['https://127.9.9.9', true], ['http://[::1]:80', true], ['http://a.localhost', true], ['http://127.1', true], ['http://10.0.0.1', false], ['http://localhost.example', false], ['', false]])(
    'takes %s for an address of this machine: %s', (address, own) => {
      expect(isOnThisMachine(address)).toBe(own);
    },
  );
});

// Signatures are those that the specification publishes and its own library makes and accepts.
import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { headersOf, newSecret, shownSecret } from './signature.js';

const now = (): number => Math.floor(Date.now() / 1000);

describe('a signature', () => {
  it('is the published one', () => {
    const secret = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
    expect(headersOf([secret], 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, '{"test": 2432232314}')).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek', 'webhook-timestamp': '1614265330', 'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it.each(['{}', '{"name":"Ünïcödé 🙂 \\u0000"}', `{"long":"${'x'.repeat(100_000)}"}`])('has the bytes that the reference library makes: %.30s', (body) => {
    const secret = newSecret();
    const made = new Webhook(shownSecret(secret)).sign('an-id', new Date(1_700_000_000_000), body);
    expect(headersOf([secret], 'an-id', 1_700_000_000, body)['webhook-signature']).toBe(made);
  });

  it('is accepted by whoever has one of the secrets in force, and by nobody else', () => {
    const [current, former] = [newSecret(), newSecret()];
    const headers = headersOf([current, former], 'an-id', now(), '{"type":"Happened"}');
    for (const secret of [current, former]) expect(new Webhook(shownSecret(secret)).verify('{"type":"Happened"}', headers)).toEqual({ type: 'Happened' });
    expect(() => new Webhook(shownSecret(newSecret())).verify('{"type":"Happened"}', headers)).toThrow();
    expect(() => new Webhook(shownSecret(current)).verify('{"type":"Other"}', headers)).toThrow();
    expect(() => new Webhook(shownSecret(current)).verify('{"type":"Happened"}', { ...headers, 'webhook-id': 'another' })).toThrow();
  });
});

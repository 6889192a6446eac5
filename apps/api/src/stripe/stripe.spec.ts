// Stripe's events: believed by their signature alone, and carried out by what Stripe then says of the object.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CommandBus } from '@nestjs/cqrs';
import { Module, type DynamicModule } from '@nestjs/common';
import { Refused, refuse } from '#kernel';
import { type MarkChargeCollected, type MarkChargeFailed, SecondPerson } from '#application';
import type { AskedActs } from '#four-eyes';
import { StripeStub, type StripeObject } from '../../../../test/support/stripe-stub.js';
import { readSettings } from '../http/server/settings.js';
import { testServer, type TestServer } from '../http/server/test-server.js';
import { StripeModule } from './stripe.module.js';

let stub: StripeStub;
let server: TestServer;
let told: string[];
let answer: Refused | null;

const bus = {
  execute: (command: MarkChargeCollected | MarkChargeFailed) => {
    const { accountId, chargeId, metadata: { actor, causationId } } = command;
    told.push([command.constructor.name, accountId, chargeId, 'reason' in command ? command.reason : '', actor.id, causationId.split('_')[0]].join(' ').trim());
    return answer ? Promise.reject(answer) : Promise.resolve({});
  },
};

@Module({})
class WithBus {
  static from(module: DynamicModule): DynamicModule {
    const nobodyElse = new SecondPerson({} as AskedActs, null);
    return { ...module, global: true, providers: [...(module.providers ?? []), { provide: CommandBus, useValue: bus }, { provide: SecondPerson, useValue: nobodyElse }] };
  }
}

beforeAll(async () => {
  stub = await new StripeStub().start();
  const settings = readSettings({ SANDBOX: 'true', DATABASE_URL: 'postgres://unused', RATE_LIMIT_PER_MINUTE: '0', ...stub.environment });
  server = await testServer([], { settings }, [WithBus.from(StripeModule.with(settings.stripe!))]);
});
afterAll(async () => {
  await server.close();
  await stub.stop();
});
beforeEach(() => {
  told = [];
  answer = null;
  stub.state = 'up';
  stub.objects.clear();
  stub.asked.length = 0;
});

const send = (payload: string | Buffer, headers: Record<string, string>) =>
  server.app.inject({ method: 'POST', url: '/v1/stripe/webhooks', payload, headers: { 'content-type': 'application/json; charset=utf-8', ...headers } });
const deliver = (type: string, object: object) => {
  const payload = stub.event(type, object);
  return send(payload, { 'stripe-signature': stub.signature(payload) });
};
const ours = { accountId: 'acme', chargeId: 'acme.1' };
const held = (object: Omit<StripeObject, 'metadata'> & { readonly metadata?: Readonly<Record<string, string>> }): StripeObject => {
  const whole = { metadata: ours, ...object } as StripeObject;
  stub.objects.set(whole.id, whole);
  return whole;
};
const invoice = (status: string, more: object = {}) => held({ id: 'in_1', object: 'invoice', status, attempted: true, ...more });
const intent = (status: string, more: object = {}) => held({ id: 'pi_1', object: 'payment_intent', status, last_payment_error: null, cancellation_reason: null, ...more });

const collected = 'MarkChargeCollected acme acme.1  stripe stripe:evt';
const failed = (reason: string) => `MarkChargeFailed acme acme.1 ${reason} stripe stripe:evt`;

describe('an event that Stripe has signed', () => {
  it.each([
    ['a paid invoice', 'invoice.paid', () => invoice('paid'), collected],
    ['an open invoice whose payment failed', 'invoice.payment_failed', () => invoice('open'), failed('payment_failed')],
    ['a voided invoice', 'invoice.voided', () => invoice('void'), failed('void')],
    ['an invoice given up', 'invoice.marked_uncollectible', () => invoice('uncollectible'), failed('uncollectible')],
    ['a payment that succeeded', 'payment_intent.succeeded', () => intent('succeeded'), collected],
    ['a payment that was declined', 'payment_intent.payment_failed', () => intent('requires_payment_method', { last_payment_error: { type: 'card_error', code: 'card_declined', decline_code: 'insufficient_funds' } }), failed('insufficient_funds')],
    ['a payment that was given up', 'payment_intent.canceled', () => intent('canceled', { cancellation_reason: 'abandoned' }), failed('abandoned')],
  ])('is carried out for %s', async (_, type, object, expected) => {
    const { statusCode, body } = await deliver(type, object());
    expect([statusCode, JSON.parse(body), told]).toEqual([200, { received: true, became: expected.startsWith('MarkChargeC') ? 'collected' : 'failed' }, [expected]]);
  });

  it('counts by what Stripe says now, not by what it said then', async () => {
    const before = invoice('open');
    invoice('paid');
    await deliver('invoice.payment_failed', before);
    expect([told, stub.asked]).toEqual([[collected], ['/v1/invoices/in_1']]);
  });

  it.each([
    ['of another type', 'customer.created', () => ({ id: 'cus_1', object: 'customer' })],
    ['of a type that nobody knows yet', 'invoice.teleported', () => invoice('paid')],
    ['about an invoice that is not ours', 'invoice.paid', () => invoice('paid', { metadata: {} })],
    ['about an invoice that names an account and no charge', 'invoice.paid', () => invoice('paid', { metadata: { accountId: 'acme' } })],
    ['about an invoice that nobody has tried to collect', 'invoice.payment_failed', () => invoice('open', { attempted: false })],
    ['about a payment that is under way', 'payment_intent.payment_failed', () => intent('processing')],
    ['about an invoice that is gone', 'invoice.paid', () => ({ id: 'in_gone', object: 'invoice' })],
    ['about nothing', 'invoice.paid', () => ({})],
  ])('is acknowledged and ignored %s', async (_, type, object) => {
    const { statusCode, body } = await deliver(type, object());
    expect([statusCode, JSON.parse(body), told]).toEqual([200, { received: true, became: 'ignored' }, []]);
  });

  it.each(['not_found', 'account_purged'])('is acknowledged where the charge is %s: sent again it would fare no better', async (code) => {
    answer = new Refused(refuse(code));
    const { statusCode, body } = await deliver('invoice.paid', invoice('paid'));
    expect([statusCode, JSON.parse(body)]).toEqual([200, { received: true, became: 'ignored' }]);
  });

  it.each(['down', 'key revoked'] as const)('is to be sent again while Stripe is %s', async (state) => {
    stub.state = state;
    const refused = await deliver('invoice.paid', invoice('paid'));
    expect([refused.statusCode, refused.json().code, told]).toEqual([503, 'unavailable', []]);
    stub.state = 'up';
    expect([(await deliver('invoice.paid', invoice('paid'))).statusCode, told]).toEqual([200, [collected]]);
  });
});

describe('what Stripe has not signed', () => {
  const dayMs = 86_400_000;
  const payload = () => stub.event('invoice.paid', invoice('paid'));

  it.each([
    ['without a signature', () => [payload(), {}]],
    ['with a signature that is none', () => [payload(), { 'stripe-signature': 'nonsense' }]],
    ['signed with another secret', () => { const body = payload(); return [body, { 'stripe-signature': stub.signature(body, { secret: 'whsec_other' }) }]; }],
    ['signed yesterday', () => { const body = payload(); return [body, { 'stripe-signature': stub.signature(body, { at: Date.now() - dayMs }) }]; }],
    ['with another body than was signed', () => { const body = payload(); return [`${body} `, { 'stripe-signature': stub.signature(body) }]; }],
    ['without a body', () => ['', { 'stripe-signature': stub.signature('x') }]],
    ['with a body that is no JSON', () => ['{"id":', { 'stripe-signature': stub.signature('{"id":') }]],
    ['with a body that is JSON and no event', () => ['null', { 'stripe-signature': stub.signature('null') }]],
    ['with a body that is a list', () => ['[]', { 'stripe-signature': stub.signature('[]') }]],
  ] as readonly (readonly [string, () => readonly [string, Record<string, string>]])[])('is refused %s', async (_, made) => {
    const [body, headers] = made();
    const answered = await send(body, headers);
    expect([answered.statusCode, answered.headers['content-type'], answered.json().code, told, stub.asked]).toEqual([400, 'application/problem+json; charset=utf-8', 'invalid_request', [], []]);
  });
});

describe('without configuration', () => {
  it('the route does not exist', async () => {
    const without = await testServer([]);
    const answered = await without.app.inject({ method: 'POST', url: '/v1/stripe/webhooks', payload: '{}', headers: { 'content-type': 'application/json' } });
    await without.close();
    expect([answered.statusCode, answered.json().code]).toEqual([404, 'not_found']);
  });

  it.each([
    [{ STRIPE_WEBHOOK_SECRET: 'whsec_x' }, /STRIPE_API_KEY/],
    [{ STRIPE_API_KEY: 'sk_x' }, /STRIPE_WEBHOOK_SECRET/],
    [{ STRIPE_API_KEY: 'sk_x', STRIPE_WEBHOOK_SECRET: 'whsec_x', STRIPE_API_URL: 'somewhere' }, /STRIPE_API_URL/],
  ])('in part nothing starts: %j', (environment, named) => {
    expect(() => readSettings({ SANDBOX: 'true', DATABASE_URL: 'postgres://unused', ...environment })).toThrow(named);
  });
});

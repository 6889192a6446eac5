// A filter is an address, and the address is that filter.
import { expect, it } from '@jest/globals';
import { accountAddress, addressOf, placeAt } from './places.js';

it.each([
  ['/', { at: 'now' }],
  ['/nowhere', { at: 'now' }],
  ['/accounts', { at: 'accounts' }],
  [accountAddress('a:1'), { at: 'account', accountId: 'a:1' }],
  ['/acts', { at: 'acts' }],
  ['/deadlines', { at: 'list', list: 'deadlines', asked: {} }],
  [addressOf('effects', { status: 'dead', error: 'a b&c', carrier: '' }), { at: 'list', list: 'effects', asked: { status: 'dead', error: 'a b&c' } }],
  ['/purges?status=failed&surprise=1', { at: 'list', list: 'purges', asked: { status: 'failed' } }],
])('%s', (address, place) => {
  expect(placeAt(address)).toEqual(place);
});

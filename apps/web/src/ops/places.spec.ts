// A filter is an address, and the address is that filter.
import { expect, it } from '@jest/globals';
import { accountAddress, addressOf, askedActAddress, askedActsAddress, placeAt } from './places.js';

it.each([
  ['/', { at: 'now' }],
  ['/nowhere', { at: 'now' }],
  ['/accounts', { at: 'accounts' }],
  [accountAddress('a:1'), { at: 'account', accountId: 'a:1', version: null }],
  [accountAddress('a:1', 12), { at: 'account', accountId: 'a:1', version: 12 }],
  ['/accounts/a?version=0', { at: 'account', accountId: 'a', version: null }],
  [askedActsAddress(null), { at: 'asked-acts', status: null }],
  [askedActsAddress('waiting'), { at: 'asked-acts', status: 'waiting' }],
  [askedActAddress('a1'), { at: 'asked-act', askedActId: 'a1' }],
  ['/acts', { at: 'acts' }],
  ['/deadlines', { at: 'list', list: 'deadlines', asked: {} }],
  [addressOf('effects', { status: 'dead', error: 'a b&c', carrier: '' }), { at: 'list', list: 'effects', asked: { status: 'dead', error: 'a b&c' } }],
  ['/purges?status=failed&surprise=1', { at: 'list', list: 'purges', asked: { status: 'failed' } }],
])('%s', (address, place) => {
  expect(placeAt(address)).toEqual(place);
});

// Bandwidth's notifications of orders: XML without a signature, with the credentials that its subscription was given.
import type { CallbackReader, ToldByCarrier } from './callbacks.js';
import { international } from './bandwidth-listing.js';
import { isSame } from './same.js';
import { child, listOf, textOf, xml } from './xml.js';

export const bandwidthCallbacks = (username: string, password: string): CallbackReader => ({
  isGenuine: async ({ headers }) => isSame(headers['authorization'] ?? '', `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`),
  read({ body }) {
    const notification = child(xml.read(body.toString()), 'Notification');
    const [type, status, order] = ['OrderType', 'Status', 'OrderId'].map((name) => textOf(child(notification, name)));
    if (type !== 'disconnects' && type !== 'portouts') return [];
    const numbers = listOf(child(child(notification, 'CompletedTelephoneNumbers'), 'TelephoneNumber')).flatMap((number) => textOf(number) ?? []);
    const gone = status === 'COMPLETE' || status === 'PARTIAL' ? numbers.map((number): ToldByCarrier => ({ kind: 'number', names: [international(number)], became: 'gone' })) : [];
    return order ? [...gone, { order }] : gone;
  },
});

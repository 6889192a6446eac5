// What became of telling the customer: what really was sent, and what could not be. Never to which address.
import { event, type EventOf } from '#kernel';
import type { Message } from './messages.js';

/** Sent, or told otherwise as an operator says. */
export const CustomerNotified = event('CustomerNotified')<{
  /** The message, and the version of the event that it tells of. */
  noticeId: string;
  message: Message;
  channel: 'e-mail' | 'elsewhere';
  /** `null`: not in words of ours. */
  language: string | null;
  /** Of the words it was told in. */
  templateVersion: string | null;
}, {
  /** The operator's own words. */
  note: string;
}>({ personal: { note: true } });

/** It cannot be delivered to the address there is; it stays so until an operator acts, or the customer has another address. */
export const NoticeBlocked = event('NoticeBlocked')<{ noticeId: string; message: Message; reason: string }>({ texts: ['reason'] });

/** An operator had it sent once more. */
export const NoticeRetried = event('NoticeRetried')<{ noticeId: string; message: Message }, { reason: string }>({ personal: { reason: true } });

export const noticeEvents = [CustomerNotified, NoticeBlocked, NoticeRetried] as const;

export type NoticeEvent = EventOf<(typeof noticeEvents)[number]>;

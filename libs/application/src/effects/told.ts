// What an effect has come to, as the command that tells its account.
import type { Message } from '#domain';
import type { Conclusion, Effect } from '#effects';
import type { Told } from './commands.js';
import { messageOf } from './notices.js';

export const settled = (effect: Effect, { outcome, reason, sent }: Conclusion): Told => {
  if (outcome === 'sent') return told(effect, 'e-mail', sent ?? nothingSent, null);
  if (effect.kind === 'notify') return told(effect, 'elsewhere', nothingSent, reason);
  const final = { outcome: outcome as 'released' | 'already-gone' | 'settled-elsewhere', reason };
  return effect.kind === 'release-number'
    ? { type: 'SettleNumberRelease', numberId: effect.subject, ...final }
    : { type: 'SettleDeregistration', registrationId: effect.subject, part: partOf(effect), ...final };
};

export const blocked = (effect: Effect, reason: string): Told => {
  if (effect.kind === 'notify') return { type: 'BlockNotice', ...noticeOf(effect), reason };
  return effect.kind === 'release-number'
    ? { type: 'BlockNumberRelease', numberId: effect.subject, reason }
    : { type: 'BlockDeregistration', registrationId: effect.subject, part: partOf(effect), reason };
};

export const retried = (effect: Effect, reason: string): Told => {
  if (effect.kind === 'notify') return { type: 'RetryNotice', ...noticeOf(effect), reason };
  return effect.kind === 'release-number'
    ? { type: 'RetryNumberRelease', numberId: effect.subject, reason }
    : { type: 'RetryDeregistration', registrationId: effect.subject, part: partOf(effect), reason };
};

const partOf = ({ kind }: Effect): 'campaign' | 'brand' => (kind === 'delete-brand' ? 'brand' : 'campaign');

const noticeOf = ({ subject }: Effect): { readonly noticeId: string; readonly message: Message } => ({ noticeId: subject, message: messageOf(subject) });

const nothingSent = { language: null, templateVersion: null };

const told = (effect: Effect, channel: 'e-mail' | 'elsewhere', words: { readonly language: string | null; readonly templateVersion: string | null }, note: string | null): Told => ({
  type: 'TellOfNotice', ...noticeOf(effect), channel, language: words.language, templateVersion: words.templateVersion, note,
});

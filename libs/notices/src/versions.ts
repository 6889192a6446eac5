// The version of each message's words, in all languages. Raise it with every change of them: the log says in which somebody was told. A test holds them.
import type { Message } from '#domain';

export const templateVersions: Readonly<Record<Message, string>> = {
  'cancellation-confirmed': '2026-11',
  'subscription-resumed': '2026-11',
  'plan-ended': '2026-11',
  'loss-announced': '2026-11',
  'numbers-released': '2026-11',
  'ten-dlc-expired': '2026-11',
  'data-purged': '2026-11',
  'annual-reminder': '2026-11',
};

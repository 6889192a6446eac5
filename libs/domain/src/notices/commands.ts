// What whoever tells the customer has to say about it.
import type { Message } from './messages.js';

interface Named {
  noticeId: string;
  message: Message;
}

export interface NoticeCommands {
  /** `note`: an operator's words, where it was told elsewhere. */
  TellOfNotice: Named & { channel: 'e-mail' | 'elsewhere'; language: string | null; templateVersion: string | null; note: string | null };
  BlockNotice: Named & { reason: string };
  RetryNotice: Named & { reason: string };
}

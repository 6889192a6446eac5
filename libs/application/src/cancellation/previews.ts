// Gathers what a preview needs beside the account's state: which of its scheduled messages would be credited.
import { Injectable } from '@nestjs/common';
import type { Subscription } from '#domain';
import { previewView, type PreviewView } from '#read-models';
import { ScheduledMessages } from '#scheduled-messages';
import type { Account } from '../memberships.js';

@Injectable()
export class Previews {
  constructor(private readonly messages: ScheduledMessages) {}

  async of({ state, now }: Account, subscription: Subscription): Promise<PreviewView> {
    const unsent = await this.messages.unsent(state.accountId, subscription.term.kind, { from: subscription.period.end });
    return previewView(state, subscription, unsent, now);
  }
}

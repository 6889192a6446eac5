// Scheduled messages.
import { Module } from '@nestjs/common';
import { ScheduledMessagesController } from './scheduled-messages.controller.js';

@Module({ controllers: [ScheduledMessagesController] })
export class ScheduledMessagesModule {}

// A customer's own page: the link to it, and the session that it opens.
import { Module } from '@nestjs/common';
import { PageLinksController } from './page-links.controller.js';
import { PageSessionsController } from './page-sessions.controller.js';

@Module({ controllers: [PageSessionsController, PageLinksController] })
export class PageSessionsModule {}

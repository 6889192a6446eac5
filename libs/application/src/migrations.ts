// Every migration of the core, in no order: they sort themselves by their timestamp.
import { migrations as acts } from '#acts';
import { migrations as audit } from '#audit';
import { migrations as carrierDrift } from '#carrier-drift';
import { migrations as deadlines } from '#deadlines';
import { migrations as directory } from '#directory';
import { migrations as effects } from '#effects';
import { migrations as eventStore } from '#event-store';
import { migrations as fourEyes } from '#four-eyes';
import { migrations as holders } from '#holders';
import { migrations as imports } from '#imports';
import { migrations as keptAnswers } from '#kept-answers';
import { migrations as optOuts } from '#opt-outs';
import { migrations as pageSessions } from '#page-sessions';
import { migrations as personalData } from '#personal-data';
import { migrations as mail } from '#mail';
import { migrations as policies } from '#policies';
import type { Migration } from '#postgres';
import { migrations as processes } from '#processes';
import { migrations as purge } from '#purge';
import { migrations as projections } from '#projections';
import { migrations as readModels } from '#read-models';
import { migrations as retainedData } from '#retained-data';
import { migrations as scheduledMessages } from '#scheduled-messages';
import { migrations as staffReads } from '#staff-reads';
import { migrations as webhooks } from '#webhooks';

export const migrations: readonly Migration[] = [
  ...personalData, ...eventStore, ...deadlines, ...processes, ...effects, ...mail, ...purge, ...keptAnswers, ...pageSessions, ...scheduledMessages, ...retainedData, ...optOuts, ...holders, ...carrierDrift, ...directory, ...imports, ...policies, ...webhooks, ...staffReads, ...fourEyes, ...acts,
  ...projections, ...readModels, ...audit,
];

// Every migration of the core, in no order: they sort themselves by their timestamp.
import { migrations as deadlines } from '#deadlines';
import { migrations as effects } from '#effects';
import { migrations as eventStore } from '#event-store';
import { migrations as holders } from '#holders';
import { migrations as keptAnswers } from '#kept-answers';
import { migrations as optOuts } from '#opt-outs';
import { migrations as personalData } from '#personal-data';
import type { Migration } from '#postgres';
import { migrations as processes } from '#processes';
import { migrations as purge } from '#purge';
import { migrations as projections } from '#projections';
import { migrations as readModels } from '#read-models';
import { migrations as retainedData } from '#retained-data';
import { migrations as scheduledMessages } from '#scheduled-messages';

export const migrations: readonly Migration[] = [...personalData, ...eventStore, ...deadlines, ...processes, ...effects, ...purge, ...keptAnswers, ...scheduledMessages, ...retainedData, ...optOuts, ...holders, ...projections, ...readModels];

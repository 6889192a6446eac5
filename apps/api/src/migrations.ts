// Every migration that the API needs applied.
import { migrations as core } from '#application';
import type { Migration } from '#postgres';

export const migrations: readonly Migration[] = core;

// Every migration that the API needs applied, in no order: they sort themselves by their timestamp.
import type { Migration } from '#postgres';
import { migrations as http } from './http/migrations.js';

export const migrations: readonly Migration[] = [...http];

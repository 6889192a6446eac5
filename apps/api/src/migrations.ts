// Every migration that the API needs applied.
import { migrations as core } from '#application';
import type { Migration } from '#postgres';
import { migrations as http } from './http/migrations.js';

export const migrations: readonly Migration[] = [...core, ...http];

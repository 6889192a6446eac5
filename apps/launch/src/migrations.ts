// Every migration of every library, in the order in which the libraries build on each other.
import type { Migration } from '#postgres';

export const migrations: readonly Migration[] = [];

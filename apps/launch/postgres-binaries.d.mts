import type { User } from './postgres-user.mjs';

/** The programs of a major version, of the newest that is found when none is told. */
export function findBinaries(settings: { readonly major: number | undefined; readonly user: User }): { readonly folder: string; readonly major: number };

export const folder: string;
export const changes: readonly (readonly [what: string, file: string, from: string, to: string])[];

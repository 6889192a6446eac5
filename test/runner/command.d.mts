export function jestOf(root: string): [string, ...string[]];

export interface User {
  readonly uid?: number;
  readonly gid?: number;
}
/** Who runs the cluster in that folder, or one that is to be made: `{}` for ourselves. */
export function serverUser(clusterFolder: string): User;
export function giveTo(user: User, path: string): void;

export interface User {
  readonly uid?: number;
  readonly gid?: number;
}
/** Who runs the cluster in that folder, or one that is to be made: `{}` for ourselves. */
export function serverUser(clusterFolder: string): User;
export function giveTo(user: User, path: string): void;
export interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}
export function serverUser(clusterFolder: string): ServerUser;
export function giveTo(user: ServerUser, path: string): void;

export interface Replicated {
  readonly primaryUrl: string;
  readonly replicaUrl: string;
  stopReplica(): Promise<void>;
  stop(): Promise<void>;
}

/** Of the database `postgres`, empty. */
export function replicated(settings?: { readonly say?: (text: string) => void; readonly signal?: AbortSignal }): Promise<Replicated>;

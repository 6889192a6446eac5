export interface PgBouncer {
  /** The same database, by way of the pooler. */
  readonly through: (url: string) => string;
  readonly stop: () => Promise<void>;
}
export function providePgBouncer(settings: { serverUrl: string; poolSize?: number; say: (text: string) => void; signal?: AbortSignal }): Promise<PgBouncer>;

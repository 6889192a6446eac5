export interface Postgres {
  /** Superuser url of the database. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}
export function providePostgres(settings: {
  dataDir: string;
  database?: string;
  durable?: boolean;
  say: (text: string) => void;
  signal?: AbortSignal;
}): Promise<Postgres>;

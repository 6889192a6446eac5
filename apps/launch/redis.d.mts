export interface Redis {
  readonly url: string;
  readonly port: number;
  readonly stop: () => Promise<void>;
  readonly kill: () => Promise<void>;
}
export function startRedis(settings?: { port?: number; signal?: AbortSignal; settings?: Readonly<Record<string, string | number>> }): Promise<Redis>;

export interface Redis {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
  kill(): Promise<void>;
}
export function startRedis(settings?: { port?: number; signal?: AbortSignal }): Promise<Redis>;

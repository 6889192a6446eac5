// Work that the faults of the sandbox interrupt: it is really stopped and begun anew, and the queue really loses what it holds.
import type { ServiceFaults } from '#processes';
import { type Logger, Loop, type OpenQueues } from '#running';

export interface Work {
  /** Takes nothing new, waits for what is under way, and closes what it opened. */
  stop(): Promise<void>;
}

interface Interruptible {
  /** What a worker does. */
  readonly begin: () => Work;
  /** What goes on in its stead while it is stopped. */
  readonly rest: () => Work;
  readonly faults: ServiceFaults;
  readonly queues: OpenQueues;
  readonly logger: Logger;
}

const lookEveryMs = 200;

export function interruptible({ begin, rest, faults, queues, logger }: Interruptible): Work {
  let stopped = false;
  let now = begin();
  /** A process that was killed may have left the queue as it was. */
  let losing = true;

  const become = async (next: 'stopped' | 'at work'): Promise<void> => {
    if (stopped === (next === 'stopped')) return;
    logger.warn(`a fault of the sandbox: the worker is ${next}`);
    await now.stop();
    stopped = !stopped;
    now = stopped ? rest() : begin();
  };
  const lose = async (): Promise<void> => {
    losing = true;
    await faults.follow('queue-emptied', await queues.lose());
  };
  const handOut = async (): Promise<void> => {
    await queues.handOut();
    losing = false;
  };

  const loop = new Loop('faults of the sandbox', lookEveryMs, async () => {
    const inForce = await faults.inForce();
    await become(inForce.has('worker-stopped') ? 'stopped' : 'at work');
    if (stopped) await faults.follow('worker-stopped');
    if (inForce.has('queue-emptied')) await lose();
    else if (losing) await handOut();
    return inForce.size === 0 ? 'rest' : undefined;
  }, logger, faults.hinted);
  loop.start();

  return {
    async stop() {
      await loop.stop();
      await Promise.all([now.stop(), queues.close()]);
    },
  };
}

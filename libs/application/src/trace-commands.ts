// Every command of the bus as a span: by what it is called, and the code of its refusal.
import type { CommandBus, ICommand } from '@nestjs/cqrs';
import { Refused } from '#kernel';
import { beginSpan } from '#tracing';

export function traceCommands(bus: CommandBus): void {
  const execute: (command: ICommand) => Promise<unknown> = bus.execute.bind(bus);
  const traced = async (command: ICommand): Promise<unknown> => {
    const span = beginSpan(command.constructor.name, () => ({}));
    try {
      const answer = await span.around(() => execute(command));
      span.end();
      return answer;
    } catch (error) {
      // Whoever is told no has been served.
      if (error instanceof Refused) span.tell({ refusal: error.refusal.refused });
      span.end(error instanceof Refused ? undefined : error);
      throw error;
    }
  };
  bus.execute = traced;
}

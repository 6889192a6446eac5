// How a handler gets a command carried out: through a parameter whose type says which, so that the route can be held to what they may be refused with.
import { Injectable, createParamDecorator, type PipeTransform } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { type AnswerTo, type CodeOf, type RefusableCommand, SecondPerson } from '#application';
import type { ProblemCode } from '../problems/problems.js';

/** Hands a command to the bus; answers what its handler does. Throws `Refused` with a code of the command. */
export type Executes<C extends RefusableCommand> = (command: C) => Promise<AnswerTo<C>>;

@Injectable()
class BusPipe implements PipeTransform {
  constructor(
    private readonly commands: CommandBus,
    private readonly secondPerson: SecondPerson,
  ) {}

  transform(): Executes<RefusableCommand> {
    return async (command) => {
      await this.secondPerson.notNeeded(command);
      return this.commands.execute(command);
    };
  }
}

const bus = createParamDecorator(() => undefined);

const executing = new WeakSet<object>();

/** Parameter decorator: `@Execute() execute: Executes<TopUpWallet>`. */
export const Execute = (): ParameterDecorator => (target, name, index) => {
  if (name !== undefined) executing.add((target as Record<string | symbol, object>)[name]!);
  bus(BusPipe)(target, name, index);
};

/** Whether a handler executes commands. */
export const executes = (handler: object): boolean => executing.has(handler);

/** Told by every route that takes input and every path that names something, without being declared. */
type Undeclared = 'invalid_request' | 'not_found' | 'too_many_requests';

/** What the commands that `Handler` executes may be refused with, and a route has to declare. */
export type CodesOf<Handler> = Handler extends (...parameters: infer Parameters) => unknown
  ? Exclude<{ [Index in keyof Parameters]: Parameters[Index] extends (command: infer C extends RefusableCommand) => unknown ? CodeOf<C> : never }[number], Undeclared>
  : never;

interface Lacks<Code> {
  readonly theRouteDoesNotDeclare: Code;
}

/** A method decorator that fits no handler whose commands may be refused with another code. */
export type Declares<Code extends ProblemCode> = <Handler>(
  target: object, name: string | symbol, descriptor: TypedPropertyDescriptor<Handler> & ([CodesOf<Handler>] extends [Code] ? unknown : Lacks<Exclude<CodesOf<Handler>, Code>>),
) => void;

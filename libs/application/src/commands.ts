// What every command of the bus is made of: its type says what it answers and with which codes it can be refused. And handlers that only hand it on.
import { Inject, type Type } from '@nestjs/common';
import { Command, CommandHandler } from '@nestjs/cqrs';
import { isRefusal, Refused, type Metadata, type Refusal } from '#kernel';
import type { CodeIn, CommandOf, CommandType, RefusedBy } from '#domain';
import { Memberships, type Account, type Ask } from './memberships.js';

declare const refusedWith: unique symbol;
declare const decision: unique symbol;

/** `Code`: all that its handler may refuse it with. A route that does not declare one of them does not compile. */
export abstract class RefusableCommand<Answer = unknown, Code extends string = string> extends Command<Answer> {
  declare readonly [refusedWith]: Code;
}

export type AnswerTo<C> = C extends Command<infer Answer> ? Answer : never;
export type CodeOf<C> = C extends RefusableCommand<unknown, infer Code> ? Code : never;

/**
 * Has something of `Type` decided about an account. The codes of the core's rule come with the type; `More`: what is refused besides, before the rule
 * is asked or as it is written.
 */
export abstract class AccountCommand<Type extends CommandType, Answer = Account, More extends string = never> extends RefusableCommand<Answer, RefusedBy<Type> | More> {
  declare readonly [decision]: { readonly type: Type; readonly more: More };

  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
  ) {
    super();
  }
}

interface AsksTheCore extends RefusableCommand {
  readonly accountId: string;
  readonly metadata: Metadata;
  readonly [decision]: { readonly type: CommandType; readonly more: string };
}

type DecisionOf<C> = C extends { readonly [decision]: { readonly type: infer Type extends CommandType; readonly more: infer More extends string } } ? { type: Type; more: More } : never;

type Gathered<C> = CommandOf<DecisionOf<C>['type']> | Refusal<DecisionOf<C>['more']>;

/** What the core is asked, or how to make it of the account as it is when it is decided; a refusal instead undoes everything. */
export type AskFor<C> = CommandOf<DecisionOf<C>['type']> | ((account: Account) => Gathered<C> | Promise<Gathered<C>>);

interface Undeclared<Code> {
  readonly theCommandDoesNotSayThatItIsRefusedWith: Code;
}

/** Throws `answer` where it is a refusal, so that nothing of the transaction stays. It must be one that the command says. */
export function orRefuse<C extends RefusableCommand, Answer>(_command: C, answer: Answer & ([CodeIn<Answer>] extends [CodeOf<C>] ? unknown : Undeclared<Exclude<CodeIn<Answer>, CodeOf<C>>>)): Exclude<Answer, Refusal> {
  return unlessRefused<Answer>(answer);
}

/** The way to {@link Memberships.handle}: the one through which the core decides a command of the bus. Answers the account afterwards. Throws `Refused`. */
export const decided = <C extends AsksTheCore>(memberships: Memberships, { accountId, metadata }: C, ask: AskFor<C>): Promise<Account> =>
  memberships.handle(accountId, (typeof ask === 'function' ? async (account: Account) => unlessRefused(await ask(account)) : ask) as Ask, metadata);

function unlessRefused<Answer>(answer: Answer): Exclude<Answer, Refusal> {
  if (isRefusal(answer)) throw new Refused(answer);
  return answer as Exclude<Answer, Refusal>;
}

type Instances<Services extends readonly Type[]> = { readonly [Index in keyof Services]: Services[Index] extends Type<infer Service> ? Service : never };

/** A handler that hands its command on to services, in one line. What they refuse is thrown. */
export function handles<C extends RefusableCommand, const Services extends readonly [Type, ...Type[]]>(
  command: Type<C>, services: Services, work: (command: C, ...services: Instances<Services>) => Promise<AnswerTo<C> | Refusal<CodeOf<C>>>,
): Type {
  @CommandHandler(command)
  class Handler {
    private readonly services: Instances<Services>;

    constructor(...injected: Instances<Services>) {
      this.services = injected;
    }

    async execute(asked: C): Promise<AnswerTo<C>> {
      return unlessRefused(await work(asked, ...this.services));
    }
  }
  for (const [index, service] of services.entries()) Inject(service)(Handler, undefined, index);
  Object.defineProperty(Handler, 'name', { value: `${command.name}Handler` });
  return Handler;
}

/** The same for what the core decides, where nothing has to be gathered. */
export const decides = <C extends AsksTheCore>(command: Type<C>, ask: (command: C) => Account extends AnswerTo<C> ? AskFor<C> : never): Type =>
  handles<C, readonly [typeof Memberships]>(command, [Memberships], (asked, memberships) => decided(memberships, asked, ask(asked)) as Promise<AnswerTo<C>>);

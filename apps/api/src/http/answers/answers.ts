// What a handler says about its answers; the OpenAPI document is made from it, and the start fails where it is missing.
import { applyDecorators, HttpCode, RequestMethod, SetMetadata } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/internal';
import { ApiOperation } from '@nestjs/swagger';
import type { Declares } from './execute.js';
import type { ProblemCode } from '../problems/problems.js';
import type { JsonSchema } from './schemas.js';

export interface StatedAnswer {
  readonly status: number;
  readonly description: string;
  /** Absent where there is no body. */
  readonly content?: Readonly<Record<string, JsonSchema>>;
}

const answersKey = 'sunset:answers';
const refusalsKey = 'sunset:refusals';

interface AnswerOptions {
  /** `application/json` unless told; several for one schema of rows. */
  readonly mediaTypes?: readonly string[];
  /** Other forms of the same answer, by media type. */
  readonly also?: Readonly<Record<string, JsonSchema>>;
}

/** What the operation does, in three or four words that begin with a verb; its id is made of them: `Cancel a plan` is `cancelPlan`. */
export const Summary = (summary: string): MethodDecorator => ApiOperation({ summary, operationId: operationIdOf(summary) });

const operationIdOf = (summary: string): string =>
  summary
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => !['a', 'an', 'the'].includes(word))
    .map((word, index) => (index === 0 ? word.toLowerCase() : word.charAt(0).toUpperCase() + word.slice(1)))
    .join('');

/**
 * States one answer. The first one stated (read from the top) is what the handler sends unless it sets another status itself.
 * `schema` is `null` where there is no body.
 */
export function Answers(status: number, schema: JsonSchema | null, description: string, { mediaTypes = ['application/json'], also = {} }: AnswerOptions = {}): MethodDecorator {
  const answer: StatedAnswer = { status, description, ...(schema && { content: { ...Object.fromEntries(mediaTypes.map((type) => [type, schema])), ...also } }) };
  return applyDecorators(
    (_target: object, _name: string | symbol, descriptor: PropertyDescriptor) => {
      const handler = descriptor.value as object;
      Reflect.defineMetadata(answersKey, [answer, ...answersOf(handler)], handler);
    },
    HttpCode(status),
  );
}

/** The refusals that this handler may answer with, besides those every handler may; none that its commands may be refused with is left out. */
export const Refuses = <Code extends ProblemCode = never>(...codes: readonly Code[]): Declares<Code> => SetMetadata(refusalsKey, codes);

export const answersOf = (handler: object): readonly StatedAnswer[] => (Reflect.getMetadata(answersKey, handler) as StatedAnswer[] | undefined) ?? [];

export const refusalsOf = (handler: object): readonly ProblemCode[] => (Reflect.getMetadata(refusalsKey, handler) as ProblemCode[] | undefined) ?? [];

export const saysRefusals = (handler: object): boolean => Reflect.hasMetadata(refusalsKey, handler);

export const isRouteHandler = (handler: unknown): handler is (...args: never[]) => unknown =>
  typeof handler === 'function' && Reflect.getMetadata(METHOD_METADATA, handler) !== undefined;

export const methodOf = (handler: object): string => RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod];

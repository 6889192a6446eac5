// Every route of the application with what it states; the start fails, naming the route, where something is missing.
import type { INestApplication } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/internal';
import { DiscoveryService } from '@nestjs/core';
import { policyOf, type Policy } from '../../auth/policy.js';
import { answersOf, isRouteHandler, methodOf, refusalsOf, saysRefusals, type StatedAnswer } from '../answers/answers.js';
import { executes } from '../answers/execute.js';
import type { ProblemCode } from '../problems/problems.js';

export interface Route {
  readonly method: string;
  /** As OpenAPI writes it: `/v1/accounts/{accountId}`. */
  readonly path: string;
  /** `Controller.handler` */
  readonly name: string;
  readonly handler: object;
  readonly policy: Policy | undefined;
  readonly answers: readonly StatedAnswer[];
  readonly refusals: readonly ProblemCode[];
}

export function routesOf(app: INestApplication): Route[] {
  return app
    .get(DiscoveryService, { strict: false })
    .getControllers()
    .flatMap(({ metatype }) => (typeof metatype === 'function' ? routesOfController(metatype) : []));
}

function routesOfController(controller: object): Route[] {
  const { name, prototype } = controller as { name: string; prototype: object };
  const prefix = Reflect.getMetadata(PATH_METADATA, controller) as string;
  return Object.entries(Object.getOwnPropertyDescriptors(prototype)).flatMap(([handlerName, { value: handler }]) => {
    if (!isRouteHandler(handler)) return [];
    const path = [prefix, Reflect.getMetadata(PATH_METADATA, handler) as string].map((part) => part.replace(/^\/|\/$/g, '')).filter(Boolean).join('/');
    return [{
      method: methodOf(handler),
      path: `/${path.replace(/:(\w+)/g, '{$1}')}`,
      name: `${name}.${handlerName}`,
      handler,
      policy: policyOf(handler),
      answers: answersOf(handler),
      refusals: refusalsOf(handler),
    }];
  });
}

/** The policy of a route by its method and its template: `GET /v1/accounts/:accountId`. Of the API, what stands in none is for nobody. */
export type Policies = ReadonlyMap<string, Policy>;

export const policiesOf = (app: INestApplication): Policies =>
  new Map(routesOf(app).flatMap(({ method, path, policy }) => (policy ? [[`${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`, policy]] : [])));

/** Throws an `Error` that names every route without `@Allow` or `@Anyone`, without `@Answers`, or that executes a command without `@Refuses`. */
export function checkRoutes(app: INestApplication): void {
  const missing = routesOf(app).flatMap(({ method, path, name, handler, policy, answers }) => [
    ...(policy === undefined ? [`${method} ${path} (${name}) states no policy: @Allow(...) or @Anyone()`] : []),
    ...(executes(handler) && !saysRefusals(handler) ? [`${method} ${path} (${name}) executes a command and does not say what it may be refused with: @Refuses(...)`] : []),
    ...(answers.length === 0 ? [`${method} ${path} (${name}) states no answer: @Answers(...)`] : []),
  ]);
  if (missing.length > 0) throw new Error(missing.join('\n'));
}

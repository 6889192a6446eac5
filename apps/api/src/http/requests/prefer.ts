// `Prefer: wait=60` (RFC 7240): how long the caller would like us to wait before we answer that it is not done yet.
import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';

const longestSeconds = 60;

const wait = /(?:^|,)\s*wait\s*=\s*"?(\d{1,9})"?\s*(?=[,;]|$)/i;

/** Seconds, 60 at most; `undefined` when nothing was asked for. What cannot be understood is ignored, as the RFC wants it. */
export function waitSecondsOf(prefer: string | readonly string[] | undefined): number | undefined {
  const asked = wait.exec([prefer ?? []].flat().join(','))?.[1];
  return asked === undefined ? undefined : Math.min(Number(asked), longestSeconds);
}

/** Of a handler that heeds it. */
export const Waits = (): MethodDecorator =>
  applyDecorators(
    ApiHeader({ name: 'Prefer', required: false, description: `\`wait=<seconds>\`, ${longestSeconds} at most: answers as soon as there is something to tell, and after that time at the latest.`, schema: { type: 'string', example: 'wait=30' } }),
    RouteConfig({ waits: true }),
  );

/** Whether it is to wait for something, and its handler does. */
export const isWaiting = ({ headers, routeOptions: { config } }: FastifyRequest): boolean => 'waits' in config && config.waits === true && waitSecondsOf(headers.prefer) !== undefined;

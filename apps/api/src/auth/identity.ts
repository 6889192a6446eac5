// Who calls: what a verified token says, and what is known about the request besides.
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Actor, Metadata } from '#kernel';
import { Problem } from '../http/problems/problems.js';
import { networkOf } from '../http/requests/network.js';

export const roles = ['customer', 'service', 'operator', 'viewer', 'analyst'] as const satisfies readonly Actor['role'][];

export type Role = (typeof roles)[number];

/** Who looks after all accounts: what they read is written down, and they wait for no customer. A viewer may read what an operator reads, and change nothing. */
export const isOperating = ({ role }: Pick<Subject, 'role'>): boolean => role === 'operator' || role === 'viewer';

export const isRole = (value: unknown): value is Role => roles.includes(value as Role);

/** What a token proves, or a page session. */
export interface Subject {
  readonly role: Role;
  /** The token's subject. Of a customer it may be an e-mail address or a phone number: what is written goes by the actor of the metadata. */
  readonly subject: string;
  /** The one account of a customer; nobody else has one. */
  readonly accountId?: string;
  /** A customer on their own page, by the session of a cookie and not by a token. */
  readonly onPage?: true;
}

export interface Identity extends Subject {
  /** Goes into every event that the request leads to. */
  readonly metadata: Metadata;
}

const subjects = new WeakMap<FastifyRequest, Subject>();
const letIn = new WeakSet<FastifyRequest>();
const identities = new WeakMap<FastifyRequest, Identity>();

/** Once the token is verified, whether or not its bearer is let in. */
export const rememberSubject = (request: FastifyRequest, subject: Subject): void => {
  subjects.set(request, subject);
};

/** `undefined` where no token was looked at, or it was not believed. */
export const subjectOf = (request: FastifyRequest): Subject | undefined => subjects.get(request);

/** Whoever bears the token may do what he asks for. */
export const rememberLetIn = (request: FastifyRequest): void => {
  letIn.add(request);
};

/** `undefined` where anyone may call, and of whom is not let in. */
export const letInOf = (request: FastifyRequest): Subject | undefined => (letIn.has(request) ? subjectOf(request) : undefined);

/** Whether a customer asked for somebody else's account. */
export function asksForForeign(request: FastifyRequest): boolean {
  const subject = subjectOf(request);
  const { accountId } = (request.params ?? {}) as Record<string, string>;
  return accountId !== undefined && subject?.role === 'customer' && subject.accountId !== accountId;
}

export const remember = (request: FastifyRequest, identity: Identity): void => {
  identities.set(request, identity);
};

/** `undefined` where anyone may call, and before the request has its turn. */
export const identityOf = (request: FastifyRequest): Identity | undefined => identities.get(request);

/** Whom a request counts for: who was let in, else the address. */
export function callerOf(request: FastifyRequest): string {
  const subject = letInOf(request);
  return subject ? nameOf(subject) : networkOf(request.ip);
}

/** Nobody else has it. */
export const nameOf = ({ role, subject, accountId }: Subject): string => `${role} ${subject} ${accountId ?? ''}`;

/** All who may act for an account as its customers are one; `null`: he is no customer. */
export const customersOf = ({ role, accountId }: Subject): string | null => (role === 'customer' ? `customer ${accountId ?? ''}` : null);

/** Parameter decorator: `@Caller() caller: Identity`. Not for handlers of `@Anyone()`. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Identity => {
  const identity = identityOf(context.switchToHttp().getRequest<FastifyRequest>());
  if (!identity) throw new Problem('unauthenticated');
  return identity;
});

// Tokens for trying things out; exists in the sandbox only.
import { Body, Controller, Post } from '@nestjs/common';
import { roles, type Role } from '../auth/identity.js';
import { Anyone } from '../auth/policy.js';
import { Sandbox } from '../auth/sandbox.js';
import { Answers, Summary } from '../http/answers/answers.js';
import { Id, OneOf } from '../http/input/fields.js';
import { OwnTransaction } from '../http/idempotency/idempotency.interceptor.js';
import { invalidField } from '../http/problems/problems.js';
import { TokenSchema } from './schemas.js';

class TokenRequest {
  @OneOf(roles)
  role!: Role;

  @Id({ optional: true, description: 'The account of a customer; it need not exist. Required for customers, without meaning for others.' })
  accountId?: string;

  @Id({ optional: true, description: 'Who it is; `sandbox-` and the role unless told. Two operators are two persons.' })
  subject?: string;
}

@Controller('v1/dev/tokens')
export class TokensController {
  constructor(private readonly sandbox: Sandbox) {}

  @Post()
  @Summary('Make a token in the sandbox')
  @Anyone()
  @OwnTransaction()
  @Answers(201, TokenSchema, 'A bearer token.')
  async issue(@Body() { role, accountId, subject = `sandbox-${role}` }: TokenRequest): Promise<{ token: string }> {
    if (role === 'customer' && accountId === undefined) throw invalidField('/accountId', 'is required for a customer');
    return { token: await this.sandbox.sign({ role, subject, ...(role === 'customer' && accountId !== undefined && { accountId }) }) };
  }
}

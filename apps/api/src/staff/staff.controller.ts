// How staff come to their pages: how they sign in, and who they are by then.
import { Controller, Get, Inject } from '@nestjs/common';
import { Caller, type Identity, type Role } from '../auth/identity.js';
import { Allow, Anyone } from '../auth/policy.js';
import { Answers, Summary } from '../http/answers/answers.js';
import { bool, list, nullable, object, oneOf, schema, text } from '../http/answers/schemas.js';
import { SETTINGS, type ApiSettings, type StaffSignIn } from '../http/server/settings.js';

const SignInSchema = schema(
  'StaffSignIn',
  object({
    sandbox: { ...bool, description: 'Anybody can have a token made.' },
    oidc: { ...nullable(object({ issuer: text, clientId: text, audience: text, scope: text, origins: list(text) })), description: 'Null: staff bring a token that they got elsewhere.' },
  }),
);

const StaffSchema = schema(
  'Staff',
  object({
    role: oneOf('operator', 'viewer', 'analyst'),
    subject: { ...text, description: 'As it stands in events, acts and records of what was read.' },
  }),
);

@Controller('v1/staff')
export class StaffController {
  constructor(@Inject(SETTINGS) private readonly settings: ApiSettings) {}

  @Get('sign-in')
  @Summary('Show how staff sign in')
  @Anyone()
  @Answers(200, SignInSchema, 'What a page needs to know to get a token: authorization code with PKCE, without a secret.')
  signIn(): { readonly sandbox: boolean; readonly oidc: StaffSignIn | null } {
    return { sandbox: this.settings.sandbox, oidc: this.settings.staffSignIn ?? null };
  }

  @Get('me')
  @Summary('Show who of staff calls')
  @Allow('operator', 'analyst')
  @Answers(200, StaffSchema, 'Who the bearer of the token is here.')
  me(@Caller() { role, subject }: Identity): { readonly role: Role; readonly subject: string } {
    return { role, subject };
  }
}

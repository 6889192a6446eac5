// What a customer sends on the way out. Whether it suffices is decided by the core, which knows the account.
import { commentLengthMax, type Language } from '#domain';
import { Bool, ListOf, Nested, ShownIn, Text } from '../http/input/fields.js';

export class ReasonBody {
  @Text({ max: 64, description: 'A code of the published list.' }) code!: string;
  @Text({ min: 0, max: commentLengthMax, optional: true, description: 'Free text; personal.' }) comment?: string;
}

export class AcceptedDisclosureBody {
  @Text({ max: 64 }) id!: string;
  @Text({ max: 64 }) version!: string;
}

export class LanguageQuery {
  @ShownIn() locale?: Language;
}

export class AttemptBody {
  @Nested(() => ReasonBody, { optional: true, description: 'Required.' }) reason?: ReasonBody;
  @Bool({ optional: true, description: 'Must be true.' }) acknowledgedConsequences?: boolean;
  @Text({ max: 128, optional: true, description: 'The `hash` of the preview that was shown.' }) previewHash?: string;
  @ShownIn() locale?: Language;
}

export class ConfirmationBody {
  @ListOf(() => AcceptedDisclosureBody, { max: 100, optional: true, description: 'Every current disclosure.' }) acceptedDisclosures: AcceptedDisclosureBody[] = [];
  @Bool({ optional: true, description: 'Must be true.' }) acknowledgedConsequences?: boolean;
}

export class CancellationBody extends ConfirmationBody {
  @Nested(() => ReasonBody, { optional: true, description: 'Required, unless the account cancels in one step.' }) reason?: ReasonBody;
  @ShownIn() locale?: Language;
}

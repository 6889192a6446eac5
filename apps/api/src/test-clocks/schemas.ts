// The shape of a test clock.
import { InstantSchema, object, oneOf, schema, text } from '../http/answers/schemas.js';

export const TestClockSchema = schema(
  'TestClock',
  object(
    { testClockId: text, now: InstantSchema, status: oneOf('ready', 'advancing', 'failed') },
    { lastError: { ...text, description: 'Why it stopped on its way; once an operator has retried what is dead it can be advanced again.' } },
  ),
);

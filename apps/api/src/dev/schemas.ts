// The shape of a sandbox token.
import { object, schema, text } from '../http/answers/schemas.js';

export const TokenSchema = schema('Token', object({ token: text }));

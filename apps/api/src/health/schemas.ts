// The shape of a good state of health; a bad one is a problem document.
import { object, oneOf, schema } from '../http/answers/schemas.js';

export const HealthSchema = schema('Health', object({ status: oneOf('ok') }));

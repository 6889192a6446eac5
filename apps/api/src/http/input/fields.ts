// The fields of request bodies and queries: each decorator states the rule, its message and its OpenAPI schema in one place, so they cannot drift.
import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { isEmail, ValidateBy, ValidateIf, ValidateNested } from 'class-validator';
import { instant, type Instant } from '#kernel';
import { isTimeZone } from '#domain';
import { isLocale } from '#notices';
import { declareField, type Field, type InputType, type RuleContext } from './input.js';
import type { ProblemCode } from '../problems/problems.js';
import { listed, type PolicyList } from './policy-lists.js';
import { holdsAddress, isCurrency, isInstantText, isUuid, isWellFormed, lengthOf } from './formats.js';

export interface FieldOptions {
  /** May be absent. An explicit null is still refused. */
  readonly optional?: boolean;
  /** May be null. */
  readonly nullable?: boolean;
  readonly description?: string;
  readonly example?: unknown;
}

type Test = (value: unknown) => boolean;

/** One rule with one message; `code` where breaking it has a code of its own. */
const rule = (name: string, message: string, test: Test, code?: ProblemCode): PropertyDecorator =>
  ValidateBy({ name, validator: { validate: test, defaultMessage: () => message } }, code && { context: { code } satisfies RuleContext });

interface Definition extends Partial<Field> {
  readonly rules: readonly PropertyDecorator[];
  readonly schema: ApiPropertyOptions;
}

function field(options: FieldOptions, { rules, schema, ...more }: Definition): PropertyDecorator {
  const { optional = false, nullable = false, description, example } = options;
  return applyDecorators(
    (prototype: object, name: string | symbol) => declareField(prototype, String(name), { optional, nullable, ...more }),
    ValidateIf((_, value) => !((optional && value === undefined) || (nullable && value === null))),
    rule('required', 'is required', (value) => value !== undefined),
    rule('present', 'must not be null', (value) => value !== null),
    ...rules,
    ApiProperty({
      ...schema,
      required: !optional,
      ...(nullable && { nullable }),
      ...(description && { description }),
      ...(example !== undefined && { example }),
    } as ApiPropertyOptions),
  );
}

interface TextOptions extends FieldOptions {
  /** Characters, 1 unless told; 0 lets an empty text pass. */
  readonly min?: number;
  readonly max: number;
}

const isText: Test = (value) => typeof value === 'string';
const textRule = rule('text', 'must be a text', isText);
const storableRule = rule('storable', 'must not hold NUL or lone surrogates', (value) => isText(value) && isWellFormed(value as string));

/** Free text as it was sent: nothing is trimmed. Blank, NUL and lone surrogates are refused. */
export const Text = ({ min = 1, max, ...options }: TextOptions): PropertyDecorator =>
  field(options, {
    rules: [
      textRule,
      storableRule,
      rule('notBlank', 'must not be blank', (value) => min === 0 || /\S/.test(value as string)),
      rule('length', `must have ${min} to ${max} characters`, (value) => lengthOf(value as string) >= min && lengthOf(value as string) <= max),
    ],
    schema: { type: 'string', minLength: min, maxLength: max },
  });

/** What an operator writes: free text that names nobody by an address, since it is kept and no customer has a say in it. */
export const Note = (options: TextOptions): PropertyDecorator =>
  applyDecorators(
    Text({ ...options, description: `${options.description ? `${options.description} ` : ''}No e-mail address and no phone number.` }),
    rule('impersonal', 'must not hold an e-mail address or a phone number', (value) => !(isText(value) && holdsAddress(value as string))),
  );

const format = (options: FieldOptions, message: string, test: (text: string) => boolean, schema: ApiPropertyOptions, more: Partial<Field> = {}): PropertyDecorator =>
  field(options, { ...more, rules: [textRule, rule('format', message, (value) => isText(value) && test(value as string))], schema });

/** 1 to 128 letters, digits and `. _ : -`, beginning with a letter, a digit or `_`: safe in paths, names and logs. `@` is out, so that no e-mail address becomes an id. */
export const idPattern = /^[A-Za-z0-9_][A-Za-z0-9._:-]{0,127}$/;

export const Id = (options: FieldOptions = {}): PropertyDecorator =>
  format(options, 'must be 1 to 128 letters, digits or . _ : -', (text) => idPattern.test(text), { type: 'string', pattern: idPattern.source });

/** The id of a row that is told from others by a UUID. */
export const Uuid = (options: FieldOptions = {}): PropertyDecorator => format(options, 'must be a UUID', isUuid, { type: 'string', format: 'uuid' });

export const Email = (options: FieldOptions = {}): PropertyDecorator =>
  format(options, 'must be an e-mail address', (text) => text.length <= 254 && isWellFormed(text) && isEmail(text), { type: 'string', format: 'email', maxLength: 254 });

/** A name or an alias from the IANA database that dates can be told in, never an offset. */
export const TimeZone = (options: FieldOptions = {}): PropertyDecorator =>
  format(options, 'must be an IANA time zone', isTimeZone, { type: 'string', maxLength: 64 });

/** Language, script and region of BCP 47, be there such a language or not. */
export const Locale = (options: FieldOptions = {}): PropertyDecorator =>
  format(options, 'must be a language tag such as en or es-MX', isLocale, { type: 'string', maxLength: 11, example: 'es-MX' });

/** In which language the answer speaks, or what is accepted was shown: one that there are words of. */
export const ShownIn = (): PropertyDecorator => OfPolicy('languages', { optional: true, description: 'In which language it is shown; absent: in that of the account, or else in $language.' });

/** ISO-8601 with an offset, 1970 to 9990; arrives in the handler as an {@link Instant}. */
export const InstantField = (options: FieldOptions = {}): PropertyDecorator =>
  format(options, 'must be an ISO-8601 instant with an offset, between the years 1970 and 9990', isInstantText, { type: 'string', format: 'date-time' }, {
    normalise: (value): Instant => instant(value as string),
  });

/** In which past an account is read: what had happened by then … */
export const AsOf = (): PropertyDecorator =>
  InstantField({ optional: true, description: 'What had happened by then, in the time of the account: its test clock\'s, where it lives by one. Now when absent; later than that is `invalid_request`.' });

/** … as far as it had been written by then. */
export const KnownAt = (): PropertyDecorator =>
  InstantField({ optional: true, description: 'As far as it had been written by then, in real time. Now when absent; later than that is `invalid_request`.' });

/** As {@link InstantField}, or a day, which stays the text that it is: when it begins depends on a zone, which stands elsewhere. */
export const InstantOrDay = (options: FieldOptions = {}): PropertyDecorator =>
  format(options, 'must be an ISO-8601 instant with an offset, or a day, between the years 1970 and 9990', (text) => isInstantText(beginningOf(text)), {
    type: 'string',
    anyOf: [{ format: 'date-time' }, { format: 'date' }],
  }, {
    normalise: (value): string => (isDay(value as string) ? (value as string) : instant(value as string)),
  });

/** `YYYY-MM-DD`. */
export const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text);

const beginningOf = (text: string): string => (isDay(text) ? `${text}T00:00:00Z` : text);

export const Currency = (options: FieldOptions = {}): PropertyDecorator =>
  format(options, 'must be an ISO 4217 code in capitals', isCurrency, { type: 'string', pattern: '^[A-Z]{3}$' });

const e164Pattern = /^\+[1-9]\d{6,14}$/;

/** In a query a `+` that was not encoded arrives as a blank. */
export const E164 = (options: FieldOptions = {}): PropertyDecorator =>
  format(options, 'must be a phone number in E.164 form', (text) => e164Pattern.test(text), { type: 'string', pattern: e164Pattern.source }, { fromText: (text) => text.replace(/^ /, '+') });

/** An absolute http or https URL without credentials in it. */
export const Url = (options: FieldOptions = {}): PropertyDecorator =>
  format(options, 'must be an http or https URL without user name and password', (text) => {
    const url = text.length <= 2048 && isWellFormed(text) && URL.canParse(text) ? new URL(text) : undefined;
    return url !== undefined && /^https?:$/.test(url.protocol) && !url.username && !url.password;
  }, { type: 'string', format: 'uri', maxLength: 2048 });

interface OneOfOptions extends FieldOptions {
  /** The code to answer for a text that is not on the list. */
  readonly code?: ProblemCode;
}

export const OneOf = (values: readonly string[], { code, ...options }: OneOfOptions = {}): PropertyDecorator =>
  field(options, {
    rules: [textRule, rule('listed', `must be one of ${values.join(', ')}`, (value) => values.includes(value as string), code)],
    schema: { type: 'string', enum: [...values] },
  });

/** One of a list that the policy in force says. */
export const OfPolicy = (list: PolicyList, options: FieldOptions = {}): PropertyDecorator =>
  field(options, { rules: [textRule], schema: { type: 'string', enum: [listed[list]] }, ofPolicy: list });

export const Bool = (options: FieldOptions = {}): PropertyDecorator =>
  field(options, {
    rules: [rule('boolean', 'must be true or false', (value) => typeof value === 'boolean')],
    schema: { type: 'boolean' },
    fromText: (text) => (text === 'true' ? true : text === 'false' ? false : text),
  });

/** Only `true` will do; absent or `false` is told with `code`. */
export const MustBeTrue = ({ code, ...options }: { readonly code: ProblemCode; readonly description?: string }): PropertyDecorator =>
  applyDecorators(
    (prototype: object, name: string | symbol) => declareField(prototype, String(name), { optional: false, nullable: false }),
    rule('boolean', 'must be true', (value) => value === undefined || typeof value === 'boolean'),
    rule('true', 'must be true', (value) => value === true, code),
    ApiProperty({ type: 'boolean', enum: [true], required: true, ...options }),
  );

interface WholeOptions extends FieldOptions {
  readonly min: number;
  readonly max?: number;
}

/** A safe integer. */
export const Whole = ({ min, max = Number.MAX_SAFE_INTEGER, ...options }: WholeOptions): PropertyDecorator =>
  field(options, {
    rules: [
      rule('whole', 'must be a whole number', (value) => Number.isSafeInteger(value)),
      rule('range', `must be between ${min} and ${max}`, (value) => (value as number) >= min && (value as number) <= max),
    ],
    schema: { type: 'integer', minimum: min, maximum: max },
    fromText: (text) => (/^-?(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : text),
  });

/** @nestjs/swagger takes a function for a class unless its name is `type`. */
const lazily = (nested: () => InputType): (() => InputType) => ({ type: () => nested() }).type;

/** An object of another input class. */
export const Nested = (type: () => InputType, options: FieldOptions = {}): PropertyDecorator =>
  field(options, { rules: [ValidateNested()], schema: { type: lazily(type) }, nested: type });

interface ListOptions extends FieldOptions {
  readonly min?: number;
  readonly max: number;
}

const listRules = (min: number, max: number): PropertyDecorator[] => [
  rule('list', 'must be a list', Array.isArray),
  rule('size', `must hold ${min} to ${max} entries`, (value) => (value as unknown[]).length >= min && (value as unknown[]).length <= max),
];

/** A list of objects of another input class. */
export const ListOf = (type: () => InputType, { min = 0, max, ...options }: ListOptions): PropertyDecorator =>
  field(options, { rules: [...listRules(min, max), ValidateNested()], schema: { type: lazily(type), isArray: true, minItems: min, maxItems: max }, nested: type, list: true });

interface TextsOptions extends ListOptions {
  /** Characters of one entry. */
  readonly maxLength: number;
}

/** A list of short texts; in a query the parameter is repeated. */
export const Texts = ({ min = 0, max, maxLength, ...options }: TextsOptions): PropertyDecorator =>
  field(options, {
    list: true,
    entryFault: (entry) =>
      typeof entry === 'string' && isWellFormed(entry) && /\S/.test(entry) && lengthOf(entry) <= maxLength ? undefined : `must be a text of 1 to ${maxLength} characters`,
    rules: listRules(min, max),
    schema: { type: 'array', items: { type: 'string', minLength: 1, maxLength }, minItems: min, maxItems: max },
  });

interface MoneyOptions extends FieldOptions {
  /** Minor units. */
  readonly min: number;
}

/** Ten million of a currency with two decimals: whatever is multiplied or added up of such amounts stays exact. */
const amountMax = 1_000_000_000;

const moneyTypes = new Map<number, InputType>();

/** One class for each lower bound, so that the bound is told at `/…/amount`. */
function moneyType(min: number): InputType {
  const known = moneyTypes.get(min);
  if (known) return known;
  class MoneyInput {
    @Whole({ min, max: amountMax }) amount!: number;
    @Currency() currency!: string;
  }
  moneyTypes.set(min, MoneyInput);
  return MoneyInput;
}

/** `{ amount, currency }`: whole minor units and an ISO 4217 code. Arrives as a `Money`. */
export const MoneyField = ({ min, ...options }: MoneyOptions): PropertyDecorator =>
  field(options, {
    nested: () => moneyType(min),
    rules: [ValidateNested()],
    // In `allOf`, since `required` beside it says whether the field itself is.
    schema: {
      allOf: [{
        type: 'object',
        properties: { amount: { type: 'integer', minimum: min, maximum: amountMax }, currency: { type: 'string', pattern: '^[A-Z]{3}$' } },
        required: ['amount', 'currency'],
        additionalProperties: false,
      }],
    },
  });

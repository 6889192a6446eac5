// An account as a line of an import tells it, and how lines are read: what is wrong with one says where in it.
import type { Instant, Money } from '#kernel';
import type { ToldAccount } from '#application';
import type { Language, PolicyInForce } from '#domain';
import type { LineProblem, ReadLine } from '#imports';
import { excessIn, jsonLimits, lineBytesMax, streamedLines } from '#ndjson';
import { localeMeans, usualNumberFee } from '../accounts/usual.js';
import { Bool, E164, Email, Id, InstantField, ListOf, Locale, MoneyField, Nested, Note, OfPolicy, OneOf, Text, TimeZone, Whole } from '../http/input/fields.js';
import { readInput } from '../http/input/input.js';
import { Problem } from '../http/problems/problems.js';
import { AcceptedDisclosureBody, ReasonBody } from '../subscriptions/cancellation.bodies.js';

class PeriodLine {
  @InstantField() start!: Instant;
  @InstantField({ description: 'Exclusive.' }) end!: Instant;
}

class ConsentLine {
  @ListOf(() => AcceptedDisclosureBody, { max: 100, optional: true }) disclosures: AcceptedDisclosureBody[] = [];
  @Text({ max: 128, optional: true, description: 'A hash of the text as it was shown.' }) textHash?: string;
  @OfPolicy('languages', { optional: true, description: 'In which it was shown.' }) language?: Language;
  @Bool({ optional: true }) acknowledgedConsequences: boolean = true;
}

class CancellationLine {
  @InstantField() requestedAt!: Instant;
  @Nested(() => ReasonBody, { optional: true, description: 'One of $reasons.' }) reason?: ReasonBody;
  @Nested(() => ConsentLine, { optional: true, description: 'The evidence of what was accepted; without it the consent is marked as absent.' }) consent?: ConsentLine;
}

class SubscriptionLine {
  @Text({ max: 64 }) planId!: string;
  @InstantField() startedAt!: Instant;
  @Nested(() => PeriodLine, { description: 'The period that is paid, as it was sold; of a plan that has ended its last one. The next ones follow by the calendar.' }) currentPeriod!: PeriodLine;
  @OneOf(['trialing', 'active', 'past_due', 'ended']) status!: 'trialing' | 'active' | 'past_due' | 'ended';
  @Nested(() => CancellationLine, { optional: true, description: 'The one that is pending, or by which the plan ended.' }) cancellation?: CancellationLine;
  @InstantField({ optional: true, description: 'Of a plan that has ended, where that was before the end of the period.' }) endedAt?: Instant;
}

class NumberLine {
  @E164({ example: '+12065550100' }) e164!: string;
  @OneOf(['purchased', 'ported', 'verified'], { optional: true, description: 'Ported and verified numbers are not ours to release.' }) origin: 'purchased' | 'ported' | 'verified' = 'purchased';
  @Text({ max: 64, optional: true, description: "The carrier's own id of the number." }) carrierNumberId?: string;
}

class TenDlcLine {
  @Text({ max: 200 }) brandName!: string;
  @OneOf(['pending', 'active', 'expired']) status!: 'pending' | 'active' | 'expired';
  @Text({ max: 64, optional: true, description: "Twilio's messaging service of the campaign." }) messagingServiceSid?: string;
  @Text({ max: 64, optional: true, description: "The carrier's own id of the campaign, to be ended with the registration." }) campaignId?: string;
  @Text({ max: 64, optional: true, description: "The carrier's own id of the brand, to be deleted after its campaign." }) brandId?: string;
  @InstantField({ optional: true, description: 'The time of the import when absent, as for all that is told without a date.' }) appliedAt?: Instant;
  @InstantField({ optional: true }) registeredAt?: Instant;
  @InstantField({ optional: true }) expiredAt?: Instant;
}

class WalletLine {
  @MoneyField({ min: 0 }) balance!: Money;
}

class LegalHoldLine {
  @Note({ max: 2000 }) reason!: string;
  @InstantField({ description: 'When somebody has to look at it again.' }) reviewAt!: Instant;
  @InstantField({ optional: true }) placedAt?: Instant;
}

export class AccountLine {
  @Text({ max: 200, description: 'What the other system calls it: the same is taken over once.' }) externalId!: string;
  @Id({ optional: true, description: 'What it is called here; made when absent, and told by the event AccountImported.' }) accountId?: string;
  @Text({ max: 200 }) name!: string;
  @Email() email!: string;
  @TimeZone({ description: 'IANA name; all dates follow its wall clock.', example: 'America/Los_Angeles' }) timeZone!: string;
  @Locale({ optional: true, description: localeMeans }) locale?: string;
  @OfPolicy('currencies', { optional: true, description: 'The currency of the catalogue.' }) currency?: string;
  @Whole({ min: 1, max: 31, optional: true, description: 'The day of the month on which periods end, where neither the start of the plan nor its period says so: 31 is the last day of a short month.' }) anchorDay?: number;
  @Whole({ min: 1, max: 31, optional: true, description: 'The local day of the first subscription when absent.' }) numberBillingAnchorDay?: number;
  @MoneyField({ min: 0, optional: true, description: 'Per number and month; $numberFee when absent.' }) numberFee?: Money;
  @OneOf(['two-step', 'one-step'], { optional: true }) cancellationMode: 'two-step' | 'one-step' = 'two-step';
  @ListOf(() => SubscriptionLine, { max: 100, description: 'All that is known, also what has ended.' }) subscriptions!: SubscriptionLine[];
  @ListOf(() => NumberLine, { max: 10_000, optional: true }) numbers: NumberLine[] = [];
  @Nested(() => TenDlcLine, { optional: true }) tenDlc?: TenDlcLine;
  @Nested(() => WalletLine, { optional: true }) wallet?: WalletLine;
  @ListOf(() => LegalHoldLine, { max: 100, optional: true, description: 'Legal holds that stand.' }) holds: LegalHoldLine[] = [];
}

/** Each line of a file as it comes in, read or with what is wrong with it. */
export async function* accountLines(pieces: AsyncIterable<Buffer>, policy: PolicyInForce): AsyncGenerator<ReadLine, void, void> {
  for await (const { line, bytes, open } of streamedLines(pieces)) {
    const read = bytes === null ? [whole(`is longer than ${lineBytesMax} bytes`)] : readLine(bytes, open, policy);
    yield typeof read === 'string' ? { line, told: read } : { line, problems: read };
  }
}

/** An account may have thousands of numbers. */
const lineLimits = { ...jsonLimits, parts: 200_000 };

function readLine(bytes: Buffer, open: boolean, policy: PolicyInForce): string | readonly LineProblem[] {
  const text = utf8(bytes);
  if (text === undefined) return [whole('must be UTF-8')];
  const excess = excessIn(text, lineLimits);
  if (excess !== null) return [whole(`must ${excess}`)];
  let value: unknown;
  try {
    value = JSON.parse(text, text.includes('null') ? nullIsAbsent : undefined);
  } catch {
    return [whole(open ? 'is no JSON: the file may have been cut off here' : 'is no JSON')];
  }
  try {
    return JSON.stringify(filledIn(readInput(AccountLine, value, policy), policy));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return (error.options.errors ?? []).map(({ pointer, message }) => ({ pointer: named(pointer), code: error.code, message }));
  }
}

/** With what is usual under the policy where the line says nothing. */
function filledIn({ currency: told, numberFee, subscriptions, ...line }: AccountLine, policy: PolicyInForce): ToldAccount {
  const currency = told ?? policy.currencies[0].code;
  return { ...line, currency, numberFee: numberFee ?? usualNumberFee(policy, currency), subscriptions: subscriptions.map((one) => inItsLanguage(one, policy.languages[0])) };
}

function inItsLanguage({ cancellation, ...subscription }: SubscriptionLine, language: Language): ToldAccount['subscriptions'][number] {
  if (!cancellation) return subscription;
  const { consent, ...asked } = cancellation;
  if (!consent) return { ...subscription, cancellation: asked };
  const { language: shownIn = language, ...evidence } = consent;
  return { ...subscription, cancellation: { ...asked, consent: { ...evidence, language: shownIn } } };
}

/** Other systems write down that there is nothing. */
const nullIsAbsent = (_name: string, value: unknown): unknown => (value === null ? undefined : value);

const whole = (message: string): LineProblem => ({ pointer: '', code: 'invalid_request', message });

/** A name that the service does not know may be anything; where it is none of a field, its place says that it is there. */
const named = (pointer: string): string => pointer.replace(/[^/]+/g, (name) => (/^[A-Za-z0-9]{1,40}$/.test(name) ? name : '…'));

function utf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

// What Stripe holds of a charge of ours: an invoice or a payment intent that names it. It is read anew each time, since events come in any order and tell of a state that may be over.
import Stripe from 'stripe';
import { Problem } from '../http/problems/problems.js';

export interface Finding {
  readonly accountId: string;
  readonly chargeId: string;
  readonly became: 'collected' | 'failed';
  /** Of a failure: a code of Stripe's. */
  readonly reason: string | null;
}

/** Events that something came of a payment with, by the object that they are about; all others say nothing that counts here. */
const objectOf: Readonly<Record<string, 'invoice' | 'payment_intent'>> = {
  'invoice.paid': 'invoice',
  'invoice.payment_succeeded': 'invoice',
  'invoice.payment_failed': 'invoice',
  'invoice.voided': 'invoice',
  'invoice.marked_uncollectible': 'invoice',
  'payment_intent.succeeded': 'payment_intent',
  'payment_intent.payment_failed': 'payment_intent',
  'payment_intent.canceled': 'payment_intent',
};

/** `null`: nothing has come of a charge of ours, or it is about none. Throws `unavailable` while Stripe cannot be asked. */
export async function findingOf(stripe: Stripe, { type, data }: Stripe.Event): Promise<Finding | null> {
  const kind = objectOf[type];
  const { id } = data.object as { readonly id?: unknown };
  if (kind === undefined || typeof id !== 'string') return null;
  try {
    return kind === 'invoice' ? ofInvoice(await stripe.invoices.retrieve(id)) : ofPaymentIntent(await stripe.paymentIntents.retrieve(id));
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    // Deleted meanwhile, or another Stripe account's.
    if (error.code === 'resource_missing') return null;
    throw new Problem('unavailable', { detail: 'Stripe could not be asked; send the event again.' });
  }
}

function ofInvoice({ metadata, status, attempted }: Stripe.Invoice): Finding | null {
  if (status === 'paid') return named(metadata, 'collected');
  if (status === 'void' || status === 'uncollectible') return named(metadata, 'failed', status);
  return status === 'open' && attempted ? named(metadata, 'failed', 'payment_failed') : null;
}

function ofPaymentIntent({ metadata, status, last_payment_error: error, cancellation_reason: cancelled }: Stripe.PaymentIntent): Finding | null {
  if (status === 'succeeded') return named(metadata, 'collected');
  if (status === 'canceled') return named(metadata, 'failed', cancelled ?? 'canceled');
  return status === 'requires_payment_method' && error ? named(metadata, 'failed', error.decline_code ?? error.code ?? 'payment_failed') : null;
}

/** The charge that whoever made the object has written into its metadata. */
function named(metadata: Stripe.Metadata | null, became: Finding['became'], reason: string | null = null): Finding | null {
  const { accountId, chargeId } = metadata ?? {};
  return accountId && chargeId ? { accountId, chargeId, became, reason } : null;
}

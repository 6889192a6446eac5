// The answers that the page is made of, by short names.
import type { Schemas } from './client.js';

export type Membership = Schemas['Membership'];
export type Subscription = Schemas['Subscription'];
export type PhoneNumber = Schemas['Number'];
export type Preview = Schemas['CancellationPreview'];
export type Disclosure = Schemas['Disclosure'];
export type TimelineEntry = Schemas['TimelineEntry'];
export type Plan = Schemas['Plan'];
export type Certificate = Schemas['PurgeCertificate'];
export type Receipt = Schemas['CancellationReceipt'];
export type Belonging = Membership['ifYouReturnNow']['kept'][number];

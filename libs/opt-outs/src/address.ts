// Which addresses of a contact say that nobody may write to or call them, in the one form in which they are compared.

/** Fields of a contact that hold an address. */
const fields = ['phone', 'e164', 'email'] as const;

/** An e-mail address trimmed and in lower case, a phone number as `+` and digits; `null`: neither. */
export function normalised(value: string): string | null {
  if (value.includes('@')) return value.trim().toLowerCase();
  const digits = value.replace(/[^+\d]/g, '');
  return /\d/.test(digits) ? digits : null;
}

/** A contact as it was stored. */
export interface Contact {
  readonly id: string;
  readonly optedOut?: unknown;
  readonly [field: string]: unknown;
}

export const hasOptedOut = ({ optedOut }: Contact): boolean => optedOut === true;

/** Normalised, each once. */
export function addressesOf(contact: Contact): readonly string[] {
  const found = fields.flatMap((field) => {
    const value = contact[field];
    return typeof value === 'string' ? (normalised(value) ?? []) : [];
  });
  return [...new Set(found)];
}

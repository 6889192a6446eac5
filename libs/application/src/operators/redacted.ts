// What stands where an operator's words were taken out of a row.
import type { Metadata } from '#kernel';

export const redactedBy = ({ actor }: Metadata): string => `redacted by ${actor.id}`;

// Whether two secrets are the same, in a time that says nothing of where they differ.
import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));

// How what happens to the account itself is told.
import type { Sentences } from '../subject.js';
import type { accountEvents } from './events.js';

export const accountWords: Sentences<(typeof accountEvents)[number]> = {
  AccountOpened: () => 'The account was opened.',
  AccountChanged: () => 'Details of the account were changed.',
};

// An act on many that nobody can undo, as a second person confirms it: from then on it is begun, and who asked for it goes on with it.
import { Acts } from '#acts';
import type { Metadata } from '#kernel';
import { handles, RefusableCommand } from '../commands.js';

export class BeginAskedAct extends RefusableCommand<string, never> {
  constructor(readonly actId: string, readonly reason: string, readonly metadata: Metadata) {
    super();
  }
}

export const BeginAskedActHandler = handles(BeginAskedAct, [Acts], ({ actId, reason }, acts) => acts.begin(actId, reason));

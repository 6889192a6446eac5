// What is asked of the comparison with carriers: a run, and what becomes of what a carrier calls back with.
import type { ToldByCarrier } from '#carriers';
import { DriftRuns, type DriftRun } from '#carrier-drift';
import { handles, RefusableCommand } from '../commands.js';
import { CarrierCallbacks, type CallbackResult } from './carrier-callbacks.js';

export class AskForDriftRun extends RefusableCommand<DriftRun, never> {
  constructor(readonly carrier: string, readonly askedBy: string) {
    super();
  }
}

/** `body`: what was signed, by which a repeated one is known. */
export class HearCarrier extends RefusableCommand<CallbackResult, never> {
  constructor(readonly carrier: string, readonly body: Buffer, readonly told: readonly ToldByCarrier[]) {
    super();
  }
}

export const AskForDriftRunHandler = handles(AskForDriftRun, [DriftRuns], ({ carrier, askedBy }, runs) => runs.ask(carrier, askedBy));
export const HearCarrierHandler = handles(HearCarrier, [CarrierCallbacks], ({ carrier, body, told }, callbacks) => callbacks.hear(carrier, body, told));

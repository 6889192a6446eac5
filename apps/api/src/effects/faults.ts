// The sandbox's carrier is told to fail, or to be well again.
import { handles, RefusableCommand } from '#application';
import { SandboxFaults, type SandboxFault, type SandboxSubject } from '#effects';

/** `times`: for so many requests; `null`: until it is switched off. */
export class SetFault extends RefusableCommand<SandboxSubject, never> {
  constructor(readonly subject: string, readonly fault: SandboxFault, readonly times: number | null) {
    super();
  }
}

export class ClearFault extends RefusableCommand<void, never> {
  constructor(readonly subject: string) {
    super();
  }
}

export const SetFaultHandler = handles(SetFault, [SandboxFaults], ({ subject, fault, times }, faults) => faults.set(subject, fault, times));
export const ClearFaultHandler = handles(ClearFault, [SandboxFaults], ({ subject }, faults) => faults.clear(subject));

// The sandbox's own machinery is told to fail, or to be well again.
import { handles, RefusableCommand } from '#application';
import { ServiceFaults, type ServiceFault, type ServiceFaultState } from '#processes';

export class SetServiceFault extends RefusableCommand<ServiceFaultState, never> {
  constructor(readonly fault: ServiceFault, readonly seconds: number) {
    super();
  }
}

export class ClearServiceFault extends RefusableCommand<void, never> {
  constructor(readonly fault: ServiceFault) {
    super();
  }
}

export const SetServiceFaultHandler = handles(SetServiceFault, [ServiceFaults], ({ fault, seconds }, faults) => faults.set(fault, seconds));
export const ClearServiceFaultHandler = handles(ClearServiceFault, [ServiceFaults], ({ fault }, faults) => faults.clear(fault));

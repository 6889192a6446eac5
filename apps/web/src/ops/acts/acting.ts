// An act on all that a filter means: shown first, then done in parts until nothing is left.
import { bodyOf, type Schemas } from '../../service/client.js';
import { staff } from '../../staff/session.js';

export type ActResult = Schemas['ActResult'];
export type Filter = Schemas['ActFilterInput'];
type Act = Schemas['ActBody']['act'];

export interface Wanted {
  readonly act: Act;
  readonly filter: Filter;
  readonly reason: string;
}

const ask = (body: Schemas['ActBody']): Promise<ActResult> => bodyOf(staff.POST('/v1/ops/acts', { body }));

export const show = (wanted: Wanted): Promise<ActResult> => ask({ ...wanted, dryRun: true });

/** Exactly what was shown. `onPart` is told how far it is. */
export async function perform(wanted: Wanted, shown: string, onPart: (part: ActResult) => void): Promise<ActResult> {
  for (;;) {
    const part = await ask({ ...wanted, dryRun: false, shown });
    onPart(part);
    if (part.left === 0) return part;
  }
}

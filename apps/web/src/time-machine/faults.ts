// The faults of the sandbox, switched on and off.
import { bodyOf } from '../service/client.js';
import type { FaultName } from './reading.js';
import { operators, platform } from './sandbox.js';

export const breakService = (fault: FaultName): Promise<unknown> => bodyOf(platform.PUT('/v1/dev/faults/{fault}', { params: { path: { fault } }, body: {} }));
export const mendService = (fault: FaultName): Promise<unknown> => bodyOf(platform.DELETE('/v1/dev/faults/{fault}', { params: { path: { fault } } }));

/** Its carrier does not let it go. */
export const breakNumber = (e164: string): Promise<unknown> =>
  bodyOf(platform.PUT('/v1/dev/carrier/faults/{subject}', { params: { path: { subject: e164 } }, body: { fault: 'blocked' } }));

/** And what it held back is tried again, as an operator would. */
export async function mendNumber(accountId: string, e164: string): Promise<void> {
  await bodyOf(platform.DELETE('/v1/dev/carrier/faults/{subject}', { params: { path: { subject: e164 } } }));
  const { data: blocked } = await bodyOf(operators.GET('/v1/ops/effects', { params: { query: { accountId, status: 'blocked' } } }));
  for (const { effectId } of blocked) {
    await bodyOf(operators.POST('/v1/ops/effects/{effectId}/retry', { params: { path: { effectId } }, body: { reason: 'The carrier lets it go now' } }));
  }
}

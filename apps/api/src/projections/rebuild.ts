// Has a projection built anew; a worker does it.
import { handles, RefusableCommand } from '#application';
import { Projections } from '#projections';

export class RebuildProjection extends RefusableCommand<void, never> {
  constructor(readonly name: string) {
    super();
  }
}

export const RebuildProjectionHandler = handles(RebuildProjection, [Projections], ({ name }, projections) => projections.requestRebuild(name));

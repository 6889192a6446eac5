interface Building {
  readonly say: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** The commit of the release before this one. */
export const previous: string;

/** The folder of the release before this one, built. */
export function previousRelease(building: Building): Promise<string>;

/** The folder of a release that writes what this one does not know, built. */
export function futureRelease(building: Building): Promise<string>;

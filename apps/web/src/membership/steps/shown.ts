// What this tab has shown of consequences, so that it can say what has changed since.
import type { Preview } from '../../service/shapes.js';

const shown = new Map<string, Preview>();

export const wasShown = (preview: Preview): void => void shown.set(preview.hash, preview);

/** `undefined`: another tab has, or this one before it was loaded anew. */
export const shownBefore = (hash: string): Preview | undefined => shown.get(hash);

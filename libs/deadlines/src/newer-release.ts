// For those who carry something out and do not know the log: whether it was written by a newer release than this process.
import { WrittenByNewerRelease } from '#event-store';

export const isWrittenByNewerRelease = (error: unknown): error is WrittenByNewerRelease => error instanceof WrittenByNewerRelease;

// How customers are told by mail, for whoever asks.

/** Injection token of the name of the mailer: string, or `null` where nobody is told by mail. */
export const MAILER = Symbol('Mailer');

/** Injection token of the address of the page that notices lead to: string, or `null` where nobody said. */
export const PAGE_URL = Symbol('PageUrl');

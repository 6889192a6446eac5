// What hints are given about, by who writes it, to who sees to it; see `Hints` of `postgres`.

/** Something to be sent that is not new in the log. */
export const webhooksHint = 'webhooks';

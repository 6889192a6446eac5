// The order of the document: what an integrating platform does, from its first account to its last certificate. A route belongs to the first tag that its path fits.

interface Tag {
  readonly name: string;
  readonly description: string;
  /** Of the path as OpenAPI writes it. */
  readonly paths: RegExp;
}

const account = '^/v1/accounts/\\{accountId\\}';
const ofAccount = (rest: string): RegExp => new RegExp(`${account}/(${rest})(/|$)`);

export const tags: readonly Tag[] = [
  { name: 'Sandbox', description: 'Tokens for anybody, test clocks on which a year passes in seconds, carriers that fail on demand. With `SANDBOX=true` alone.', paths: /^\/v1\/(dev|test-clocks)/ },
  { name: 'Accounts', description: 'Who it is, where its clock stands, what was agreed with it.', paths: /^\/v1\/(accounts(\/\{accountId\})?|imports.*)$/ },
  { name: 'Cancelling', description: 'Look at what follows, cancel in one step or two, take it back while the period runs.', paths: new RegExp(`${account}/(consents|subscriptions/\\{subscriptionId\\}/(cancellation.*|resume))`) },
  { name: 'Plans', description: 'What is sold, and what an account has bought.', paths: new RegExp(`^/v1/plans$|${account}/subscriptions`) },
  { name: 'Membership', description: 'What an account looks like now, what it may use, what happened and what will.', paths: new RegExp(`^/v1/page-session$|${account}/(membership|entitlements|timeline|page-sessions)`) },
  { name: 'Events', description: 'Everything that happened, of one account or of all: see `apps/api/EVENTS.md`.', paths: new RegExp(`^/v1/events|${account}/events`) },
  { name: 'Webhooks', description: 'Events that come by themselves, signed by the Standard Webhooks specification.', paths: /^\/v1\/webhook/ },
  { name: 'Numbers and 10DLC', description: 'What an account holds at carriers, until it is given back.', paths: new RegExp(`^/v1/carriers/|${account}/(numbers|ten-dlc)(/|$)`) },
  { name: 'Messages', description: 'Scheduled messages, which are cancelled and credited when their plan ends before they are sent.', paths: ofAccount('scheduled-messages') },
  { name: 'Money', description: 'The prepaid wallet, charges of the card, and every movement.', paths: ofAccount('wallet|ledger|charges') },
  { name: 'Data', description: 'What is kept for a year, read, exported, and then deleted with a certificate.', paths: new RegExp(`^/v1/opt-outs|^/\\.well-known|${account}/(data|data-export|data-access|purge-certificate)(/|$)`) },
  { name: 'Holds and erasure', description: 'What stops the deletion, and what brings it forward.', paths: ofAccount('legal-holds|erasure') },
  { name: 'Operations', description: 'What operators watch and unblock.', paths: /^\/v1\/(ops|staff)/ },
  { name: 'Analytics', description: 'Reports over all accounts, each with the instant and the position of the log that it stands for.', paths: /^\/v1\/analytics/ },
  { name: 'Health', description: 'For load balancers and monitoring.', paths: /^\/(health|metrics)/ },
];

/** `undefined`: no tag fits. */
export const tagOf = (path: string): string | undefined => tags.find(({ paths }) => paths.test(path))?.name;

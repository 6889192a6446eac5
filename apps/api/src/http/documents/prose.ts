// What holds for every operation, in words; the introduction of the document.

export const introduction = `
What follows after a customer cancels a plan, to the day: nothing renews from that click on, features stop when the paid period ends, phone numbers are released $numbersReleaseAfterDays days later, the 10DLC
registration expires after $tenDlcExpireAfterDays, and after $purgeAfter everything is deleted, with a signed certificate.

A platform opens accounts and subscriptions here, reports what it alone can know (money that arrived, payments that failed, messages that were sent), and listens to what happens.
\`apps/api/GUIDE.md\` says what it calls when.

## Tokens and roles

Every request carries \`Authorization: Bearer <JWT>\`, of the OIDC issuer that the service is configured with. A token has one role:

| role | who | sees |
|---|---|---|
| \`customer\` | somebody on the Membership page | the one account that the token names; any other is 404, as if it did not exist |
| \`service\` | the platform's back end | every account |
| \`operator\` | staff who watch and unblock | every account, and \`/v1/ops\` |
| \`analyst\` | whoever reads reports | \`/v1/analytics\` |

Each operation says for whom it is. In the sandbox \`POST /v1/dev/tokens\` makes tokens of any role.

## Idempotency

POST, PUT, PATCH and DELETE take an \`Idempotency-Key\`. The same key with the same request gets the same answer, with \`Idempotency-Replayed: true\`, for at least 24 hours, also after a crash;
while the first is still running it is \`request_in_progress\`, with another request \`idempotency_key_reused\`. What is not kept may be sent again as it is: bad input, 401, 403, 429 and 5xx.
The customers of an account may use 1000 keys an hour (10,000 in the sandbox) unless the service is told otherwise; with another one the answer is \`too_many_requests\`, and nothing is done.

## Lists

\`{ "data": [...], "next": cursor | null }\`. \`limit\` says how many (1 to 1000, 100 unless told), \`after\` takes the \`next\` of the page before; \`null\` is the last page. Cursors are opaque.

## Money

\`{ "amount": 4900, "currency": "USD" }\`: whole minor units, here 49 dollars. Nothing is refunded or prorated.

## Time

Instants are ISO-8601 in UTC with milliseconds. Days, months and years are those of the account's time zone: a month later is the same local time. Periods are half-open: at its end a period is
over. What is due happens at that instant even if nobody carries it out: a read settles the account first.

Accounts with a \`testClockId\` live on a test clock, which stands until it is advanced (\`POST /v1/test-clocks/{testClockId}/advance\`). \`effectiveAt\` is then the clock's time, \`recordedAt\` always
the real one. \`Prefer: wait=60\` waits for the clock to arrive.

## The past

Account, membership, timeline, ledger and every report take two instants. \`asOf\`: what had happened by then (\`effectiveAt\`), in the time of the account; \`knownAt\`: as far as it had been written by then (\`recordedAt\`),
in real time. What was told on a day has both of them on that day; what should have been told has \`asOf\` alone. \`knownAt\` alone leaves the other at now: what has come of it by now, as far as was known then; what falls due later than \`knownAt\` is settled in it. What was due by \`asOf\` and was not yet written is settled, as in the present. The future is \`invalid_request\`, an
account that was not there yet \`not_found\`; what a purge took is gone from every past, \`account_purged\`.

## Errors

Problem documents (RFC 9457) with a stable \`code\`; \`errors\` names each bad field by its pointer (\`/reason/code\`, \`/query/limit\`). \`instance\` is the id of the request in our log.
New codes, new events and new fields of answers may appear at any time; what is there stays.
`.trim();

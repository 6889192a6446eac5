// Requests and answers as they really were; `UPDATE_EXAMPLES=1 npm test -- test/documents` writes this file anew, and `npm run openapi` the document with it.
import type { Examples } from './exemplified.js';

export const examples: Examples = {
  "operations": {
    "DELETE /v1/accounts/{accountId}/legal-holds/{holdId}": {
      "answers": {}
    },
    "DELETE /v1/accounts/{accountId}/numbers/{e164}": {
      "answers": {}
    },
    "DELETE /v1/accounts/{accountId}/scheduled-messages/{messageId}": {
      "answers": {}
    },
    "DELETE /v1/dev/carrier/faults/{subject}": {
      "answers": {}
    },
    "DELETE /v1/dev/faults/{fault}": {
      "answers": {}
    },
    "DELETE /v1/ops/asked-acts/{actId}": {
      "answers": {
        "200": {
          "actId": "66135154-4355-4d14-aa7e-4aae99b21b64",
          "act": "end-pause",
          "target": "8af3c3e3-fc2f-412e-b03f-3149eefcad81",
          "details": {
            "pauseId": "8af3c3e3-fc2f-412e-b03f-3149eefcad81"
          },
          "reason": "It was a promotion",
          "askedBy": "bea",
          "askedAt": "2026-11-27T17:50:05.736Z",
          "standsUntil": "2026-11-28T17:50:05.736Z",
          "status": "declined",
          "endedBy": "sandbox-operator",
          "endedAt": "2026-11-27T17:50:06.075Z"
        }
      }
    },
    "DELETE /v1/ops/pauses/{pauseId}": {
      "answers": {
        "200": {
          "pauseId": "ce0d3bc7-cbb9-4a86-a03f-4b0893d53c1f",
          "kind": "release-number",
          "carrier": "twilio",
          "cause": "operator",
          "reason": "The carrier works on its network",
          "pausedBy": "sandbox-operator",
          "pausedAt": "2026-11-27T17:49:41.736Z",
          "resumedBy": "sandbox-operator",
          "resumedAt": "2026-11-27T17:49:42.043Z",
          "resumeReason": "over"
        }
      }
    },
    "DELETE /v1/page-session": {
      "answers": {}
    },
    "DELETE /v1/webhook-endpoints/{endpointId}": {
      "answers": {}
    },
    "GET /.well-known/jwks.json": {
      "answers": {
        "200": {
          "keys": [
            {
              "kty": "OKP",
              "crv": "Ed25519",
              "x": "8sjCm5Avpvl-4CiqIXXb21V7iKjSbVljXVgRPkOO_1o",
              "kid": "CldzxCCUvdeTcgCdJFd2gSqFUnmp7u3NR98CfYaaZos",
              "alg": "EdDSA",
              "use": "sig"
            }
          ]
        }
      }
    },
    "GET /health/live": {
      "answers": {
        "200": {
          "status": "ok"
        }
      }
    },
    "GET /health/ready": {
      "answers": {
        "200": {
          "status": "ok"
        }
      }
    },
    "GET /metrics": {
      "answers": {
        "200": "# HELP process_cpu_user_seconds_total Total user CPU time spent in seconds.\n# TYPE process_cpu_user_seconds_total counter\nprocess_cpu_user_seconds_total 4.387442\n\n# HELP process_cpu_system_seconds_total Total system CPU time spent in seconds.\n# TYPE process_cpu_system_seconds_total counter"
      }
    },
    "GET /v1/accounts": {
      "answers": {
        "200": {
          "data": [
            {
              "accountId": "acme",
              "name": "Ann",
              "email": "ann@example.com",
              "standing": "cancelling",
              "openedAt": "2026-03-30T07:00:00.000Z",
              "testClockId": "clock_abbcb15b-8913-4a50-b457-431dabf925bb",
              "subscriptions": [
                {
                  "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df",
                  "planId": "messaging-monthly",
                  "planName": "Messaging, monthly",
                  "kind": "messaging",
                  "interval": "month",
                  "price": {
                    "amount": 4900,
                    "currency": "USD"
                  },
                  "status": "active",
                  "startedAt": "2026-03-30T07:00:00.000Z",
                  "currentPeriod": {
                    "start": "2026-03-30T07:00:00.000Z",
                    "end": "2026-04-30T07:00:00.000Z"
                  },
                  "cancellation": {
                    "requestedAt": "2026-03-30T07:00:00.000Z",
                    "effectiveAt": "2026-04-30T07:00:00.000Z",
                    "reason": {
                      "code": "too_expensive"
                    }
                  },
                  "cancelAtPeriodEnd": true,
                  "nextPlanId": null,
                  "endedAt": null
                }
              ]
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/accounts/{accountId}": {
      "answers": {
        "200": {
          "accountId": "acme",
          "name": "Ann",
          "email": "ann@example.com",
          "timeZone": "America/Los_Angeles",
          "locale": null,
          "currency": "USD",
          "testClockId": "clock_abbcb15b-8913-4a50-b457-431dabf925bb",
          "numberBillingAnchorDay": 30,
          "numberFee": {
            "amount": 200,
            "currency": "USD"
          },
          "cancellationMode": "two-step",
          "standing": "cancelling",
          "openedAt": "2026-03-30T07:00:00.000Z"
        }
      }
    },
    "GET /v1/accounts/{accountId}/consents": {
      "answers": {
        "200": {
          "data": [
            {
              "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df",
              "attemptId": "01a21e1f-de5b-7235-ab54-ac1b31e8ecb1",
              "acceptedAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T17:48:55.517Z",
              "disclosures": [
                {
                  "id": "terms",
                  "version": "2026-01"
                },
                {
                  "id": "no-refund",
                  "version": "2026-01"
                },
                {
                  "id": "unsent-messages",
                  "version": "2026-01"
                }
              ],
              "textHash": "6678513693db3ead9f391b2010e15298641d5ec71f71880a78412f6ad4a38fba",
              "language": "en",
              "acknowledgedConsequences": true,
              "reason": "too_expensive",
              "comment": "Twice of what I paid before.",
              "actor": {
                "id": "df131390bccaec91d4623bcbd6e7a76bc48c341e073bec65b1bc4ece06282ad3",
                "role": "customer"
              },
              "channel": "api",
              "evidence": "recorded"
            },
            {
              "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df",
              "attemptId": null,
              "acceptedAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T17:48:57.028Z",
              "disclosures": [
                {
                  "id": "terms",
                  "version": "2026-01"
                },
                {
                  "id": "no-refund",
                  "version": "2026-01"
                },
                {
                  "id": "unsent-messages",
                  "version": "2026-01"
                }
              ],
              "textHash": "6678513693db3ead9f391b2010e15298641d5ec71f71880a78412f6ad4a38fba",
              "language": "en",
              "acknowledgedConsequences": true,
              "reason": "too_expensive",
              "comment": null,
              "actor": {
                "id": "df131390bccaec91d4623bcbd6e7a76bc48c341e073bec65b1bc4ece06282ad3",
                "role": "customer"
              },
              "channel": "api",
              "evidence": "recorded"
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/accounts/{accountId}/data-access": {
      "answers": {
        "200": {
          "data": [
            {
              "category": "contacts",
              "actor": {
                "role": "customer",
                "id": "df131390bccaec91d4623bcbd6e7a76bc48c341e073bec65b1bc4ece06282ad3"
              },
              "readAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T17:48:59.835Z"
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/accounts/{accountId}/data/{category}": {
      "answers": {
        "200": {
          "id": "one",
          "text": "of contacts"
        }
      }
    },
    "GET /v1/accounts/{accountId}/entitlements": {
      "answers": {
        "200": {
          "login": true,
          "features": {
            "messaging.send": true,
            "campaigns.launch": true,
            "messaging.tenDlc": true,
            "dialer": false
          },
          "asOf": "2026-03-30T07:00:00.000Z"
        }
      }
    },
    "GET /v1/accounts/{accountId}/events": {
      "answers": {
        "200": {
          "data": [
            {
              "eventId": "01a21e1f-b875-758c-a0f0-70b98802d646",
              "type": "AccountOpened",
              "version": 1,
              "schemaVersion": 1,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T17:48:45.090Z",
              "data": {
                "name": "Ann",
                "email": "ann@example.com",
                "currency": "USD",
                "timeZone": "America/Los_Angeles",
                "numberFee": {
                  "amount": 200,
                  "currency": "USD"
                },
                "testClockId": "clock_abbcb15b-8913-4a50-b457-431dabf925bb",
                "cancellationMode": "two-step",
                "numberBillingAnchorDay": null
              },
              "actor": {
                "id": "sandbox-service",
                "role": "service"
              },
              "channel": "api",
              "correlationId": "c857f961-de7e-4643-b224-3eed0c5cc1c4",
              "causation": "request:c857f961-de7e-4643-b224-3eed0c5cc1c4"
            },
            {
              "eventId": "01a21e1f-bbb7-72e7-9422-919bee2a2d28",
              "type": "SubscriptionStarted",
              "version": 2,
              "schemaVersion": 1,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T17:48:45.885Z",
              "data": {
                "kind": "messaging",
                "price": {
                  "amount": 4900,
                  "currency": "USD"
                },
                "anchor": "2026-03-30T00:00:00.000",
                "period": {
                  "end": "2026-04-30T07:00:00.000Z",
                  "start": "2026-03-30T07:00:00.000Z"
                },
                "planId": "messaging-monthly",
                "interval": "month",
                "returned": null,
                "timeZone": "America/Los_Angeles",
                "trialDays": null,
                "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df"
              },
              "actor": {
                "id": "df131390bccaec91d4623bcbd6e7a76bc48c341e073bec65b1bc4ece06282ad3",
                "role": "customer"
              },
              "channel": "api",
              "correlationId": "033af035-d51f-4afd-b1cc-0fa5f3c73c99",
              "causation": "request:033af035-d51f-4afd-b1cc-0fa5f3c73c99"
            },
            {
              "eventId": "01a21e1f-bbb7-72e8-9a35-bc12b88fe28d",
              "type": "CardChargeRequested",
              "version": 3,
              "schemaVersion": 2,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T17:48:45.885Z",
              "data": {
                "amount": {
                  "amount": 4900,
                  "currency": "USD"
                },
                "period": {
                  "end": "2026-04-30T07:00:00.000Z",
                  "start": "2026-03-30T07:00:00.000Z"
                },
                "purpose": "plan",
                "chargeId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df.1",
                "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df"
              },
              "actor": {
                "id": "df131390bccaec91d4623bcbd6e7a76bc48c341e073bec65b1bc4ece06282ad3",
                "role": "customer"
              },
              "channel": "api",
              "correlationId": "033af035-d51f-4afd-b1cc-0fa5f3c73c99",
              "causation": "request:033af035-d51f-4afd-b1cc-0fa5f3c73c99"
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/accounts/{accountId}/ledger": {
      "answers": {
        "200": {
          "data": [
            {
              "entryId": "01a21e1f-bbb7-72e8-9a35-bc12b88fe28d",
              "kind": "card_charge",
              "source": "card",
              "amount": {
                "amount": 4900,
                "currency": "USD"
              },
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df",
              "chargeId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df.1",
              "detail": "charge 01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df.1",
              "chargeStatus": "requested"
            },
            {
              "entryId": "01a21e1f-c377-762d-a447-c119d16b02e4",
              "kind": "top_up",
              "source": "wallet",
              "amount": {
                "amount": 300,
                "currency": "USD"
              },
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "detail": "top-up 01a21e1f-c28f-740b-939a-17e5e45ccd65"
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/accounts/{accountId}/legal-holds": {
      "answers": {
        "200": {
          "data": [
            {
              "holdId": "01a21e20-42ad-72d5-a8e4-869b58253439",
              "reason": "A matter before a court",
              "placedAt": "2026-04-30T07:00:00.000Z",
              "reviewAt": "2026-12-01T00:00:00.000Z",
              "liftedAt": null
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/accounts/{accountId}/membership": {
      "answers": {
        "200": {
          "accountId": "acme",
          "standing": "cancelling",
          "timeZone": "America/Los_Angeles",
          "locale": null,
          "subscriptions": [
            {
              "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df",
              "planId": "messaging-monthly",
              "planName": "Messaging, monthly",
              "kind": "messaging",
              "interval": "month",
              "price": {
                "amount": 4900,
                "currency": "USD"
              },
              "status": "active",
              "startedAt": "2026-03-30T07:00:00.000Z",
              "currentPeriod": {
                "start": "2026-03-30T07:00:00.000Z",
                "end": "2026-04-30T07:00:00.000Z"
              },
              "cancellation": {
                "requestedAt": "2026-03-30T07:00:00.000Z",
                "effectiveAt": "2026-04-30T07:00:00.000Z",
                "reason": {
                  "code": "too_expensive"
                }
              },
              "cancelAtPeriodEnd": true,
              "nextPlanId": null,
              "endedAt": null
            }
          ],
          "numbers": {
            "count": 2
          },
          "tenDlc": {
            "status": "active"
          },
          "wallet": {
            "balance": {
              "amount": 300,
              "currency": "USD"
            }
          },
          "deadlines": [
            {
              "kind": "period-end",
              "dueAt": "2026-04-30T07:00:00.000Z",
              "status": "pending",
              "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df"
            },
            {
              "kind": "number-fees",
              "dueAt": "2026-04-30T07:00:00.000Z",
              "status": "pending"
            },
            {
              "kind": "release-numbers",
              "dueAt": "2026-05-14T07:00:00.000Z",
              "status": "planned"
            }
          ],
          "allowedActions": [
            {
              "action": "resume",
              "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df"
            },
            {
              "action": "subscribe",
              "planKind": "calling"
            },
            {
              "action": "remove-number"
            }
          ],
          "ifYouReturnNow": {
            "kept": [
              "numbers",
              "ten-dlc",
              "data"
            ],
            "lost": [],
            "nextLoss": {
              "kind": "release-numbers",
              "at": "2026-05-14T07:00:00.000Z"
            }
          },
          "asOf": "2026-03-30T07:00:00.000Z"
        }
      }
    },
    "GET /v1/accounts/{accountId}/numbers": {
      "answers": {
        "200": {
          "data": [
            {
              "numberId": "01a21e1f-bd39-710b-aa3b-310e39b173cc",
              "e164": "+12065550001",
              "origin": "purchased",
              "status": "active",
              "purchasedAt": "2026-03-30T07:00:00.000Z",
              "releasedAt": null,
              "giveBack": null,
              "nextFee": {
                "at": "2026-04-30T07:00:00.000Z",
                "amount": {
                  "amount": 200,
                  "currency": "USD"
                }
              }
            },
            {
              "numberId": "01a21e1f-bf75-7272-9235-0b45f0333c56",
              "e164": "+12065550002",
              "origin": "purchased",
              "status": "active",
              "purchasedAt": "2026-03-30T07:00:00.000Z",
              "releasedAt": null,
              "giveBack": null,
              "nextFee": {
                "at": "2026-04-30T07:00:00.000Z",
                "amount": {
                  "amount": 200,
                  "currency": "USD"
                }
              }
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/accounts/{accountId}/purge-certificate": {
      "answers": {
        "200": {
          "certificate": {
            "format": "sunset-purge-certificate/2",
            "purgeId": "acme.1",
            "accountId": "acme",
            "basis": "retention",
            "dueAt": "2027-04-30T07:00:00.000Z",
            "startedAt": "2027-04-30T07:00:00.000Z",
            "purgedAt": "2027-04-30T07:00:00.000Z",
            "recordedAt": "2026-11-27T17:49:11.636Z",
            "counts": {
              "reports": 2,
              "contacts": 2,
              "messages": 2,
              "campaigns": 2,
              "searchKeys": 1,
              "dataAccesses": 1,
              "scheduledMessages": 3
            },
            "method": "The rows of every store were deleted; the key that sealed the personal fields of the event log and of retained data was destroyed, and the sealed fields were emptied.",
            "stores": [
              {
                "name": "retained data",
                "counts": {
                  "reports": 2,
                  "contacts": 2,
                  "messages": 2,
                  "campaigns": 2
                },
                "commitment": {
                  "sum": "120d5f2c3f927370e9b0336eb3396aaee7c184bf81c4a6811b0dc2fccbef1190",
                  "salt": "8A2DeeK4-dKIbZpjM6VsA1TYcHIMH_Z8BI6IuCpoYKU",
                  "algorithm": "sha-256-sum"
                }
              },
              {
                "name": "scheduled messages",
                "counts": {
                  "scheduledMessages": 3
                },
                "commitment": null
              },
              {
                "name": "data accesses",
                "counts": {
                  "dataAccesses": 1
                },
                "commitment": null
              }
            ],
            "verification": {
              "jobs": 0,
              "tables": 51,
              "markers": 5,
              "findings": 0
            },
            "exceptions": [
              {
                "kind": "consents",
                "reason": "Evidence of what was accepted, without free text.",
                "records": 2,
                "expiresAt": "2029-11-27T17:48:57.028Z"
              },
              {
                "kind": "ledger",
                "reason": "Accounting records of the log, without personal fields.",
                "records": 5,
                "expiresAt": null
              }
            ],
            "holds": [],
            "carriedOut": {
              "plans": [
                {
                  "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df",
                  "planId": "messaging-monthly",
                  "endedAt": "2026-04-30T07:00:00.000Z",
                  "cancellationId": "01a21e1f-e73f-76ab-a3a2-405c1e09529f",
                  "requestedAt": "2026-03-30T07:00:00.000Z",
                  "credited": {
                    "sms": {
                      "count": 1,
                      "amount": {
                        "amount": 2,
                        "currency": "USD"
                      }
                    },
                    "rvm": {
                      "count": 1,
                      "amount": {
                        "amount": 5,
                        "currency": "USD"
                      }
                    }
                  },
                  "cameBack": null
                }
              ],
              "numberFees": [
                {
                  "at": "2026-04-30T07:00:00.000Z",
                  "count": 2,
                  "amount": {
                    "amount": 400,
                    "currency": "USD"
                  },
                  "paid": {
                    "amount": 300,
                    "currency": "USD"
                  }
                }
              ],
              "losses": [
                {
                  "kind": "release-numbers",
                  "at": "2026-05-14T07:00:00.000Z",
                  "open": 0
                },
                {
                  "kind": "expire-ten-dlc",
                  "at": "2026-05-30T07:00:00.000Z",
                  "open": 0
                },
                {
                  "kind": "purge-data",
                  "at": "2027-04-30T07:00:00.000Z",
                  "open": 0
                }
              ]
            }
          },
          "jws": "eyJhbGciOiJFZERTQSIsImtpZCI6IkNsZHp4Q0NV…"
        }
      }
    },
    "GET /v1/accounts/{accountId}/scheduled-messages": {
      "answers": {
        "200": {
          "data": [
            {
              "messageId": "welcome",
              "channel": "sms",
              "planKind": "messaging",
              "sendAt": "2026-04-01T16:00:00.000Z",
              "price": {
                "amount": 2,
                "currency": "USD"
              },
              "status": "sent",
              "credited": false,
              "creditId": null,
              "settledAt": "2026-03-30T07:00:00.000Z"
            },
            {
              "messageId": "may-day",
              "channel": "sms",
              "planKind": "messaging",
              "sendAt": "2026-05-01T16:00:00.000Z",
              "price": {
                "amount": 2,
                "currency": "USD"
              },
              "status": "scheduled",
              "credited": false,
              "creditId": null,
              "settledAt": null
            },
            {
              "messageId": "june",
              "channel": "rvm",
              "planKind": "messaging",
              "sendAt": "2026-06-01T16:00:00.000Z",
              "price": {
                "amount": 5,
                "currency": "USD"
              },
              "status": "scheduled",
              "credited": false,
              "creditId": null,
              "settledAt": null
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/accounts/{accountId}/subscriptions/{subscriptionId}": {
      "answers": {
        "200": {
          "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df",
          "planId": "messaging-monthly",
          "planName": "Messaging, monthly",
          "kind": "messaging",
          "interval": "month",
          "price": {
            "amount": 4900,
            "currency": "USD"
          },
          "status": "active",
          "startedAt": "2026-03-30T07:00:00.000Z",
          "currentPeriod": {
            "start": "2026-03-30T07:00:00.000Z",
            "end": "2026-04-30T07:00:00.000Z"
          },
          "cancellation": {
            "requestedAt": "2026-03-30T07:00:00.000Z",
            "effectiveAt": "2026-04-30T07:00:00.000Z",
            "reason": {
              "code": "too_expensive"
            }
          },
          "cancelAtPeriodEnd": true,
          "nextPlanId": null,
          "endedAt": null
        }
      }
    },
    "GET /v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation/preview": {
      "answers": {
        "200": {
          "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df",
          "planId": "messaging-monthly",
          "planName": "Messaging, monthly",
          "locale": "en",
          "effectiveAt": "2026-04-30T07:00:00.000Z",
          "reasons": [
            {
              "code": "too_expensive",
              "label": "It costs too much"
            },
            {
              "code": "unused",
              "label": "I do not use it enough"
            },
            {
              "code": "missing_features",
              "label": "It lacks features I need"
            }
          ],
          "disclosures": [
            {
              "id": "terms",
              "version": "2026-01",
              "text": "The cancellation follows the Terms of Service, version 2026-01. Nothing renews, and no card is charged for this plan any more.",
              "url": null
            },
            {
              "id": "no-refund",
              "version": "2026-01",
              "text": "The paid period is not refunded or prorated. All features of the plan stay available until it ends, and until then you can resume the plan.",
              "url": null
            },
            {
              "id": "unsent-messages",
              "version": "2026-01",
              "text": "When the plan ends, scheduled SMS and ringless voicemails that have not been sent are cancelled and credited to your wallet.",
              "url": null
            }
          ],
          "consequences": [
            {
              "kind": "period-end",
              "at": "2026-04-30T07:00:00.000Z",
              "detail": "Messaging, monthly ends; its features stop."
            },
            {
              "kind": "release-numbers",
              "at": "2026-05-14T07:00:00.000Z",
              "detail": "All purchased phone numbers are released and cannot be restored."
            },
            {
              "kind": "expire-ten-dlc",
              "at": "2026-05-30T07:00:00.000Z",
              "detail": "The 10DLC registration expires; who comes back later applies again."
            }
          ],
          "credits": {
            "total": {
              "amount": 7,
              "currency": "USD"
            },
            "sms": {
              "count": 1,
              "amount": {
                "amount": 2,
                "currency": "USD"
              }
            },
            "rvm": {
              "count": 1,
              "amount": {
                "amount": 5,
                "currency": "USD"
              }
            }
          },
          "numberFees": {
            "next": {
              "at": "2026-04-30T07:00:00.000Z",
              "count": 2,
              "amount": {
                "amount": 400,
                "currency": "USD"
              }
            },
            "upcoming": [
              {
                "at": "2026-04-30T07:00:00.000Z",
                "count": 2,
                "amount": {
                  "amount": 400,
                  "currency": "USD"
                }
              }
            ],
            "avoidableUntil": "2026-04-30T07:00:00.000Z",
            "shortfall": {
              "at": "2026-04-30T07:00:00.000Z",
              "amount": {
                "amount": 100,
                "currency": "USD"
              }
            }
          },
          "ifYouReturn": [
            {
              "until": "2026-05-14T07:00:00.000Z",
              "kept": [
                "numbers",
                "ten-dlc",
                "data"
              ],
              "lost": []
            },
            {
              "until": "2026-05-30T07:00:00.000Z",
              "kept": [
                "ten-dlc",
                "data",
                "wallet"
              ],
              "lost": [
                "numbers"
              ]
            },
            {
              "until": "2027-04-30T07:00:00.000Z",
              "kept": [
                "data",
                "wallet"
              ],
              "lost": [
                "numbers",
                "ten-dlc"
              ]
            }
          ],
          "hash": "26e1dee11cca38044f7b8ce9822c62d0936490efa7b980bd94b0089e92d936dc"
        }
      }
    },
    "GET /v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation/receipt": {
      "answers": {
        "200": {
          "receipt": {
            "format": "sunset-cancellation-receipt/1",
            "accountId": "acme",
            "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df",
            "planId": "messaging-monthly",
            "cancellationId": "01a21e1f-e73f-76ab-a3a2-405c1e09529f",
            "requestedAt": "2026-03-30T07:00:00.000Z",
            "recordedAt": "2026-11-27T17:48:57.028Z",
            "effectiveAt": "2026-04-30T07:00:00.000Z",
            "timeZone": "America/Los_Angeles",
            "policyVersion": "2026-01",
            "reason": "too_expensive",
            "consequences": [
              {
                "at": "2026-04-30T07:00:00.000Z",
                "kind": "period-end"
              },
              {
                "at": "2026-05-14T07:00:00.000Z",
                "kind": "release-numbers"
              },
              {
                "at": "2026-05-30T07:00:00.000Z",
                "kind": "expire-ten-dlc"
              }
            ],
            "credits": {
              "total": {
                "amount": 7,
                "currency": "USD"
              },
              "sms": {
                "count": 1,
                "amount": {
                  "amount": 2,
                  "currency": "USD"
                }
              },
              "rvm": {
                "count": 1,
                "amount": {
                  "amount": 5,
                  "currency": "USD"
                }
              }
            },
            "numberFees": [
              {
                "at": "2026-04-30T07:00:00.000Z",
                "count": 2,
                "amount": {
                  "amount": 400,
                  "currency": "USD"
                }
              }
            ],
            "disclosures": {
              "accepted": [
                {
                  "id": "terms",
                  "version": "2026-01"
                },
                {
                  "id": "no-refund",
                  "version": "2026-01"
                },
                {
                  "id": "unsent-messages",
                  "version": "2026-01"
                }
              ],
              "language": "en",
              "textHash": "6678513693db3ead9f391b2010e15298641d5ec71f71880a78412f6ad4a38fba"
            },
            "previewHash": null,
            "resumedAt": null
          },
          "jws": "eyJhbGciOiJFZERTQSIsImtpZCI6IkNsZHp4Q0NV…"
        }
      }
    },
    "GET /v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation/receipt.ics": {
      "answers": {}
    },
    "GET /v1/accounts/{accountId}/ten-dlc": {
      "answers": {
        "200": {
          "status": "active",
          "registrationId": "01a21e1f-c100-7150-82f3-156298634507",
          "brandName": "Example Brand",
          "appliedAt": "2026-03-30T07:00:00.000Z",
          "registeredAt": "2026-03-30T07:00:00.000Z",
          "expiredAt": null
        }
      }
    },
    "GET /v1/accounts/{accountId}/timeline": {
      "answers": {
        "200": {
          "data": [
            {
              "at": "2026-03-30T07:00:00.000Z",
              "kind": "AccountOpened",
              "status": "done",
              "detail": "The account was opened."
            },
            {
              "at": "2026-03-30T07:00:00.000Z",
              "kind": "SubscriptionStarted",
              "status": "done",
              "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df",
              "detail": "Started Messaging, monthly, first period until April 30, 2026 at 12:00 AM (PDT)."
            },
            {
              "at": "2026-03-30T07:00:00.000Z",
              "kind": "CardChargeRequested",
              "status": "done",
              "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df",
              "detail": "$49.00 to be collected from the card."
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/accounts/{accountId}/wallet": {
      "answers": {
        "200": {
          "balance": {
            "amount": 300,
            "currency": "USD"
          },
          "autoRecharge": {
            "enabled": false,
            "threshold": {
              "amount": 500,
              "currency": "USD"
            },
            "amount": {
              "amount": 2000,
              "currency": "USD"
            },
            "suspended": true
          },
          "openCharges": [
            {
              "chargeId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df.1",
              "purpose": "plan",
              "amount": {
                "amount": 4900,
                "currency": "USD"
              },
              "status": "requested",
              "requestedAt": "2026-03-30T07:00:00.000Z",
              "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df"
            }
          ]
        }
      }
    },
    "GET /v1/analytics/cancellations": {
      "answers": {
        "200": {
          "data": [
            {
              "cancellationId": "01a21e1f-de5b-7235-ab54-ac1b31e8ecb1",
              "accountId": "acme",
              "testClockId": "clock_abbcb15b-8913-4a50-b457-431dabf925bb",
              "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df",
              "planId": "messaging-monthly",
              "planKind": "messaging",
              "outcome": "resumed",
              "reason": "too_expensive",
              "openedAt": "2026-03-30T07:00:00.000Z",
              "attemptId": "01a21e1f-de5b-7235-ab54-ac1b31e8ecb1",
              "attemptedAt": "2026-03-30T07:00:00.000Z",
              "requestedAt": "2026-03-30T07:00:00.000Z",
              "effectiveAt": "2026-04-30T07:00:00.000Z",
              "resumedAt": "2026-03-30T07:00:00.000Z",
              "endedAt": null,
              "lastPlan": null,
              "returnedAt": null,
              "daysToReturn": null,
              "purgedAt": "2027-04-30T07:00:00.000Z",
              "channel": "api",
              "actorRole": "customer",
              "imported": false
            },
            {
              "cancellationId": "01a21e1f-e73f-76ab-a3a2-405c1e09529f",
              "accountId": "acme",
              "testClockId": "clock_abbcb15b-8913-4a50-b457-431dabf925bb",
              "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df",
              "planId": "messaging-monthly",
              "planKind": "messaging",
              "outcome": "ended",
              "reason": "too_expensive",
              "openedAt": "2026-03-30T07:00:00.000Z",
              "attemptId": null,
              "attemptedAt": null,
              "requestedAt": "2026-03-30T07:00:00.000Z",
              "effectiveAt": "2026-04-30T07:00:00.000Z",
              "resumedAt": null,
              "endedAt": "2026-04-30T07:00:00.000Z",
              "lastPlan": true,
              "returnedAt": null,
              "daysToReturn": null,
              "purgedAt": "2027-04-30T07:00:00.000Z",
              "channel": "api",
              "actorRole": "customer",
              "imported": false
            },
            {
              "cancellationId": "01a21e20-296a-7182-9a5f-097dcda50f6c",
              "accountId": "bravo",
              "testClockId": "clock_5d0c3a6e-8d38-47db-b025-7d51e5865fff",
              "subscriptionId": "01a21e20-2687-72d0-b63f-abaa63203d7b",
              "planId": "messaging-monthly",
              "planKind": "messaging",
              "outcome": "returned",
              "reason": "too_expensive",
              "openedAt": "2026-03-30T07:00:00.000Z",
              "attemptId": null,
              "attemptedAt": null,
              "requestedAt": "2026-03-30T07:00:00.000Z",
              "effectiveAt": "2026-04-30T07:00:00.000Z",
              "resumedAt": null,
              "endedAt": "2026-04-30T07:00:00.000Z",
              "lastPlan": true,
              "returnedAt": "2026-05-15T07:00:00.000Z",
              "daysToReturn": 15,
              "purgedAt": null,
              "channel": "api",
              "actorRole": "customer",
              "imported": false
            }
          ],
          "next": null,
          "asOf": "2026-11-27T17:49:55.455Z",
          "position": 149
        }
      }
    },
    "GET /v1/analytics/churn": {
      "answers": {
        "200": {
          "data": [
            {
              "start": "2026-03-30T07:00:00.000Z",
              "openAtStart": 0,
              "started": 5,
              "movedIn": 0,
              "ended": 0,
              "movedOut": 0,
              "endedOfOpen": 0,
              "openAtEnd": 5,
              "churnRate": null,
              "complete": true
            },
            {
              "start": "2026-04-01T00:00:00.000Z",
              "openAtStart": 5,
              "started": 0,
              "movedIn": 0,
              "ended": 5,
              "movedOut": 0,
              "endedOfOpen": 5,
              "openAtEnd": 0,
              "churnRate": 1,
              "complete": false
            },
            {
              "start": "2026-05-01T00:00:00.000Z",
              "openAtStart": 0,
              "started": 1,
              "movedIn": 0,
              "ended": 0,
              "movedOut": 0,
              "endedOfOpen": 0,
              "openAtEnd": 1,
              "churnRate": null,
              "complete": false
            }
          ],
          "asOf": "2026-11-27T17:49:56.685Z",
          "position": 149,
          "next": null
        }
      }
    },
    "GET /v1/analytics/cohorts": {
      "answers": {
        "200": {
          "data": [
            {
              "start": "2026-03-01T00:00:00.000Z",
              "age": 0,
              "size": 5,
              "remaining": 5,
              "remainingShare": 1,
              "complete": true
            },
            {
              "start": "2026-03-01T00:00:00.000Z",
              "age": 1,
              "size": 5,
              "remaining": 0,
              "remainingShare": 0,
              "complete": true
            },
            {
              "start": "2026-03-01T00:00:00.000Z",
              "age": 2,
              "size": 5,
              "remaining": 0,
              "remainingShare": 0,
              "complete": false
            }
          ],
          "asOf": "2026-11-27T17:49:57.124Z",
          "position": 149,
          "next": null
        }
      }
    },
    "GET /v1/analytics/funnel": {
      "answers": {
        "200": {
          "data": [
            {
              "opened": 7,
              "attempts": 3,
              "attempted": 3,
              "attemptsConfirmed": 3,
              "abandoned": 0,
              "undecided": 0,
              "requested": 7,
              "resumed": 2,
              "ended": 5,
              "returned": 1,
              "requestedShare": 1,
              "resumedShare": 0.2857,
              "endedShare": 0.7143,
              "returnedShare": 0.2
            }
          ],
          "asOf": "2026-11-27T17:49:57.287Z",
          "position": 149,
          "next": null
        }
      }
    },
    "GET /v1/analytics/money": {
      "answers": {
        "200": {
          "data": [
            {
              "start": "2026-03-01T00:00:00.000Z",
              "kind": "card_charge",
              "source": "card",
              "currency": "USD",
              "movements": 5,
              "amount": 25500,
              "accounts": 5,
              "asked": 25500,
              "collected": 4900,
              "failed": 0,
              "open": 20600
            },
            {
              "start": "2026-03-01T00:00:00.000Z",
              "kind": "top_up",
              "source": "wallet",
              "currency": "USD",
              "movements": 3,
              "amount": 2800,
              "accounts": 3,
              "asked": 4000,
              "collected": 2000,
              "failed": 2000,
              "open": 0
            },
            {
              "start": "2026-04-01T00:00:00.000Z",
              "kind": "number_fee",
              "source": "wallet",
              "currency": "USD",
              "movements": 4,
              "amount": -900,
              "accounts": 4,
              "asked": 0,
              "collected": 0,
              "failed": 0,
              "open": 0
            }
          ],
          "asOf": "2026-11-27T17:49:57.907Z",
          "position": 149,
          "next": null
        }
      }
    },
    "GET /v1/analytics/reasons": {
      "answers": {
        "200": {
          "data": [
            {
              "reason": "too_expensive",
              "requested": 6,
              "resumed": 1,
              "ended": 5,
              "returned": 1
            },
            {
              "reason": "unused",
              "requested": 1,
              "resumed": 1,
              "ended": 0,
              "returned": 0
            }
          ],
          "asOf": "2026-11-27T17:49:56.427Z",
          "position": 149,
          "next": null
        }
      }
    },
    "GET /v1/analytics/returns": {
      "answers": {
        "200": {
          "data": [
            {
              "ended": 5,
              "returned": 1,
              "returnedShare": 0.2,
              "returnedWithin14Days": 0,
              "returnedWithin30Days": 1,
              "returnedWithin365Days": 1,
              "medianDaysToReturn": 15,
              "purged": 2
            }
          ],
          "asOf": "2026-11-27T17:49:57.485Z",
          "position": 149,
          "next": null
        }
      }
    },
    "GET /v1/analytics/upcoming": {
      "answers": {
        "200": {
          "data": [
            {
              "start": "2026-05-30T00:00:00.000Z",
              "kind": "expire-ten-dlc",
              "status": "pending",
              "endsPlan": null,
              "consequences": 1,
              "accounts": 1,
              "numbers": null
            },
            {
              "start": "2027-04-30T00:00:00.000Z",
              "kind": "purge-data",
              "status": "held",
              "endsPlan": null,
              "consequences": 1,
              "accounts": 1,
              "numbers": null
            },
            {
              "start": "2027-04-30T00:00:00.000Z",
              "kind": "purge-data",
              "status": "pending",
              "endsPlan": null,
              "consequences": 1,
              "accounts": 1,
              "numbers": null
            }
          ],
          "asOf": "2026-11-27T17:49:57.685Z",
          "position": 149,
          "next": null
        }
      }
    },
    "GET /v1/dev/carrier/faults/{subject}": {
      "answers": {
        "200": {
          "fault": "blocked",
          "timesLeft": null,
          "requests": 0,
          "releases": 0,
          "releasedAt": null
        }
      }
    },
    "GET /v1/dev/faults/{fault}": {
      "answers": {
        "200": {
          "fault": "queue-emptied",
          "until": "2026-11-27T17:50:37.936Z",
          "followedSince": null,
          "jobsLost": 0
        }
      }
    },
    "GET /v1/dev/mails": {
      "answers": {
        "200": {
          "data": [],
          "next": null
        }
      }
    },
    "GET /v1/dev/queue": {
      "answers": {
        "200": {
          "data": [],
          "next": null
        }
      }
    },
    "GET /v1/events": {
      "answers": {
        "200": {
          "data": [
            {
              "cursor": "AaIeH7h1dYyg8HC5iALWRg",
              "accountId": "acme",
              "eventId": "01a21e1f-b875-758c-a0f0-70b98802d646",
              "type": "AccountOpened",
              "version": 1,
              "schemaVersion": 1,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T17:48:45.090Z",
              "data": {
                "name": "Ann",
                "email": "ann@example.com",
                "currency": "USD",
                "timeZone": "America/Los_Angeles",
                "numberFee": {
                  "amount": 200,
                  "currency": "USD"
                },
                "testClockId": "clock_abbcb15b-8913-4a50-b457-431dabf925bb",
                "cancellationMode": "two-step",
                "numberBillingAnchorDay": null
              },
              "actor": {
                "id": "sandbox-service",
                "role": "service"
              },
              "channel": "api",
              "correlationId": "c857f961-de7e-4643-b224-3eed0c5cc1c4",
              "causation": "request:c857f961-de7e-4643-b224-3eed0c5cc1c4"
            },
            {
              "cursor": "AaIeH7u3cueUIpGb7iotKA",
              "accountId": "acme",
              "eventId": "01a21e1f-bbb7-72e7-9422-919bee2a2d28",
              "type": "SubscriptionStarted",
              "version": 2,
              "schemaVersion": 1,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T17:48:45.885Z",
              "data": {
                "kind": "messaging",
                "price": {
                  "amount": 4900,
                  "currency": "USD"
                },
                "anchor": "2026-03-30T00:00:00.000",
                "period": {
                  "end": "2026-04-30T07:00:00.000Z",
                  "start": "2026-03-30T07:00:00.000Z"
                },
                "planId": "messaging-monthly",
                "interval": "month",
                "returned": null,
                "timeZone": "America/Los_Angeles",
                "trialDays": null,
                "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df"
              },
              "actor": {
                "id": "df131390bccaec91d4623bcbd6e7a76bc48c341e073bec65b1bc4ece06282ad3",
                "role": "customer"
              },
              "channel": "api",
              "correlationId": "033af035-d51f-4afd-b1cc-0fa5f3c73c99",
              "causation": "request:033af035-d51f-4afd-b1cc-0fa5f3c73c99"
            },
            {
              "cursor": "AaIeH7u3cuiaNbwSuI_ijQ",
              "accountId": "acme",
              "eventId": "01a21e1f-bbb7-72e8-9a35-bc12b88fe28d",
              "type": "CardChargeRequested",
              "version": 3,
              "schemaVersion": 2,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T17:48:45.885Z",
              "data": {
                "amount": {
                  "amount": 4900,
                  "currency": "USD"
                },
                "period": {
                  "end": "2026-04-30T07:00:00.000Z",
                  "start": "2026-03-30T07:00:00.000Z"
                },
                "purpose": "plan",
                "chargeId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df.1",
                "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df"
              },
              "actor": {
                "id": "df131390bccaec91d4623bcbd6e7a76bc48c341e073bec65b1bc4ece06282ad3",
                "role": "customer"
              },
              "channel": "api",
              "correlationId": "033af035-d51f-4afd-b1cc-0fa5f3c73c99",
              "causation": "request:033af035-d51f-4afd-b1cc-0fa5f3c73c99"
            }
          ],
          "next": "AaIeH7u3cuiaNbwSuI_ijQ",
          "reached": "AaIeH7u3cuiaNbwSuI_ijQ"
        }
      }
    },
    "GET /v1/imports": {
      "answers": {
        "200": {
          "data": [
            {
              "importId": "44d009e9-a4c3-4bee-97bb-fa2d97890a86",
              "status": "done",
              "dryRun": false,
              "lines": 2,
              "accepted": 1,
              "unchanged": 0,
              "rejected": 1,
              "held": 3,
              "begunAt": "2026-11-27T17:50:00.479Z",
              "endedAt": "2026-11-27T17:50:01.395Z"
            },
            {
              "importId": "62996a8a-7189-4d66-8bdd-1abe04fe963c",
              "status": "done",
              "dryRun": true,
              "lines": 2,
              "accepted": 1,
              "unchanged": 0,
              "rejected": 1,
              "held": 3,
              "begunAt": "2026-11-27T17:49:58.686Z",
              "endedAt": "2026-11-27T17:49:59.879Z"
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/imports/{importId}": {
      "answers": {
        "200": {
          "importId": "62996a8a-7189-4d66-8bdd-1abe04fe963c",
          "status": "running",
          "dryRun": true,
          "lines": 2,
          "accepted": 0,
          "unchanged": 0,
          "rejected": 1,
          "held": 0,
          "begunAt": "2026-11-27T17:49:58.686Z",
          "endedAt": null
        }
      }
    },
    "GET /v1/imports/{importId}/held": {
      "answers": {
        "200": {
          "line": 1,
          "kind": "expire-ten-dlc",
          "dueAt": "2020-05-30T07:00:00.000Z"
        }
      }
    },
    "GET /v1/imports/{importId}/problems": {
      "answers": {
        "200": {
          "line": 2,
          "pointer": "/timeZone",
          "code": "invalid_request",
          "message": "must be an IANA time zone"
        }
      }
    },
    "GET /v1/ops/asked-acts": {
      "answers": {
        "200": {
          "data": [
            {
              "actId": "66135154-4355-4d14-aa7e-4aae99b21b64",
              "act": "end-pause",
              "target": "8af3c3e3-fc2f-412e-b03f-3149eefcad81",
              "details": {
                "pauseId": "8af3c3e3-fc2f-412e-b03f-3149eefcad81"
              },
              "reason": "It was a promotion",
              "askedBy": "bea",
              "askedAt": "2026-11-27T17:50:05.736Z",
              "standsUntil": "2026-11-28T17:50:05.736Z",
              "status": "declined",
              "endedBy": "sandbox-operator",
              "endedAt": "2026-11-27T17:50:06.075Z"
            },
            {
              "actId": "6ffa6aa0-c2bd-419e-b7d8-d1589e125401",
              "act": "end-pause",
              "target": "80c753b7-55f3-4e1e-bbbf-36b4bd02a5c7",
              "details": {
                "pauseId": "80c753b7-55f3-4e1e-bbbf-36b4bd02a5c7"
              },
              "reason": "redacted by sandbox-operator",
              "askedBy": "sandbox-operator",
              "askedAt": "2026-11-27T17:50:05.672Z",
              "standsUntil": "2026-11-28T17:50:05.672Z",
              "status": "waiting",
              "endedBy": null,
              "endedAt": null
            },
            {
              "actId": "92d81de3-3148-4db4-a604-7d040629025e",
              "act": "end-pause",
              "target": "fc12e2fe-cf8c-43e7-b954-2c175f744ebb",
              "details": {
                "pauseId": "fc12e2fe-cf8c-43e7-b954-2c175f744ebb"
              },
              "reason": "It was a promotion",
              "askedBy": "ada",
              "askedAt": "2026-11-27T17:50:05.109Z",
              "standsUntil": "2026-11-28T17:50:05.109Z",
              "status": "confirmed",
              "endedBy": "sandbox-operator",
              "endedAt": "2026-11-27T17:50:05.792Z"
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/ops/deadlines": {
      "answers": {
        "200": {
          "data": [
            {
              "deadlineId": "33e81172-19c6-4928-a088-06b9681c7682",
              "accountId": "echo",
              "kind": "purge-data",
              "generation": 1,
              "dueAt": "2027-04-30T07:00:00.000Z",
              "firedAt": null,
              "latenessMs": null,
              "status": "blocked",
              "attempts": 0,
              "nextAttemptAt": null,
              "lastError": null
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/ops/effects": {
      "answers": {
        "200": {
          "data": [
            {
              "effectId": "16c62fe3-2e9a-40cd-bd97-90912f1c3967",
              "accountId": "echo",
              "testClockId": "clock_2c414b52-cbd6-4706-b6cd-268fbaf11db9",
              "kind": "release-number",
              "subject": "01a21e20-92b5-7554-b040-b2c58ffed298",
              "generation": 1,
              "carrier": "sandbox",
              "dueAt": "2026-05-14T07:00:00.000Z",
              "status": "blocked",
              "attempts": 1,
              "lastOutcome": "blocked",
              "reason": "deletion-lock",
              "nextAttemptAt": null,
              "heldBy": null,
              "createdAt": "2026-11-27T17:49:45.269Z",
              "settledAt": null
            },
            {
              "effectId": "b74e0dec-f94c-45b7-874f-be7ee532e5b4",
              "accountId": "echo",
              "testClockId": "clock_2c414b52-cbd6-4706-b6cd-268fbaf11db9",
              "kind": "release-number",
              "subject": "01a21e20-9192-712b-b0f6-c35b095cc098",
              "generation": 1,
              "carrier": "sandbox",
              "dueAt": "2026-05-14T07:00:00.000Z",
              "status": "blocked",
              "attempts": 1,
              "lastOutcome": "blocked",
              "reason": "deletion-lock",
              "nextAttemptAt": null,
              "heldBy": null,
              "createdAt": "2026-11-27T17:49:45.268Z",
              "settledAt": null
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/ops/effects/{effectId}/attempts": {
      "answers": {
        "200": {
          "data": [
            {
              "attempt": 1,
              "startedAt": "2026-11-27T17:49:45.384Z",
              "latencyMs": 96,
              "outcome": "blocked",
              "reason": "deletion-lock",
              "httpStatus": 409,
              "providerCode": null
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/ops/health": {
      "answers": {
        "200": {
          "now": "2026-11-27T17:49:53.073Z",
          "newerRelease": null,
          "clock": {
            "inDoubt": false,
            "deadlines": 0,
            "effects": 0
          },
          "overdue": [],
          "dead": 0,
          "blocked": 0,
          "effects": {
            "overdue": [],
            "dead": 0,
            "blocked": 0,
            "pauses": []
          },
          "announcements": {
            "mail": "sandbox",
            "untold": {
              "count": 0,
              "firstNeededBy": null
            }
          },
          "purges": {
            "running": 0,
            "failed": 0,
            "stopped": false,
            "waiting": {
              "count": 0,
              "oldestMs": null
            }
          },
          "webhooks": {
            "enabled": 0,
            "failing": 0,
            "disabled": 0,
            "oldestUndeliveredMs": null
          },
          "legalHolds": {
            "toReview": 0,
            "longestDue": []
          },
          "imports": {
            "running": 0,
            "lines": 0
          },
          "workers": {
            "living": 1,
            "lastSeenAt": "2026-11-27T17:49:44.491Z"
          },
          "testClocks": {
            "advancing": 0,
            "failed": 0
          },
          "projections": [
            {
              "name": "memberships",
              "lag": 0,
              "status": "live"
            },
            {
              "name": "cancellations",
              "lag": 0,
              "status": "live"
            },
            {
              "name": "ledger_lines",
              "lag": 0,
              "status": "live"
            }
          ]
        }
      }
    },
    "GET /v1/ops/pauses": {
      "answers": {
        "200": {
          "data": [
            {
              "pauseId": "ce0d3bc7-cbb9-4a86-a03f-4b0893d53c1f",
              "kind": "release-number",
              "carrier": "twilio",
              "cause": "operator",
              "reason": "The carrier works on its network",
              "pausedBy": "sandbox-operator",
              "pausedAt": "2026-11-27T17:49:41.736Z",
              "resumedBy": null,
              "resumedAt": null,
              "resumeReason": null
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/ops/projections": {
      "answers": {
        "200": {
          "data": [
            {
              "name": "memberships",
              "version": 9,
              "position": 149,
              "head": 149,
              "lag": 0,
              "status": "live",
              "rebuild": null,
              "lastError": null
            },
            {
              "name": "cancellations",
              "version": 3,
              "position": 149,
              "head": 149,
              "lag": 0,
              "status": "live",
              "rebuild": null,
              "lastError": null
            },
            {
              "name": "ledger_lines",
              "version": 5,
              "position": 149,
              "head": 149,
              "lag": 0,
              "status": "live",
              "rebuild": null,
              "lastError": null
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/ops/purge-preview": {
      "answers": {
        "200": {
          "data": [
            {
              "accountId": "delta",
              "dueAt": "2027-04-30T07:00:00.000Z",
              "status": "pending",
              "stores": [
                {
                  "name": "retained data",
                  "counts": {
                    "campaigns": 0,
                    "messages": 0,
                    "contacts": 0,
                    "reports": 0
                  }
                },
                {
                  "name": "scheduled messages",
                  "counts": {
                    "scheduledMessages": 2
                  }
                },
                {
                  "name": "data accesses",
                  "counts": {
                    "dataAccesses": 0
                  }
                }
              ],
              "sealedEvents": 7
            }
          ],
          "next": "eyJrIjpbIjIwMjctMDQtMzBUMDc6MDA6MDAuMDAwWiIsIjJlNGIxNDEwLTZjNGItNDZlNC04ZTU1LTc2YWQwYmExNDBkZCJdfQ"
        }
      }
    },
    "GET /v1/ops/purge-stops": {
      "answers": {
        "200": {
          "data": [],
          "next": null
        }
      }
    },
    "GET /v1/ops/purges": {
      "answers": {
        "200": {
          "data": [
            {
              "purgeId": "charlie.1",
              "accountId": "charlie",
              "basis": "gdpr-art-17",
              "dueAt": "2026-04-30T07:00:00.000Z",
              "status": "done",
              "step": "verification",
              "findings": [],
              "findingsAccepted": null,
              "exceptions": [
                {
                  "kind": "consents",
                  "reason": "Evidence of what was accepted, without free text.",
                  "records": 1,
                  "expiresAt": "2029-11-27T17:49:18.606Z"
                },
                {
                  "kind": "ledger",
                  "reason": "Accounting records of the log, without personal fields.",
                  "records": 1,
                  "expiresAt": null
                }
              ],
              "attempts": 0,
              "nextAttemptAt": null,
              "lastError": null,
              "startedAt": "2026-11-27T17:49:21.032Z",
              "doneAt": "2026-11-27T17:49:22.123Z",
              "stores": [
                {
                  "name": "retained data",
                  "deleted": {},
                  "finished": true
                },
                {
                  "name": "scheduled messages",
                  "deleted": {},
                  "finished": true
                },
                {
                  "name": "data accesses",
                  "deleted": {},
                  "finished": true
                }
              ],
              "waitsFor": null
            },
            {
              "purgeId": "acme.1",
              "accountId": "acme",
              "basis": "retention",
              "dueAt": "2027-04-30T07:00:00.000Z",
              "status": "done",
              "step": "verification",
              "findings": [],
              "findingsAccepted": null,
              "exceptions": [
                {
                  "kind": "consents",
                  "reason": "Evidence of what was accepted, without free text.",
                  "records": 2,
                  "expiresAt": "2029-11-27T17:48:57.028Z"
                },
                {
                  "kind": "ledger",
                  "reason": "Accounting records of the log, without personal fields.",
                  "records": 5,
                  "expiresAt": null
                }
              ],
              "attempts": 0,
              "nextAttemptAt": null,
              "lastError": null,
              "startedAt": "2026-11-27T17:49:09.450Z",
              "doneAt": "2026-11-27T17:49:11.627Z",
              "stores": [
                {
                  "name": "retained data",
                  "deleted": {
                    "reports": 2,
                    "contacts": 2,
                    "messages": 2,
                    "campaigns": 2
                  },
                  "finished": true
                },
                {
                  "name": "scheduled messages",
                  "deleted": {
                    "scheduledMessages": 3
                  },
                  "finished": true
                },
                {
                  "name": "data accesses",
                  "deleted": {
                    "dataAccesses": 1
                  },
                  "finished": true
                }
              ],
              "waitsFor": null
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/ops/purges/{purgeId}": {
      "answers": {
        "200": {
          "purgeId": "charlie.1",
          "accountId": "charlie",
          "basis": "gdpr-art-17",
          "dueAt": "2026-04-30T07:00:00.000Z",
          "status": "done",
          "step": "verification",
          "findings": [],
          "findingsAccepted": null,
          "exceptions": [
            {
              "kind": "consents",
              "reason": "Evidence of what was accepted, without free text.",
              "records": 1,
              "expiresAt": "2029-11-27T17:49:18.606Z"
            },
            {
              "kind": "ledger",
              "reason": "Accounting records of the log, without personal fields.",
              "records": 1,
              "expiresAt": null
            }
          ],
          "attempts": 0,
          "nextAttemptAt": null,
          "lastError": null,
          "startedAt": "2026-11-27T17:49:21.032Z",
          "doneAt": "2026-11-27T17:49:22.123Z",
          "stores": [
            {
              "name": "retained data",
              "deleted": {},
              "finished": true
            },
            {
              "name": "scheduled messages",
              "deleted": {},
              "finished": true
            },
            {
              "name": "data accesses",
              "deleted": {},
              "finished": true
            }
          ],
          "waitsFor": null
        }
      }
    },
    "GET /v1/ops/purges/{purgeId}/evidence": {
      "answers": {
        "200": {
          "data": [
            {
              "kind": "consent",
              "subject": "01a21e20-3b8e-7208-9b19-5758a4aa9a5f",
              "data": {
                "actor": {
                  "id": "bc4b2f4086ee51563d35dfc536d70e38161a9a9ede708b9e9fe00d3e0c915fb7",
                  "role": "customer"
                },
                "channel": "api",
                "language": "en",
                "textHash": "6678513693db3ead9f391b2010e15298641d5ec71f71880a78412f6ad4a38fba",
                "acceptedAt": "2026-03-30T07:00:00.000Z",
                "recordedAt": "2026-11-27T17:49:18.606Z",
                "disclosures": [
                  {
                    "id": "terms",
                    "version": "2026-01"
                  },
                  {
                    "id": "no-refund",
                    "version": "2026-01"
                  },
                  {
                    "id": "unsent-messages",
                    "version": "2026-01"
                  }
                ],
                "subscriptionId": "01a21e20-3949-7062-81d3-0fa79724a3b0",
                "acknowledgedConsequences": true
              },
              "expiresAt": "2029-11-27T17:49:18.606Z"
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/ops/staff-reads": {
      "answers": {
        "200": {
          "data": [
            {
              "position": 1,
              "readAt": "2026-11-27T17:49:00.359Z",
              "actorRole": "operator",
              "actorId": "sandbox-operator",
              "route": "GET /v1/accounts/:accountId/data-access",
              "accountId": "acme",
              "requestId": "ecdd44fb-5fbd-452e-a610-7bbeff04de80",
              "hash": "e5add5c28e10efddcc71cb4b5e39628028adf3e950a28af47e3617e40b5c040f"
            }
          ],
          "next": "eyJrIjpbMV19"
        }
      }
    },
    "GET /v1/ops/staff-reads/verification": {
      "answers": {
        "200": {
          "intact": true,
          "records": 6,
          "hash": "e05f26058ba388b6846c4fc80884e5465f54433b923baa9a7087f171fbe8e429",
          "brokenAt": null
        }
      }
    },
    "GET /v1/page-session": {
      "answers": {
        "200": {
          "accountId": "echo",
          "expiresAt": "2026-11-27T18:19:37.075Z"
        }
      }
    },
    "GET /v1/plans": {
      "answers": {
        "200": {
          "data": [
            {
              "planId": "messaging-monthly",
              "kind": "messaging",
              "interval": "month",
              "price": {
                "amount": 4900,
                "currency": "USD"
              },
              "features": [
                "messaging.send",
                "campaigns.launch",
                "messaging.tenDlc"
              ],
              "name": "Messaging, monthly"
            },
            {
              "planId": "messaging-annual",
              "kind": "messaging",
              "interval": "year",
              "price": {
                "amount": 49000,
                "currency": "USD"
              },
              "features": [
                "messaging.send",
                "campaigns.launch",
                "messaging.tenDlc"
              ],
              "name": "Messaging, annual"
            },
            {
              "planId": "calling-monthly",
              "kind": "calling",
              "interval": "month",
              "price": {
                "amount": 5900,
                "currency": "USD"
              },
              "features": [
                "dialer"
              ],
              "name": "Calling, monthly"
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/test-clocks/{testClockId}": {
      "answers": {
        "200": {
          "testClockId": "clock_abbcb15b-8913-4a50-b457-431dabf925bb",
          "now": "2026-04-30T07:00:00.000Z",
          "status": "ready"
        }
      }
    },
    "GET /v1/webhook-endpoints": {
      "answers": {
        "200": {
          "data": [
            {
              "endpointId": "9566e225-6ce4-4137-b559-a7648f07fa35",
              "url": "http://127.0.0.1:9/sunset",
              "events": [
                "PeriodEnded",
                "LossAnnounced"
              ],
              "status": "enabled",
              "disabledBecause": null,
              "disabledAt": null,
              "failingSince": null,
              "acknowledgedAt": null,
              "createdAt": "2026-11-27T17:49:38.465Z",
              "waiting": 0,
              "undeliveredSince": null
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/webhook-endpoints/{endpointId}": {
      "answers": {
        "200": {
          "endpointId": "9566e225-6ce4-4137-b559-a7648f07fa35",
          "url": "http://127.0.0.1:9/sunset",
          "events": [
            "PeriodEnded",
            "LossAnnounced"
          ],
          "status": "enabled",
          "disabledBecause": null,
          "disabledAt": null,
          "failingSince": null,
          "acknowledgedAt": null,
          "createdAt": "2026-11-27T17:49:38.465Z",
          "waiting": 0,
          "undeliveredSince": null
        }
      }
    },
    "GET /v1/webhook-endpoints/{endpointId}/deliveries": {
      "answers": {
        "200": {
          "data": [
            {
              "deliveryId": "01a21e20-8c83-7264-a11a-58eb731e6d65",
              "endpointId": "9566e225-6ce4-4137-b559-a7648f07fa35",
              "accountId": null,
              "sequence": null,
              "type": "webhook.test",
              "status": "waiting",
              "attempts": 0,
              "nextAttemptAt": "2026-11-27T17:49:39.335Z",
              "firstAttemptAt": null,
              "lastAttemptAt": null,
              "httpStatus": null,
              "reason": null,
              "latencyMs": null,
              "answer": null
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/webhook-endpoints/{endpointId}/deliveries/{deliveryId}": {
      "answers": {
        "200": {
          "deliveryId": "01a21e20-8c83-7264-a11a-58eb731e6d65",
          "endpointId": "9566e225-6ce4-4137-b559-a7648f07fa35",
          "accountId": null,
          "sequence": null,
          "type": "webhook.test",
          "status": "failed",
          "attempts": 1,
          "nextAttemptAt": null,
          "firstAttemptAt": "2026-11-27T17:49:39.513Z",
          "lastAttemptAt": "2026-11-27T17:49:39.513Z",
          "httpStatus": null,
          "reason": "connection",
          "latencyMs": 77,
          "answer": null
        }
      }
    },
    "PATCH /v1/accounts/{accountId}": {
      "answers": {
        "200": {
          "accountId": "delta",
          "name": "Ann Example",
          "email": "ann@example.com",
          "timeZone": "America/Los_Angeles",
          "locale": null,
          "currency": "USD",
          "testClockId": "clock_ad4e88f6-fd86-481c-807a-68d336dd980a",
          "numberBillingAnchorDay": null,
          "numberFee": {
            "amount": 200,
            "currency": "USD"
          },
          "cancellationMode": "two-step",
          "standing": "none",
          "openedAt": "2026-03-30T07:00:00.000Z"
        }
      },
      "request": {
        "name": "Ann Example"
      }
    },
    "PATCH /v1/webhook-endpoints/{endpointId}": {
      "answers": {
        "200": {
          "endpointId": "9566e225-6ce4-4137-b559-a7648f07fa35",
          "url": "http://127.0.0.1:9/sunset",
          "events": [
            "PeriodEnded",
            "LossAnnounced"
          ],
          "status": "disabled",
          "disabledBecause": "asked",
          "disabledAt": "2026-11-27T17:49:40.031Z",
          "failingSince": null,
          "acknowledgedAt": null,
          "createdAt": "2026-11-27T17:49:38.465Z",
          "waiting": 1,
          "undeliveredSince": "2026-11-27T17:49:39.513Z"
        }
      },
      "request": {
        "status": "disabled"
      }
    },
    "POST /v1/accounts": {
      "answers": {
        "201": {
          "accountId": "acme",
          "name": "Ann",
          "email": "ann@example.com",
          "timeZone": "America/Los_Angeles",
          "locale": null,
          "currency": "USD",
          "testClockId": "clock_abbcb15b-8913-4a50-b457-431dabf925bb",
          "numberBillingAnchorDay": null,
          "numberFee": {
            "amount": 200,
            "currency": "USD"
          },
          "cancellationMode": "two-step",
          "standing": "none",
          "openedAt": "2026-03-30T07:00:00.000Z"
        }
      },
      "request": {
        "name": "Ann",
        "email": "ann@example.com",
        "timeZone": "America/Los_Angeles",
        "accountId": "acme",
        "testClockId": "clock_abbcb15b-8913-4a50-b457-431dabf925bb"
      }
    },
    "POST /v1/accounts/{accountId}/charges/{chargeId}/collected": {
      "answers": {
        "200": {
          "chargeId": "01a21e20-8121-762b-b822-c1ef8ccfa9f0",
          "purpose": "top-up",
          "amount": {
            "amount": 2000,
            "currency": "USD"
          },
          "status": "collected",
          "requestedAt": "2026-03-30T07:00:00.000Z"
        }
      }
    },
    "POST /v1/accounts/{accountId}/charges/{chargeId}/failed": {
      "answers": {
        "200": {
          "chargeId": "01a21e20-818b-7286-afc0-aaef13ba93f1",
          "purpose": "top-up",
          "amount": {
            "amount": 2000,
            "currency": "USD"
          },
          "status": "failed",
          "requestedAt": "2026-03-30T07:00:00.000Z"
        }
      },
      "request": {
        "reason": "The card was declined"
      }
    },
    "POST /v1/accounts/{accountId}/data/{category}": {
      "answers": {
        "200": {
          "stored": 2
        }
      }
    },
    "POST /v1/accounts/{accountId}/erasure": {
      "answers": {
        "202": {
          "purgeId": "charlie.1",
          "accountId": "charlie",
          "basis": "gdpr-art-17",
          "dueAt": "2026-04-30T07:00:00.000Z",
          "status": "done",
          "step": "verification",
          "findings": [],
          "findingsAccepted": null,
          "exceptions": [
            {
              "kind": "consents",
              "reason": "Evidence of what was accepted, without free text.",
              "records": 1,
              "expiresAt": "2029-11-27T17:49:18.606Z"
            },
            {
              "kind": "ledger",
              "reason": "Accounting records of the log, without personal fields.",
              "records": 1,
              "expiresAt": null
            }
          ],
          "attempts": 0,
          "nextAttemptAt": null,
          "lastError": null,
          "startedAt": "2026-11-27T17:49:21.032Z",
          "doneAt": "2026-11-27T17:49:22.123Z",
          "stores": [
            {
              "name": "retained data",
              "deleted": {},
              "finished": true
            },
            {
              "name": "scheduled messages",
              "deleted": {},
              "finished": true
            },
            {
              "name": "data accesses",
              "deleted": {},
              "finished": true
            }
          ],
          "waitsFor": null
        }
      },
      "request": {
        "basis": "gdpr-art-17"
      }
    },
    "POST /v1/accounts/{accountId}/legal-holds": {
      "answers": {
        "201": {
          "holdId": "01a21e20-42ad-72d5-a8e4-869b58253439",
          "reason": "A matter before a court",
          "placedAt": "2026-04-30T07:00:00.000Z",
          "reviewAt": "2026-12-01T00:00:00.000Z"
        }
      },
      "request": {
        "reason": "A matter before a court",
        "reviewAt": "2026-12-01T00:00:00Z"
      }
    },
    "POST /v1/accounts/{accountId}/numbers": {
      "answers": {
        "201": {
          "numberId": "01a21e1f-bd39-710b-aa3b-310e39b173cc",
          "e164": "+12065550001",
          "origin": "purchased",
          "status": "active",
          "purchasedAt": "2026-03-30T07:00:00.000Z",
          "releasedAt": null,
          "giveBack": null,
          "nextFee": {
            "at": "2026-04-30T07:00:00.000Z",
            "amount": {
              "amount": 200,
              "currency": "USD"
            }
          }
        }
      },
      "request": {
        "e164": "+12065550001"
      }
    },
    "POST /v1/accounts/{accountId}/page-sessions": {
      "answers": {
        "201": {
          "url": "http://127.0.0.1:23946/membership/open/KG-zNoRN-EyQWrJMadEVsIqVyuHAG6gm5H0ZtGogy1E",
          "expiresAt": "2026-11-27T17:54:37.015Z"
        }
      }
    },
    "POST /v1/accounts/{accountId}/scheduled-messages": {
      "answers": {
        "201": {
          "data": [
            {
              "messageId": "welcome",
              "channel": "sms",
              "planKind": "messaging",
              "sendAt": "2026-04-01T16:00:00.000Z",
              "price": {
                "amount": 2,
                "currency": "USD"
              },
              "status": "scheduled",
              "credited": false,
              "creditId": null,
              "settledAt": null
            },
            {
              "messageId": "may-day",
              "channel": "sms",
              "planKind": "messaging",
              "sendAt": "2026-05-01T16:00:00.000Z",
              "price": {
                "amount": 2,
                "currency": "USD"
              },
              "status": "scheduled",
              "credited": false,
              "creditId": null,
              "settledAt": null
            },
            {
              "messageId": "june",
              "channel": "rvm",
              "planKind": "messaging",
              "sendAt": "2026-06-01T16:00:00.000Z",
              "price": {
                "amount": 5,
                "currency": "USD"
              },
              "status": "scheduled",
              "credited": false,
              "creditId": null,
              "settledAt": null
            }
          ],
          "next": null
        }
      },
      "request": {
        "messages": [
          {
            "messageId": "welcome",
            "channel": "sms",
            "sendAt": "2026-04-01T16:00:00Z",
            "price": {
              "amount": 2,
              "currency": "USD"
            }
          },
          {
            "messageId": "may-day",
            "channel": "sms",
            "sendAt": "2026-05-01T16:00:00Z",
            "price": {
              "amount": 2,
              "currency": "USD"
            }
          },
          {
            "messageId": "june",
            "channel": "rvm",
            "sendAt": "2026-06-01T16:00:00Z",
            "price": {
              "amount": 5,
              "currency": "USD"
            }
          }
        ]
      }
    },
    "POST /v1/accounts/{accountId}/scheduled-messages/{messageId}/sent": {
      "answers": {
        "200": {
          "messageId": "welcome",
          "channel": "sms",
          "planKind": "messaging",
          "sendAt": "2026-04-01T16:00:00.000Z",
          "price": {
            "amount": 2,
            "currency": "USD"
          },
          "status": "sent",
          "credited": false,
          "creditId": null,
          "settledAt": "2026-03-30T07:00:00.000Z"
        }
      }
    },
    "POST /v1/accounts/{accountId}/scheduled-messages/sent": {
      "answers": {
        "200": {
          "sent": 1,
          "refused": [
            {
              "line": 2,
              "messageId": "two",
              "code": "message_cancelled",
              "creditId": null,
              "pointer": "/lines/1/messageId",
              "message": "line 2 is of a message that was cancelled before"
            },
            {
              "line": 3,
              "messageId": "three",
              "code": "not_found",
              "creditId": null,
              "pointer": "/lines/2/messageId",
              "message": "line 3 is of no message of the account"
            }
          ]
        }
      }
    },
    "POST /v1/accounts/{accountId}/subscriptions": {
      "answers": {
        "201": {
          "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df",
          "planId": "messaging-monthly",
          "planName": "Messaging, monthly",
          "kind": "messaging",
          "interval": "month",
          "price": {
            "amount": 4900,
            "currency": "USD"
          },
          "status": "active",
          "startedAt": "2026-03-30T07:00:00.000Z",
          "currentPeriod": {
            "start": "2026-03-30T07:00:00.000Z",
            "end": "2026-04-30T07:00:00.000Z"
          },
          "cancellation": null,
          "cancelAtPeriodEnd": false,
          "nextPlanId": null,
          "endedAt": null
        }
      },
      "request": {
        "planId": "messaging-monthly"
      }
    },
    "POST /v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation": {
      "answers": {
        "201": {
          "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df",
          "planId": "messaging-monthly",
          "planName": "Messaging, monthly",
          "kind": "messaging",
          "interval": "month",
          "price": {
            "amount": 4900,
            "currency": "USD"
          },
          "status": "active",
          "startedAt": "2026-03-30T07:00:00.000Z",
          "currentPeriod": {
            "start": "2026-03-30T07:00:00.000Z",
            "end": "2026-04-30T07:00:00.000Z"
          },
          "cancellation": {
            "requestedAt": "2026-03-30T07:00:00.000Z",
            "effectiveAt": "2026-04-30T07:00:00.000Z",
            "reason": {
              "code": "too_expensive"
            }
          },
          "cancelAtPeriodEnd": true,
          "nextPlanId": null,
          "endedAt": null
        }
      },
      "request": {
        "acceptedDisclosures": [
          {
            "id": "terms",
            "version": "2026-01"
          },
          {
            "id": "no-refund",
            "version": "2026-01"
          },
          {
            "id": "unsent-messages",
            "version": "2026-01"
          }
        ],
        "acknowledgedConsequences": true,
        "reason": {
          "code": "too_expensive"
        }
      }
    },
    "POST /v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation-attempts": {
      "answers": {
        "201": {
          "attemptId": "01a21e1f-de5b-7235-ab54-ac1b31e8ecb1",
          "locale": "en",
          "disclosures": [
            {
              "id": "terms",
              "version": "2026-01",
              "text": "The cancellation follows the Terms of Service, version 2026-01. Nothing renews, and no card is charged for this plan any more.",
              "url": null
            },
            {
              "id": "no-refund",
              "version": "2026-01",
              "text": "The paid period is not refunded or prorated. All features of the plan stay available until it ends, and until then you can resume the plan.",
              "url": null
            },
            {
              "id": "unsent-messages",
              "version": "2026-01",
              "text": "When the plan ends, scheduled SMS and ringless voicemails that have not been sent are cancelled and credited to your wallet.",
              "url": null
            }
          ],
          "expiresAt": "2026-03-30T08:00:00.000Z"
        }
      },
      "request": {
        "reason": {
          "code": "too_expensive",
          "comment": "Twice of what I paid before."
        },
        "acknowledgedConsequences": true
      }
    },
    "POST /v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation-attempts/{attemptId}/confirm": {
      "answers": {
        "200": {
          "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df",
          "planId": "messaging-monthly",
          "planName": "Messaging, monthly",
          "kind": "messaging",
          "interval": "month",
          "price": {
            "amount": 4900,
            "currency": "USD"
          },
          "status": "active",
          "startedAt": "2026-03-30T07:00:00.000Z",
          "currentPeriod": {
            "start": "2026-03-30T07:00:00.000Z",
            "end": "2026-04-30T07:00:00.000Z"
          },
          "cancellation": {
            "requestedAt": "2026-03-30T07:00:00.000Z",
            "effectiveAt": "2026-04-30T07:00:00.000Z",
            "reason": {
              "code": "too_expensive"
            }
          },
          "cancelAtPeriodEnd": true,
          "nextPlanId": null,
          "endedAt": null
        }
      },
      "request": {
        "acceptedDisclosures": [
          {
            "id": "terms",
            "version": "2026-01"
          },
          {
            "id": "no-refund",
            "version": "2026-01"
          },
          {
            "id": "unsent-messages",
            "version": "2026-01"
          }
        ],
        "acknowledgedConsequences": true
      }
    },
    "POST /v1/accounts/{accountId}/subscriptions/{subscriptionId}/paid": {
      "answers": {
        "200": {
          "subscriptionId": "01a21e20-56e7-754a-88e6-0ab4655419c6",
          "planId": "messaging-monthly",
          "planName": "Messaging, monthly",
          "kind": "messaging",
          "interval": "month",
          "price": {
            "amount": 4900,
            "currency": "USD"
          },
          "status": "active",
          "startedAt": "2026-03-30T07:00:00.000Z",
          "currentPeriod": {
            "start": "2026-03-30T07:00:00.000Z",
            "end": "2026-04-30T07:00:00.000Z"
          },
          "cancellation": null,
          "cancelAtPeriodEnd": false,
          "nextPlanId": null,
          "endedAt": null
        }
      }
    },
    "POST /v1/accounts/{accountId}/subscriptions/{subscriptionId}/past-due": {
      "answers": {
        "200": {
          "subscriptionId": "01a21e20-56e7-754a-88e6-0ab4655419c6",
          "planId": "messaging-monthly",
          "planName": "Messaging, monthly",
          "kind": "messaging",
          "interval": "month",
          "price": {
            "amount": 4900,
            "currency": "USD"
          },
          "status": "past_due",
          "startedAt": "2026-03-30T07:00:00.000Z",
          "currentPeriod": {
            "start": "2026-03-30T07:00:00.000Z",
            "end": "2026-04-30T07:00:00.000Z"
          },
          "cancellation": null,
          "cancelAtPeriodEnd": false,
          "nextPlanId": null,
          "endedAt": null
        }
      }
    },
    "POST /v1/accounts/{accountId}/subscriptions/{subscriptionId}/plan": {
      "answers": {
        "200": {
          "subscriptionId": "01a21e20-56e7-754a-88e6-0ab4655419c6",
          "planId": "messaging-monthly",
          "planName": "Messaging, monthly",
          "kind": "messaging",
          "interval": "month",
          "price": {
            "amount": 4900,
            "currency": "USD"
          },
          "status": "active",
          "startedAt": "2026-03-30T07:00:00.000Z",
          "currentPeriod": {
            "start": "2026-03-30T07:00:00.000Z",
            "end": "2026-04-30T07:00:00.000Z"
          },
          "cancellation": null,
          "cancelAtPeriodEnd": false,
          "nextPlanId": "messaging-annual",
          "endedAt": null
        }
      },
      "request": {
        "planId": "messaging-annual"
      }
    },
    "POST /v1/accounts/{accountId}/subscriptions/{subscriptionId}/resume": {
      "answers": {
        "200": {
          "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df",
          "planId": "messaging-monthly",
          "planName": "Messaging, monthly",
          "kind": "messaging",
          "interval": "month",
          "price": {
            "amount": 4900,
            "currency": "USD"
          },
          "status": "active",
          "startedAt": "2026-03-30T07:00:00.000Z",
          "currentPeriod": {
            "start": "2026-03-30T07:00:00.000Z",
            "end": "2026-04-30T07:00:00.000Z"
          },
          "cancellation": null,
          "cancelAtPeriodEnd": false,
          "nextPlanId": null,
          "endedAt": null
        }
      }
    },
    "POST /v1/accounts/{accountId}/ten-dlc": {
      "answers": {
        "201": {
          "status": "pending",
          "registrationId": "01a21e1f-c100-7150-82f3-156298634507",
          "brandName": "Example Brand",
          "appliedAt": "2026-03-30T07:00:00.000Z",
          "registeredAt": null,
          "expiredAt": null
        }
      },
      "request": {
        "brandName": "Example Brand"
      }
    },
    "POST /v1/accounts/{accountId}/ten-dlc/approve": {
      "answers": {
        "200": {
          "status": "active",
          "registrationId": "01a21e1f-c100-7150-82f3-156298634507",
          "brandName": "Example Brand",
          "appliedAt": "2026-03-30T07:00:00.000Z",
          "registeredAt": "2026-03-30T07:00:00.000Z",
          "expiredAt": null
        }
      }
    },
    "POST /v1/accounts/{accountId}/wallet/top-up-requests": {
      "answers": {
        "201": {
          "chargeId": "01a21e20-8121-762b-b822-c1ef8ccfa9f0",
          "purpose": "top-up",
          "amount": {
            "amount": 2000,
            "currency": "USD"
          },
          "status": "requested",
          "requestedAt": "2026-03-30T07:00:00.000Z"
        }
      },
      "request": {
        "amount": {
          "amount": 2000,
          "currency": "USD"
        }
      }
    },
    "POST /v1/accounts/{accountId}/wallet/top-ups": {
      "answers": {
        "201": {
          "balance": {
            "amount": 300,
            "currency": "USD"
          },
          "autoRecharge": {
            "enabled": false,
            "threshold": {
              "amount": 0,
              "currency": "USD"
            },
            "amount": {
              "amount": 0,
              "currency": "USD"
            },
            "suspended": false
          },
          "openCharges": [
            {
              "chargeId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df.1",
              "purpose": "plan",
              "amount": {
                "amount": 4900,
                "currency": "USD"
              },
              "status": "requested",
              "requestedAt": "2026-03-30T07:00:00.000Z",
              "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df"
            }
          ]
        }
      },
      "request": {
        "amount": {
          "amount": 300,
          "currency": "USD"
        }
      }
    },
    "POST /v1/dev/tokens": {
      "answers": {
        "201": {
          "token": "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoic2VydmljZSIsImlzcyI6InVybjpzdW5zZXQ6c2FuZGJveCIsImF1ZCI6InN1bnNldCIsInN1YiI6InNhbmRib3gtc2VydmljZSIsImlhdCI6MTc5NTgwMTcyMywiZXhwIjoxNzk4MzkzNzIzfQ.o8E1WCvCCu5pTz1xXu-bfp7qrMcoG4J9SOhvgL3adilgSJ-V5ypkoGYLjpSUJKQtPBmyXglcswJ2EJ3cIwHHBQ"
        }
      },
      "request": {
        "role": "service"
      }
    },
    "POST /v1/imports": {
      "answers": {
        "202": {
          "importId": "62996a8a-7189-4d66-8bdd-1abe04fe963c"
        }
      }
    },
    "POST /v1/ops/asked-acts/{actId}/confirm": {
      "answers": {
        "200": {
          "actId": "92d81de3-3148-4db4-a604-7d040629025e",
          "act": "end-pause",
          "target": "fc12e2fe-cf8c-43e7-b954-2c175f744ebb",
          "details": {
            "pauseId": "fc12e2fe-cf8c-43e7-b954-2c175f744ebb"
          },
          "reason": "It was a promotion",
          "askedBy": "ada",
          "askedAt": "2026-11-27T17:50:05.109Z",
          "standsUntil": "2026-11-28T17:50:05.109Z",
          "status": "confirmed",
          "endedBy": "sandbox-operator",
          "endedAt": "2026-11-27T17:50:05.792Z"
        }
      }
    },
    "POST /v1/ops/asked-acts/{actId}/redact": {
      "answers": {
        "200": {
          "actId": "6ffa6aa0-c2bd-419e-b7d8-d1589e125401",
          "act": "end-pause",
          "target": "80c753b7-55f3-4e1e-bbbf-36b4bd02a5c7",
          "details": {
            "pauseId": "80c753b7-55f3-4e1e-bbbf-36b4bd02a5c7"
          },
          "reason": "redacted by sandbox-operator",
          "askedBy": "sandbox-operator",
          "askedAt": "2026-11-27T17:50:05.672Z",
          "standsUntil": "2026-11-28T17:50:05.672Z",
          "status": "waiting",
          "endedBy": null,
          "endedAt": null
        }
      }
    },
    "POST /v1/ops/deadlines/{deadlineId}/retry": {
      "answers": {
        "200": {
          "deadlineId": "33e81172-19c6-4928-a088-06b9681c7682",
          "accountId": "echo",
          "kind": "purge-data",
          "generation": 1,
          "dueAt": "2027-04-30T07:00:00.000Z",
          "firedAt": null,
          "latenessMs": null,
          "status": "pending",
          "attempts": 0,
          "nextAttemptAt": null,
          "lastError": null
        }
      },
      "request": {
        "reason": "Looked at"
      }
    },
    "POST /v1/ops/effects/{effectId}/retry": {
      "answers": {
        "200": {
          "effectId": "b74e0dec-f94c-45b7-874f-be7ee532e5b4",
          "accountId": "echo",
          "testClockId": "clock_2c414b52-cbd6-4706-b6cd-268fbaf11db9",
          "kind": "release-number",
          "subject": "01a21e20-9192-712b-b0f6-c35b095cc098",
          "generation": 1,
          "carrier": "sandbox",
          "dueAt": "2026-05-14T07:00:00.000Z",
          "status": "pending",
          "attempts": 1,
          "lastOutcome": "blocked",
          "reason": "deletion-lock",
          "nextAttemptAt": "2026-05-14T07:00:00.000Z",
          "heldBy": null,
          "createdAt": "2026-11-27T17:49:45.268Z",
          "settledAt": null
        }
      },
      "request": {
        "reason": "The carrier has unlocked it"
      }
    },
    "POST /v1/ops/effects/{effectId}/settle": {
      "answers": {
        "200": {
          "effectId": "16c62fe3-2e9a-40cd-bd97-90912f1c3967",
          "accountId": "echo",
          "testClockId": "clock_2c414b52-cbd6-4706-b6cd-268fbaf11db9",
          "kind": "release-number",
          "subject": "01a21e20-92b5-7554-b040-b2c58ffed298",
          "generation": 1,
          "carrier": "sandbox",
          "dueAt": "2026-05-14T07:00:00.000Z",
          "status": "done",
          "attempts": 1,
          "lastOutcome": "settled-elsewhere",
          "reason": "operator",
          "nextAttemptAt": null,
          "heldBy": null,
          "createdAt": "2026-11-27T17:49:45.269Z",
          "settledAt": "2026-11-27T17:49:46.893Z"
        }
      },
      "request": {
        "reason": "Given back by hand"
      }
    },
    "POST /v1/ops/events/{eventId}/redact": {
      "answers": {}
    },
    "POST /v1/ops/pauses": {
      "answers": {
        "201": {
          "pauseId": "ce0d3bc7-cbb9-4a86-a03f-4b0893d53c1f",
          "kind": "release-number",
          "carrier": "twilio",
          "cause": "operator",
          "reason": "The carrier works on its network",
          "pausedBy": "sandbox-operator",
          "pausedAt": "2026-11-27T17:49:41.736Z",
          "resumedBy": null,
          "resumedAt": null,
          "resumeReason": null
        }
      },
      "request": {
        "kind": "release-number",
        "carrier": "twilio",
        "reason": "The carrier works on its network"
      }
    },
    "POST /v1/ops/pauses/{pauseId}/redact": {
      "answers": {
        "200": {
          "pauseId": "ce0d3bc7-cbb9-4a86-a03f-4b0893d53c1f",
          "kind": "release-number",
          "carrier": "twilio",
          "cause": "operator",
          "reason": "redacted by sandbox-operator",
          "pausedBy": "sandbox-operator",
          "pausedAt": "2026-11-27T17:49:41.736Z",
          "resumedBy": "sandbox-operator",
          "resumedAt": "2026-11-27T17:49:42.043Z",
          "resumeReason": "redacted by sandbox-operator"
        }
      }
    },
    "POST /v1/ops/projections/{name}/rebuild": {
      "answers": {
        "202": {
          "name": "cancellations",
          "version": 3,
          "position": 149,
          "head": 149,
          "lag": 0,
          "status": "rebuilding",
          "rebuild": {
            "version": 3,
            "status": "requested",
            "position": 0,
            "target": 0,
            "startedAt": "2026-11-27T17:49:54.949Z",
            "lastError": null
          },
          "lastError": null
        }
      }
    },
    "POST /v1/ops/purge-stops/{stopId}/confirm": {
      "answers": {
        "200": {
          "stopId": "d893a2ad-87e6-4ec0-9da2-4277db534edd",
          "cause": "clock-forward",
          "lastSeenAt": "2026-11-27T17:50:04.354Z",
          "stoppedAt": "2026-11-27T17:50:04.354Z",
          "confirmedBy": "sandbox-operator",
          "confirmedAt": "2026-11-27T17:50:04.462Z",
          "reason": "The machine had slept"
        }
      },
      "request": {
        "reason": "The machine had slept"
      }
    },
    "POST /v1/ops/purge-stops/{stopId}/redact": {
      "answers": {
        "200": {
          "stopId": "d893a2ad-87e6-4ec0-9da2-4277db534edd",
          "cause": "clock-forward",
          "lastSeenAt": "2026-11-27T17:50:04.354Z",
          "stoppedAt": "2026-11-27T17:50:04.354Z",
          "confirmedBy": "sandbox-operator",
          "confirmedAt": "2026-11-27T17:50:04.462Z",
          "reason": "redacted by sandbox-operator"
        }
      }
    },
    "POST /v1/ops/purges/{purgeId}/redact": {
      "answers": {
        "200": {
          "purgeId": "acme.1",
          "accountId": "acme",
          "basis": "retention",
          "dueAt": "2027-04-30T07:00:00.000Z",
          "status": "running",
          "step": "stores",
          "findings": [
            "retained_data: record_hash = '…'"
          ],
          "findingsAccepted": "redacted by sandbox-operator",
          "exceptions": [
            {
              "kind": "consents",
              "reason": "Evidence of what was accepted, without free text.",
              "records": 2,
              "expiresAt": "2029-11-27T17:48:57.028Z"
            },
            {
              "kind": "ledger",
              "reason": "Accounting records of the log, without personal fields.",
              "records": 5,
              "expiresAt": null
            }
          ],
          "attempts": 0,
          "nextAttemptAt": null,
          "lastError": null,
          "startedAt": "2026-11-27T17:49:09.450Z",
          "doneAt": null,
          "stores": [
            {
              "name": "retained data",
              "deleted": {
                "reports": 2,
                "contacts": 2,
                "messages": 2,
                "campaigns": 2
              },
              "finished": false
            },
            {
              "name": "scheduled messages",
              "deleted": {
                "scheduledMessages": 3
              },
              "finished": false
            },
            {
              "name": "data accesses",
              "deleted": {
                "dataAccesses": 1
              },
              "finished": false
            }
          ],
          "waitsFor": null
        }
      }
    },
    "POST /v1/ops/purges/{purgeId}/retry": {
      "answers": {
        "200": {
          "purgeId": "acme.1",
          "accountId": "acme",
          "basis": "retention",
          "dueAt": "2027-04-30T07:00:00.000Z",
          "status": "running",
          "step": "stores",
          "findings": [
            "retained_data: record_hash = '…'"
          ],
          "findingsAccepted": "sandbox-operator: The name of a street",
          "exceptions": [
            {
              "kind": "consents",
              "reason": "Evidence of what was accepted, without free text.",
              "records": 2,
              "expiresAt": "2029-11-27T17:48:57.028Z"
            },
            {
              "kind": "ledger",
              "reason": "Accounting records of the log, without personal fields.",
              "records": 5,
              "expiresAt": null
            }
          ],
          "attempts": 0,
          "nextAttemptAt": null,
          "lastError": null,
          "startedAt": "2026-11-27T17:49:09.450Z",
          "doneAt": null,
          "stores": [
            {
              "name": "retained data",
              "deleted": {
                "reports": 2,
                "contacts": 2,
                "messages": 2,
                "campaigns": 2
              },
              "finished": false
            },
            {
              "name": "scheduled messages",
              "deleted": {
                "scheduledMessages": 3
              },
              "finished": false
            },
            {
              "name": "data accesses",
              "deleted": {
                "dataAccesses": 1
              },
              "finished": false
            }
          ],
          "waitsFor": null
        }
      },
      "request": {
        "acceptFindings": "The name of a street"
      }
    },
    "POST /v1/opt-outs/lookups": {
      "answers": {
        "200": {
          "data": [
            {
              "index": 0,
              "optedOut": false,
              "understood": true
            }
          ]
        }
      },
      "request": {
        "values": [
          "+1 206 555 0100"
        ]
      }
    },
    "POST /v1/test-clocks": {
      "answers": {
        "201": {
          "testClockId": "clock_abbcb15b-8913-4a50-b457-431dabf925bb",
          "now": "2026-03-30T07:00:00.000Z",
          "status": "ready"
        }
      },
      "request": {
        "now": "2026-03-30T07:00:00.000Z"
      }
    },
    "POST /v1/test-clocks/{testClockId}/advance": {
      "answers": {
        "200": {
          "testClockId": "clock_abbcb15b-8913-4a50-b457-431dabf925bb",
          "now": "2026-04-30T07:00:00.000Z",
          "status": "ready"
        },
        "202": {
          "testClockId": "clock_5168407f-0120-4235-a457-d54d17e4c297",
          "now": "2026-01-02T00:00:00.000Z",
          "status": "advancing"
        }
      },
      "request": {
        "to": "2026-04-30T07:00:00.000Z"
      }
    },
    "POST /v1/webhook-endpoints": {
      "answers": {
        "201": {
          "endpointId": "9566e225-6ce4-4137-b559-a7648f07fa35",
          "url": "http://127.0.0.1:9/sunset",
          "events": [
            "PeriodEnded",
            "LossAnnounced"
          ],
          "status": "enabled",
          "disabledBecause": null,
          "disabledAt": null,
          "failingSince": null,
          "acknowledgedAt": null,
          "createdAt": "2026-11-27T17:49:38.465Z",
          "waiting": 0,
          "undeliveredSince": null,
          "secret": "whsec_kwab2emUVnCJ8GWkecmOLbGyzgCPBbZQh1wVpRTyU/M="
        }
      },
      "request": {
        "url": "http://127.0.0.1:9/sunset",
        "events": [
          "PeriodEnded",
          "LossAnnounced"
        ]
      }
    },
    "POST /v1/webhook-endpoints/{endpointId}/deliveries/{deliveryId}/replay": {
      "answers": {
        "202": {
          "deliveryId": "01a21e20-8c83-7264-a11a-58eb731e6d65",
          "endpointId": "9566e225-6ce4-4137-b559-a7648f07fa35",
          "accountId": null,
          "sequence": null,
          "type": "webhook.test",
          "status": "waiting",
          "attempts": 1,
          "nextAttemptAt": "2026-11-27T17:49:39.801Z",
          "firstAttemptAt": "2026-11-27T17:49:39.513Z",
          "lastAttemptAt": "2026-11-27T17:49:39.513Z",
          "httpStatus": null,
          "reason": "connection",
          "latencyMs": 77,
          "answer": null
        }
      }
    },
    "POST /v1/webhook-endpoints/{endpointId}/replay": {
      "answers": {
        "202": {
          "deliveries": null
        }
      },
      "request": {
        "since": "2026-03-30T07:00:00.000Z"
      }
    },
    "POST /v1/webhook-endpoints/{endpointId}/rotate-secret": {
      "answers": {
        "200": {
          "endpointId": "9566e225-6ce4-4137-b559-a7648f07fa35",
          "secret": "whsec_R+i9wJOxZGEYrItlVwROvO7m/BPnjWHxXGYaxnS9fuQ=",
          "formerUntil": "2026-11-28T17:49:38.848Z"
        }
      }
    },
    "POST /v1/webhook-endpoints/{endpointId}/test": {
      "answers": {
        "202": {
          "deliveryId": "01a21e20-8c83-7264-a11a-58eb731e6d65",
          "endpointId": "9566e225-6ce4-4137-b559-a7648f07fa35",
          "accountId": null,
          "sequence": null,
          "type": "webhook.test",
          "status": "waiting",
          "attempts": 0,
          "nextAttemptAt": "2026-11-27T17:49:39.335Z",
          "firstAttemptAt": null,
          "lastAttemptAt": null,
          "httpStatus": null,
          "reason": null,
          "latencyMs": null,
          "answer": null
        }
      }
    },
    "PUT /v1/accounts/{accountId}/wallet/auto-recharge": {
      "answers": {
        "200": {
          "balance": {
            "amount": 300,
            "currency": "USD"
          },
          "autoRecharge": {
            "enabled": false,
            "threshold": {
              "amount": 500,
              "currency": "USD"
            },
            "amount": {
              "amount": 2000,
              "currency": "USD"
            },
            "suspended": false
          },
          "openCharges": [
            {
              "chargeId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df.1",
              "purpose": "plan",
              "amount": {
                "amount": 4900,
                "currency": "USD"
              },
              "status": "requested",
              "requestedAt": "2026-03-30T07:00:00.000Z",
              "subscriptionId": "01a21e1f-bb5c-74ac-b0e9-8f4b2a7741df"
            }
          ]
        }
      },
      "request": {
        "enabled": false,
        "threshold": {
          "amount": 500,
          "currency": "USD"
        },
        "amount": {
          "amount": 2000,
          "currency": "USD"
        }
      }
    },
    "PUT /v1/dev/carrier/faults/{subject}": {
      "answers": {
        "200": {
          "fault": "blocked",
          "timesLeft": null,
          "requests": 0,
          "releases": 0,
          "releasedAt": null
        }
      },
      "request": {
        "fault": "blocked"
      }
    },
    "PUT /v1/dev/faults/{fault}": {
      "answers": {
        "200": {
          "fault": "queue-emptied",
          "until": "2026-11-27T17:50:37.936Z",
          "followedSince": null,
          "jobsLost": 0
        }
      },
      "request": {
        "seconds": 60
      }
    }
  },
  "problems": {
    "account_exists": {
      "code": "account_exists",
      "type": "urn:sunset:problem:account_exists",
      "title": "The account exists already",
      "status": 409,
      "detail": "The account exists already.",
      "instance": "urn:uuid:d91a93f9-0452-45a9-85f4-3fc124c48d09"
    },
    "account_purged": {
      "code": "account_purged",
      "purgedAt": "2027-04-30T07:00:00.000Z",
      "type": "urn:sunset:problem:account_purged",
      "title": "The data of the account has been deleted",
      "status": 410,
      "detail": "The data of the account has been deleted.",
      "instance": "urn:uuid:ef637542-1e5d-4821-beda-28817660f39b"
    },
    "acknowledgement_missing": {
      "code": "acknowledgement_missing",
      "errors": [
        {
          "pointer": "/acknowledgedConsequences",
          "message": "must be true"
        }
      ],
      "type": "urn:sunset:problem:acknowledgement_missing",
      "title": "The consequences were not acknowledged",
      "status": 422,
      "detail": "The consequences were not acknowledged.",
      "instance": "urn:uuid:b3a252c6-ba12-4dec-af65-8fa425baff74"
    },
    "act_over": {
      "code": "act_over",
      "status": 409,
      "type": "urn:sunset:problem:act_over",
      "title": "The act was confirmed or declined, or has lapsed",
      "detail": "The act was confirmed or declined, or has lapsed.",
      "instance": "urn:uuid:f1862d31-8e6f-4405-b8c8-2ee4d43aaeef"
    },
    "already_subscribed": {
      "code": "already_subscribed",
      "subscriptionId": "01a21e20-56e7-754a-88e6-0ab4655419c6",
      "type": "urn:sunset:problem:already_subscribed",
      "title": "A subscription of this kind is open already",
      "status": 409,
      "detail": "A subscription of this kind is open already.",
      "instance": "urn:uuid:ce7d0897-345b-43f1-81e7-03cf2c2d5b26"
    },
    "attempt_expired": {
      "code": "attempt_expired",
      "expiresAt": "2026-03-30T08:00:00.000Z",
      "type": "urn:sunset:problem:attempt_expired",
      "title": "The cancellation attempt has expired",
      "status": 409,
      "detail": "The cancellation attempt has expired.",
      "instance": "urn:uuid:577d4ccb-1bf4-4bce-a8a8-7d1efc486b1d"
    },
    "attempt_used": {
      "code": "attempt_used",
      "type": "urn:sunset:problem:attempt_used",
      "title": "The cancellation attempt was confirmed already, and what came of it was undone",
      "status": 409,
      "detail": "The cancellation attempt was confirmed already, and what came of it was undone.",
      "instance": "urn:uuid:d64f73bb-4aa2-4516-b2c8-c5713c65cac3"
    },
    "auto_recharge_suspended": {
      "code": "auto_recharge_suspended",
      "type": "urn:sunset:problem:auto_recharge_suspended",
      "title": "No plan will renew, so no card is charged any more",
      "status": 409,
      "detail": "No plan will renew, so no card is charged any more.",
      "instance": "urn:uuid:9d87560d-2b84-4c2d-ae6d-f6b36d5aa7af"
    },
    "cancellation_already_pending": {
      "code": "cancellation_already_pending",
      "subscriptionId": "01a21e20-56e7-754a-88e6-0ab4655419c6",
      "cancellation": {
        "requestedAt": "2026-03-30T09:00:00.000Z",
        "effectiveAt": "2026-04-30T07:00:00.000Z",
        "reason": {
          "code": "too_expensive"
        }
      },
      "type": "urn:sunset:problem:cancellation_already_pending",
      "title": "A cancellation is pending already",
      "status": 409,
      "detail": "A cancellation is pending already.",
      "instance": "urn:uuid:f0507590-928c-4fe5-a071-8d5063a4165d"
    },
    "cancellation_not_pending": {
      "code": "cancellation_not_pending",
      "type": "urn:sunset:problem:cancellation_not_pending",
      "title": "No cancellation is pending",
      "status": 409,
      "detail": "No cancellation is pending.",
      "instance": "urn:uuid:8271c82f-201c-4d5f-b554-911c9e3cddc0"
    },
    "clock_unconfirmed": {
      "type": "urn:sunset:problem:clock_unconfirmed",
      "title": "The clock of the database has jumped, and no operator has confirmed it",
      "status": 503,
      "code": "clock_unconfirmed",
      "detail": "The clock of the database has jumped, and no operator has confirmed it.",
      "instance": "urn:uuid:0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
    },
    "data_read_only": {
      "code": "data_read_only",
      "since": "2026-04-30T07:00:00.000Z",
      "type": "urn:sunset:problem:data_read_only",
      "title": "The data can only be read",
      "status": 409,
      "detail": "The data can only be read.",
      "instance": "urn:uuid:b0a17239-3cb3-4768-8efc-ecfa82fd1473"
    },
    "deadline_not_retryable": {
      "code": "deadline_not_retryable",
      "status": 409,
      "type": "urn:sunset:problem:deadline_not_retryable",
      "title": "The deadline is neither blocked nor dead",
      "detail": "The deadline is neither blocked nor dead.",
      "instance": "urn:uuid:1fcc7e52-33bb-48ed-9fc6-8cf189eebdc3"
    },
    "disclosures_missing": {
      "code": "disclosures_missing",
      "disclosures": [
        {
          "id": "terms",
          "version": "2026-01"
        }
      ],
      "toAccept": [
        {
          "id": "terms",
          "version": "2026-01"
        }
      ],
      "type": "urn:sunset:problem:disclosures_missing",
      "title": "Not every disclosure was accepted",
      "status": 422,
      "detail": "Not every disclosure was accepted.",
      "instance": "urn:uuid:af784404-6ddd-418d-96e3-87101d93cfec"
    },
    "disclosures_stale": {
      "code": "disclosures_stale",
      "disclosures": [
        {
          "id": "terms",
          "version": "2025-01"
        },
        {
          "id": "no-refund",
          "version": "2025-01"
        },
        {
          "id": "unsent-messages",
          "version": "2025-01"
        }
      ],
      "toAccept": [
        {
          "id": "terms",
          "version": "2026-01"
        },
        {
          "id": "no-refund",
          "version": "2026-01"
        },
        {
          "id": "unsent-messages",
          "version": "2026-01"
        }
      ],
      "type": "urn:sunset:problem:disclosures_stale",
      "title": "A disclosure was accepted that is not the current one",
      "status": 422,
      "detail": "A disclosure was accepted that is not the current one.",
      "instance": "urn:uuid:14850328-4686-42ad-812f-f3096fdc069e"
    },
    "effect_not_retryable": {
      "code": "effect_not_retryable",
      "type": "urn:sunset:problem:effect_not_retryable",
      "title": "The effect is neither blocked nor dead",
      "status": 409,
      "detail": "The effect is neither blocked nor dead.",
      "instance": "urn:uuid:f47c5a5f-5513-4fad-a185-abc472073e12"
    },
    "effect_not_settleable": {
      "code": "effect_not_settleable",
      "type": "urn:sunset:problem:effect_not_settleable",
      "title": "The effect is settled already, or is being attempted just now",
      "status": 409,
      "detail": "The effect is settled already, or is being attempted just now.",
      "instance": "urn:uuid:e377fad8-4c6a-48d1-a899-0f48c4d2623b"
    },
    "endpoint_disabled": {
      "code": "endpoint_disabled",
      "type": "urn:sunset:problem:endpoint_disabled",
      "title": "The webhook endpoint is disabled",
      "status": 409,
      "detail": "The webhook endpoint is disabled.",
      "instance": "urn:uuid:aad5e01e-3a59-4d77-b9e0-bacddb8d1f4d"
    },
    "forbidden": {
      "code": "forbidden",
      "type": "urn:sunset:problem:forbidden",
      "title": "The role may not do this",
      "status": 403,
      "detail": "The role may not do this.",
      "instance": "urn:uuid:206675a5-6761-450e-b807-4630c1edf34a"
    },
    "idempotency_key_reused": {
      "code": "idempotency_key_reused",
      "type": "urn:sunset:problem:idempotency_key_reused",
      "title": "The idempotency key was used for another request",
      "status": 422,
      "detail": "The idempotency key was used for another request.",
      "instance": "urn:uuid:b4f229b0-271e-458e-9ce6-49c94342cd9e"
    },
    "invalid_request": {
      "code": "invalid_request",
      "type": "urn:sunset:problem:invalid_request",
      "title": "The request is not valid",
      "status": 422,
      "detail": "The request is not valid.",
      "instance": "urn:uuid:a5a9b964-26ee-4d9c-88d5-15e087719835",
      "errors": [
        {
          "pointer": "/query/email",
          "message": "must be an e-mail address"
        }
      ]
    },
    "legal_hold": {
      "code": "legal_hold",
      "holdIds": [
        "01a21e20-42ad-72d5-a8e4-869b58253439"
      ],
      "type": "urn:sunset:problem:legal_hold",
      "title": "A legal hold stands",
      "status": 409,
      "detail": "A legal hold stands.",
      "instance": "urn:uuid:31e532aa-9928-4381-ac09-0fd327a464f5"
    },
    "message_cancelled": {
      "code": "message_cancelled",
      "message": {
        "messageId": "two",
        "channel": "sms",
        "planKind": "messaging",
        "sendAt": "2026-06-01T16:00:00.000Z",
        "price": {
          "amount": 2,
          "currency": "USD"
        },
        "status": "cancelled",
        "credited": false,
        "creditId": null,
        "settledAt": "2026-03-30T07:00:00.000Z"
      },
      "type": "urn:sunset:problem:message_cancelled",
      "title": "The message was cancelled",
      "status": 409,
      "detail": "The message was cancelled.",
      "instance": "urn:uuid:e745b243-2c7f-47d1-a244-195b16a58a3c"
    },
    "message_exists": {
      "code": "message_exists",
      "errors": [
        {
          "pointer": "/messages/0/messageId",
          "message": "is the id of another message of this account"
        }
      ],
      "type": "urn:sunset:problem:message_exists",
      "title": "Another message of the account has this id",
      "status": 409,
      "detail": "Another message of the account has this id.",
      "instance": "urn:uuid:e209914d-8fde-4afa-aaf1-720b11d30504"
    },
    "message_sent": {
      "code": "message_sent",
      "message": {
        "messageId": "one",
        "channel": "sms",
        "planKind": "messaging",
        "sendAt": "2026-06-01T16:00:00.000Z",
        "price": {
          "amount": 2,
          "currency": "USD"
        },
        "status": "sent",
        "credited": false,
        "creditId": null,
        "settledAt": "2026-03-30T07:00:00.000Z"
      },
      "type": "urn:sunset:problem:message_sent",
      "title": "The message was sent",
      "status": 409,
      "detail": "The message was sent.",
      "instance": "urn:uuid:029b109a-6a92-4b30-adf4-fa801a9b68db"
    },
    "no_open_plan": {
      "code": "no_open_plan",
      "type": "urn:sunset:problem:no_open_plan",
      "title": "No plan is open for it; subscribe first",
      "status": 409,
      "detail": "No plan is open for it; subscribe first.",
      "instance": "urn:uuid:6711f366-67b8-4375-8ed8-b20edb88f960"
    },
    "not_found": {
      "code": "not_found",
      "what": "account",
      "type": "urn:sunset:problem:not_found",
      "title": "Not found",
      "status": 404,
      "detail": "There is no such account.",
      "instance": "urn:uuid:1c09059f-7536-44c9-ac7c-c5000850aafa"
    },
    "nothing_found": {
      "type": "urn:sunset:problem:nothing_found",
      "title": "The verification of the purge has found nothing that could be accepted",
      "status": 409,
      "code": "nothing_found",
      "detail": "The verification of the purge has found nothing that could be accepted.",
      "instance": "urn:uuid:0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
    },
    "nothing_to_redact": {
      "code": "nothing_to_redact",
      "type": "urn:sunset:problem:nothing_to_redact",
      "title": "No operator has written anything there, or it was taken out already",
      "status": 409,
      "detail": "No operator has written anything there, or it was taken out already.",
      "instance": "urn:uuid:ba2578a3-4342-4cdb-b241-dcc3f4d88930"
    },
    "number_exists": {
      "code": "number_exists",
      "type": "urn:sunset:problem:number_exists",
      "title": "The number is in the account already",
      "status": 409,
      "detail": "The number is in the account already.",
      "instance": "urn:uuid:426bf68a-c598-4366-ba30-313d74e8dad2"
    },
    "number_not_removable": {
      "code": "number_not_removable",
      "numberStatus": "released",
      "type": "urn:sunset:problem:number_not_removable",
      "title": "The number cannot be removed any more",
      "status": 409,
      "detail": "The number cannot be removed any more.",
      "instance": "urn:uuid:3eaad7cd-f84a-457d-93b3-6a24baba0423"
    },
    "number_taken": {
      "code": "number_taken",
      "type": "urn:sunset:problem:number_taken",
      "title": "Another account has the number",
      "status": 409,
      "detail": "Another account has the number.",
      "instance": "urn:uuid:6cb38ec2-d725-449c-aa00-1c46da1232de"
    },
    "pause_ended": {
      "code": "pause_ended",
      "type": "urn:sunset:problem:pause_ended",
      "title": "The pause has ended already",
      "status": 409,
      "detail": "The pause has ended already.",
      "instance": "urn:uuid:156e55a8-a99d-4a98-95e1-22e551d98b76"
    },
    "plan_change_while_cancelling": {
      "code": "plan_change_while_cancelling",
      "type": "urn:sunset:problem:plan_change_while_cancelling",
      "title": "The plan cannot change while a cancellation is pending",
      "status": 409,
      "detail": "The plan cannot change while a cancellation is pending.",
      "instance": "urn:uuid:fa27ef33-fc54-495a-9d95-5576c30a639e"
    },
    "preview_stale": {
      "code": "preview_stale",
      "type": "urn:sunset:problem:preview_stale",
      "title": "The preview no longer shows what would happen",
      "status": 409,
      "detail": "The preview no longer shows what would happen.",
      "instance": "urn:uuid:7d664095-ee83-4b50-af2b-e6fe29e1610b"
    },
    "purge_cap_reached": {
      "type": "urn:sunset:problem:purge_cap_reached",
      "title": "As many purges as may have begun within the hour",
      "status": 429,
      "code": "purge_cap_reached",
      "detail": "As many purges as may have begun within the hour.",
      "instance": "urn:uuid:0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
    },
    "purge_not_failed": {
      "code": "purge_not_failed",
      "purgeStatus": "done",
      "type": "urn:sunset:problem:purge_not_failed",
      "title": "The purge does not wait for an operator",
      "status": 409,
      "detail": "The purge does not wait for an operator.",
      "instance": "urn:uuid:1f219719-ed84-4bdf-b95f-e972415192c1"
    },
    "reason_unknown": {
      "code": "reason_unknown",
      "errors": [
        {
          "pointer": "/reason/code",
          "message": "is not in the published list"
        }
      ],
      "type": "urn:sunset:problem:reason_unknown",
      "title": "The reason is not on the list",
      "status": 422,
      "detail": "The reason is not on the list.",
      "instance": "urn:uuid:533ca62f-585e-461f-a9df-8fa58c0b7278"
    },
    "replay_in_progress": {
      "type": "urn:sunset:problem:replay_in_progress",
      "title": "A replay of the endpoint is under way",
      "status": 409,
      "code": "replay_in_progress",
      "detail": "A replay of the endpoint is under way.",
      "instance": "urn:uuid:0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
    },
    "request_in_progress": {
      "code": "request_in_progress",
      "type": "urn:sunset:problem:request_in_progress",
      "title": "The first request is still running",
      "status": 409,
      "detail": "The first request is still running.",
      "instance": "urn:uuid:483d26c7-be77-4d3b-a1b3-58acc9b0d278"
    },
    "same_person": {
      "code": "same_person",
      "type": "urn:sunset:problem:same_person",
      "title": "Another person than who asked for it has to confirm it",
      "status": 403,
      "detail": "Another person than who asked for it has to confirm it.",
      "instance": "urn:uuid:41a334f2-3022-4474-a354-65df9c8c3fb7"
    },
    "second_person_needed": {
      "type": "urn:sunset:problem:second_person_needed",
      "title": "Asked for; it is done once another person has confirmed it",
      "status": 409,
      "code": "second_person_needed",
      "detail": "Asked for; it is done once another person has confirmed it.",
      "instance": "urn:uuid:0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
    },
    "stop_confirmed": {
      "code": "stop_confirmed",
      "type": "urn:sunset:problem:stop_confirmed",
      "title": "The stop was confirmed already",
      "status": 409,
      "detail": "The stop was confirmed already.",
      "instance": "urn:uuid:84b58c59-5353-41cb-9bde-f994ebd1b0e8"
    },
    "subscription_ended": {
      "code": "subscription_ended",
      "endedAt": "2026-04-30T07:00:00.000Z",
      "type": "urn:sunset:problem:subscription_ended",
      "title": "The subscription has ended",
      "status": 409,
      "detail": "The subscription has ended.",
      "instance": "urn:uuid:3a443ac2-16d6-450e-9268-c8e9d7ee16c4"
    },
    "subscription_open": {
      "code": "subscription_open",
      "type": "urn:sunset:problem:subscription_open",
      "title": "A subscription is still open",
      "status": 409,
      "detail": "A subscription is still open.",
      "instance": "urn:uuid:fc73f48f-f4ee-49c8-8f2c-3212ce78b2f8"
    },
    "ten_dlc_ending": {
      "type": "urn:sunset:problem:ten_dlc_ending",
      "title": "The campaign or the brand is being ended at the carrier; apply with another",
      "status": 409,
      "code": "ten_dlc_ending",
      "detail": "The campaign or the brand is being ended at the carrier; apply with another.",
      "instance": "urn:uuid:0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
    },
    "ten_dlc_exists": {
      "code": "ten_dlc_exists",
      "tenDlcStatus": "active",
      "type": "urn:sunset:problem:ten_dlc_exists",
      "title": "A 10DLC registration is pending or active already",
      "status": 409,
      "detail": "A 10DLC registration is pending or active already.",
      "instance": "urn:uuid:0028874b-7d1a-4cbf-88a1-64b8b0cb3ac5"
    },
    "ten_dlc_not_pending": {
      "code": "ten_dlc_not_pending",
      "tenDlcStatus": "none",
      "type": "urn:sunset:problem:ten_dlc_not_pending",
      "title": "No 10DLC registration waits for approval",
      "status": 409,
      "detail": "No 10DLC registration waits for approval.",
      "instance": "urn:uuid:57335df8-5e20-4b8e-8fcd-af66734bf43e"
    },
    "too_many_endpoints": {
      "type": "urn:sunset:problem:too_many_endpoints",
      "title": "As many webhook endpoints as there may be are registered",
      "status": 409,
      "code": "too_many_endpoints",
      "detail": "As many webhook endpoints as there may be are registered.",
      "instance": "urn:uuid:0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
    },
    "too_many_open_charges": {
      "type": "urn:sunset:problem:too_many_open_charges",
      "title": "Too many top-ups wait for the payment system",
      "status": 409,
      "code": "too_many_open_charges",
      "detail": "Too many top-ups wait for the payment system.",
      "instance": "urn:uuid:0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
    },
    "too_many_requests": {
      "type": "urn:sunset:problem:too_many_requests",
      "title": "Too many requests",
      "status": 429,
      "code": "too_many_requests",
      "detail": "Too many requests.",
      "instance": "urn:uuid:0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
    },
    "too_many_secrets": {
      "code": "too_many_secrets",
      "type": "urn:sunset:problem:too_many_secrets",
      "title": "As many secrets of the endpoint as may be are in force; the first ends within a day",
      "status": 409,
      "detail": "As many secrets of the endpoint as may be are in force; the first ends within a day.",
      "instance": "urn:uuid:2f2f7f0c-951d-49ef-9ebd-6318922e2373"
    },
    "unauthenticated": {
      "code": "unauthenticated",
      "type": "urn:sunset:problem:unauthenticated",
      "title": "A valid bearer token is required",
      "status": 401,
      "detail": "A valid bearer token is required.",
      "instance": "urn:uuid:e70dc7cd-e4d5-46c2-86a1-86d4e224c7a3"
    },
    "unavailable": {
      "type": "urn:sunset:problem:unavailable",
      "title": "Not available at the moment",
      "status": 503,
      "code": "unavailable",
      "detail": "Not available at the moment.",
      "instance": "urn:uuid:0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
    }
  }
};

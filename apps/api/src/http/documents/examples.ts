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
    "DELETE /v1/ops/asked-acts/{askedActId}": {
      "answers": {
        "200": {
          "askedActId": "ed4f8c5f-4845-4153-8c1c-b6707b182d3c",
          "act": "end-pause",
          "target": "7c5c97f9-3b6d-45b9-8431-5dad5146a4c3",
          "details": {
            "pauseId": "7c5c97f9-3b6d-45b9-8431-5dad5146a4c3"
          },
          "reason": "It was a promotion",
          "askedBy": "bea",
          "askedAt": "2026-11-27T22:35:32.242Z",
          "standsUntil": "2026-11-28T22:35:32.242Z",
          "status": "declined",
          "endedBy": "sandbox-operator",
          "endedAt": "2026-11-27T22:35:32.322Z"
        }
      }
    },
    "DELETE /v1/ops/pauses/{pauseId}": {
      "answers": {
        "200": {
          "pauseId": "24d06771-0f93-4fc1-ba8d-772e9ed2c74f",
          "kind": "release-number",
          "carrier": "twilio",
          "cause": "operator",
          "reason": "The carrier works on its network",
          "pausedBy": "sandbox-operator",
          "pausedAt": "2026-11-27T22:35:27.897Z",
          "resumedBy": "sandbox-operator",
          "resumedAt": "2026-11-27T22:35:27.932Z",
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
              "x": "IEWM5ckXBJ15JPbksSb-RFKocU3llFzuXYe6bWQhBOE",
              "kid": "x8H-dF_hIDTl7LNzgll2tHQXS3JViUaKLA9ow-jdmNo",
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
        "200": "# HELP process_cpu_user_seconds_total Total user CPU time spent in seconds.\n# TYPE process_cpu_user_seconds_total counter\nprocess_cpu_user_seconds_total 3.212571\n\n# HELP process_cpu_system_seconds_total Total system CPU time spent in seconds.\n# TYPE process_cpu_system_seconds_total counter"
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
              "testClockId": "clock_c6453b33-ef99-495c-b527-18d85004bb71",
              "subscriptions": [
                {
                  "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014",
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
          "testClockId": "clock_c6453b33-ef99-495c-b527-18d85004bb71",
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
              "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014",
              "attemptId": "01a21f26-1d98-75a4-951c-61ebf41617bd",
              "acceptedAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T22:35:21.464Z",
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
                "id": "7daf1915c2c14a29e1d2ef8028cfc156131cf986aa05b8bc008b3094362ecf3b",
                "role": "customer"
              },
              "channel": "api",
              "evidence": "recorded"
            },
            {
              "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014",
              "attemptId": null,
              "acceptedAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T22:35:21.596Z",
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
                "id": "7daf1915c2c14a29e1d2ef8028cfc156131cf986aa05b8bc008b3094362ecf3b",
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
                "id": "7daf1915c2c14a29e1d2ef8028cfc156131cf986aa05b8bc008b3094362ecf3b"
              },
              "readAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T22:35:21.903Z"
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
              "eventId": "01a21f26-197b-7743-b000-79a8f9a873df",
              "type": "AccountOpened",
              "version": 1,
              "schemaVersion": 1,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T22:35:20.324Z",
              "data": {
                "name": "Ann",
                "email": "ann@example.com",
                "currency": "USD",
                "timeZone": "America/Los_Angeles",
                "numberFee": {
                  "amount": 200,
                  "currency": "USD"
                },
                "testClockId": "clock_c6453b33-ef99-495c-b527-18d85004bb71",
                "cancellationMode": "two-step",
                "numberBillingAnchorDay": null
              },
              "actor": {
                "id": "sandbox-service",
                "role": "service"
              },
              "channel": "api",
              "correlationId": "561fb9eb-6626-44c0-931f-5d0483d959c2",
              "causation": "request:561fb9eb-6626-44c0-931f-5d0483d959c2"
            },
            {
              "eventId": "01a21f26-19d9-7261-90c4-52bd8cc31371",
              "type": "SubscriptionStarted",
              "version": 2,
              "schemaVersion": 1,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T22:35:20.410Z",
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
                "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014"
              },
              "actor": {
                "id": "7daf1915c2c14a29e1d2ef8028cfc156131cf986aa05b8bc008b3094362ecf3b",
                "role": "customer"
              },
              "channel": "api",
              "correlationId": "1a639fb9-1f46-4713-8bf3-6596f49189f8",
              "causation": "request:1a639fb9-1f46-4713-8bf3-6596f49189f8"
            },
            {
              "eventId": "01a21f26-19d9-7262-b479-9bdcd4e3665e",
              "type": "CardChargeRequested",
              "version": 3,
              "schemaVersion": 2,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T22:35:20.410Z",
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
                "chargeId": "01a21f26-19c3-76b5-a219-037f2a42d014.1",
                "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014"
              },
              "actor": {
                "id": "7daf1915c2c14a29e1d2ef8028cfc156131cf986aa05b8bc008b3094362ecf3b",
                "role": "customer"
              },
              "channel": "api",
              "correlationId": "1a639fb9-1f46-4713-8bf3-6596f49189f8",
              "causation": "request:1a639fb9-1f46-4713-8bf3-6596f49189f8"
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
              "entryId": "01a21f26-19d9-7262-b479-9bdcd4e3665e",
              "kind": "card_charge",
              "source": "card",
              "amount": {
                "amount": 4900,
                "currency": "USD"
              },
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014",
              "chargeId": "01a21f26-19c3-76b5-a219-037f2a42d014.1",
              "detail": "charge 01a21f26-19c3-76b5-a219-037f2a42d014.1",
              "chargeStatus": "requested"
            },
            {
              "entryId": "01a21f26-1af4-71de-a333-061f1ff4a113",
              "kind": "top_up",
              "source": "wallet",
              "amount": {
                "amount": 300,
                "currency": "USD"
              },
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "detail": "top-up 01a21f26-1aee-7039-b0fa-d7f3f18bdc10"
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
              "holdId": "01a21f26-2d75-7556-8f6a-74530abf9b29",
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
              "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014",
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
              "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014"
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
              "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014"
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
              "numberId": "01a21f26-1a09-7400-8fbd-5cbed4f39e4b",
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
              "numberId": "01a21f26-1a55-726b-80bc-1ba6e9493521",
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
            "recordedAt": "2026-11-27T22:35:24.342Z",
            "counts": {
              "holders": 2,
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
                  "sum": "4b05ae5e7f305758723098f9b1e6b9150b07aab7b04354ba065ffb382c3a6662",
                  "salt": "84U_166OOVANN5Ej6RqxTCpB0BzrnVoN5W20mC7rT1E",
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
              "tables": 61,
              "markers": 5,
              "findings": 0
            },
            "exceptions": [
              {
                "kind": "consents",
                "reason": "Evidence of what was accepted, without free text.",
                "records": 2,
                "expiresAt": "2029-11-27T22:35:21.596Z"
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
                  "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014",
                  "planId": "messaging-monthly",
                  "endedAt": "2026-04-30T07:00:00.000Z",
                  "cancellationId": "01a21f26-1e7b-7679-ae07-1da1a4ec7fe7",
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
          "jws": "eyJhbGciOiJFZERTQSIsImtpZCI6Ing4SC1kRl9o…"
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
          "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014",
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
          "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014",
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
          "hash": "17c2c83999e2fd199811ac2c9d2cdca45c1ec028800908f75d2ee53b5a134441"
        }
      }
    },
    "GET /v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation/receipt": {
      "answers": {
        "200": {
          "receipt": {
            "format": "sunset-cancellation-receipt/1",
            "accountId": "acme",
            "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014",
            "planId": "messaging-monthly",
            "cancellationId": "01a21f26-1e7b-7679-ae07-1da1a4ec7fe7",
            "requestedAt": "2026-03-30T07:00:00.000Z",
            "recordedAt": "2026-11-27T22:35:21.596Z",
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
          "jws": "eyJhbGciOiJFZERTQSIsImtpZCI6Ing4SC1kRl9o…"
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
          "registrationId": "01a21f26-1a72-744a-a8a4-5edf3320289e",
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
              "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014",
              "detail": "Started Messaging, monthly, first period until April 30, 2026 at 12:00 AM (PDT)."
            },
            {
              "at": "2026-03-30T07:00:00.000Z",
              "kind": "CardChargeRequested",
              "status": "done",
              "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014",
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
              "chargeId": "01a21f26-19c3-76b5-a219-037f2a42d014.1",
              "purpose": "plan",
              "amount": {
                "amount": 4900,
                "currency": "USD"
              },
              "status": "requested",
              "requestedAt": "2026-03-30T07:00:00.000Z",
              "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014"
            }
          ]
        }
      }
    },
    "GET /v1/analytics": {
      "answers": {
        "200": {
          "data": [
            {
              "name": "cancellations",
              "title": "Cancellations",
              "about": "Cancellations counted by when they began; each in all the steps it has taken since.",
              "groups": [
                {
                  "name": "planId",
                  "about": "The plan."
                },
                {
                  "name": "planKind",
                  "about": "messaging or calling."
                },
                {
                  "name": "planInterval",
                  "about": "month or year."
                }
              ],
              "intervals": [
                "day",
                "week",
                "month"
              ],
              "columns": [
                {
                  "name": "start",
                  "type": "instant",
                  "nullable": false,
                  "about": "The beginning of the step, in the zone asked for; only steps in which there is something.",
                  "adds": null
                },
                {
                  "name": "unfinished",
                  "type": "boolean",
                  "nullable": false,
                  "about": "true: the step is not over, by real time or by that of a test clock that is counted. Where an interval is asked for.",
                  "adds": null
                },
                {
                  "name": "planId",
                  "type": "text",
                  "nullable": false,
                  "about": "The plan.",
                  "adds": null
                }
              ],
              "total": "Over all time `requested`, `resumed`, `ended` and `returned` are those of `reasons` and `funnel`, `ended` and `returned` those of `returns`."
            },
            {
              "name": "reasons",
              "title": "Reasons",
              "about": "Why plans were cancelled: requested cancellations by the instant of the request.",
              "groups": [
                {
                  "name": "reason",
                  "about": "Code of the published list; null where none had to be given."
                },
                {
                  "name": "planId",
                  "about": "The plan."
                },
                {
                  "name": "planKind",
                  "about": "messaging or calling."
                }
              ],
              "intervals": [
                "day",
                "week",
                "month"
              ],
              "columns": [
                {
                  "name": "start",
                  "type": "instant",
                  "nullable": false,
                  "about": "The beginning of the step, in the zone asked for; only steps in which there is something.",
                  "adds": null
                },
                {
                  "name": "unfinished",
                  "type": "boolean",
                  "nullable": false,
                  "about": "true: the step is not over, by real time or by that of a test clock that is counted. Where an interval is asked for.",
                  "adds": null
                },
                {
                  "name": "planId",
                  "type": "text",
                  "nullable": false,
                  "about": "The plan.",
                  "adds": null
                }
              ],
              "total": "Over all time `requested`, `resumed`, `ended` and `returned` are those of `cancellations`."
            },
            {
              "name": "churn",
              "title": "Churn of subscriptions",
              "about": "Of the subscriptions open when a step begins, how many end in it.",
              "groups": [
                {
                  "name": "planId",
                  "about": "The plan: in churn that of the time, in cohorts the one that the term began on."
                },
                {
                  "name": "planKind",
                  "about": "messaging or calling."
                },
                {
                  "name": "planInterval",
                  "about": "month or year."
                }
              ],
              "intervals": [
                "day",
                "week",
                "month"
              ],
              "columns": [
                {
                  "name": "planId",
                  "type": "text",
                  "nullable": false,
                  "about": "The plan: in churn that of the time, in cohorts the one that the term began on.",
                  "adds": null
                },
                {
                  "name": "planKind",
                  "type": "text",
                  "nullable": false,
                  "about": "messaging or calling.",
                  "adds": null
                },
                {
                  "name": "planInterval",
                  "type": "text",
                  "nullable": false,
                  "about": "month or year.",
                  "adds": null
                }
              ],
              "total": "Over all time `ended` is that of `cancellations`, as far as none began with an import; `openAtEnd` of a complete step is `openAtStart` of the next one."
            }
          ]
        }
      }
    },
    "GET /v1/analytics/{report}/sql": {
      "answers": {
        "200": "-- Reasons. Why plans were cancelled: requested cancellations by the instant of the request.\nSELECT reason AS \"reason\", count(requested_at) AS \"requested\", count(resumed_at) AS \"resumed\", count(ended_at) AS \"ended\", count(returned_at) AS \"returned\" FROM analytics.cancellations WHERE requested_at IS NOT NULL GROUP BY 1 ORDER BY 1 LIMIT 100001;\n"
      }
    },
    "GET /v1/analytics/cancellations": {
      "answers": {
        "200": {
          "data": [
            {
              "cancellationId": "01a21f26-1d98-75a4-951c-61ebf41617bd",
              "accountId": "acme",
              "testClockId": "clock_c6453b33-ef99-495c-b527-18d85004bb71",
              "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014",
              "planId": "messaging-monthly",
              "planKind": "messaging",
              "outcome": "resumed",
              "reason": "too_expensive",
              "openedAt": "2026-03-30T07:00:00.000Z",
              "attemptId": "01a21f26-1d98-75a4-951c-61ebf41617bd",
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
              "imported": false,
              "trial": false,
              "mrr": 4900,
              "currency": "USD",
              "lost": null,
              "numbersAtEnd": null,
              "tenDlcAtEnd": null,
              "walletAtEnd": null
            },
            {
              "cancellationId": "01a21f26-1e7b-7679-ae07-1da1a4ec7fe7",
              "accountId": "acme",
              "testClockId": "clock_c6453b33-ef99-495c-b527-18d85004bb71",
              "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014",
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
              "imported": false,
              "trial": false,
              "mrr": 4900,
              "currency": "USD",
              "lost": null,
              "numbersAtEnd": 2,
              "tenDlcAtEnd": "active",
              "walletAtEnd": 0
            },
            {
              "cancellationId": "01a21f26-29ff-72c9-a3a3-47fdb929d047",
              "accountId": "bravo",
              "testClockId": "clock_9cc32a60-efad-4033-9dd0-bca8ae9d852f",
              "subscriptionId": "01a21f26-29d8-707e-b749-355282b33a7f",
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
              "imported": false,
              "trial": false,
              "mrr": 4900,
              "currency": "USD",
              "lost": "numbers",
              "numbersAtEnd": 1,
              "tenDlcAtEnd": "none",
              "walletAtEnd": 0
            }
          ],
          "next": null,
          "totals": {},
          "asOf": "2026-11-27T22:35:29.773Z",
          "knownAt": "2026-11-27T22:35:29.773Z",
          "position": 147
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
          "totals": {
            "started": 6,
            "movedIn": 0,
            "ended": 5,
            "movedOut": 0,
            "endedOfOpen": 5
          },
          "asOf": "2026-11-27T22:35:29.874Z",
          "knownAt": "2026-11-27T22:35:29.874Z",
          "position": 147,
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
          "totals": {},
          "asOf": "2026-11-27T22:35:29.916Z",
          "knownAt": "2026-11-27T22:35:29.916Z",
          "position": 147,
          "next": null
        }
      }
    },
    "GET /v1/analytics/comebacks": {
      "answers": {
        "200": {
          "data": [
            {
              "lost": "numbers",
              "currency": "USD",
              "returned": 1,
              "customers": 1,
              "mrr": 4900,
              "returnedWithin14Days": 0,
              "returnedWithin30Days": 1,
              "returnedWithin365Days": 1,
              "medianDaysToReturn": 15
            }
          ],
          "totals": {
            "returned": 1,
            "mrr": 4900,
            "returnedWithin14Days": 0,
            "returnedWithin30Days": 1,
            "returnedWithin365Days": 1
          },
          "asOf": "2026-11-27T22:35:30.275Z",
          "knownAt": "2026-11-27T22:35:30.275Z",
          "position": 147,
          "next": null
        }
      }
    },
    "GET /v1/analytics/customer-cohorts": {
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
          "totals": {},
          "asOf": "2026-11-27T22:35:30.198Z",
          "knownAt": "2026-11-27T22:35:30.198Z",
          "position": 147,
          "next": null
        }
      }
    },
    "GET /v1/analytics/customers": {
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
          "totals": {
            "started": 6,
            "movedIn": 0,
            "ended": 5,
            "movedOut": 0,
            "endedOfOpen": 5
          },
          "asOf": "2026-11-27T22:35:30.141Z",
          "knownAt": "2026-11-27T22:35:30.141Z",
          "position": 147,
          "next": null
        }
      }
    },
    "GET /v1/analytics/departures": {
      "answers": {
        "200": {
          "data": [
            {
              "point": "end",
              "currency": "USD",
              "subscriptions": 5,
              "customers": 5,
              "mrr": 25500
            },
            {
              "point": "last-plan",
              "currency": "USD",
              "subscriptions": 5,
              "customers": 5,
              "mrr": 25500
            },
            {
              "point": "request",
              "currency": "USD",
              "subscriptions": 7,
              "customers": 5,
              "mrr": 35300
            }
          ],
          "totals": {
            "subscriptions": 20,
            "mrr": 101000
          },
          "asOf": "2026-11-27T22:35:30.112Z",
          "knownAt": "2026-11-27T22:35:30.112Z",
          "position": 147,
          "next": null
        }
      }
    },
    "GET /v1/analytics/fees": {
      "answers": {
        "200": {
          "data": [
            {
              "start": "2026-04-01T00:00:00.000Z",
              "currency": "USD",
              "accounts": 4,
              "feesPaid": 900,
              "feesUnpaid": 300,
              "credited": 7,
              "forfeited": 0
            },
            {
              "start": "2027-04-01T00:00:00.000Z",
              "currency": "USD",
              "accounts": 1,
              "feesPaid": 0,
              "feesUnpaid": 0,
              "credited": 0,
              "forfeited": 7
            }
          ],
          "totals": {
            "feesPaid": 900,
            "feesUnpaid": 300,
            "credited": 7,
            "forfeited": 7
          },
          "asOf": "2026-11-27T22:35:30.339Z",
          "knownAt": "2026-11-27T22:35:30.339Z",
          "position": 147,
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
          "totals": {
            "opened": 7,
            "attempts": 3,
            "attempted": 3,
            "attemptsConfirmed": 3,
            "abandoned": 0,
            "undecided": 0,
            "requested": 7,
            "resumed": 2,
            "ended": 5,
            "returned": 1
          },
          "asOf": "2026-11-27T22:35:29.949Z",
          "knownAt": "2026-11-27T22:35:29.949Z",
          "position": 147,
          "next": null
        }
      }
    },
    "GET /v1/analytics/funnel-steps": {
      "answers": {
        "200": {
          "data": [
            {
              "step": "attempt-request",
              "entered": 3,
              "reached": 3,
              "reachedShare": 1,
              "medianSeconds": 0,
              "p90Seconds": 5760
            },
            {
              "step": "end-return",
              "entered": 5,
              "reached": 1,
              "reachedShare": 0.2,
              "medianSeconds": 1296000,
              "p90Seconds": 1296000
            },
            {
              "step": "request-end",
              "entered": 7,
              "reached": 5,
              "reachedShare": 0.7143,
              "medianSeconds": 2678400,
              "p90Seconds": 2678400
            }
          ],
          "totals": {
            "entered": 22,
            "reached": 11
          },
          "asOf": "2026-11-27T22:35:30.227Z",
          "knownAt": "2026-11-27T22:35:30.227Z",
          "position": 147,
          "next": null
        }
      }
    },
    "GET /v1/analytics/held": {
      "answers": {
        "200": {
          "data": [
            {
              "lastPlan": true,
              "currency": "USD",
              "ended": 5,
              "customers": 5,
              "numbers": 6,
              "registrations": 2,
              "wallet": 1900
            }
          ],
          "totals": {
            "ended": 5,
            "numbers": 6,
            "registrations": 2,
            "wallet": 1900
          },
          "asOf": "2026-11-27T22:35:30.323Z",
          "knownAt": "2026-11-27T22:35:30.323Z",
          "position": 147,
          "next": null
        }
      }
    },
    "GET /v1/analytics/losses": {
      "answers": {
        "200": {
          "data": [
            {
              "start": "2026-05-30T00:00:00.000Z",
              "kind": "expire-ten-dlc",
              "status": "pending",
              "currency": "USD",
              "consequences": 1,
              "accounts": 1,
              "numbers": 0,
              "registrations": 1,
              "mrr": 0
            },
            {
              "start": "2027-04-30T00:00:00.000Z",
              "kind": "purge-data",
              "status": "held",
              "currency": "USD",
              "consequences": 1,
              "accounts": 1,
              "numbers": 0,
              "registrations": 0,
              "mrr": 0
            },
            {
              "start": "2027-04-30T00:00:00.000Z",
              "kind": "purge-data",
              "status": "pending",
              "currency": "USD",
              "consequences": 1,
              "accounts": 1,
              "numbers": 0,
              "registrations": 0,
              "mrr": 0
            }
          ],
          "totals": {
            "consequences": 3,
            "numbers": 0,
            "registrations": 1,
            "mrr": 0
          },
          "asOf": "2026-11-27T22:35:30.384Z",
          "knownAt": "2026-11-27T22:35:30.384Z",
          "position": 147,
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
          "totals": {
            "movements": 17
          },
          "asOf": "2026-11-27T22:35:30.092Z",
          "knownAt": "2026-11-27T22:35:30.092Z",
          "position": 147,
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
          "totals": {
            "requested": 7,
            "resumed": 2,
            "ended": 5,
            "returned": 1
          },
          "asOf": "2026-11-27T22:35:29.851Z",
          "knownAt": "2026-11-27T22:35:29.851Z",
          "position": 147,
          "next": null
        }
      }
    },
    "GET /v1/analytics/recurring": {
      "answers": {
        "200": {
          "data": [
            {
              "start": "2026-03-30T07:00:00.000Z",
              "currency": "USD",
              "openAtStart": 0,
              "started": 25500,
              "movedIn": 0,
              "ended": 0,
              "movedOut": 0,
              "endedOfOpen": 0,
              "openAtEnd": 25500,
              "churnRate": null,
              "complete": true
            },
            {
              "start": "2026-04-01T00:00:00.000Z",
              "currency": "USD",
              "openAtStart": 25500,
              "started": 0,
              "movedIn": 0,
              "ended": 25500,
              "movedOut": 0,
              "endedOfOpen": 25500,
              "openAtEnd": 0,
              "churnRate": 1,
              "complete": false
            },
            {
              "start": "2026-05-01T00:00:00.000Z",
              "currency": "USD",
              "openAtStart": 0,
              "started": 4083,
              "movedIn": 0,
              "ended": 0,
              "movedOut": 0,
              "endedOfOpen": 0,
              "openAtEnd": 4083,
              "churnRate": null,
              "complete": false
            }
          ],
          "totals": {
            "started": 29583,
            "movedIn": 0,
            "ended": 25500,
            "movedOut": 0,
            "endedOfOpen": 25500
          },
          "asOf": "2026-11-27T22:35:30.171Z",
          "knownAt": "2026-11-27T22:35:30.171Z",
          "position": 147,
          "next": null
        }
      }
    },
    "GET /v1/analytics/releases": {
      "answers": {
        "200": {
          "data": [
            {
              "start": "2026-03-01T00:00:00.000Z",
              "kind": "number",
              "outcome": "released",
              "cause": "removal",
              "released": 1,
              "accounts": 1
            },
            {
              "start": "2026-05-01T00:00:00.000Z",
              "kind": "number",
              "outcome": "released",
              "cause": "end",
              "released": 5,
              "accounts": 4
            },
            {
              "start": "2026-05-01T00:00:00.000Z",
              "kind": "number",
              "outcome": "settled-elsewhere",
              "cause": "end",
              "released": 1,
              "accounts": 1
            }
          ],
          "totals": {
            "released": 8
          },
          "asOf": "2026-11-27T22:35:30.365Z",
          "knownAt": "2026-11-27T22:35:30.365Z",
          "position": 147,
          "next": null
        }
      }
    },
    "GET /v1/analytics/resumes": {
      "answers": {
        "200": {
          "data": [
            {
              "currency": "USD",
              "resumed": 2,
              "customers": 2,
              "mrr": 9800,
              "medianSeconds": 0,
              "p90Seconds": 0,
              "medianSecondsLeft": 2678400
            }
          ],
          "totals": {
            "resumed": 2,
            "mrr": 9800
          },
          "asOf": "2026-11-27T22:35:30.252Z",
          "knownAt": "2026-11-27T22:35:30.252Z",
          "position": 147,
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
          "totals": {
            "ended": 5,
            "returned": 1,
            "returnedWithin14Days": 0,
            "returnedWithin30Days": 1,
            "returnedWithin365Days": 1,
            "purged": 2
          },
          "asOf": "2026-11-27T22:35:29.970Z",
          "knownAt": "2026-11-27T22:35:29.970Z",
          "position": 147,
          "next": null
        }
      }
    },
    "GET /v1/analytics/revenue": {
      "answers": {
        "200": {
          "data": [
            {
              "currency": "USD",
              "requested": 7,
              "asked": 35300,
              "pending": 0,
              "kept": 9800,
              "lost": 20600,
              "cameBack": 4900
            }
          ],
          "totals": {
            "requested": 7,
            "asked": 35300,
            "pending": 0,
            "kept": 9800,
            "lost": 20600,
            "cameBack": 4900
          },
          "asOf": "2026-11-27T22:35:30.302Z",
          "knownAt": "2026-11-27T22:35:30.302Z",
          "position": 147,
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
          "totals": {
            "consequences": 4,
            "numbers": 0
          },
          "asOf": "2026-11-27T22:35:30.070Z",
          "knownAt": "2026-11-27T22:35:30.070Z",
          "position": 147,
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
          "until": "2026-11-27T22:36:27.557Z",
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
              "cursor": "AaIfJhl7d0OwAHmo-ahz3w",
              "accountId": "acme",
              "eventId": "01a21f26-197b-7743-b000-79a8f9a873df",
              "type": "AccountOpened",
              "version": 1,
              "schemaVersion": 1,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T22:35:20.324Z",
              "data": {
                "name": "Ann",
                "email": "ann@example.com",
                "currency": "USD",
                "timeZone": "America/Los_Angeles",
                "numberFee": {
                  "amount": 200,
                  "currency": "USD"
                },
                "testClockId": "clock_c6453b33-ef99-495c-b527-18d85004bb71",
                "cancellationMode": "two-step",
                "numberBillingAnchorDay": null
              },
              "actor": {
                "id": "sandbox-service",
                "role": "service"
              },
              "channel": "api",
              "correlationId": "561fb9eb-6626-44c0-931f-5d0483d959c2",
              "causation": "request:561fb9eb-6626-44c0-931f-5d0483d959c2"
            },
            {
              "cursor": "AaIfJhnZcmGQxFK9jMMTcQ",
              "accountId": "acme",
              "eventId": "01a21f26-19d9-7261-90c4-52bd8cc31371",
              "type": "SubscriptionStarted",
              "version": 2,
              "schemaVersion": 1,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T22:35:20.410Z",
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
                "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014"
              },
              "actor": {
                "id": "7daf1915c2c14a29e1d2ef8028cfc156131cf986aa05b8bc008b3094362ecf3b",
                "role": "customer"
              },
              "channel": "api",
              "correlationId": "1a639fb9-1f46-4713-8bf3-6596f49189f8",
              "causation": "request:1a639fb9-1f46-4713-8bf3-6596f49189f8"
            },
            {
              "cursor": "AaIfJhnZcmK0eZvc1ONmXg",
              "accountId": "acme",
              "eventId": "01a21f26-19d9-7262-b479-9bdcd4e3665e",
              "type": "CardChargeRequested",
              "version": 3,
              "schemaVersion": 2,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T22:35:20.410Z",
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
                "chargeId": "01a21f26-19c3-76b5-a219-037f2a42d014.1",
                "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014"
              },
              "actor": {
                "id": "7daf1915c2c14a29e1d2ef8028cfc156131cf986aa05b8bc008b3094362ecf3b",
                "role": "customer"
              },
              "channel": "api",
              "correlationId": "1a639fb9-1f46-4713-8bf3-6596f49189f8",
              "causation": "request:1a639fb9-1f46-4713-8bf3-6596f49189f8"
            }
          ],
          "next": "AaIfJhnZcmK0eZvc1ONmXg",
          "reached": "AaIfJhnZcmK0eZvc1ONmXg"
        }
      }
    },
    "GET /v1/imports": {
      "answers": {
        "200": {
          "data": [
            {
              "importId": "aeffe64e-532c-4848-b3f9-2866e5a689ea",
              "status": "done",
              "dryRun": false,
              "lines": 2,
              "accepted": 1,
              "unchanged": 0,
              "rejected": 1,
              "held": 3,
              "begunAt": "2026-11-27T22:35:30.927Z",
              "endedAt": "2026-11-27T22:35:31.415Z"
            },
            {
              "importId": "eae291f8-5abf-4f36-a600-6d59f431be12",
              "status": "done",
              "dryRun": true,
              "lines": 2,
              "accepted": 1,
              "unchanged": 0,
              "rejected": 1,
              "held": 3,
              "begunAt": "2026-11-27T22:35:30.485Z",
              "endedAt": "2026-11-27T22:35:30.895Z"
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/imports/{importId}": {
      "answers": {
        "200": {
          "importId": "eae291f8-5abf-4f36-a600-6d59f431be12",
          "status": "running",
          "dryRun": true,
          "lines": 2,
          "accepted": 0,
          "unchanged": 0,
          "rejected": 1,
          "held": 0,
          "begunAt": "2026-11-27T22:35:30.485Z",
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
    "GET /v1/ops/accounts/{accountId}/states": {
      "answers": {
        "200": {
          "data": [
            {
              "version": 1,
              "eventId": "01a21f26-309b-73ac-b97e-e114e7a5e746",
              "type": "AccountOpened",
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T22:35:26.236Z",
              "actor": {
                "id": "sandbox-service",
                "role": "service"
              },
              "changed": [
                {
                  "field": "terms.timeZone",
                  "before": null,
                  "after": "America/Los_Angeles"
                },
                {
                  "field": "terms.currency",
                  "before": null,
                  "after": "USD"
                },
                {
                  "field": "terms.testClockId",
                  "before": null,
                  "after": "clock_cf7cbc7a-0dfc-4a55-847e-dc9f7f5651e3"
                }
              ]
            },
            {
              "version": 2,
              "eventId": "01a21f26-30bb-73a3-b0e4-44e6b4961b31",
              "type": "SubscriptionStarted",
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T22:35:26.267Z",
              "actor": {
                "id": "1db3ae7cdd815e07cd23497e0cdf5af2ceb277db81b2d5859a4c1a1fdda63d0b",
                "role": "customer"
              },
              "changed": [
                {
                  "field": "anchorDay",
                  "before": null,
                  "after": 30
                },
                {
                  "field": "subscriptions.01a21f26-30aa-7188-a1cf-21f40819e1cf.subscriptionId",
                  "before": null,
                  "after": "01a21f26-30aa-7188-a1cf-21f40819e1cf"
                },
                {
                  "field": "subscriptions.01a21f26-30aa-7188-a1cf-21f40819e1cf.term.planId",
                  "before": null,
                  "after": "calling-monthly"
                }
              ]
            }
          ],
          "next": "eyJrIjpbMl19"
        }
      }
    },
    "GET /v1/ops/accounts/{accountId}/states/{version}": {
      "answers": {
        "200": {
          "version": 2,
          "eventId": "01a21f26-30bb-73a3-b0e4-44e6b4961b31",
          "type": "SubscriptionStarted",
          "effectiveAt": "2026-03-30T07:00:00.000Z",
          "recordedAt": "2026-11-27T22:35:26.267Z",
          "actor": {
            "id": "1db3ae7cdd815e07cd23497e0cdf5af2ceb277db81b2d5859a4c1a1fdda63d0b",
            "role": "customer"
          },
          "changed": [
            {
              "field": "anchorDay",
              "before": null,
              "after": 30
            },
            {
              "field": "subscriptions.01a21f26-30aa-7188-a1cf-21f40819e1cf.subscriptionId",
              "before": null,
              "after": "01a21f26-30aa-7188-a1cf-21f40819e1cf"
            },
            {
              "field": "subscriptions.01a21f26-30aa-7188-a1cf-21f40819e1cf.term.planId",
              "before": null,
              "after": "calling-monthly"
            }
          ],
          "state": [
            {
              "field": "accountId",
              "value": "echo"
            },
            {
              "field": "terms.timeZone",
              "value": "America/Los_Angeles"
            },
            {
              "field": "terms.currency",
              "value": "USD"
            }
          ],
          "last": 23
        }
      }
    },
    "GET /v1/ops/acts": {
      "answers": {
        "200": {
          "data": [
            {
              "actId": "de34f900-4d01-4cdd-abd5-a3a320f3445d",
              "act": "let-go",
              "filter": {
                "list": "pauses",
                "actId": "f17be8a3-0597-45eb-946f-dd30e4f143d4"
              },
              "actorId": "sandbox-operator",
              "reason": "The carrier is back",
              "shownAt": "2026-11-27T22:35:28.048Z",
              "begunAt": "2026-11-27T22:35:28.059Z",
              "matched": 1,
              "more": false,
              "changed": 1,
              "refused": 0,
              "left": 0,
              "undo": null
            },
            {
              "actId": "f17be8a3-0597-45eb-946f-dd30e4f143d4",
              "act": "pause",
              "filter": {
                "list": "effects",
                "carrier": "telnyx"
              },
              "actorId": "sandbox-operator",
              "reason": "The carrier works on its network",
              "shownAt": "2026-11-27T22:35:27.985Z",
              "begunAt": "2026-11-27T22:35:28.029Z",
              "matched": 0,
              "more": false,
              "changed": 1,
              "refused": 0,
              "left": 0,
              "undo": {
                "act": "let-go",
                "filter": {
                  "list": "pauses",
                  "actId": "f17be8a3-0597-45eb-946f-dd30e4f143d4"
                }
              }
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/ops/acts/{actId}": {
      "answers": {
        "200": {
          "actId": "f17be8a3-0597-45eb-946f-dd30e4f143d4",
          "act": "pause",
          "filter": {
            "list": "effects",
            "carrier": "telnyx"
          },
          "actorId": "sandbox-operator",
          "reason": "The carrier works on its network",
          "shownAt": "2026-11-27T22:35:27.985Z",
          "begunAt": "2026-11-27T22:35:28.029Z",
          "matched": 0,
          "more": false,
          "changed": 1,
          "refused": 0,
          "left": 0,
          "undo": {
            "act": "let-go",
            "filter": {
              "list": "pauses",
              "actId": "f17be8a3-0597-45eb-946f-dd30e4f143d4"
            }
          }
        }
      }
    },
    "GET /v1/ops/acts/{actId}/targets": {
      "answers": {
        "200": {
          "data": [
            {
              "id": "",
              "accountId": null,
              "kind": null,
              "status": null,
              "at": null,
              "outcome": "done"
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/ops/asked-acts": {
      "answers": {
        "200": {
          "data": [
            {
              "askedActId": "ed4f8c5f-4845-4153-8c1c-b6707b182d3c",
              "act": "end-pause",
              "target": "7c5c97f9-3b6d-45b9-8431-5dad5146a4c3",
              "details": {
                "pauseId": "7c5c97f9-3b6d-45b9-8431-5dad5146a4c3"
              },
              "reason": "It was a promotion",
              "askedBy": "bea",
              "askedAt": "2026-11-27T22:35:32.242Z",
              "standsUntil": "2026-11-28T22:35:32.242Z",
              "status": "declined",
              "endedBy": "sandbox-operator",
              "endedAt": "2026-11-27T22:35:32.322Z"
            },
            {
              "askedActId": "21977ec1-4f07-48ba-bb05-9cd2f59d9606",
              "act": "end-pause",
              "target": "db3124ea-f797-44c5-865c-3d04f8025dca",
              "details": {
                "pauseId": "db3124ea-f797-44c5-865c-3d04f8025dca"
              },
              "reason": "redacted by sandbox-operator",
              "askedBy": "sandbox-operator",
              "askedAt": "2026-11-27T22:35:32.214Z",
              "standsUntil": "2026-11-28T22:35:32.214Z",
              "status": "waiting",
              "endedBy": null,
              "endedAt": null
            },
            {
              "askedActId": "8e9afc2a-8083-42ee-a450-bd284bbc7657",
              "act": "end-pause",
              "target": "75a61ac6-7a8f-440b-8a27-76f20315e1f3",
              "details": {
                "pauseId": "75a61ac6-7a8f-440b-8a27-76f20315e1f3"
              },
              "reason": "It was a promotion",
              "askedBy": "ada",
              "askedAt": "2026-11-27T22:35:32.166Z",
              "standsUntil": "2026-11-28T22:35:32.166Z",
              "status": "confirmed",
              "endedBy": "sandbox-operator",
              "endedAt": "2026-11-27T22:35:32.258Z"
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/ops/asked-acts/{askedActId}": {
      "answers": {
        "200": {
          "askedActId": "21977ec1-4f07-48ba-bb05-9cd2f59d9606",
          "act": "end-pause",
          "target": "db3124ea-f797-44c5-865c-3d04f8025dca",
          "details": {
            "pauseId": "db3124ea-f797-44c5-865c-3d04f8025dca"
          },
          "reason": "redacted by sandbox-operator",
          "askedBy": "sandbox-operator",
          "askedAt": "2026-11-27T22:35:32.214Z",
          "standsUntil": "2026-11-28T22:35:32.214Z",
          "status": "waiting",
          "endedBy": null,
          "endedAt": null
        }
      }
    },
    "GET /v1/ops/deadlines": {
      "answers": {
        "200": {
          "data": [
            {
              "deadlineId": "dd6cdc84-ce53-4a93-8439-32ffd2f033ae",
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
    "GET /v1/ops/drift": {
      "answers": {
        "200": {
          "data": [],
          "next": null
        }
      }
    },
    "GET /v1/ops/drift/runs": {
      "answers": {
        "200": {
          "data": [
            {
              "runId": "2cfc8852-b533-40d5-b3db-a142ebd75042",
              "carrier": "sandbox",
              "askedBy": "sandbox-operator",
              "askedAt": "2026-11-27T22:35:29.363Z",
              "beganAt": null,
              "endedAt": null,
              "outcome": null,
              "reason": null,
              "listed": 0,
              "compared": 0
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
              "effectId": "6f911c71-21b6-4167-bde5-2e6ef5e5ffdb",
              "accountId": "echo",
              "testClockId": "clock_cf7cbc7a-0dfc-4a55-847e-dc9f7f5651e3",
              "kind": "release-number",
              "subject": "01a21f26-36c8-72d1-8051-f4ea98d2e14a",
              "generation": 1,
              "carrier": "sandbox",
              "dueAt": "2026-05-14T07:00:00.000Z",
              "status": "blocked",
              "attempts": 1,
              "lastOutcome": "blocked",
              "reason": "deletion-lock",
              "nextAttemptAt": null,
              "heldBy": null,
              "createdAt": "2026-11-27T22:35:28.608Z",
              "settledAt": null
            },
            {
              "effectId": "766928da-aa4a-46ec-a6ff-47540d6a4d5a",
              "accountId": "echo",
              "testClockId": "clock_cf7cbc7a-0dfc-4a55-847e-dc9f7f5651e3",
              "kind": "release-number",
              "subject": "01a21f26-36b8-743f-b613-e933422cda2d",
              "generation": 1,
              "carrier": "sandbox",
              "dueAt": "2026-05-14T07:00:00.000Z",
              "status": "blocked",
              "attempts": 1,
              "lastOutcome": "blocked",
              "reason": "deletion-lock",
              "nextAttemptAt": null,
              "heldBy": null,
              "createdAt": "2026-11-27T22:35:28.608Z",
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
              "startedAt": "2026-11-27T22:35:28.629Z",
              "latencyMs": 4,
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
          "now": "2026-11-27T22:35:29.383Z",
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
            "lastSeenAt": "2026-11-27T22:35:28.166Z"
          },
          "testClocks": {
            "advancing": 0,
            "failed": 0
          },
          "drift": {
            "findings": [],
            "walked": 0,
            "accounts": 0,
            "wholeAt": "2026-11-27T22:35:18.796Z"
          },
          "carrierDrift": {
            "findings": [],
            "lastRun": {
              "runId": "2cfc8852-b533-40d5-b3db-a142ebd75042",
              "carrier": "sandbox",
              "askedBy": "sandbox-operator",
              "askedAt": "2026-11-27T22:35:29.363Z",
              "beganAt": null,
              "endedAt": null,
              "outcome": null,
              "reason": null,
              "listed": 0,
              "compared": 0
            }
          },
          "projections": [
            {
              "name": "memberships",
              "lag": 1,
              "status": "live"
            },
            {
              "name": "cancellations",
              "lag": 2,
              "status": "live"
            },
            {
              "name": "ledger_lines",
              "lag": 1,
              "status": "live"
            }
          ]
        }
      }
    },
    "GET /v1/ops/legal-holds": {
      "answers": {
        "200": {
          "data": [
            {
              "accountId": "echo",
              "holdId": "01a21f26-3be7-71ff-8685-ea3132e4ef9b",
              "reviewAt": "2031-01-01T00:00:00.000Z",
              "isDue": false
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/ops/outlook": {
      "answers": {
        "200": {
          "lateness": [],
          "upcoming": [],
          "answers": []
        }
      }
    },
    "GET /v1/ops/pauses": {
      "answers": {
        "200": {
          "data": [
            {
              "pauseId": "24d06771-0f93-4fc1-ba8d-772e9ed2c74f",
              "kind": "release-number",
              "carrier": "twilio",
              "cause": "operator",
              "reason": "The carrier works on its network",
              "pausedBy": "sandbox-operator",
              "pausedAt": "2026-11-27T22:35:27.897Z",
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
              "version": 10,
              "position": 147,
              "head": 147,
              "lag": 0,
              "status": "live",
              "rebuild": null,
              "lastError": null
            },
            {
              "name": "cancellations",
              "version": 4,
              "position": 147,
              "head": 147,
              "lag": 0,
              "status": "live",
              "rebuild": null,
              "lastError": null
            },
            {
              "name": "ledger_lines",
              "version": 6,
              "position": 147,
              "head": 147,
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
          "next": "eyJrIjpbIjIwMjctMDQtMzBUMDc6MDA6MDAuMDAwWiIsIjFjZTc4MmFhLTI5YTYtNGZlMy05Nzg2LTE1MzI3NGQ1YTJlZCJdfQ"
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
                  "expiresAt": "2029-11-27T22:35:25.141Z"
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
              "startedAt": "2026-11-27T22:35:25.551Z",
              "doneAt": "2026-11-27T22:35:25.886Z",
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
                  "expiresAt": "2029-11-27T22:35:21.596Z"
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
              "startedAt": "2026-11-27T22:35:23.916Z",
              "doneAt": "2026-11-27T22:35:24.337Z",
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
              "expiresAt": "2029-11-27T22:35:25.141Z"
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
          "startedAt": "2026-11-27T22:35:25.551Z",
          "doneAt": "2026-11-27T22:35:25.886Z",
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
              "subject": "01a21f26-2c54-7294-a3eb-a5db3b734a0a",
              "data": {
                "actor": {
                  "id": "1f58b04470a18948bcd31a64ec11636f594f8f05a939babb7164a1758fa212f0",
                  "role": "customer"
                },
                "channel": "api",
                "language": "en",
                "textHash": "6678513693db3ead9f391b2010e15298641d5ec71f71880a78412f6ad4a38fba",
                "acceptedAt": "2026-03-30T07:00:00.000Z",
                "recordedAt": "2026-11-27T22:35:25.141Z",
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
                "subscriptionId": "01a21f26-2c1d-7162-baaf-a1e767764216",
                "acknowledgedConsequences": true
              },
              "expiresAt": "2029-11-27T22:35:25.141Z"
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
              "readAt": "2026-11-27T22:35:21.939Z",
              "actorRole": "operator",
              "actorId": "sandbox-operator",
              "route": "GET /v1/accounts/:accountId/data-access",
              "accountId": "acme",
              "requestId": "29ea616a-f89c-49e7-abd0-90e83aa010b2",
              "hash": "84a673a9a391c5738ba456a1704a0ada3beee62f69d0cef2fe791fe8e117022a"
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
          "records": 8,
          "hash": "0d9bbb3d9d8ab0316c25801c0d827c22cb0232e07cfc386c905880a76ed4c516",
          "brokenAt": null
        }
      }
    },
    "GET /v1/ops/webhook-endpoints": {
      "answers": {
        "200": {
          "data": [],
          "next": null
        }
      }
    },
    "GET /v1/page-session": {
      "answers": {
        "200": {
          "accountId": "echo",
          "expiresAt": "2026-11-27T23:05:27.486Z"
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
    "GET /v1/staff/me": {
      "answers": {
        "200": {
          "role": "operator",
          "subject": "sandbox-operator"
        }
      }
    },
    "GET /v1/staff/sign-in": {
      "answers": {
        "200": {
          "sandbox": true,
          "oidc": null
        }
      }
    },
    "GET /v1/test-clocks/{testClockId}": {
      "answers": {
        "200": {
          "testClockId": "clock_c6453b33-ef99-495c-b527-18d85004bb71",
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
              "endpointId": "c87d5709-44a8-41a1-a5ec-e16e298b6bf3",
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
              "createdAt": "2026-11-27T22:35:27.586Z",
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
          "endpointId": "c87d5709-44a8-41a1-a5ec-e16e298b6bf3",
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
          "createdAt": "2026-11-27T22:35:27.586Z",
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
              "deliveryId": "01a21f26-3634-7763-b2ae-a470bdfdc8d5",
              "endpointId": "c87d5709-44a8-41a1-a5ec-e16e298b6bf3",
              "accountId": null,
              "sequence": null,
              "type": "webhook.test",
              "status": "waiting",
              "attempts": 0,
              "nextAttemptAt": "2026-11-27T22:35:27.669Z",
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
          "deliveryId": "01a21f26-3634-7763-b2ae-a470bdfdc8d5",
          "endpointId": "c87d5709-44a8-41a1-a5ec-e16e298b6bf3",
          "accountId": null,
          "sequence": null,
          "type": "webhook.test",
          "status": "waiting",
          "attempts": 0,
          "nextAttemptAt": "2026-11-27T22:35:27.669Z",
          "firstAttemptAt": null,
          "lastAttemptAt": null,
          "httpStatus": null,
          "reason": null,
          "latencyMs": null,
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
          "testClockId": "clock_41457c1d-8a02-4ba7-9f9d-c2e5c513ea73",
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
          "endpointId": "c87d5709-44a8-41a1-a5ec-e16e298b6bf3",
          "url": "http://127.0.0.1:9/sunset",
          "events": [
            "PeriodEnded",
            "LossAnnounced"
          ],
          "status": "disabled",
          "disabledBecause": "asked",
          "disabledAt": "2026-11-27T22:35:27.733Z",
          "failingSince": null,
          "acknowledgedAt": null,
          "createdAt": "2026-11-27T22:35:27.586Z",
          "waiting": 1,
          "undeliveredSince": null
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
          "testClockId": "clock_c6453b33-ef99-495c-b527-18d85004bb71",
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
        "testClockId": "clock_c6453b33-ef99-495c-b527-18d85004bb71"
      }
    },
    "POST /v1/accounts/{accountId}/charges/{chargeId}/collected": {
      "answers": {
        "200": {
          "chargeId": "01a21f26-352d-7190-97be-76ca84090e92",
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
          "chargeId": "01a21f26-353d-731f-8255-33d3659e8c2b",
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
              "expiresAt": "2029-11-27T22:35:25.141Z"
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
          "startedAt": "2026-11-27T22:35:25.551Z",
          "doneAt": "2026-11-27T22:35:25.886Z",
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
          "holdId": "01a21f26-2d75-7556-8f6a-74530abf9b29",
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
          "numberId": "01a21f26-1a09-7400-8fbd-5cbed4f39e4b",
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
          "url": "http://127.0.0.1:21362/membership/open/BbXXEh6Pn2kUliTh7QJRPeV6MlItIdKAV2MxvJMZSmA",
          "expiresAt": "2026-11-27T22:40:27.478Z"
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
          "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014",
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
          "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014",
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
          "attemptId": "01a21f26-1d98-75a4-951c-61ebf41617bd",
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
          "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014",
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
          "subscriptionId": "01a21f26-302d-741b-8818-1b49a98b0627",
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
          "subscriptionId": "01a21f26-302d-741b-8818-1b49a98b0627",
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
          "subscriptionId": "01a21f26-302d-741b-8818-1b49a98b0627",
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
          "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014",
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
          "registrationId": "01a21f26-1a72-744a-a8a4-5edf3320289e",
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
          "registrationId": "01a21f26-1a72-744a-a8a4-5edf3320289e",
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
          "chargeId": "01a21f26-352d-7190-97be-76ca84090e92",
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
              "chargeId": "01a21f26-19c3-76b5-a219-037f2a42d014.1",
              "purpose": "plan",
              "amount": {
                "amount": 4900,
                "currency": "USD"
              },
              "status": "requested",
              "requestedAt": "2026-03-30T07:00:00.000Z",
              "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014"
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
    "POST /v1/carriers/{carrier}/callbacks": {
      "answers": {
        "200": {
          "repeated": false,
          "lookedAgain": 0,
          "findings": 0
        }
      }
    },
    "POST /v1/dev/tokens": {
      "answers": {
        "201": {
          "token": "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoic2VydmljZSIsImlzcyI6InVybjpzdW5zZXQ6c2FuZGJveCIsImF1ZCI6InN1bnNldCIsInN1YiI6InNhbmRib3gtc2VydmljZSIsImlhdCI6MTc5NTgxODkyMCwiZXhwIjoxNzk4NDEwOTIwfQ.EODBOyMJbNkX0Nw5RCnqaBa7nI64ZuvscIfkz9rAXCqxJ8ZZWFE5ulK2rdHo6hQnKXFRNc_sukKhqkYQKd2MCg"
        }
      },
      "request": {
        "role": "service"
      }
    },
    "POST /v1/imports": {
      "answers": {
        "202": {
          "importId": "eae291f8-5abf-4f36-a600-6d59f431be12"
        }
      }
    },
    "POST /v1/ops/acts": {
      "answers": {
        "200": {
          "actId": "f17be8a3-0597-45eb-946f-dd30e4f143d4",
          "act": "pause",
          "filter": {
            "list": "effects",
            "carrier": "telnyx"
          },
          "actorId": "sandbox-operator",
          "reason": null,
          "shownAt": "2026-11-27T22:35:27.985Z",
          "begunAt": null,
          "matched": 0,
          "more": false,
          "changed": 0,
          "refused": 0,
          "left": 1,
          "undo": null,
          "dryRun": true,
          "examples": []
        }
      },
      "request": {
        "act": "pause",
        "filter": {
          "list": "effects",
          "carrier": "telnyx"
        },
        "reason": "The carrier works on its network",
        "dryRun": true
      }
    },
    "POST /v1/ops/acts/{actId}/redact": {
      "answers": {
        "200": {
          "actId": "f17be8a3-0597-45eb-946f-dd30e4f143d4",
          "act": "pause",
          "filter": {
            "list": "effects",
            "carrier": "telnyx"
          },
          "actorId": "sandbox-operator",
          "reason": "redacted by sandbox-operator",
          "shownAt": "2026-11-27T22:35:27.985Z",
          "begunAt": "2026-11-27T22:35:28.029Z",
          "matched": 0,
          "more": false,
          "changed": 1,
          "refused": 0,
          "left": 0,
          "undo": {
            "act": "let-go",
            "filter": {
              "list": "pauses",
              "actId": "f17be8a3-0597-45eb-946f-dd30e4f143d4"
            }
          }
        }
      }
    },
    "POST /v1/ops/asked-acts/{askedActId}/confirm": {
      "answers": {
        "200": {
          "askedActId": "8e9afc2a-8083-42ee-a450-bd284bbc7657",
          "act": "end-pause",
          "target": "75a61ac6-7a8f-440b-8a27-76f20315e1f3",
          "details": {
            "pauseId": "75a61ac6-7a8f-440b-8a27-76f20315e1f3"
          },
          "reason": "It was a promotion",
          "askedBy": "ada",
          "askedAt": "2026-11-27T22:35:32.166Z",
          "standsUntil": "2026-11-28T22:35:32.166Z",
          "status": "confirmed",
          "endedBy": "sandbox-operator",
          "endedAt": "2026-11-27T22:35:32.258Z"
        }
      }
    },
    "POST /v1/ops/asked-acts/{askedActId}/redact": {
      "answers": {
        "200": {
          "askedActId": "21977ec1-4f07-48ba-bb05-9cd2f59d9606",
          "act": "end-pause",
          "target": "db3124ea-f797-44c5-865c-3d04f8025dca",
          "details": {
            "pauseId": "db3124ea-f797-44c5-865c-3d04f8025dca"
          },
          "reason": "redacted by sandbox-operator",
          "askedBy": "sandbox-operator",
          "askedAt": "2026-11-27T22:35:32.214Z",
          "standsUntil": "2026-11-28T22:35:32.214Z",
          "status": "waiting",
          "endedBy": null,
          "endedAt": null
        }
      }
    },
    "POST /v1/ops/deadlines/{deadlineId}/retry": {
      "answers": {
        "200": {
          "deadlineId": "dd6cdc84-ce53-4a93-8439-32ffd2f033ae",
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
    "POST /v1/ops/drift/runs": {
      "answers": {
        "202": {
          "runId": "2cfc8852-b533-40d5-b3db-a142ebd75042",
          "carrier": "sandbox",
          "askedBy": "sandbox-operator",
          "askedAt": "2026-11-27T22:35:29.363Z",
          "beganAt": null,
          "endedAt": null,
          "outcome": null,
          "reason": null,
          "listed": 0,
          "compared": 0
        }
      }
    },
    "POST /v1/ops/effects/{effectId}/retry": {
      "answers": {
        "200": {
          "effectId": "766928da-aa4a-46ec-a6ff-47540d6a4d5a",
          "accountId": "echo",
          "testClockId": "clock_cf7cbc7a-0dfc-4a55-847e-dc9f7f5651e3",
          "kind": "release-number",
          "subject": "01a21f26-36b8-743f-b613-e933422cda2d",
          "generation": 1,
          "carrier": "sandbox",
          "dueAt": "2026-05-14T07:00:00.000Z",
          "status": "pending",
          "attempts": 1,
          "lastOutcome": "blocked",
          "reason": "deletion-lock",
          "nextAttemptAt": "2026-05-14T07:00:00.000Z",
          "heldBy": null,
          "createdAt": "2026-11-27T22:35:28.608Z",
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
          "effectId": "6f911c71-21b6-4167-bde5-2e6ef5e5ffdb",
          "accountId": "echo",
          "testClockId": "clock_cf7cbc7a-0dfc-4a55-847e-dc9f7f5651e3",
          "kind": "release-number",
          "subject": "01a21f26-36c8-72d1-8051-f4ea98d2e14a",
          "generation": 1,
          "carrier": "sandbox",
          "dueAt": "2026-05-14T07:00:00.000Z",
          "status": "done",
          "attempts": 1,
          "lastOutcome": "settled-elsewhere",
          "reason": "operator",
          "nextAttemptAt": null,
          "heldBy": null,
          "createdAt": "2026-11-27T22:35:28.608Z",
          "settledAt": "2026-11-27T22:35:28.868Z"
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
          "pauseId": "24d06771-0f93-4fc1-ba8d-772e9ed2c74f",
          "kind": "release-number",
          "carrier": "twilio",
          "cause": "operator",
          "reason": "The carrier works on its network",
          "pausedBy": "sandbox-operator",
          "pausedAt": "2026-11-27T22:35:27.897Z",
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
          "pauseId": "24d06771-0f93-4fc1-ba8d-772e9ed2c74f",
          "kind": "release-number",
          "carrier": "twilio",
          "cause": "operator",
          "reason": "redacted by sandbox-operator",
          "pausedBy": "sandbox-operator",
          "pausedAt": "2026-11-27T22:35:27.897Z",
          "resumedBy": "sandbox-operator",
          "resumedAt": "2026-11-27T22:35:27.932Z",
          "resumeReason": "redacted by sandbox-operator"
        }
      }
    },
    "POST /v1/ops/projections/{name}/rebuild": {
      "answers": {
        "202": {
          "name": "cancellations",
          "version": 4,
          "position": 147,
          "head": 147,
          "lag": 0,
          "status": "rebuilding",
          "rebuild": {
            "version": 4,
            "status": "requested",
            "position": 0,
            "target": 0,
            "startedAt": "2026-11-27T22:35:29.734Z",
            "lastError": null
          },
          "lastError": null
        }
      }
    },
    "POST /v1/ops/purge-stops/{stopId}/confirm": {
      "answers": {
        "200": {
          "stopId": "87de1862-6b63-4c25-9a13-5f5a571e25a2",
          "cause": "clock-forward",
          "lastSeenAt": "2026-11-27T22:35:32.010Z",
          "stoppedAt": "2026-11-27T22:35:32.010Z",
          "confirmedBy": "sandbox-operator",
          "confirmedAt": "2026-11-27T22:35:32.031Z",
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
          "stopId": "87de1862-6b63-4c25-9a13-5f5a571e25a2",
          "cause": "clock-forward",
          "lastSeenAt": "2026-11-27T22:35:32.010Z",
          "stoppedAt": "2026-11-27T22:35:32.010Z",
          "confirmedBy": "sandbox-operator",
          "confirmedAt": "2026-11-27T22:35:32.031Z",
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
              "expiresAt": "2029-11-27T22:35:21.596Z"
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
          "startedAt": "2026-11-27T22:35:23.916Z",
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
              "expiresAt": "2029-11-27T22:35:21.596Z"
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
          "startedAt": "2026-11-27T22:35:23.916Z",
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
          "testClockId": "clock_c6453b33-ef99-495c-b527-18d85004bb71",
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
          "testClockId": "clock_c6453b33-ef99-495c-b527-18d85004bb71",
          "now": "2026-04-30T07:00:00.000Z",
          "status": "ready"
        },
        "202": {
          "testClockId": "clock_8ba2fea5-954f-45a2-bc68-ee52af7fdd0b",
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
          "endpointId": "c87d5709-44a8-41a1-a5ec-e16e298b6bf3",
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
          "createdAt": "2026-11-27T22:35:27.586Z",
          "waiting": 0,
          "undeliveredSince": null,
          "secret": "whsec_TsGyOpcUVciI4u1p3RTRJpIVN00v1cIgxsI9/E0rNKA="
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
          "deliveryId": "01a21f26-3634-7763-b2ae-a470bdfdc8d5",
          "endpointId": "c87d5709-44a8-41a1-a5ec-e16e298b6bf3",
          "accountId": null,
          "sequence": null,
          "type": "webhook.test",
          "status": "waiting",
          "attempts": 0,
          "nextAttemptAt": "2026-11-27T22:35:27.706Z",
          "firstAttemptAt": null,
          "lastAttemptAt": null,
          "httpStatus": null,
          "reason": null,
          "latencyMs": null,
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
          "endpointId": "c87d5709-44a8-41a1-a5ec-e16e298b6bf3",
          "secret": "whsec_NsLiu35c6wFn4VeToGCY9hn++sdlvbZtxW8iIBy/RnE=",
          "formerUntil": "2026-11-28T22:35:27.636Z"
        }
      }
    },
    "POST /v1/webhook-endpoints/{endpointId}/test": {
      "answers": {
        "202": {
          "deliveryId": "01a21f26-3634-7763-b2ae-a470bdfdc8d5",
          "endpointId": "c87d5709-44a8-41a1-a5ec-e16e298b6bf3",
          "accountId": null,
          "sequence": null,
          "type": "webhook.test",
          "status": "waiting",
          "attempts": 0,
          "nextAttemptAt": "2026-11-27T22:35:27.669Z",
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
              "chargeId": "01a21f26-19c3-76b5-a219-037f2a42d014.1",
              "purpose": "plan",
              "amount": {
                "amount": 4900,
                "currency": "USD"
              },
              "status": "requested",
              "requestedAt": "2026-03-30T07:00:00.000Z",
              "subscriptionId": "01a21f26-19c3-76b5-a219-037f2a42d014"
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
          "until": "2026-11-27T22:36:27.557Z",
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
      "instance": "urn:uuid:63405f87-e4c6-4c94-bc6e-52f80cbf8bdd"
    },
    "account_purged": {
      "code": "account_purged",
      "purgedAt": "2027-04-30T07:00:00.000Z",
      "type": "urn:sunset:problem:account_purged",
      "title": "The data of the account has been deleted",
      "status": 410,
      "detail": "The data of the account has been deleted.",
      "instance": "urn:uuid:33f84dc7-99db-485e-9661-b2bf24b939ed"
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
      "instance": "urn:uuid:090529e8-7a4d-41ea-95f2-5568e849efe1"
    },
    "act_not_shown": {
      "code": "act_not_shown",
      "type": "urn:sunset:problem:act_not_shown",
      "title": "What the act would be done to was not shown before, or too long ago",
      "status": 409,
      "detail": "What the act would be done to was not shown before, or too long ago.",
      "instance": "urn:uuid:ba573b0f-60fd-46d7-8835-2fd259ffa7a6"
    },
    "act_over": {
      "code": "act_over",
      "status": 409,
      "type": "urn:sunset:problem:act_over",
      "title": "The act was confirmed or declined, or has lapsed",
      "detail": "The act was confirmed or declined, or has lapsed.",
      "instance": "urn:uuid:d972d44b-1393-44f3-9c58-6cb8a8bbde06"
    },
    "already_subscribed": {
      "code": "already_subscribed",
      "subscriptionId": "01a21f26-302d-741b-8818-1b49a98b0627",
      "type": "urn:sunset:problem:already_subscribed",
      "title": "A subscription of this kind is open already",
      "status": 409,
      "detail": "A subscription of this kind is open already.",
      "instance": "urn:uuid:00490ef6-47c4-42fb-b243-085043af9f62"
    },
    "attempt_expired": {
      "code": "attempt_expired",
      "expiresAt": "2026-03-30T08:00:00.000Z",
      "type": "urn:sunset:problem:attempt_expired",
      "title": "The cancellation attempt has expired",
      "status": 409,
      "detail": "The cancellation attempt has expired.",
      "instance": "urn:uuid:3bfbec3f-249e-4709-8018-e7842c44e6ed"
    },
    "attempt_used": {
      "code": "attempt_used",
      "type": "urn:sunset:problem:attempt_used",
      "title": "The cancellation attempt was confirmed already, and what came of it was undone",
      "status": 409,
      "detail": "The cancellation attempt was confirmed already, and what came of it was undone.",
      "instance": "urn:uuid:6b0010a5-9188-4d19-951f-325933784efe"
    },
    "auto_recharge_suspended": {
      "code": "auto_recharge_suspended",
      "type": "urn:sunset:problem:auto_recharge_suspended",
      "title": "No plan will renew, so no card is charged any more",
      "status": 409,
      "detail": "No plan will renew, so no card is charged any more.",
      "instance": "urn:uuid:a19aa81e-0b84-4e6e-9a4e-5bb06e8737c2"
    },
    "cancellation_already_pending": {
      "code": "cancellation_already_pending",
      "subscriptionId": "01a21f26-302d-741b-8818-1b49a98b0627",
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
      "instance": "urn:uuid:63d9c95f-4af8-42a4-bc7e-56b8861828c2"
    },
    "cancellation_not_pending": {
      "code": "cancellation_not_pending",
      "type": "urn:sunset:problem:cancellation_not_pending",
      "title": "No cancellation is pending",
      "status": 409,
      "detail": "No cancellation is pending.",
      "instance": "urn:uuid:e3af4d9f-1aa1-4902-a5b1-472b46457989"
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
      "instance": "urn:uuid:408e2279-2fd5-4596-b2a4-928adfc2e400"
    },
    "deadline_not_retryable": {
      "code": "deadline_not_retryable",
      "status": 409,
      "type": "urn:sunset:problem:deadline_not_retryable",
      "title": "The deadline is neither blocked nor dead",
      "detail": "The deadline is neither blocked nor dead.",
      "instance": "urn:uuid:9d7787d9-6867-4770-a866-d753e057398a"
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
      "instance": "urn:uuid:7c5825c2-dc58-4f15-91d1-8abb72a19ae0"
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
      "instance": "urn:uuid:975a5c95-2b5b-43ed-bbb8-f6528e710b53"
    },
    "effect_not_retryable": {
      "code": "effect_not_retryable",
      "type": "urn:sunset:problem:effect_not_retryable",
      "title": "The effect is neither blocked nor dead",
      "status": 409,
      "detail": "The effect is neither blocked nor dead.",
      "instance": "urn:uuid:719006e5-e9a0-4fef-a8cc-94ddc46d7c44"
    },
    "effect_not_settleable": {
      "code": "effect_not_settleable",
      "type": "urn:sunset:problem:effect_not_settleable",
      "title": "The effect is settled already, or is being attempted just now",
      "status": 409,
      "detail": "The effect is settled already, or is being attempted just now.",
      "instance": "urn:uuid:17b49a25-a909-4d84-8f33-94ed19a46a38"
    },
    "endpoint_disabled": {
      "code": "endpoint_disabled",
      "type": "urn:sunset:problem:endpoint_disabled",
      "title": "The webhook endpoint is disabled",
      "status": 409,
      "detail": "The webhook endpoint is disabled.",
      "instance": "urn:uuid:49bde0fe-a82a-4991-8518-fda56a5932f2"
    },
    "forbidden": {
      "code": "forbidden",
      "type": "urn:sunset:problem:forbidden",
      "title": "The role may not do this",
      "status": 403,
      "detail": "The role may not do this.",
      "instance": "urn:uuid:33f6fc92-b068-4543-bbe7-6753d1f64304"
    },
    "idempotency_key_reused": {
      "code": "idempotency_key_reused",
      "type": "urn:sunset:problem:idempotency_key_reused",
      "title": "The idempotency key was used for another request",
      "status": 422,
      "detail": "The idempotency key was used for another request.",
      "instance": "urn:uuid:c9b4b909-6551-4248-88cc-22fa10a97967"
    },
    "invalid_request": {
      "code": "invalid_request",
      "type": "urn:sunset:problem:invalid_request",
      "title": "The request is not valid",
      "status": 422,
      "detail": "The request is not valid.",
      "instance": "urn:uuid:7e4860c8-3ed1-4c22-9736-5c3a2abfc739",
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
        "01a21f26-2d75-7556-8f6a-74530abf9b29"
      ],
      "type": "urn:sunset:problem:legal_hold",
      "title": "A legal hold stands",
      "status": 409,
      "detail": "A legal hold stands.",
      "instance": "urn:uuid:d169b05b-8df1-492e-9ec7-ad8a3647a064"
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
      "instance": "urn:uuid:af411305-8c35-4036-bb79-2d61f3689c2c"
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
      "instance": "urn:uuid:13a3cad8-72e0-423a-bfc9-69f821d8c044"
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
      "instance": "urn:uuid:de2fff24-0c4e-43b5-8b08-295ba0c224a5"
    },
    "no_open_plan": {
      "code": "no_open_plan",
      "type": "urn:sunset:problem:no_open_plan",
      "title": "No plan is open for it; subscribe first",
      "status": 409,
      "detail": "No plan is open for it; subscribe first.",
      "instance": "urn:uuid:75c75006-72b2-4b6c-b4be-c4ff016966d1"
    },
    "not_found": {
      "code": "not_found",
      "what": "account",
      "type": "urn:sunset:problem:not_found",
      "title": "Not found",
      "status": 404,
      "detail": "There is no such account.",
      "instance": "urn:uuid:0e2a66df-e5f0-46c9-bf1b-e4249804e52f"
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
      "instance": "urn:uuid:5282578c-fc71-4261-8a84-309150f5abcb"
    },
    "number_exists": {
      "code": "number_exists",
      "type": "urn:sunset:problem:number_exists",
      "title": "The number is in the account already",
      "status": 409,
      "detail": "The number is in the account already.",
      "instance": "urn:uuid:5a9d4703-5419-499c-8bab-02afca67353e"
    },
    "number_not_removable": {
      "code": "number_not_removable",
      "numberStatus": "released",
      "type": "urn:sunset:problem:number_not_removable",
      "title": "The number cannot be removed any more",
      "status": 409,
      "detail": "The number cannot be removed any more.",
      "instance": "urn:uuid:bcf3d1c0-bcf2-4d2e-9788-19267436fd39"
    },
    "number_taken": {
      "code": "number_taken",
      "type": "urn:sunset:problem:number_taken",
      "title": "Another account has the number",
      "status": 409,
      "detail": "Another account has the number.",
      "instance": "urn:uuid:1e1a6360-93fb-4834-9263-7905aa83ca62"
    },
    "pause_ended": {
      "code": "pause_ended",
      "type": "urn:sunset:problem:pause_ended",
      "title": "The pause has ended already",
      "status": 409,
      "detail": "The pause has ended already.",
      "instance": "urn:uuid:7cbc9e94-497d-48ba-9abb-c5ef9e482e02"
    },
    "plan_change_while_cancelling": {
      "code": "plan_change_while_cancelling",
      "type": "urn:sunset:problem:plan_change_while_cancelling",
      "title": "The plan cannot change while a cancellation is pending",
      "status": 409,
      "detail": "The plan cannot change while a cancellation is pending.",
      "instance": "urn:uuid:fa7b4238-e7a7-4f88-bb35-75ecbbee1097"
    },
    "preview_stale": {
      "code": "preview_stale",
      "type": "urn:sunset:problem:preview_stale",
      "title": "The preview no longer shows what would happen",
      "status": 409,
      "detail": "The preview no longer shows what would happen.",
      "instance": "urn:uuid:5ca3b531-05eb-4850-892c-8aa41aac159b"
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
      "instance": "urn:uuid:dc095896-d2f3-4805-b2cc-1372c94e303e"
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
      "instance": "urn:uuid:7c277bb3-2f08-45c5-9111-a52494171ffd"
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
      "instance": "urn:uuid:a705e8ec-d1c7-4e19-b1ca-0630f950b275"
    },
    "same_person": {
      "code": "same_person",
      "type": "urn:sunset:problem:same_person",
      "title": "Another person than who asked for it has to confirm it",
      "status": 403,
      "detail": "Another person than who asked for it has to confirm it.",
      "instance": "urn:uuid:a86a622f-cc8b-4c66-8706-8c0d261f0c09"
    },
    "second_person_needed": {
      "type": "urn:sunset:problem:second_person_needed",
      "title": "Asked for; it is done once another person has confirmed it",
      "status": 409,
      "code": "second_person_needed",
      "detail": "Asked for; it is done once another person has confirmed it.",
      "instance": "urn:uuid:0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
    },
    "signature_refused": {
      "code": "signature_refused",
      "type": "urn:sunset:problem:signature_refused",
      "title": "The carrier has not signed this, or too long ago",
      "status": 403,
      "detail": "The carrier has not signed this, or too long ago.",
      "instance": "urn:uuid:a34d6ff5-9c47-460a-9a5f-8080f95bd93b"
    },
    "stop_confirmed": {
      "code": "stop_confirmed",
      "type": "urn:sunset:problem:stop_confirmed",
      "title": "The stop was confirmed already",
      "status": 409,
      "detail": "The stop was confirmed already.",
      "instance": "urn:uuid:00f32587-a5bd-457b-a789-ce4329bf1b5d"
    },
    "subscription_ended": {
      "code": "subscription_ended",
      "endedAt": "2026-04-30T07:00:00.000Z",
      "type": "urn:sunset:problem:subscription_ended",
      "title": "The subscription has ended",
      "status": 409,
      "detail": "The subscription has ended.",
      "instance": "urn:uuid:e53abc8c-0569-4ef7-9091-ed9846a581a4"
    },
    "subscription_open": {
      "code": "subscription_open",
      "type": "urn:sunset:problem:subscription_open",
      "title": "A subscription is still open",
      "status": 409,
      "detail": "A subscription is still open.",
      "instance": "urn:uuid:016258d3-d5ca-41ac-b76d-7c7c290c2731"
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
      "instance": "urn:uuid:5e261c0d-9251-4091-9302-7d619ce0a70f"
    },
    "ten_dlc_not_pending": {
      "code": "ten_dlc_not_pending",
      "tenDlcStatus": "none",
      "type": "urn:sunset:problem:ten_dlc_not_pending",
      "title": "No 10DLC registration waits for approval",
      "status": 409,
      "detail": "No 10DLC registration waits for approval.",
      "instance": "urn:uuid:6356f851-aeac-467d-902c-7ad921fc3030"
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
      "instance": "urn:uuid:590f1abf-9b1c-4375-a8c3-53e262558710"
    },
    "unauthenticated": {
      "code": "unauthenticated",
      "type": "urn:sunset:problem:unauthenticated",
      "title": "A valid bearer token is required",
      "status": 401,
      "detail": "A valid bearer token is required.",
      "instance": "urn:uuid:6b540799-1933-453b-b404-d32bc9a3f796"
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

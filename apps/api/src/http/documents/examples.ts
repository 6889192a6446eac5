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
          "askedActId": "c1c19fb3-6185-4093-9686-1442772cfb38",
          "act": "end-pause",
          "target": "4e94e25e-4dcb-406e-87f3-581a5bbf704e",
          "details": {
            "pauseId": "4e94e25e-4dcb-406e-87f3-581a5bbf704e"
          },
          "reason": "It was a promotion",
          "askedBy": "bea",
          "askedAt": "2026-11-27T21:39:06.746Z",
          "standsUntil": "2026-11-28T21:39:06.746Z",
          "status": "declined",
          "endedBy": "sandbox-operator",
          "endedAt": "2026-11-27T21:39:07.624Z"
        }
      }
    },
    "DELETE /v1/ops/pauses/{pauseId}": {
      "answers": {
        "200": {
          "pauseId": "48313ac8-fea2-4ea2-a6b5-1d266903dafb",
          "kind": "release-number",
          "carrier": "twilio",
          "cause": "operator",
          "reason": "The carrier works on its network",
          "pausedBy": "sandbox-operator",
          "pausedAt": "2026-11-27T21:38:44.284Z",
          "resumedBy": "sandbox-operator",
          "resumedAt": "2026-11-27T21:38:44.438Z",
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
              "x": "od6DZgiQ4PWbP0LL1DUH2e5DpwWFW_KCVJh9sW8yHL0",
              "kid": "ndjGwR0mN_BMskzzZWLGNjjoTavR_C3EX-s1uM_n_RE",
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
        "200": "# HELP process_cpu_user_seconds_total Total user CPU time spent in seconds.\n# TYPE process_cpu_user_seconds_total counter\nprocess_cpu_user_seconds_total 5.906151\n\n# HELP process_cpu_system_seconds_total Total system CPU time spent in seconds.\n# TYPE process_cpu_system_seconds_total counter"
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
              "testClockId": "clock_61d18108-9759-468a-8119-5e3e65b6d2b8",
              "subscriptions": [
                {
                  "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf",
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
          "testClockId": "clock_61d18108-9759-468a-8119-5e3e65b6d2b8",
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
              "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf",
              "attemptId": "01a21ef1-1425-70e2-a933-972f43ac73f2",
              "acceptedAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T21:37:26.764Z",
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
                "id": "00ce2cbc8e7aa6dc96343e1497362f9b4741631ea85211a59d918a49555dae4d",
                "role": "customer"
              },
              "channel": "api",
              "evidence": "recorded"
            },
            {
              "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf",
              "attemptId": null,
              "acceptedAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T21:37:28.577Z",
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
                "id": "00ce2cbc8e7aa6dc96343e1497362f9b4741631ea85211a59d918a49555dae4d",
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
                "id": "00ce2cbc8e7aa6dc96343e1497362f9b4741631ea85211a59d918a49555dae4d"
              },
              "readAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T21:37:32.892Z"
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
              "eventId": "01a21ef0-bef9-7252-a936-993667faefbb",
              "type": "AccountOpened",
              "version": 1,
              "schemaVersion": 1,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T21:37:03.796Z",
              "data": {
                "name": "Ann",
                "email": "ann@example.com",
                "currency": "USD",
                "timeZone": "America/Los_Angeles",
                "numberFee": {
                  "amount": 200,
                  "currency": "USD"
                },
                "testClockId": "clock_61d18108-9759-468a-8119-5e3e65b6d2b8",
                "cancellationMode": "two-step",
                "numberBillingAnchorDay": null
              },
              "actor": {
                "id": "sandbox-service",
                "role": "service"
              },
              "channel": "api",
              "correlationId": "2393eaa1-b53e-4c3e-a574-d179860b9d1f",
              "causation": "request:2393eaa1-b53e-4c3e-a574-d179860b9d1f"
            },
            {
              "eventId": "01a21ef0-c45d-75ca-9bb1-b7032982e0e8",
              "type": "SubscriptionStarted",
              "version": 2,
              "schemaVersion": 1,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T21:37:05.124Z",
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
                "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf"
              },
              "actor": {
                "id": "00ce2cbc8e7aa6dc96343e1497362f9b4741631ea85211a59d918a49555dae4d",
                "role": "customer"
              },
              "channel": "api",
              "correlationId": "f1574b60-6446-4116-9eaa-b8618a307a5f",
              "causation": "request:f1574b60-6446-4116-9eaa-b8618a307a5f"
            },
            {
              "eventId": "01a21ef0-c45d-75cb-b8d2-d2201c260483",
              "type": "CardChargeRequested",
              "version": 3,
              "schemaVersion": 2,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T21:37:05.124Z",
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
                "chargeId": "01a21ef0-c327-7124-882d-f7dc022408cf.1",
                "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf"
              },
              "actor": {
                "id": "00ce2cbc8e7aa6dc96343e1497362f9b4741631ea85211a59d918a49555dae4d",
                "role": "customer"
              },
              "channel": "api",
              "correlationId": "f1574b60-6446-4116-9eaa-b8618a307a5f",
              "causation": "request:f1574b60-6446-4116-9eaa-b8618a307a5f"
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
              "entryId": "01a21ef0-c45d-75cb-b8d2-d2201c260483",
              "kind": "card_charge",
              "source": "card",
              "amount": {
                "amount": 4900,
                "currency": "USD"
              },
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf",
              "chargeId": "01a21ef0-c327-7124-882d-f7dc022408cf.1",
              "detail": "charge 01a21ef0-c327-7124-882d-f7dc022408cf.1",
              "chargeStatus": "requested"
            },
            {
              "entryId": "01a21ef0-dc0a-73dd-b141-4808f2e7ac45",
              "kind": "top_up",
              "source": "wallet",
              "amount": {
                "amount": 300,
                "currency": "USD"
              },
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "detail": "top-up 01a21ef0-db37-717b-86f6-9a80b2e5664c"
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
              "holdId": "01a21ef2-0a10-7153-899e-b401ad7bee02",
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
              "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf",
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
              "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf"
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
              "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf"
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
              "numberId": "01a21ef0-c7d1-774c-ab38-b0f214c8e5c6",
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
              "numberId": "01a21ef0-cc9a-765c-bc32-3ea02cdd8c1c",
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
            "recordedAt": "2026-11-27T21:38:01.776Z",
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
                  "sum": "aecc8ac9b1f4312e912e6658668f774350fcd2ceb4fdbacfdbeaaa16de8ccc63",
                  "salt": "BouxlGRrzUilcjV8zj66qsb_ew1Z1e2n4tHQFWfyT9U",
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
                "expiresAt": "2029-11-27T21:37:28.577Z"
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
                  "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf",
                  "planId": "messaging-monthly",
                  "endedAt": "2026-04-30T07:00:00.000Z",
                  "cancellationId": "01a21ef1-2000-74ee-846f-403c77af5867",
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
          "jws": "eyJhbGciOiJFZERTQSIsImtpZCI6Im5kakd3UjBt…"
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
          "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf",
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
          "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf",
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
          "hash": "05a4e345c7a46c4b73fe13015315ba823412f05336d762c554790dc331e07869"
        }
      }
    },
    "GET /v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation/receipt": {
      "answers": {
        "200": {
          "receipt": {
            "format": "sunset-cancellation-receipt/1",
            "accountId": "acme",
            "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf",
            "planId": "messaging-monthly",
            "cancellationId": "01a21ef1-2000-74ee-846f-403c77af5867",
            "requestedAt": "2026-03-30T07:00:00.000Z",
            "recordedAt": "2026-11-27T21:37:28.577Z",
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
          "jws": "eyJhbGciOiJFZERTQSIsImtpZCI6Im5kakd3UjBt…"
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
          "registrationId": "01a21ef0-d2fd-71e3-8299-cd2a4116d700",
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
              "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf",
              "detail": "Started Messaging, monthly, first period until April 30, 2026 at 12:00 AM (PDT)."
            },
            {
              "at": "2026-03-30T07:00:00.000Z",
              "kind": "CardChargeRequested",
              "status": "done",
              "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf",
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
              "chargeId": "01a21ef0-c327-7124-882d-f7dc022408cf.1",
              "purpose": "plan",
              "amount": {
                "amount": 4900,
                "currency": "USD"
              },
              "status": "requested",
              "requestedAt": "2026-03-30T07:00:00.000Z",
              "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf"
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
              "cancellationId": "01a21ef1-1425-70e2-a933-972f43ac73f2",
              "accountId": "acme",
              "testClockId": "clock_61d18108-9759-468a-8119-5e3e65b6d2b8",
              "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf",
              "planId": "messaging-monthly",
              "planKind": "messaging",
              "outcome": "resumed",
              "reason": "too_expensive",
              "openedAt": "2026-03-30T07:00:00.000Z",
              "attemptId": "01a21ef1-1425-70e2-a933-972f43ac73f2",
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
              "cancellationId": "01a21ef1-2000-74ee-846f-403c77af5867",
              "accountId": "acme",
              "testClockId": "clock_61d18108-9759-468a-8119-5e3e65b6d2b8",
              "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf",
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
              "cancellationId": "01a21ef1-bc2a-75f9-85e1-e4a263bf4f31",
              "accountId": "bravo",
              "testClockId": "clock_90fe8f02-bddf-4ecd-a8dc-ef5cc20c4f7a",
              "subscriptionId": "01a21ef1-b757-77d2-915f-cdb04efd6b85",
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
          "asOf": "2026-11-27T21:38:55.560Z",
          "position": 148
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
          "asOf": "2026-11-27T21:38:57.036Z",
          "position": 148,
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
          "asOf": "2026-11-27T21:38:57.269Z",
          "position": 148,
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
          "asOf": "2026-11-27T21:38:57.568Z",
          "position": 148,
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
          "asOf": "2026-11-27T21:38:58.243Z",
          "position": 148,
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
          "asOf": "2026-11-27T21:38:56.846Z",
          "position": 148,
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
          "asOf": "2026-11-27T21:38:57.863Z",
          "position": 148,
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
          "asOf": "2026-11-27T21:38:58.092Z",
          "position": 148,
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
          "until": "2026-11-27T21:39:42.065Z",
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
              "cursor": "AaIe8L75clKpNpk2Z_rvuw",
              "accountId": "acme",
              "eventId": "01a21ef0-bef9-7252-a936-993667faefbb",
              "type": "AccountOpened",
              "version": 1,
              "schemaVersion": 1,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T21:37:03.796Z",
              "data": {
                "name": "Ann",
                "email": "ann@example.com",
                "currency": "USD",
                "timeZone": "America/Los_Angeles",
                "numberFee": {
                  "amount": 200,
                  "currency": "USD"
                },
                "testClockId": "clock_61d18108-9759-468a-8119-5e3e65b6d2b8",
                "cancellationMode": "two-step",
                "numberBillingAnchorDay": null
              },
              "actor": {
                "id": "sandbox-service",
                "role": "service"
              },
              "channel": "api",
              "correlationId": "2393eaa1-b53e-4c3e-a574-d179860b9d1f",
              "causation": "request:2393eaa1-b53e-4c3e-a574-d179860b9d1f"
            },
            {
              "cursor": "AaIe8MRddcqbsbcDKYLg6A",
              "accountId": "acme",
              "eventId": "01a21ef0-c45d-75ca-9bb1-b7032982e0e8",
              "type": "SubscriptionStarted",
              "version": 2,
              "schemaVersion": 1,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T21:37:05.124Z",
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
                "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf"
              },
              "actor": {
                "id": "00ce2cbc8e7aa6dc96343e1497362f9b4741631ea85211a59d918a49555dae4d",
                "role": "customer"
              },
              "channel": "api",
              "correlationId": "f1574b60-6446-4116-9eaa-b8618a307a5f",
              "causation": "request:f1574b60-6446-4116-9eaa-b8618a307a5f"
            },
            {
              "cursor": "AaIe8MRddcu40tIgHCYEgw",
              "accountId": "acme",
              "eventId": "01a21ef0-c45d-75cb-b8d2-d2201c260483",
              "type": "CardChargeRequested",
              "version": 3,
              "schemaVersion": 2,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T21:37:05.124Z",
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
                "chargeId": "01a21ef0-c327-7124-882d-f7dc022408cf.1",
                "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf"
              },
              "actor": {
                "id": "00ce2cbc8e7aa6dc96343e1497362f9b4741631ea85211a59d918a49555dae4d",
                "role": "customer"
              },
              "channel": "api",
              "correlationId": "f1574b60-6446-4116-9eaa-b8618a307a5f",
              "causation": "request:f1574b60-6446-4116-9eaa-b8618a307a5f"
            }
          ],
          "next": "AaIe8MRddcu40tIgHCYEgw",
          "reached": "AaIe8MRddcu40tIgHCYEgw"
        }
      }
    },
    "GET /v1/imports": {
      "answers": {
        "200": {
          "data": [
            {
              "importId": "304dd108-7243-4515-a077-10b7e0cbee15",
              "status": "done",
              "dryRun": false,
              "lines": 2,
              "accepted": 1,
              "unchanged": 0,
              "rejected": 1,
              "held": 3,
              "begunAt": "2026-11-27T21:38:59.889Z",
              "endedAt": "2026-11-27T21:39:00.494Z"
            },
            {
              "importId": "ba80492d-1300-48a0-bbf7-46fbdaabbc1d",
              "status": "done",
              "dryRun": true,
              "lines": 2,
              "accepted": 1,
              "unchanged": 0,
              "rejected": 1,
              "held": 3,
              "begunAt": "2026-11-27T21:38:58.849Z",
              "endedAt": "2026-11-27T21:38:59.718Z"
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/imports/{importId}": {
      "answers": {
        "200": {
          "importId": "ba80492d-1300-48a0-bbf7-46fbdaabbc1d",
          "status": "running",
          "dryRun": true,
          "lines": 2,
          "accepted": 0,
          "unchanged": 0,
          "rejected": 1,
          "held": 0,
          "begunAt": "2026-11-27T21:38:58.849Z",
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
    "GET /v1/ops/acts": {
      "answers": {
        "200": {
          "data": [
            {
              "actId": "f8cd95f7-4224-4b01-861b-b58bd2111919",
              "act": "let-go",
              "filter": {
                "list": "pauses",
                "actId": "e295a12f-670e-4a65-8bdc-8fff0529beba"
              },
              "actorId": "sandbox-operator",
              "reason": "The carrier is back",
              "shownAt": "2026-11-27T21:38:45.465Z",
              "begunAt": "2026-11-27T21:38:45.489Z",
              "matched": 1,
              "more": false,
              "changed": 1,
              "refused": 0,
              "left": 0,
              "undo": null
            },
            {
              "actId": "e295a12f-670e-4a65-8bdc-8fff0529beba",
              "act": "pause",
              "filter": {
                "list": "effects",
                "carrier": "telnyx"
              },
              "actorId": "sandbox-operator",
              "reason": "The carrier works on its network",
              "shownAt": "2026-11-27T21:38:45.118Z",
              "begunAt": "2026-11-27T21:38:45.353Z",
              "matched": 0,
              "more": false,
              "changed": 1,
              "refused": 0,
              "left": 0,
              "undo": {
                "act": "let-go",
                "filter": {
                  "list": "pauses",
                  "actId": "e295a12f-670e-4a65-8bdc-8fff0529beba"
                }
              }
            }
          ],
          "next": null
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
              "askedActId": "c1c19fb3-6185-4093-9686-1442772cfb38",
              "act": "end-pause",
              "target": "4e94e25e-4dcb-406e-87f3-581a5bbf704e",
              "details": {
                "pauseId": "4e94e25e-4dcb-406e-87f3-581a5bbf704e"
              },
              "reason": "It was a promotion",
              "askedBy": "bea",
              "askedAt": "2026-11-27T21:39:06.746Z",
              "standsUntil": "2026-11-28T21:39:06.746Z",
              "status": "declined",
              "endedBy": "sandbox-operator",
              "endedAt": "2026-11-27T21:39:07.624Z"
            },
            {
              "askedActId": "7c6f7740-f150-4aa2-81ca-4d6ea58d087f",
              "act": "end-pause",
              "target": "c533fc5d-8340-443c-9a39-83bdcd83e290",
              "details": {
                "pauseId": "c533fc5d-8340-443c-9a39-83bdcd83e290"
              },
              "reason": "redacted by sandbox-operator",
              "askedBy": "sandbox-operator",
              "askedAt": "2026-11-27T21:39:06.420Z",
              "standsUntil": "2026-11-28T21:39:06.420Z",
              "status": "waiting",
              "endedBy": null,
              "endedAt": null
            },
            {
              "askedActId": "bb9ee104-c228-4ef9-bb0d-d9319454f2ce",
              "act": "end-pause",
              "target": "d793ec39-4588-46ec-b27a-0e05b30ff5aa",
              "details": {
                "pauseId": "d793ec39-4588-46ec-b27a-0e05b30ff5aa"
              },
              "reason": "It was a promotion",
              "askedBy": "ada",
              "askedAt": "2026-11-27T21:39:05.911Z",
              "standsUntil": "2026-11-28T21:39:05.911Z",
              "status": "confirmed",
              "endedBy": "sandbox-operator",
              "endedAt": "2026-11-27T21:39:06.970Z"
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
              "deadlineId": "e519f254-c162-41b4-a883-20fe2d8ee4e9",
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
              "runId": "4b7c1458-e2cc-4192-8c6b-7b7c4f43a51c",
              "carrier": "sandbox",
              "askedBy": "sandbox-operator",
              "askedAt": "2026-11-27T21:38:52.313Z",
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
              "effectId": "ba932849-a727-43c2-bcb4-bd47ea544749",
              "accountId": "echo",
              "testClockId": "clock_4faf182c-c24e-4eff-a21a-0176d87e4dce",
              "kind": "release-number",
              "subject": "01a21ef2-4551-7558-aa5c-53ae61233cda",
              "generation": 1,
              "carrier": "sandbox",
              "dueAt": "2026-05-14T07:00:00.000Z",
              "status": "blocked",
              "attempts": 1,
              "lastOutcome": "blocked",
              "reason": "deletion-lock",
              "nextAttemptAt": null,
              "heldBy": null,
              "createdAt": "2026-11-27T21:38:46.863Z",
              "settledAt": null
            },
            {
              "effectId": "e8b306b0-efe2-40a3-921b-490eee04c933",
              "accountId": "echo",
              "testClockId": "clock_4faf182c-c24e-4eff-a21a-0176d87e4dce",
              "kind": "release-number",
              "subject": "01a21ef2-4622-73ad-93d6-9cb223f18843",
              "generation": 1,
              "carrier": "sandbox",
              "dueAt": "2026-05-14T07:00:00.000Z",
              "status": "blocked",
              "attempts": 1,
              "lastOutcome": "blocked",
              "reason": "deletion-lock",
              "nextAttemptAt": null,
              "heldBy": null,
              "createdAt": "2026-11-27T21:38:46.864Z",
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
              "startedAt": "2026-11-27T21:38:46.927Z",
              "latencyMs": 49,
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
          "now": "2026-11-27T21:38:52.347Z",
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
            "lastSeenAt": "2026-11-27T21:38:50.081Z"
          },
          "testClocks": {
            "advancing": 0,
            "failed": 0
          },
          "drift": {
            "findings": [],
            "walked": 0,
            "accounts": 0,
            "wholeAt": "2026-11-27T21:36:42.851Z"
          },
          "carrierDrift": {
            "findings": [],
            "lastRun": {
              "runId": "4b7c1458-e2cc-4192-8c6b-7b7c4f43a51c",
              "carrier": "sandbox",
              "askedBy": "sandbox-operator",
              "askedAt": "2026-11-27T21:38:52.313Z",
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
    "GET /v1/ops/legal-holds": {
      "answers": {
        "200": {
          "data": [
            {
              "accountId": "echo",
              "holdId": "01a21ef2-6166-7323-a311-2980c83ea134",
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
              "pauseId": "48313ac8-fea2-4ea2-a6b5-1d266903dafb",
              "kind": "release-number",
              "carrier": "twilio",
              "cause": "operator",
              "reason": "The carrier works on its network",
              "pausedBy": "sandbox-operator",
              "pausedAt": "2026-11-27T21:38:44.284Z",
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
              "position": 148,
              "head": 148,
              "lag": 0,
              "status": "live",
              "rebuild": null,
              "lastError": null
            },
            {
              "name": "cancellations",
              "version": 3,
              "position": 148,
              "head": 148,
              "lag": 0,
              "status": "live",
              "rebuild": null,
              "lastError": null
            },
            {
              "name": "ledger_lines",
              "version": 5,
              "position": 148,
              "head": 148,
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
          "next": "eyJrIjpbIjIwMjctMDQtMzBUMDc6MDA6MDAuMDAwWiIsIjgyOGI2OWM4LThiMDYtNDRkYS05YTc4LWUwNGE0MjI3ZWM2NCJdfQ"
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
                  "expiresAt": "2029-11-27T21:38:25.278Z"
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
              "startedAt": "2026-11-27T21:38:30.337Z",
              "doneAt": "2026-11-27T21:38:31.622Z",
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
                  "expiresAt": "2029-11-27T21:37:28.577Z"
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
              "startedAt": "2026-11-27T21:37:55.484Z",
              "doneAt": "2026-11-27T21:38:01.750Z",
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
              "expiresAt": "2029-11-27T21:38:25.278Z"
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
          "startedAt": "2026-11-27T21:38:30.337Z",
          "doneAt": "2026-11-27T21:38:31.622Z",
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
              "subject": "01a21ef1-fd7d-752a-9834-739823a0e55a",
              "data": {
                "actor": {
                  "id": "6f34fffa304f1b084bb0d1a02ef4de0396abdbedf8b71feb56ef3b9e9a40f2dd",
                  "role": "customer"
                },
                "channel": "api",
                "language": "en",
                "textHash": "6678513693db3ead9f391b2010e15298641d5ec71f71880a78412f6ad4a38fba",
                "acceptedAt": "2026-03-30T07:00:00.000Z",
                "recordedAt": "2026-11-27T21:38:25.278Z",
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
                "subscriptionId": "01a21ef1-f78b-729d-8698-560027e46b3a",
                "acknowledgedConsequences": true
              },
              "expiresAt": "2029-11-27T21:38:25.278Z"
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
              "readAt": "2026-11-27T21:37:34.208Z",
              "actorRole": "operator",
              "actorId": "sandbox-operator",
              "route": "GET /v1/accounts/:accountId/data-access",
              "accountId": "acme",
              "requestId": "3f929eac-c379-4a3a-a9a8-0b8ab82c9f46",
              "hash": "a3c616b3de8c71b8005f1f31a61025028ca9d18aee786f237503231141a9bd95"
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
          "hash": "b2cf8c57c65bb86b49305874612217ac8829aa2d3247e30ca6797d80670034b9",
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
          "expiresAt": "2026-11-27T22:08:41.793Z"
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
          "testClockId": "clock_61d18108-9759-468a-8119-5e3e65b6d2b8",
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
              "endpointId": "b3f4be9a-5d40-4c4c-8853-8de7da461a96",
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
              "createdAt": "2026-11-27T21:38:42.212Z",
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
          "endpointId": "b3f4be9a-5d40-4c4c-8853-8de7da461a96",
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
          "createdAt": "2026-11-27T21:38:42.212Z",
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
              "deliveryId": "01a21ef2-41f0-71f3-80bb-9b1e481ee683",
              "endpointId": "b3f4be9a-5d40-4c4c-8853-8de7da461a96",
              "accountId": null,
              "sequence": null,
              "type": "webhook.test",
              "status": "waiting",
              "attempts": 0,
              "nextAttemptAt": "2026-11-27T21:38:42.801Z",
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
          "deliveryId": "01a21ef2-41f0-71f3-80bb-9b1e481ee683",
          "endpointId": "b3f4be9a-5d40-4c4c-8853-8de7da461a96",
          "accountId": null,
          "sequence": null,
          "type": "webhook.test",
          "status": "waiting",
          "attempts": 0,
          "nextAttemptAt": "2026-11-27T21:38:42.801Z",
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
          "testClockId": "clock_39c0e868-72ca-4cac-9209-df40b533221d",
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
          "endpointId": "b3f4be9a-5d40-4c4c-8853-8de7da461a96",
          "url": "http://127.0.0.1:9/sunset",
          "events": [
            "PeriodEnded",
            "LossAnnounced"
          ],
          "status": "disabled",
          "disabledBecause": "asked",
          "disabledAt": "2026-11-27T21:38:43.201Z",
          "failingSince": null,
          "acknowledgedAt": null,
          "createdAt": "2026-11-27T21:38:42.212Z",
          "waiting": 0,
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
          "testClockId": "clock_61d18108-9759-468a-8119-5e3e65b6d2b8",
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
        "testClockId": "clock_61d18108-9759-468a-8119-5e3e65b6d2b8"
      }
    },
    "POST /v1/accounts/{accountId}/charges/{chargeId}/collected": {
      "answers": {
        "200": {
          "chargeId": "01a21ef2-3c43-744e-9d0c-92ff0e547c57",
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
          "chargeId": "01a21ef2-3cb6-7439-a10b-e37f3e7d1eed",
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
              "expiresAt": "2029-11-27T21:38:25.278Z"
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
          "startedAt": "2026-11-27T21:38:30.337Z",
          "doneAt": "2026-11-27T21:38:31.622Z",
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
          "holdId": "01a21ef2-0a10-7153-899e-b401ad7bee02",
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
          "numberId": "01a21ef0-c7d1-774c-ab38-b0f214c8e5c6",
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
          "url": "http://127.0.0.1:26092/membership/open/uaYqW6yzrkLmYqABtdHHt6oUXdfSlcLlVWSN2iV4jDE",
          "expiresAt": "2026-11-27T21:43:41.690Z"
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
          "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf",
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
          "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf",
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
          "attemptId": "01a21ef1-1425-70e2-a933-972f43ac73f2",
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
          "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf",
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
          "subscriptionId": "01a21ef2-1e25-7061-9566-ed62c9111f7c",
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
          "subscriptionId": "01a21ef2-1e25-7061-9566-ed62c9111f7c",
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
          "subscriptionId": "01a21ef2-1e25-7061-9566-ed62c9111f7c",
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
          "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf",
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
          "registrationId": "01a21ef0-d2fd-71e3-8299-cd2a4116d700",
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
          "registrationId": "01a21ef0-d2fd-71e3-8299-cd2a4116d700",
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
          "chargeId": "01a21ef2-3c43-744e-9d0c-92ff0e547c57",
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
              "chargeId": "01a21ef0-c327-7124-882d-f7dc022408cf.1",
              "purpose": "plan",
              "amount": {
                "amount": 4900,
                "currency": "USD"
              },
              "status": "requested",
              "requestedAt": "2026-03-30T07:00:00.000Z",
              "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf"
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
          "token": "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoic2VydmljZSIsImlzcyI6InVybjpzdW5zZXQ6c2FuZGJveCIsImF1ZCI6InN1bnNldCIsInN1YiI6InNhbmRib3gtc2VydmljZSIsImlhdCI6MTc5NTgxNTQyMiwiZXhwIjoxNzk4NDA3NDIyfQ.Q0Ip0g5UhXWmtJ0mL7UEbLZqWpzeNgo14oTl8k5aa-GkiVnwfyhwF4uCQSvgEIynu2-P0eWeUsa_7gnuZDSwBA"
        }
      },
      "request": {
        "role": "service"
      }
    },
    "POST /v1/imports": {
      "answers": {
        "202": {
          "importId": "ba80492d-1300-48a0-bbf7-46fbdaabbc1d"
        }
      }
    },
    "POST /v1/ops/acts": {
      "answers": {
        "200": {
          "actId": "e295a12f-670e-4a65-8bdc-8fff0529beba",
          "act": "pause",
          "filter": {
            "list": "effects",
            "carrier": "telnyx"
          },
          "actorId": "sandbox-operator",
          "reason": null,
          "shownAt": "2026-11-27T21:38:45.118Z",
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
          "actId": "e295a12f-670e-4a65-8bdc-8fff0529beba",
          "act": "pause",
          "filter": {
            "list": "effects",
            "carrier": "telnyx"
          },
          "actorId": "sandbox-operator",
          "reason": "redacted by sandbox-operator",
          "shownAt": "2026-11-27T21:38:45.118Z",
          "begunAt": "2026-11-27T21:38:45.353Z",
          "matched": 0,
          "more": false,
          "changed": 1,
          "refused": 0,
          "left": 0,
          "undo": {
            "act": "let-go",
            "filter": {
              "list": "pauses",
              "actId": "e295a12f-670e-4a65-8bdc-8fff0529beba"
            }
          }
        }
      }
    },
    "POST /v1/ops/asked-acts/{askedActId}/confirm": {
      "answers": {
        "200": {
          "askedActId": "bb9ee104-c228-4ef9-bb0d-d9319454f2ce",
          "act": "end-pause",
          "target": "d793ec39-4588-46ec-b27a-0e05b30ff5aa",
          "details": {
            "pauseId": "d793ec39-4588-46ec-b27a-0e05b30ff5aa"
          },
          "reason": "It was a promotion",
          "askedBy": "ada",
          "askedAt": "2026-11-27T21:39:05.911Z",
          "standsUntil": "2026-11-28T21:39:05.911Z",
          "status": "confirmed",
          "endedBy": "sandbox-operator",
          "endedAt": "2026-11-27T21:39:06.970Z"
        }
      }
    },
    "POST /v1/ops/asked-acts/{askedActId}/redact": {
      "answers": {
        "200": {
          "askedActId": "7c6f7740-f150-4aa2-81ca-4d6ea58d087f",
          "act": "end-pause",
          "target": "c533fc5d-8340-443c-9a39-83bdcd83e290",
          "details": {
            "pauseId": "c533fc5d-8340-443c-9a39-83bdcd83e290"
          },
          "reason": "redacted by sandbox-operator",
          "askedBy": "sandbox-operator",
          "askedAt": "2026-11-27T21:39:06.420Z",
          "standsUntil": "2026-11-28T21:39:06.420Z",
          "status": "waiting",
          "endedBy": null,
          "endedAt": null
        }
      }
    },
    "POST /v1/ops/deadlines/{deadlineId}/retry": {
      "answers": {
        "200": {
          "deadlineId": "e519f254-c162-41b4-a883-20fe2d8ee4e9",
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
          "runId": "4b7c1458-e2cc-4192-8c6b-7b7c4f43a51c",
          "carrier": "sandbox",
          "askedBy": "sandbox-operator",
          "askedAt": "2026-11-27T21:38:52.313Z",
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
          "effectId": "e8b306b0-efe2-40a3-921b-490eee04c933",
          "accountId": "echo",
          "testClockId": "clock_4faf182c-c24e-4eff-a21a-0176d87e4dce",
          "kind": "release-number",
          "subject": "01a21ef2-4622-73ad-93d6-9cb223f18843",
          "generation": 1,
          "carrier": "sandbox",
          "dueAt": "2026-05-14T07:00:00.000Z",
          "status": "pending",
          "attempts": 1,
          "lastOutcome": "blocked",
          "reason": "deletion-lock",
          "nextAttemptAt": "2026-05-14T07:00:00.000Z",
          "heldBy": null,
          "createdAt": "2026-11-27T21:38:46.864Z",
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
          "effectId": "ba932849-a727-43c2-bcb4-bd47ea544749",
          "accountId": "echo",
          "testClockId": "clock_4faf182c-c24e-4eff-a21a-0176d87e4dce",
          "kind": "release-number",
          "subject": "01a21ef2-4551-7558-aa5c-53ae61233cda",
          "generation": 1,
          "carrier": "sandbox",
          "dueAt": "2026-05-14T07:00:00.000Z",
          "status": "done",
          "attempts": 1,
          "lastOutcome": "settled-elsewhere",
          "reason": "operator",
          "nextAttemptAt": null,
          "heldBy": null,
          "createdAt": "2026-11-27T21:38:46.863Z",
          "settledAt": "2026-11-27T21:38:47.629Z"
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
          "pauseId": "48313ac8-fea2-4ea2-a6b5-1d266903dafb",
          "kind": "release-number",
          "carrier": "twilio",
          "cause": "operator",
          "reason": "The carrier works on its network",
          "pausedBy": "sandbox-operator",
          "pausedAt": "2026-11-27T21:38:44.284Z",
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
          "pauseId": "48313ac8-fea2-4ea2-a6b5-1d266903dafb",
          "kind": "release-number",
          "carrier": "twilio",
          "cause": "operator",
          "reason": "redacted by sandbox-operator",
          "pausedBy": "sandbox-operator",
          "pausedAt": "2026-11-27T21:38:44.284Z",
          "resumedBy": "sandbox-operator",
          "resumedAt": "2026-11-27T21:38:44.438Z",
          "resumeReason": "redacted by sandbox-operator"
        }
      }
    },
    "POST /v1/ops/projections/{name}/rebuild": {
      "answers": {
        "202": {
          "name": "cancellations",
          "version": 3,
          "position": 148,
          "head": 148,
          "lag": 0,
          "status": "rebuilding",
          "rebuild": {
            "version": 3,
            "status": "requested",
            "position": 0,
            "target": 0,
            "startedAt": "2026-11-27T21:38:55.260Z",
            "lastError": null
          },
          "lastError": null
        }
      }
    },
    "POST /v1/ops/purge-stops/{stopId}/confirm": {
      "answers": {
        "200": {
          "stopId": "59e93716-31c0-44aa-a5de-186440c498e3",
          "cause": "clock-forward",
          "lastSeenAt": "2026-11-27T21:39:04.606Z",
          "stoppedAt": "2026-11-27T21:39:04.606Z",
          "confirmedBy": "sandbox-operator",
          "confirmedAt": "2026-11-27T21:39:04.791Z",
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
          "stopId": "59e93716-31c0-44aa-a5de-186440c498e3",
          "cause": "clock-forward",
          "lastSeenAt": "2026-11-27T21:39:04.606Z",
          "stoppedAt": "2026-11-27T21:39:04.606Z",
          "confirmedBy": "sandbox-operator",
          "confirmedAt": "2026-11-27T21:39:04.791Z",
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
              "expiresAt": "2029-11-27T21:37:28.577Z"
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
          "startedAt": "2026-11-27T21:37:55.484Z",
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
              "expiresAt": "2029-11-27T21:37:28.577Z"
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
          "startedAt": "2026-11-27T21:37:55.484Z",
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
          "testClockId": "clock_61d18108-9759-468a-8119-5e3e65b6d2b8",
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
          "testClockId": "clock_61d18108-9759-468a-8119-5e3e65b6d2b8",
          "now": "2026-04-30T07:00:00.000Z",
          "status": "ready"
        },
        "202": {
          "testClockId": "clock_8b27828e-59ba-4d38-9dee-4ed414df0393",
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
          "endpointId": "b3f4be9a-5d40-4c4c-8853-8de7da461a96",
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
          "createdAt": "2026-11-27T21:38:42.212Z",
          "waiting": 0,
          "undeliveredSince": null,
          "secret": "whsec_97uVSxVcBgDvPBbl9PG4ybtyIthnVtxBLUSgf/IgefM="
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
          "deliveryId": "01a21ef2-41f0-71f3-80bb-9b1e481ee683",
          "endpointId": "b3f4be9a-5d40-4c4c-8853-8de7da461a96",
          "accountId": null,
          "sequence": null,
          "type": "webhook.test",
          "status": "waiting",
          "attempts": 0,
          "nextAttemptAt": "2026-11-27T21:38:43.077Z",
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
          "endpointId": "b3f4be9a-5d40-4c4c-8853-8de7da461a96",
          "secret": "whsec_A4ogKBrTsI9bCqd9LbjHt9rEQTecSeDNQlGyDnWTqwA=",
          "formerUntil": "2026-11-28T21:38:42.630Z"
        }
      }
    },
    "POST /v1/webhook-endpoints/{endpointId}/test": {
      "answers": {
        "202": {
          "deliveryId": "01a21ef2-41f0-71f3-80bb-9b1e481ee683",
          "endpointId": "b3f4be9a-5d40-4c4c-8853-8de7da461a96",
          "accountId": null,
          "sequence": null,
          "type": "webhook.test",
          "status": "waiting",
          "attempts": 0,
          "nextAttemptAt": "2026-11-27T21:38:42.801Z",
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
              "chargeId": "01a21ef0-c327-7124-882d-f7dc022408cf.1",
              "purpose": "plan",
              "amount": {
                "amount": 4900,
                "currency": "USD"
              },
              "status": "requested",
              "requestedAt": "2026-03-30T07:00:00.000Z",
              "subscriptionId": "01a21ef0-c327-7124-882d-f7dc022408cf"
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
          "until": "2026-11-27T21:39:42.065Z",
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
      "instance": "urn:uuid:a503fc1d-3511-4a5e-8d43-7960574510aa"
    },
    "account_purged": {
      "code": "account_purged",
      "purgedAt": "2027-04-30T07:00:00.000Z",
      "type": "urn:sunset:problem:account_purged",
      "title": "The data of the account has been deleted",
      "status": 410,
      "detail": "The data of the account has been deleted.",
      "instance": "urn:uuid:2a6e9090-78a2-406f-b25e-0901fb9b8f10"
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
      "instance": "urn:uuid:5943b1fb-eee0-4e4e-8671-cdddfe03a9e4"
    },
    "act_not_shown": {
      "code": "act_not_shown",
      "type": "urn:sunset:problem:act_not_shown",
      "title": "What the act would be done to was not shown before, or too long ago",
      "status": 409,
      "detail": "What the act would be done to was not shown before, or too long ago.",
      "instance": "urn:uuid:899b3758-049d-4b19-8579-f38b15f26c10"
    },
    "act_over": {
      "code": "act_over",
      "status": 409,
      "type": "urn:sunset:problem:act_over",
      "title": "The act was confirmed or declined, or has lapsed",
      "detail": "The act was confirmed or declined, or has lapsed.",
      "instance": "urn:uuid:433acde4-58bf-411d-a81f-0ea9c0a8ca15"
    },
    "already_subscribed": {
      "code": "already_subscribed",
      "subscriptionId": "01a21ef2-1e25-7061-9566-ed62c9111f7c",
      "type": "urn:sunset:problem:already_subscribed",
      "title": "A subscription of this kind is open already",
      "status": 409,
      "detail": "A subscription of this kind is open already.",
      "instance": "urn:uuid:9579af85-71a9-48d8-aeef-02b3934134f1"
    },
    "attempt_expired": {
      "code": "attempt_expired",
      "expiresAt": "2026-03-30T08:00:00.000Z",
      "type": "urn:sunset:problem:attempt_expired",
      "title": "The cancellation attempt has expired",
      "status": 409,
      "detail": "The cancellation attempt has expired.",
      "instance": "urn:uuid:cda9ef0f-1d9d-4f0a-852d-0571c10a95c7"
    },
    "attempt_used": {
      "code": "attempt_used",
      "type": "urn:sunset:problem:attempt_used",
      "title": "The cancellation attempt was confirmed already, and what came of it was undone",
      "status": 409,
      "detail": "The cancellation attempt was confirmed already, and what came of it was undone.",
      "instance": "urn:uuid:42e820e5-3e69-4277-91d6-3af66cb756f0"
    },
    "auto_recharge_suspended": {
      "code": "auto_recharge_suspended",
      "type": "urn:sunset:problem:auto_recharge_suspended",
      "title": "No plan will renew, so no card is charged any more",
      "status": 409,
      "detail": "No plan will renew, so no card is charged any more.",
      "instance": "urn:uuid:ed2daaf4-8887-4e32-b0bc-924131b3407f"
    },
    "cancellation_already_pending": {
      "code": "cancellation_already_pending",
      "subscriptionId": "01a21ef2-1e25-7061-9566-ed62c9111f7c",
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
      "instance": "urn:uuid:d9990b12-7e2e-4256-8339-089a71253846"
    },
    "cancellation_not_pending": {
      "code": "cancellation_not_pending",
      "type": "urn:sunset:problem:cancellation_not_pending",
      "title": "No cancellation is pending",
      "status": 409,
      "detail": "No cancellation is pending.",
      "instance": "urn:uuid:ef88b94d-4105-4584-89e1-3d48e9501d99"
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
      "instance": "urn:uuid:29fef97d-9fcb-48d5-8069-6b49112d30a1"
    },
    "deadline_not_retryable": {
      "code": "deadline_not_retryable",
      "status": 409,
      "type": "urn:sunset:problem:deadline_not_retryable",
      "title": "The deadline is neither blocked nor dead",
      "detail": "The deadline is neither blocked nor dead.",
      "instance": "urn:uuid:fdeff129-6181-468d-a2a6-c0f79fdbda39"
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
      "instance": "urn:uuid:17d9cae1-9dc8-43e6-bc30-5aa797785d6d"
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
      "instance": "urn:uuid:b1687c11-b3ce-456c-b368-e0b6b6f14bf1"
    },
    "effect_not_retryable": {
      "code": "effect_not_retryable",
      "type": "urn:sunset:problem:effect_not_retryable",
      "title": "The effect is neither blocked nor dead",
      "status": 409,
      "detail": "The effect is neither blocked nor dead.",
      "instance": "urn:uuid:236a7842-bea1-40eb-9773-1c9df6da10f4"
    },
    "effect_not_settleable": {
      "code": "effect_not_settleable",
      "type": "urn:sunset:problem:effect_not_settleable",
      "title": "The effect is settled already, or is being attempted just now",
      "status": 409,
      "detail": "The effect is settled already, or is being attempted just now.",
      "instance": "urn:uuid:5d1c1bc6-dee3-4ab4-a346-6ef2792c9bb8"
    },
    "endpoint_disabled": {
      "code": "endpoint_disabled",
      "type": "urn:sunset:problem:endpoint_disabled",
      "title": "The webhook endpoint is disabled",
      "status": 409,
      "detail": "The webhook endpoint is disabled.",
      "instance": "urn:uuid:f3fdbd56-cf04-4ae3-8531-01dc132a79fe"
    },
    "forbidden": {
      "code": "forbidden",
      "type": "urn:sunset:problem:forbidden",
      "title": "The role may not do this",
      "status": 403,
      "detail": "The role may not do this.",
      "instance": "urn:uuid:72063474-14ce-4729-bc0c-b01e942cb12e"
    },
    "idempotency_key_reused": {
      "code": "idempotency_key_reused",
      "type": "urn:sunset:problem:idempotency_key_reused",
      "title": "The idempotency key was used for another request",
      "status": 422,
      "detail": "The idempotency key was used for another request.",
      "instance": "urn:uuid:75301fbd-02a9-4397-90ff-bc08b464502e"
    },
    "invalid_request": {
      "code": "invalid_request",
      "type": "urn:sunset:problem:invalid_request",
      "title": "The request is not valid",
      "status": 422,
      "detail": "The request is not valid.",
      "instance": "urn:uuid:c024d8da-e5f3-46b0-9e59-c5b273dba202",
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
        "01a21ef2-0a10-7153-899e-b401ad7bee02"
      ],
      "type": "urn:sunset:problem:legal_hold",
      "title": "A legal hold stands",
      "status": 409,
      "detail": "A legal hold stands.",
      "instance": "urn:uuid:96dca373-d47b-49c5-b3ed-74d1e46bfd4f"
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
      "instance": "urn:uuid:d3210509-7ce9-430f-a116-8b59123086a9"
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
      "instance": "urn:uuid:12bce47e-82a6-4e7e-90ec-05c9415aea7a"
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
      "instance": "urn:uuid:40c96660-c910-4568-bf3f-8637f86123f1"
    },
    "no_open_plan": {
      "code": "no_open_plan",
      "type": "urn:sunset:problem:no_open_plan",
      "title": "No plan is open for it; subscribe first",
      "status": 409,
      "detail": "No plan is open for it; subscribe first.",
      "instance": "urn:uuid:c5ed1f77-34cd-4d06-9f6b-463b193dc3bf"
    },
    "not_found": {
      "code": "not_found",
      "what": "account",
      "type": "urn:sunset:problem:not_found",
      "title": "Not found",
      "status": 404,
      "detail": "There is no such account.",
      "instance": "urn:uuid:4d5d14a9-e949-4f4f-bb7e-5173762c370c"
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
      "instance": "urn:uuid:6a3a3448-2e0b-4a43-b08f-611efaeee863"
    },
    "number_exists": {
      "code": "number_exists",
      "type": "urn:sunset:problem:number_exists",
      "title": "The number is in the account already",
      "status": 409,
      "detail": "The number is in the account already.",
      "instance": "urn:uuid:4ee06316-bab4-4f19-87e2-0706f7ed78b7"
    },
    "number_not_removable": {
      "code": "number_not_removable",
      "numberStatus": "released",
      "type": "urn:sunset:problem:number_not_removable",
      "title": "The number cannot be removed any more",
      "status": 409,
      "detail": "The number cannot be removed any more.",
      "instance": "urn:uuid:d094605d-36eb-49d4-a7b1-ec3029d301f1"
    },
    "number_taken": {
      "code": "number_taken",
      "type": "urn:sunset:problem:number_taken",
      "title": "Another account has the number",
      "status": 409,
      "detail": "Another account has the number.",
      "instance": "urn:uuid:1fd9f5f6-e9ac-4e55-9219-1d61dc2e82f2"
    },
    "pause_ended": {
      "code": "pause_ended",
      "type": "urn:sunset:problem:pause_ended",
      "title": "The pause has ended already",
      "status": 409,
      "detail": "The pause has ended already.",
      "instance": "urn:uuid:848d96df-544a-4216-a64f-094cbe97a2a3"
    },
    "plan_change_while_cancelling": {
      "code": "plan_change_while_cancelling",
      "type": "urn:sunset:problem:plan_change_while_cancelling",
      "title": "The plan cannot change while a cancellation is pending",
      "status": 409,
      "detail": "The plan cannot change while a cancellation is pending.",
      "instance": "urn:uuid:37941303-335e-4eaa-9b53-4987c270beac"
    },
    "preview_stale": {
      "code": "preview_stale",
      "type": "urn:sunset:problem:preview_stale",
      "title": "The preview no longer shows what would happen",
      "status": 409,
      "detail": "The preview no longer shows what would happen.",
      "instance": "urn:uuid:84f42594-8b51-4bb1-8ef7-abe4b24c73b5"
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
      "instance": "urn:uuid:74ba06e6-16e9-4fda-bee9-92b1bc6b01bc"
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
      "instance": "urn:uuid:3822b341-2959-4a0d-8030-ffeea80593ad"
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
      "instance": "urn:uuid:73ea0360-44ce-4b9d-9989-c18a6d0ce5ea"
    },
    "same_person": {
      "code": "same_person",
      "type": "urn:sunset:problem:same_person",
      "title": "Another person than who asked for it has to confirm it",
      "status": 403,
      "detail": "Another person than who asked for it has to confirm it.",
      "instance": "urn:uuid:5f881624-57cd-4417-bfd3-783b46d9ec84"
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
      "instance": "urn:uuid:3b9c3000-5358-4eb7-b87e-6026dc107977"
    },
    "stop_confirmed": {
      "code": "stop_confirmed",
      "type": "urn:sunset:problem:stop_confirmed",
      "title": "The stop was confirmed already",
      "status": 409,
      "detail": "The stop was confirmed already.",
      "instance": "urn:uuid:bb783e0b-d6e1-49b8-9b2f-52f993fc650d"
    },
    "subscription_ended": {
      "code": "subscription_ended",
      "endedAt": "2026-04-30T07:00:00.000Z",
      "type": "urn:sunset:problem:subscription_ended",
      "title": "The subscription has ended",
      "status": 409,
      "detail": "The subscription has ended.",
      "instance": "urn:uuid:010f69a0-84a5-4e57-9aed-f9ca73c2f616"
    },
    "subscription_open": {
      "code": "subscription_open",
      "type": "urn:sunset:problem:subscription_open",
      "title": "A subscription is still open",
      "status": 409,
      "detail": "A subscription is still open.",
      "instance": "urn:uuid:4ae1c5d0-ec0e-48e0-9248-9d26b53d1294"
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
      "instance": "urn:uuid:fd9ba2bd-8b45-48f6-900a-6bff456c2e99"
    },
    "ten_dlc_not_pending": {
      "code": "ten_dlc_not_pending",
      "tenDlcStatus": "none",
      "type": "urn:sunset:problem:ten_dlc_not_pending",
      "title": "No 10DLC registration waits for approval",
      "status": 409,
      "detail": "No 10DLC registration waits for approval.",
      "instance": "urn:uuid:994eb602-1e30-4072-a54a-95e9a0ff4c7a"
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
      "instance": "urn:uuid:639a5de2-58c2-40d8-b932-d3ec021d019f"
    },
    "unauthenticated": {
      "code": "unauthenticated",
      "type": "urn:sunset:problem:unauthenticated",
      "title": "A valid bearer token is required",
      "status": 401,
      "detail": "A valid bearer token is required.",
      "instance": "urn:uuid:a5328ef1-af4e-4620-bc12-977eef292816"
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

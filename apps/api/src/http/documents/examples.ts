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
    "DELETE /v1/ops/pauses/{pauseId}": {
      "answers": {
        "200": {
          "pauseId": "eeedfd47-5c96-44c5-983e-b448434f8b98",
          "kind": "release-number",
          "carrier": "twilio",
          "cause": "operator",
          "reason": "The carrier works on its network",
          "pausedBy": "sandbox-operator",
          "pausedAt": "2026-11-27T14:53:49.713Z",
          "resumedBy": "sandbox-operator",
          "resumedAt": "2026-11-27T14:53:49.759Z",
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
              "x": "_Ft_jG5WJzDGHoBJaIAz5bQngHyjnAQ4Bu1Cc0buPhY",
              "kid": "z0Qxjp3DxI4z8S_Ac27jt2XOjQyNIdfh80y3jAo_DSg",
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
        "200": "# HELP process_cpu_user_seconds_total Total user CPU time spent in seconds.\n# TYPE process_cpu_user_seconds_total counter\nprocess_cpu_user_seconds_total 3.775177\n\n# HELP process_cpu_system_seconds_total Total system CPU time spent in seconds.\n# TYPE process_cpu_system_seconds_total counter"
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
              "testClockId": "clock_22cb23b5-d597-49cd-94da-d9f6b24daaf5",
              "subscriptions": [
                {
                  "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91",
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
          "testClockId": "clock_22cb23b5-d597-49cd-94da-d9f6b24daaf5",
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
              "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91",
              "attemptId": "01a21d7f-603b-7192-806d-8fee4f1b21aa",
              "acceptedAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T14:53:36.912Z",
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
                "id": "3eaf922180d636bd5a3f804b7a660e0e9a6e538f072111a1fe755d486745d77a",
                "role": "customer"
              },
              "channel": "api",
              "evidence": "recorded"
            },
            {
              "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91",
              "attemptId": null,
              "acceptedAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T14:53:37.489Z",
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
                "id": "3eaf922180d636bd5a3f804b7a660e0e9a6e538f072111a1fe755d486745d77a",
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
                "id": "3eaf922180d636bd5a3f804b7a660e0e9a6e538f072111a1fe755d486745d77a"
              },
              "readAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T14:53:38.304Z"
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
              "eventId": "01a21d7f-5160-72f5-a1dd-fcdee4d1e839",
              "type": "AccountOpened",
              "version": 1,
              "schemaVersion": 1,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T14:53:32.931Z",
              "data": {
                "name": "Ann",
                "email": "ann@example.com",
                "currency": "USD",
                "timeZone": "America/Los_Angeles",
                "numberFee": {
                  "amount": 200,
                  "currency": "USD"
                },
                "testClockId": "clock_22cb23b5-d597-49cd-94da-d9f6b24daaf5",
                "cancellationMode": "two-step",
                "numberBillingAnchorDay": null
              },
              "actor": {
                "id": "sandbox-service",
                "role": "service"
              },
              "channel": "api",
              "correlationId": "0e1f3e7b-6306-4fa7-a66e-438d5c5a86c7",
              "causation": "request:0e1f3e7b-6306-4fa7-a66e-438d5c5a86c7"
            },
            {
              "eventId": "01a21d7f-5295-71b7-80b6-12270db8ee36",
              "type": "SubscriptionStarted",
              "version": 2,
              "schemaVersion": 1,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T14:53:33.218Z",
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
                "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91"
              },
              "actor": {
                "id": "3eaf922180d636bd5a3f804b7a660e0e9a6e538f072111a1fe755d486745d77a",
                "role": "customer"
              },
              "channel": "api",
              "correlationId": "dc26f8ab-b545-4761-a0c5-02e1b158ab4f",
              "causation": "request:dc26f8ab-b545-4761-a0c5-02e1b158ab4f"
            },
            {
              "eventId": "01a21d7f-5295-71b8-a4fd-39ae4bad768a",
              "type": "CardChargeRequested",
              "version": 3,
              "schemaVersion": 2,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T14:53:33.218Z",
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
                "chargeId": "01a21d7f-5259-752e-a16b-11cb04a73b91.1",
                "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91"
              },
              "actor": {
                "id": "3eaf922180d636bd5a3f804b7a660e0e9a6e538f072111a1fe755d486745d77a",
                "role": "customer"
              },
              "channel": "api",
              "correlationId": "dc26f8ab-b545-4761-a0c5-02e1b158ab4f",
              "causation": "request:dc26f8ab-b545-4761-a0c5-02e1b158ab4f"
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
              "entryId": "01a21d7f-5295-71b8-a4fd-39ae4bad768a",
              "kind": "card_charge",
              "source": "card",
              "amount": {
                "amount": 4900,
                "currency": "USD"
              },
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91",
              "chargeId": "01a21d7f-5259-752e-a16b-11cb04a73b91.1",
              "detail": "charge 01a21d7f-5259-752e-a16b-11cb04a73b91.1",
              "chargeStatus": "requested"
            },
            {
              "entryId": "01a21d7f-54e0-7678-ac79-6f65fb6d7735",
              "kind": "top_up",
              "source": "wallet",
              "amount": {
                "amount": 300,
                "currency": "USD"
              },
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "detail": "top-up 01a21d7f-54d5-7237-bfcf-e0b09ea39537"
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
              "holdId": "01a21d7f-8050-74ab-963a-3a293baa17e6",
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
              "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91",
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
              "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91"
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
              "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91"
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
              "numberId": "01a21d7f-530b-77bd-8e02-6484cb22ccba",
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
              "numberId": "01a21d7f-539c-7550-b9a2-61056caef920",
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
            "recordedAt": "2026-11-27T14:53:42.944Z",
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
                  "sum": "a113798ada96b901bca8b3954f90e5e9c19789ade7c9f8f7d45b58e853a28ded",
                  "salt": "NPSAT0KNi1_NPowUuqczlXYwJg0kHjHzszP2hOhxvOc",
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
              "tables": 50,
              "markers": 5,
              "findings": 0
            },
            "exceptions": [
              {
                "kind": "consents",
                "reason": "Evidence of what was accepted, without free text.",
                "records": 2,
                "expiresAt": "2029-11-27T14:53:37.489Z"
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
                  "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91",
                  "planId": "messaging-monthly",
                  "endedAt": "2026-04-30T07:00:00.000Z",
                  "cancellationId": "01a21d7f-6350-71e1-a9ea-66f1b954228c",
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
          "jws": "eyJhbGciOiJFZERTQSIsImtpZCI6InowUXhqcDNE…"
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
          "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91",
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
          "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91",
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
          "hash": "ef1705fcc8d5e2168a6c8a3568902dc815c54eb32bc946c09b3abe747bcb955a"
        }
      }
    },
    "GET /v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation/receipt": {
      "answers": {
        "200": {
          "receipt": {
            "format": "sunset-cancellation-receipt/1",
            "accountId": "acme",
            "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91",
            "planId": "messaging-monthly",
            "cancellationId": "01a21d7f-6350-71e1-a9ea-66f1b954228c",
            "requestedAt": "2026-03-30T07:00:00.000Z",
            "recordedAt": "2026-11-27T14:53:37.489Z",
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
          "jws": "eyJhbGciOiJFZERTQSIsImtpZCI6InowUXhqcDNE…"
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
          "registrationId": "01a21d7f-53ed-7439-97b5-28755a623024",
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
              "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91",
              "detail": "Started Messaging, monthly, first period until April 30, 2026 at 12:00 AM (PDT)."
            },
            {
              "at": "2026-03-30T07:00:00.000Z",
              "kind": "CardChargeRequested",
              "status": "done",
              "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91",
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
              "chargeId": "01a21d7f-5259-752e-a16b-11cb04a73b91.1",
              "purpose": "plan",
              "amount": {
                "amount": 4900,
                "currency": "USD"
              },
              "status": "requested",
              "requestedAt": "2026-03-30T07:00:00.000Z",
              "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91"
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
              "cancellationId": "01a21d7f-603b-7192-806d-8fee4f1b21aa",
              "accountId": "acme",
              "testClockId": "clock_22cb23b5-d597-49cd-94da-d9f6b24daaf5",
              "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91",
              "planId": "messaging-monthly",
              "planKind": "messaging",
              "outcome": "resumed",
              "reason": "too_expensive",
              "openedAt": "2026-03-30T07:00:00.000Z",
              "attemptId": "01a21d7f-603b-7192-806d-8fee4f1b21aa",
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
              "cancellationId": "01a21d7f-6350-71e1-a9ea-66f1b954228c",
              "accountId": "acme",
              "testClockId": "clock_22cb23b5-d597-49cd-94da-d9f6b24daaf5",
              "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91",
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
              "cancellationId": "01a21d7f-7a93-75d9-b583-6f17a6c1fe42",
              "accountId": "bravo",
              "testClockId": "clock_8b5a78ab-9765-43c7-914d-5e4da799e021",
              "subscriptionId": "01a21d7f-7a3a-7523-b840-77ae8b98b212",
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
          "asOf": "2026-11-27T14:53:53.034Z",
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
          "asOf": "2026-11-27T14:53:53.305Z",
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
          "asOf": "2026-11-27T14:53:53.359Z",
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
          "asOf": "2026-11-27T14:53:53.401Z",
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
          "asOf": "2026-11-27T14:53:53.498Z",
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
          "asOf": "2026-11-27T14:53:53.288Z",
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
          "asOf": "2026-11-27T14:53:53.433Z",
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
          "asOf": "2026-11-27T14:53:53.457Z",
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
          "until": "2026-11-27T14:54:49.023Z",
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
              "cursor": "AaIdf1FgcvWh3fze5NHoOQ",
              "accountId": "acme",
              "eventId": "01a21d7f-5160-72f5-a1dd-fcdee4d1e839",
              "type": "AccountOpened",
              "version": 1,
              "schemaVersion": 1,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T14:53:32.931Z",
              "data": {
                "name": "Ann",
                "email": "ann@example.com",
                "currency": "USD",
                "timeZone": "America/Los_Angeles",
                "numberFee": {
                  "amount": 200,
                  "currency": "USD"
                },
                "testClockId": "clock_22cb23b5-d597-49cd-94da-d9f6b24daaf5",
                "cancellationMode": "two-step",
                "numberBillingAnchorDay": null
              },
              "actor": {
                "id": "sandbox-service",
                "role": "service"
              },
              "channel": "api",
              "correlationId": "0e1f3e7b-6306-4fa7-a66e-438d5c5a86c7",
              "causation": "request:0e1f3e7b-6306-4fa7-a66e-438d5c5a86c7"
            },
            {
              "cursor": "AaIdf1KVcbeAthInDbjuNg",
              "accountId": "acme",
              "eventId": "01a21d7f-5295-71b7-80b6-12270db8ee36",
              "type": "SubscriptionStarted",
              "version": 2,
              "schemaVersion": 1,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T14:53:33.218Z",
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
                "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91"
              },
              "actor": {
                "id": "3eaf922180d636bd5a3f804b7a660e0e9a6e538f072111a1fe755d486745d77a",
                "role": "customer"
              },
              "channel": "api",
              "correlationId": "dc26f8ab-b545-4761-a0c5-02e1b158ab4f",
              "causation": "request:dc26f8ab-b545-4761-a0c5-02e1b158ab4f"
            },
            {
              "cursor": "AaIdf1KVcbik_TmuS612ig",
              "accountId": "acme",
              "eventId": "01a21d7f-5295-71b8-a4fd-39ae4bad768a",
              "type": "CardChargeRequested",
              "version": 3,
              "schemaVersion": 2,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T14:53:33.218Z",
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
                "chargeId": "01a21d7f-5259-752e-a16b-11cb04a73b91.1",
                "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91"
              },
              "actor": {
                "id": "3eaf922180d636bd5a3f804b7a660e0e9a6e538f072111a1fe755d486745d77a",
                "role": "customer"
              },
              "channel": "api",
              "correlationId": "dc26f8ab-b545-4761-a0c5-02e1b158ab4f",
              "causation": "request:dc26f8ab-b545-4761-a0c5-02e1b158ab4f"
            }
          ],
          "next": "AaIdf1KVcbik_TmuS612ig",
          "reached": "AaIdf1KVcbik_TmuS612ig"
        }
      }
    },
    "GET /v1/imports": {
      "answers": {
        "200": {
          "data": [
            {
              "importId": "018d446e-6bd8-42fb-83a2-66c72f1a25f9",
              "status": "done",
              "dryRun": false,
              "lines": 2,
              "accepted": 1,
              "unchanged": 0,
              "rejected": 1,
              "held": 3,
              "begunAt": "2026-11-27T14:53:54.155Z",
              "endedAt": "2026-11-27T14:53:54.654Z"
            },
            {
              "importId": "9a16d3dd-f491-45a1-9645-4971e66a36fa",
              "status": "done",
              "dryRun": true,
              "lines": 2,
              "accepted": 1,
              "unchanged": 0,
              "rejected": 1,
              "held": 3,
              "begunAt": "2026-11-27T14:53:53.725Z",
              "endedAt": "2026-11-27T14:53:54.102Z"
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/imports/{importId}": {
      "answers": {
        "200": {
          "importId": "9a16d3dd-f491-45a1-9645-4971e66a36fa",
          "status": "running",
          "dryRun": true,
          "lines": 2,
          "accepted": 0,
          "unchanged": 0,
          "rejected": 1,
          "held": 0,
          "begunAt": "2026-11-27T14:53:53.725Z",
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
    "GET /v1/ops/deadlines": {
      "answers": {
        "200": {
          "data": [
            {
              "deadlineId": "d0ceba02-55b1-42d6-977f-6ddbb39c1071",
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
              "effectId": "558ba4a0-30e8-4710-bd67-a0977209a7a8",
              "accountId": "echo",
              "testClockId": "clock_f8e02a4d-f4a6-4440-a310-57a03d1ad16a",
              "kind": "release-number",
              "subject": "01a21d7f-924f-70db-9669-e2dfef6a517e",
              "generation": 1,
              "carrier": "sandbox",
              "dueAt": "2026-05-14T07:00:00.000Z",
              "status": "blocked",
              "attempts": 1,
              "lastOutcome": "blocked",
              "reason": "deletion-lock",
              "nextAttemptAt": null,
              "heldBy": null,
              "createdAt": "2026-11-27T14:53:50.371Z",
              "settledAt": null
            },
            {
              "effectId": "e3628dbb-d5a3-46c8-b1ee-5acd3ceaca0a",
              "accountId": "echo",
              "testClockId": "clock_f8e02a4d-f4a6-4440-a310-57a03d1ad16a",
              "kind": "release-number",
              "subject": "01a21d7f-922b-7227-91a2-310cbeb4d4d2",
              "generation": 1,
              "carrier": "sandbox",
              "dueAt": "2026-05-14T07:00:00.000Z",
              "status": "blocked",
              "attempts": 1,
              "lastOutcome": "blocked",
              "reason": "deletion-lock",
              "nextAttemptAt": null,
              "heldBy": null,
              "createdAt": "2026-11-27T14:53:50.371Z",
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
              "startedAt": "2026-11-27T14:53:50.415Z",
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
          "now": "2026-11-27T14:53:52.053Z",
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
            "lastSeenAt": "2026-11-27T14:53:50.320Z"
          },
          "testClocks": {
            "advancing": 0,
            "failed": 0
          },
          "projections": [
            {
              "name": "memberships",
              "lag": 1,
              "status": "live"
            },
            {
              "name": "cancellations",
              "lag": 1,
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
    "GET /v1/ops/pauses": {
      "answers": {
        "200": {
          "data": [
            {
              "pauseId": "eeedfd47-5c96-44c5-983e-b448434f8b98",
              "kind": "release-number",
              "carrier": "twilio",
              "cause": "operator",
              "reason": "The carrier works on its network",
              "pausedBy": "sandbox-operator",
              "pausedAt": "2026-11-27T14:53:49.713Z",
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
              "position": 146,
              "head": 147,
              "lag": 1,
              "status": "live",
              "rebuild": null,
              "lastError": null
            },
            {
              "name": "cancellations",
              "version": 3,
              "position": 147,
              "head": 147,
              "lag": 0,
              "status": "live",
              "rebuild": null,
              "lastError": null
            },
            {
              "name": "ledger_lines",
              "version": 5,
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
          "next": "eyJrIjpbIjIwMjctMDQtMzBUMDc6MDA6MDAuMDAwWiIsImNlMWVlN2M0LTUyNTQtNDYwNi1iMTAwLTkwYTQxNDc4NjRmMSJdfQ"
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
                  "expiresAt": "2029-11-27T14:53:44.506Z"
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
              "startedAt": "2026-11-27T14:53:45.073Z",
              "doneAt": "2026-11-27T14:53:45.923Z",
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
                  "expiresAt": "2029-11-27T14:53:37.489Z"
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
              "startedAt": "2026-11-27T14:53:42.458Z",
              "doneAt": "2026-11-27T14:53:42.935Z",
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
              "expiresAt": "2029-11-27T14:53:44.506Z"
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
          "startedAt": "2026-11-27T14:53:45.073Z",
          "doneAt": "2026-11-27T14:53:45.923Z",
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
              "subject": "01a21d7f-7eb9-7365-b9bd-beb06d13109f",
              "data": {
                "actor": {
                  "id": "cc933dc1cb520b033eca80ac94e3f7efa02e959408ced7e2be3beec595c8e07d",
                  "role": "customer"
                },
                "channel": "api",
                "language": "en",
                "textHash": "6678513693db3ead9f391b2010e15298641d5ec71f71880a78412f6ad4a38fba",
                "acceptedAt": "2026-03-30T07:00:00.000Z",
                "recordedAt": "2026-11-27T14:53:44.506Z",
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
                "subscriptionId": "01a21d7f-7e60-774f-8185-8b6107915c5f",
                "acknowledgedConsequences": true
              },
              "expiresAt": "2029-11-27T14:53:44.506Z"
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
              "readAt": "2026-11-27T14:53:38.408Z",
              "actorRole": "operator",
              "actorId": "sandbox-operator",
              "route": "GET /v1/accounts/:accountId/data-access",
              "accountId": "acme",
              "requestId": "8b899120-317a-4a13-8eb7-7cb3b1ed24b1",
              "hash": "ce17895e33bbf00c308575dd652ce9739fd4fde18b6b29d974e270c6395bef49"
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
          "hash": "30d1efc74db192e50aa4973a2bac0648c2b453457c6d61a2be7ed0ff78d7364b",
          "brokenAt": null
        }
      }
    },
    "GET /v1/page-session": {
      "answers": {
        "200": {
          "accountId": "echo",
          "expiresAt": "2026-11-27T15:23:48.913Z"
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
          "testClockId": "clock_22cb23b5-d597-49cd-94da-d9f6b24daaf5",
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
              "endpointId": "f7eb1c15-0b8c-4b9a-a83c-bf11dbf04cb9",
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
              "createdAt": "2026-11-27T14:53:49.072Z",
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
          "endpointId": "f7eb1c15-0b8c-4b9a-a83c-bf11dbf04cb9",
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
          "createdAt": "2026-11-27T14:53:49.072Z",
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
              "deliveryId": "01a21d7f-9124-772c-9336-9cceaf53605c",
              "endpointId": "f7eb1c15-0b8c-4b9a-a83c-bf11dbf04cb9",
              "accountId": null,
              "sequence": null,
              "type": "webhook.test",
              "status": "waiting",
              "attempts": 0,
              "nextAttemptAt": "2026-11-27T14:53:49.220Z",
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
          "deliveryId": "01a21d7f-9124-772c-9336-9cceaf53605c",
          "endpointId": "f7eb1c15-0b8c-4b9a-a83c-bf11dbf04cb9",
          "accountId": null,
          "sequence": null,
          "type": "webhook.test",
          "status": "waiting",
          "attempts": 0,
          "nextAttemptAt": "2026-11-27T14:53:49.220Z",
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
          "testClockId": "clock_94c7f379-498a-49f5-81ac-652f900453c8",
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
          "endpointId": "f7eb1c15-0b8c-4b9a-a83c-bf11dbf04cb9",
          "url": "http://127.0.0.1:9/sunset",
          "events": [
            "PeriodEnded",
            "LossAnnounced"
          ],
          "status": "disabled",
          "disabledBecause": "asked",
          "disabledAt": "2026-11-27T14:53:49.361Z",
          "failingSince": null,
          "acknowledgedAt": null,
          "createdAt": "2026-11-27T14:53:49.072Z",
          "waiting": 1,
          "undeliveredSince": "2026-11-27T14:53:49.249Z"
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
          "testClockId": "clock_22cb23b5-d597-49cd-94da-d9f6b24daaf5",
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
        "testClockId": "clock_22cb23b5-d597-49cd-94da-d9f6b24daaf5"
      }
    },
    "POST /v1/accounts/{accountId}/charges/{chargeId}/collected": {
      "answers": {
        "200": {
          "chargeId": "01a21d7f-8f55-7378-8058-f1d7b91b2b4c",
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
          "chargeId": "01a21d7f-8f95-7280-b7ab-23986b0007b3",
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
              "expiresAt": "2029-11-27T14:53:44.506Z"
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
          "startedAt": "2026-11-27T14:53:45.073Z",
          "doneAt": "2026-11-27T14:53:45.923Z",
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
          "holdId": "01a21d7f-8050-74ab-963a-3a293baa17e6",
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
          "numberId": "01a21d7f-530b-77bd-8e02-6484cb22ccba",
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
          "url": "http://127.0.0.1:26244/membership/open/MoQJHNdyzsl4-ro0p0iOul0kNUqnJLJTUWH7V4BqymY",
          "expiresAt": "2026-11-27T14:58:48.896Z"
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
          "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91",
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
          "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91",
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
          "attemptId": "01a21d7f-603b-7192-806d-8fee4f1b21aa",
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
          "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91",
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
          "subscriptionId": "01a21d7f-884e-74e1-9ca2-2464360ddb4b",
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
          "subscriptionId": "01a21d7f-884e-74e1-9ca2-2464360ddb4b",
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
          "subscriptionId": "01a21d7f-884e-74e1-9ca2-2464360ddb4b",
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
          "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91",
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
          "registrationId": "01a21d7f-53ed-7439-97b5-28755a623024",
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
          "registrationId": "01a21d7f-53ed-7439-97b5-28755a623024",
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
          "chargeId": "01a21d7f-8f55-7378-8058-f1d7b91b2b4c",
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
              "chargeId": "01a21d7f-5259-752e-a16b-11cb04a73b91.1",
              "purpose": "plan",
              "amount": {
                "amount": 4900,
                "currency": "USD"
              },
              "status": "requested",
              "requestedAt": "2026-03-30T07:00:00.000Z",
              "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91"
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
          "token": "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoic2VydmljZSIsImlzcyI6InVybjpzdW5zZXQ6c2FuZGJveCIsImF1ZCI6InN1bnNldCIsInN1YiI6InNhbmRib3gtc2VydmljZSIsImlhdCI6MTc5NTc5MTIxMiwiZXhwIjoxNzk4MzgzMjEyfQ.PMzDDtT43J7n2p6lwvgYLCQZ1CbJ3vfPk9KWzuRJOj52i5fP6CjxG-SQ0jkFP-pW7O5ZkNJlzrYgU8y-W7bOAw"
        }
      },
      "request": {
        "role": "service"
      }
    },
    "POST /v1/imports": {
      "answers": {
        "202": {
          "importId": "9a16d3dd-f491-45a1-9645-4971e66a36fa"
        }
      }
    },
    "POST /v1/ops/deadlines/{deadlineId}/retry": {
      "answers": {
        "200": {
          "deadlineId": "d0ceba02-55b1-42d6-977f-6ddbb39c1071",
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
          "effectId": "e3628dbb-d5a3-46c8-b1ee-5acd3ceaca0a",
          "accountId": "echo",
          "testClockId": "clock_f8e02a4d-f4a6-4440-a310-57a03d1ad16a",
          "kind": "release-number",
          "subject": "01a21d7f-922b-7227-91a2-310cbeb4d4d2",
          "generation": 1,
          "carrier": "sandbox",
          "dueAt": "2026-05-14T07:00:00.000Z",
          "status": "pending",
          "attempts": 1,
          "lastOutcome": "blocked",
          "reason": "deletion-lock",
          "nextAttemptAt": "2026-05-14T07:00:00.000Z",
          "heldBy": null,
          "createdAt": "2026-11-27T14:53:50.371Z",
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
          "effectId": "558ba4a0-30e8-4710-bd67-a0977209a7a8",
          "accountId": "echo",
          "testClockId": "clock_f8e02a4d-f4a6-4440-a310-57a03d1ad16a",
          "kind": "release-number",
          "subject": "01a21d7f-924f-70db-9669-e2dfef6a517e",
          "generation": 1,
          "carrier": "sandbox",
          "dueAt": "2026-05-14T07:00:00.000Z",
          "status": "done",
          "attempts": 1,
          "lastOutcome": "settled-elsewhere",
          "reason": "operator",
          "nextAttemptAt": null,
          "heldBy": null,
          "createdAt": "2026-11-27T14:53:50.371Z",
          "settledAt": "2026-11-27T14:53:50.639Z"
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
          "pauseId": "eeedfd47-5c96-44c5-983e-b448434f8b98",
          "kind": "release-number",
          "carrier": "twilio",
          "cause": "operator",
          "reason": "The carrier works on its network",
          "pausedBy": "sandbox-operator",
          "pausedAt": "2026-11-27T14:53:49.713Z",
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
          "pauseId": "eeedfd47-5c96-44c5-983e-b448434f8b98",
          "kind": "release-number",
          "carrier": "twilio",
          "cause": "operator",
          "reason": "redacted by sandbox-operator",
          "pausedBy": "sandbox-operator",
          "pausedAt": "2026-11-27T14:53:49.713Z",
          "resumedBy": "sandbox-operator",
          "resumedAt": "2026-11-27T14:53:49.759Z",
          "resumeReason": "redacted by sandbox-operator"
        }
      }
    },
    "POST /v1/ops/projections/{name}/rebuild": {
      "answers": {
        "202": {
          "name": "cancellations",
          "version": 3,
          "position": 147,
          "head": 147,
          "lag": 0,
          "status": "rebuilding",
          "rebuild": {
            "version": 3,
            "status": "requested",
            "position": 0,
            "target": 0,
            "startedAt": "2026-11-27T14:53:52.651Z",
            "lastError": null
          },
          "lastError": null
        }
      }
    },
    "POST /v1/ops/purge-stops/{stopId}/confirm": {
      "answers": {
        "200": {
          "stopId": "6cd0f568-d016-449f-a226-23829d00e2ce",
          "cause": "clock-forward",
          "lastSeenAt": "2026-11-27T14:53:55.144Z",
          "stoppedAt": "2026-11-27T14:53:55.144Z",
          "confirmedBy": "sandbox-operator",
          "confirmedAt": "2026-11-27T14:53:55.163Z",
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
          "stopId": "6cd0f568-d016-449f-a226-23829d00e2ce",
          "cause": "clock-forward",
          "lastSeenAt": "2026-11-27T14:53:55.144Z",
          "stoppedAt": "2026-11-27T14:53:55.144Z",
          "confirmedBy": "sandbox-operator",
          "confirmedAt": "2026-11-27T14:53:55.163Z",
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
              "expiresAt": "2029-11-27T14:53:37.489Z"
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
          "startedAt": "2026-11-27T14:53:42.458Z",
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
              "expiresAt": "2029-11-27T14:53:37.489Z"
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
          "startedAt": "2026-11-27T14:53:42.458Z",
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
          "testClockId": "clock_22cb23b5-d597-49cd-94da-d9f6b24daaf5",
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
          "testClockId": "clock_22cb23b5-d597-49cd-94da-d9f6b24daaf5",
          "now": "2026-04-30T07:00:00.000Z",
          "status": "ready"
        },
        "202": {
          "testClockId": "clock_5f0d3cef-8a50-439a-95a6-dc3c3530107c",
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
          "endpointId": "f7eb1c15-0b8c-4b9a-a83c-bf11dbf04cb9",
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
          "createdAt": "2026-11-27T14:53:49.072Z",
          "waiting": 0,
          "undeliveredSince": null,
          "secret": "whsec_lAJU9abdkN/vKECF02z9IM6TBSAIUDhvty5M/lKZLe0="
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
          "deliveryId": "01a21d7f-9124-772c-9336-9cceaf53605c",
          "endpointId": "f7eb1c15-0b8c-4b9a-a83c-bf11dbf04cb9",
          "accountId": null,
          "sequence": null,
          "type": "webhook.test",
          "status": "waiting",
          "attempts": 1,
          "nextAttemptAt": "2026-11-27T14:53:49.319Z",
          "firstAttemptAt": "2026-11-27T14:53:49.249Z",
          "lastAttemptAt": "2026-11-27T14:53:49.249Z",
          "httpStatus": null,
          "reason": "connection",
          "latencyMs": 26,
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
          "endpointId": "f7eb1c15-0b8c-4b9a-a83c-bf11dbf04cb9",
          "secret": "whsec_RiJLvHo1MiZPeZjNBYKLTLfFrl7/7ELF7iZVH3i6q9Y=",
          "formerUntil": "2026-11-28T14:53:49.152Z"
        }
      }
    },
    "POST /v1/webhook-endpoints/{endpointId}/test": {
      "answers": {
        "202": {
          "deliveryId": "01a21d7f-9124-772c-9336-9cceaf53605c",
          "endpointId": "f7eb1c15-0b8c-4b9a-a83c-bf11dbf04cb9",
          "accountId": null,
          "sequence": null,
          "type": "webhook.test",
          "status": "waiting",
          "attempts": 0,
          "nextAttemptAt": "2026-11-27T14:53:49.220Z",
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
              "chargeId": "01a21d7f-5259-752e-a16b-11cb04a73b91.1",
              "purpose": "plan",
              "amount": {
                "amount": 4900,
                "currency": "USD"
              },
              "status": "requested",
              "requestedAt": "2026-03-30T07:00:00.000Z",
              "subscriptionId": "01a21d7f-5259-752e-a16b-11cb04a73b91"
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
          "until": "2026-11-27T14:54:49.023Z",
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
      "instance": "urn:uuid:4d6132b3-5422-4e5f-80eb-15f163f16531"
    },
    "account_purged": {
      "code": "account_purged",
      "purgedAt": "2027-04-30T07:00:00.000Z",
      "type": "urn:sunset:problem:account_purged",
      "title": "The data of the account has been deleted",
      "status": 410,
      "detail": "The data of the account has been deleted.",
      "instance": "urn:uuid:2c5aa4ea-9e3f-41b1-bdbd-f0ebc05bc48b"
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
      "instance": "urn:uuid:a9ae22e9-7903-47ea-b82b-b3cadebd301b"
    },
    "already_subscribed": {
      "code": "already_subscribed",
      "subscriptionId": "01a21d7f-884e-74e1-9ca2-2464360ddb4b",
      "type": "urn:sunset:problem:already_subscribed",
      "title": "A subscription of this kind is open already",
      "status": 409,
      "detail": "A subscription of this kind is open already.",
      "instance": "urn:uuid:4be55486-c0fb-4683-a177-dc9e327272f1"
    },
    "attempt_expired": {
      "code": "attempt_expired",
      "expiresAt": "2026-03-30T08:00:00.000Z",
      "type": "urn:sunset:problem:attempt_expired",
      "title": "The cancellation attempt has expired",
      "status": 409,
      "detail": "The cancellation attempt has expired.",
      "instance": "urn:uuid:4375be6d-f360-45c2-8a50-dfd87d51d6e1"
    },
    "attempt_used": {
      "code": "attempt_used",
      "type": "urn:sunset:problem:attempt_used",
      "title": "The cancellation attempt was confirmed already, and what came of it was undone",
      "status": 409,
      "detail": "The cancellation attempt was confirmed already, and what came of it was undone.",
      "instance": "urn:uuid:6dfe532e-3107-43ff-9bab-24c4f89ba593"
    },
    "auto_recharge_suspended": {
      "code": "auto_recharge_suspended",
      "type": "urn:sunset:problem:auto_recharge_suspended",
      "title": "No plan will renew, so no card is charged any more",
      "status": 409,
      "detail": "No plan will renew, so no card is charged any more.",
      "instance": "urn:uuid:b5706879-861b-4083-adb2-617bc4c37aa8"
    },
    "cancellation_already_pending": {
      "code": "cancellation_already_pending",
      "subscriptionId": "01a21d7f-884e-74e1-9ca2-2464360ddb4b",
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
      "instance": "urn:uuid:6582f0a5-2d32-4694-97e9-b28bf8216372"
    },
    "cancellation_not_pending": {
      "code": "cancellation_not_pending",
      "type": "urn:sunset:problem:cancellation_not_pending",
      "title": "No cancellation is pending",
      "status": 409,
      "detail": "No cancellation is pending.",
      "instance": "urn:uuid:47244cf2-1877-49d2-8deb-9ea574d1c946"
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
      "instance": "urn:uuid:c1fda819-2e04-462a-9651-4c1f49584cf8"
    },
    "deadline_not_retryable": {
      "code": "deadline_not_retryable",
      "status": 409,
      "type": "urn:sunset:problem:deadline_not_retryable",
      "title": "The deadline is neither blocked nor dead",
      "detail": "The deadline is neither blocked nor dead.",
      "instance": "urn:uuid:9b421e6c-7548-4a62-93d2-5acfdc554e45"
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
      "instance": "urn:uuid:763a0b85-358e-4be2-81f1-5d722f60b000"
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
      "instance": "urn:uuid:9481205d-363c-4ab4-9381-38648bc73bd6"
    },
    "effect_not_retryable": {
      "code": "effect_not_retryable",
      "type": "urn:sunset:problem:effect_not_retryable",
      "title": "The effect is neither blocked nor dead",
      "status": 409,
      "detail": "The effect is neither blocked nor dead.",
      "instance": "urn:uuid:04324b96-cc12-4118-a3e4-d1c97a4d8b54"
    },
    "effect_not_settleable": {
      "code": "effect_not_settleable",
      "type": "urn:sunset:problem:effect_not_settleable",
      "title": "The effect is settled already, or is being attempted just now",
      "status": 409,
      "detail": "The effect is settled already, or is being attempted just now.",
      "instance": "urn:uuid:dd74d038-3160-41a3-b9cf-b63f67d801d0"
    },
    "endpoint_disabled": {
      "code": "endpoint_disabled",
      "type": "urn:sunset:problem:endpoint_disabled",
      "title": "The webhook endpoint is disabled",
      "status": 409,
      "detail": "The webhook endpoint is disabled.",
      "instance": "urn:uuid:1bb2a1cc-0620-40f2-952d-bcb99ab77838"
    },
    "forbidden": {
      "code": "forbidden",
      "type": "urn:sunset:problem:forbidden",
      "title": "The role may not do this",
      "status": 403,
      "detail": "The role may not do this.",
      "instance": "urn:uuid:a36a080b-1191-4af8-94a5-af18e5684ebe"
    },
    "idempotency_key_reused": {
      "code": "idempotency_key_reused",
      "type": "urn:sunset:problem:idempotency_key_reused",
      "title": "The idempotency key was used for another request",
      "status": 422,
      "detail": "The idempotency key was used for another request.",
      "instance": "urn:uuid:372b2cc4-e797-4927-978c-f2c4c0cfea0f"
    },
    "invalid_request": {
      "code": "invalid_request",
      "type": "urn:sunset:problem:invalid_request",
      "title": "The request is not valid",
      "status": 422,
      "detail": "The request is not valid.",
      "instance": "urn:uuid:4c980d6e-860a-499f-bc00-0daef507c55e",
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
        "01a21d7f-8050-74ab-963a-3a293baa17e6"
      ],
      "type": "urn:sunset:problem:legal_hold",
      "title": "A legal hold stands",
      "status": 409,
      "detail": "A legal hold stands.",
      "instance": "urn:uuid:c510864d-23ce-40a5-a10a-6e54f300aa80"
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
      "instance": "urn:uuid:74650b88-7593-4c96-b8e1-91172fdd6861"
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
      "instance": "urn:uuid:7d9b1eae-9018-44b5-8f01-536810e2864c"
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
      "instance": "urn:uuid:3c17ebe7-aee9-4e4e-a504-dd650162d935"
    },
    "no_open_plan": {
      "code": "no_open_plan",
      "type": "urn:sunset:problem:no_open_plan",
      "title": "No plan is open for it; subscribe first",
      "status": 409,
      "detail": "No plan is open for it; subscribe first.",
      "instance": "urn:uuid:81f455c2-84d8-4b9b-a0ec-726d5528e195"
    },
    "not_found": {
      "code": "not_found",
      "what": "account",
      "type": "urn:sunset:problem:not_found",
      "title": "Not found",
      "status": 404,
      "detail": "There is no such account.",
      "instance": "urn:uuid:87f5929e-86d4-4702-82f1-46fc03c1f828"
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
      "instance": "urn:uuid:45a0eab6-1da2-4bd1-aa75-1fc0a8f79420"
    },
    "number_exists": {
      "code": "number_exists",
      "type": "urn:sunset:problem:number_exists",
      "title": "The number is in the account already",
      "status": 409,
      "detail": "The number is in the account already.",
      "instance": "urn:uuid:b785ae39-ddb0-4246-83a0-0baf83509b29"
    },
    "number_not_removable": {
      "code": "number_not_removable",
      "numberStatus": "released",
      "type": "urn:sunset:problem:number_not_removable",
      "title": "The number cannot be removed any more",
      "status": 409,
      "detail": "The number cannot be removed any more.",
      "instance": "urn:uuid:bb437185-78f9-4a3e-afc4-2fc975058957"
    },
    "number_taken": {
      "code": "number_taken",
      "type": "urn:sunset:problem:number_taken",
      "title": "Another account has the number",
      "status": 409,
      "detail": "Another account has the number.",
      "instance": "urn:uuid:d7f18e5c-5dc1-4863-b561-dbdf6f18ea7e"
    },
    "pause_ended": {
      "code": "pause_ended",
      "type": "urn:sunset:problem:pause_ended",
      "title": "The pause has ended already",
      "status": 409,
      "detail": "The pause has ended already.",
      "instance": "urn:uuid:a9026ea9-e0e0-4f19-bf69-e22bf1d648cd"
    },
    "plan_change_while_cancelling": {
      "code": "plan_change_while_cancelling",
      "type": "urn:sunset:problem:plan_change_while_cancelling",
      "title": "The plan cannot change while a cancellation is pending",
      "status": 409,
      "detail": "The plan cannot change while a cancellation is pending.",
      "instance": "urn:uuid:10a83ded-205b-4284-9f89-f0a88177b4ee"
    },
    "preview_stale": {
      "code": "preview_stale",
      "type": "urn:sunset:problem:preview_stale",
      "title": "The preview no longer shows what would happen",
      "status": 409,
      "detail": "The preview no longer shows what would happen.",
      "instance": "urn:uuid:e181c149-188b-4698-877d-9d48508cd07a"
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
      "instance": "urn:uuid:b0ef34f3-d829-4231-a203-dab619ba2b81"
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
      "instance": "urn:uuid:f82bd8e4-a93b-47b9-a244-fbdb010d792b"
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
      "instance": "urn:uuid:26d12420-420f-4d48-befd-d99770ead8b8"
    },
    "stop_confirmed": {
      "code": "stop_confirmed",
      "type": "urn:sunset:problem:stop_confirmed",
      "title": "The stop was confirmed already",
      "status": 409,
      "detail": "The stop was confirmed already.",
      "instance": "urn:uuid:b319dd46-ba75-438e-a90d-e9197b8aa82d"
    },
    "subscription_ended": {
      "code": "subscription_ended",
      "endedAt": "2026-04-30T07:00:00.000Z",
      "type": "urn:sunset:problem:subscription_ended",
      "title": "The subscription has ended",
      "status": 409,
      "detail": "The subscription has ended.",
      "instance": "urn:uuid:f9f262b8-4d17-4e30-bf94-0c90734b6f11"
    },
    "subscription_open": {
      "code": "subscription_open",
      "type": "urn:sunset:problem:subscription_open",
      "title": "A subscription is still open",
      "status": 409,
      "detail": "A subscription is still open.",
      "instance": "urn:uuid:b2400d6e-710c-4da1-b36b-d77f258d43e6"
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
      "instance": "urn:uuid:431e295c-a6bb-4389-bf21-c6a23197c200"
    },
    "ten_dlc_not_pending": {
      "code": "ten_dlc_not_pending",
      "tenDlcStatus": "none",
      "type": "urn:sunset:problem:ten_dlc_not_pending",
      "title": "No 10DLC registration waits for approval",
      "status": 409,
      "detail": "No 10DLC registration waits for approval.",
      "instance": "urn:uuid:3e7b1df2-04de-4191-bcc8-6b19c8debd9f"
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
      "instance": "urn:uuid:5ccc6f41-1609-472c-8898-d7c02c8a9e58"
    },
    "unauthenticated": {
      "code": "unauthenticated",
      "type": "urn:sunset:problem:unauthenticated",
      "title": "A valid bearer token is required",
      "status": 401,
      "detail": "A valid bearer token is required.",
      "instance": "urn:uuid:24fe65db-a4d5-4cab-bbcd-8a912a562fbc"
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

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
          "askedActId": "ea5d74d3-6c6b-4475-b3be-f9bd4d25ce26",
          "act": "end-pause",
          "target": "ea97d641-8d63-47a6-9b7d-c0488efe8a96",
          "details": {
            "pauseId": "ea97d641-8d63-47a6-9b7d-c0488efe8a96"
          },
          "reason": "It was a promotion",
          "askedBy": "bea",
          "askedAt": "2026-11-27T21:48:51.404Z",
          "standsUntil": "2026-11-28T21:48:51.404Z",
          "status": "declined",
          "endedBy": "sandbox-operator",
          "endedAt": "2026-11-27T21:48:52.012Z"
        }
      }
    },
    "DELETE /v1/ops/pauses/{pauseId}": {
      "answers": {
        "200": {
          "pauseId": "94fbe0e6-3585-4c2b-8d87-1ee01686a42f",
          "kind": "release-number",
          "carrier": "twilio",
          "cause": "operator",
          "reason": "The carrier works on its network",
          "pausedBy": "sandbox-operator",
          "pausedAt": "2026-11-27T21:46:40.417Z",
          "resumedBy": "sandbox-operator",
          "resumedAt": "2026-11-27T21:46:44.620Z",
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
              "x": "s5QOTU7jgp0rzVajkFnfs3QY7w3i3GFuoU9ebqL-nEA",
              "kid": "zTY3Vpu9ifKNH5Li0ikaq-vmvXDTDDh1_2VTqrx4FHE",
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
        "200": "# HELP process_cpu_user_seconds_total Total user CPU time spent in seconds.\n# TYPE process_cpu_user_seconds_total counter\nprocess_cpu_user_seconds_total 6.507288\n\n# HELP process_cpu_system_seconds_total Total system CPU time spent in seconds.\n# TYPE process_cpu_system_seconds_total counter"
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
              "testClockId": "clock_2d4027e6-0109-4cc9-be59-b699999cdeaf",
              "subscriptions": [
                {
                  "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0",
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
          "testClockId": "clock_2d4027e6-0109-4cc9-be59-b699999cdeaf",
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
              "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0",
              "attemptId": "01a21ef8-2e19-753b-9fe9-15fa189f4a2b",
              "acceptedAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T21:45:11.787Z",
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
                "id": "27833de5a708fea77abb2caf779d63f730007e2539f9de0419338ba35580184d",
                "role": "customer"
              },
              "channel": "api",
              "evidence": "recorded"
            },
            {
              "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0",
              "attemptId": null,
              "acceptedAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T21:45:13.085Z",
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
                "id": "27833de5a708fea77abb2caf779d63f730007e2539f9de0419338ba35580184d",
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
                "id": "27833de5a708fea77abb2caf779d63f730007e2539f9de0419338ba35580184d"
              },
              "readAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T21:45:14.658Z"
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
              "eventId": "01a21ef8-0dbc-74ba-8498-9af189a936c9",
              "type": "AccountOpened",
              "version": 1,
              "schemaVersion": 1,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T21:45:02.690Z",
              "data": {
                "name": "Ann",
                "email": "ann@example.com",
                "currency": "USD",
                "timeZone": "America/Los_Angeles",
                "numberFee": {
                  "amount": 200,
                  "currency": "USD"
                },
                "testClockId": "clock_2d4027e6-0109-4cc9-be59-b699999cdeaf",
                "cancellationMode": "two-step",
                "numberBillingAnchorDay": null
              },
              "actor": {
                "id": "sandbox-service",
                "role": "service"
              },
              "channel": "api",
              "correlationId": "e9bcfde2-fd16-4311-a974-a3dc167d5f37",
              "causation": "request:e9bcfde2-fd16-4311-a974-a3dc167d5f37"
            },
            {
              "eventId": "01a21ef8-1059-7656-a2e3-fcb7c6c9e038",
              "type": "SubscriptionStarted",
              "version": 2,
              "schemaVersion": 1,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T21:45:03.326Z",
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
                "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0"
              },
              "actor": {
                "id": "27833de5a708fea77abb2caf779d63f730007e2539f9de0419338ba35580184d",
                "role": "customer"
              },
              "channel": "api",
              "correlationId": "5bb98607-3330-474c-9a00-2610a5c6cde0",
              "causation": "request:5bb98607-3330-474c-9a00-2610a5c6cde0"
            },
            {
              "eventId": "01a21ef8-1059-7657-b2c4-47876cac392d",
              "type": "CardChargeRequested",
              "version": 3,
              "schemaVersion": 2,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T21:45:03.326Z",
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
                "chargeId": "01a21ef8-0fca-7719-a996-a30473cf50e0.1",
                "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0"
              },
              "actor": {
                "id": "27833de5a708fea77abb2caf779d63f730007e2539f9de0419338ba35580184d",
                "role": "customer"
              },
              "channel": "api",
              "correlationId": "5bb98607-3330-474c-9a00-2610a5c6cde0",
              "causation": "request:5bb98607-3330-474c-9a00-2610a5c6cde0"
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
              "entryId": "01a21ef8-1059-7657-b2c4-47876cac392d",
              "kind": "card_charge",
              "source": "card",
              "amount": {
                "amount": 4900,
                "currency": "USD"
              },
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0",
              "chargeId": "01a21ef8-0fca-7719-a996-a30473cf50e0.1",
              "detail": "charge 01a21ef8-0fca-7719-a996-a30473cf50e0.1",
              "chargeStatus": "requested"
            },
            {
              "entryId": "01a21ef8-18c9-75ec-aaac-aea495c7d7aa",
              "kind": "top_up",
              "source": "wallet",
              "amount": {
                "amount": 300,
                "currency": "USD"
              },
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "detail": "top-up 01a21ef8-1877-7023-bdf8-70658a419415"
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
              "holdId": "01a21ef8-a2e2-7319-b1a2-ea6a32f31d8a",
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
              "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0",
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
              "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0"
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
              "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0"
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
              "numberId": "01a21ef8-124f-7594-8fce-44be2e7dcbcd",
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
              "numberId": "01a21ef8-1464-71aa-bcca-fdf10c1a089a",
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
            "recordedAt": "2026-11-27T21:45:31.065Z",
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
                  "sum": "a7d4d2be27a96f670136c4b39ddb10838b15cb57f350c33439cb65adeda77009",
                  "salt": "Hqkw7Fy2XvygflX2kvsVNz_V5of-agDsfxC5qT05VDs",
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
              "tables": 56,
              "markers": 5,
              "findings": 0
            },
            "exceptions": [
              {
                "kind": "consents",
                "reason": "Evidence of what was accepted, without free text.",
                "records": 2,
                "expiresAt": "2029-11-27T21:45:13.085Z"
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
                  "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0",
                  "planId": "messaging-monthly",
                  "endedAt": "2026-04-30T07:00:00.000Z",
                  "cancellationId": "01a21ef8-3673-75e6-9fb4-20959a656c9f",
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
          "jws": "eyJhbGciOiJFZERTQSIsImtpZCI6InpUWTNWcHU5…"
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
          "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0",
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
          "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0",
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
          "hash": "ed066ba6282db5db445773f574f45dc3a0d8f21504651b5b6b13bbf2efb42914"
        }
      }
    },
    "GET /v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation/receipt": {
      "answers": {
        "200": {
          "receipt": {
            "format": "sunset-cancellation-receipt/1",
            "accountId": "acme",
            "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0",
            "planId": "messaging-monthly",
            "cancellationId": "01a21ef8-3673-75e6-9fb4-20959a656c9f",
            "requestedAt": "2026-03-30T07:00:00.000Z",
            "recordedAt": "2026-11-27T21:45:13.085Z",
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
          "jws": "eyJhbGciOiJFZERTQSIsImtpZCI6InpUWTNWcHU5…"
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
          "registrationId": "01a21ef8-15a2-703e-b4fc-dd10e568c246",
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
              "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0",
              "detail": "Started Messaging, monthly, first period until April 30, 2026 at 12:00 AM (PDT)."
            },
            {
              "at": "2026-03-30T07:00:00.000Z",
              "kind": "CardChargeRequested",
              "status": "done",
              "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0",
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
              "chargeId": "01a21ef8-0fca-7719-a996-a30473cf50e0.1",
              "purpose": "plan",
              "amount": {
                "amount": 4900,
                "currency": "USD"
              },
              "status": "requested",
              "requestedAt": "2026-03-30T07:00:00.000Z",
              "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0"
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
              "cancellationId": "01a21ef8-2e19-753b-9fe9-15fa189f4a2b",
              "accountId": "acme",
              "testClockId": "clock_2d4027e6-0109-4cc9-be59-b699999cdeaf",
              "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0",
              "planId": "messaging-monthly",
              "planKind": "messaging",
              "outcome": "resumed",
              "reason": "too_expensive",
              "openedAt": "2026-03-30T07:00:00.000Z",
              "attemptId": "01a21ef8-2e19-753b-9fe9-15fa189f4a2b",
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
              "cancellationId": "01a21ef8-3673-75e6-9fb4-20959a656c9f",
              "accountId": "acme",
              "testClockId": "clock_2d4027e6-0109-4cc9-be59-b699999cdeaf",
              "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0",
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
              "cancellationId": "01a21ef8-886b-75be-8351-da68c380a13a",
              "accountId": "bravo",
              "testClockId": "clock_49707172-f139-4b76-a0b7-fd906aec569b",
              "subscriptionId": "01a21ef8-84d3-7788-82f1-97cd10e3acde",
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
          "asOf": "2026-11-27T21:48:22.543Z",
          "knownAt": "2026-11-27T21:48:22.543Z",
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
          "asOf": "2026-11-27T21:48:28.988Z",
          "knownAt": "2026-11-27T21:48:28.988Z",
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
          "asOf": "2026-11-27T21:48:31.168Z",
          "knownAt": "2026-11-27T21:48:31.168Z",
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
          "asOf": "2026-11-27T21:48:33.022Z",
          "knownAt": "2026-11-27T21:48:33.022Z",
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
          "asOf": "2026-11-27T21:48:35.719Z",
          "knownAt": "2026-11-27T21:48:35.719Z",
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
          "asOf": "2026-11-27T21:48:25.756Z",
          "knownAt": "2026-11-27T21:48:25.756Z",
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
          "asOf": "2026-11-27T21:48:34.131Z",
          "knownAt": "2026-11-27T21:48:34.131Z",
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
          "asOf": "2026-11-27T21:48:35.091Z",
          "knownAt": "2026-11-27T21:48:35.091Z",
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
          "until": "2026-11-27T21:47:17.801Z",
          "followedSince": "2026-11-27T21:46:18.148Z",
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
              "cursor": "AaIe-A28dLqEmJrxiak2yQ",
              "accountId": "acme",
              "eventId": "01a21ef8-0dbc-74ba-8498-9af189a936c9",
              "type": "AccountOpened",
              "version": 1,
              "schemaVersion": 1,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T21:45:02.690Z",
              "data": {
                "name": "Ann",
                "email": "ann@example.com",
                "currency": "USD",
                "timeZone": "America/Los_Angeles",
                "numberFee": {
                  "amount": 200,
                  "currency": "USD"
                },
                "testClockId": "clock_2d4027e6-0109-4cc9-be59-b699999cdeaf",
                "cancellationMode": "two-step",
                "numberBillingAnchorDay": null
              },
              "actor": {
                "id": "sandbox-service",
                "role": "service"
              },
              "channel": "api",
              "correlationId": "e9bcfde2-fd16-4311-a974-a3dc167d5f37",
              "causation": "request:e9bcfde2-fd16-4311-a974-a3dc167d5f37"
            },
            {
              "cursor": "AaIe-BBZdlai4_y3xsngOA",
              "accountId": "acme",
              "eventId": "01a21ef8-1059-7656-a2e3-fcb7c6c9e038",
              "type": "SubscriptionStarted",
              "version": 2,
              "schemaVersion": 1,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T21:45:03.326Z",
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
                "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0"
              },
              "actor": {
                "id": "27833de5a708fea77abb2caf779d63f730007e2539f9de0419338ba35580184d",
                "role": "customer"
              },
              "channel": "api",
              "correlationId": "5bb98607-3330-474c-9a00-2610a5c6cde0",
              "causation": "request:5bb98607-3330-474c-9a00-2610a5c6cde0"
            },
            {
              "cursor": "AaIe-BBZdleyxEeHbKw5LQ",
              "accountId": "acme",
              "eventId": "01a21ef8-1059-7657-b2c4-47876cac392d",
              "type": "CardChargeRequested",
              "version": 3,
              "schemaVersion": 2,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T21:45:03.326Z",
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
                "chargeId": "01a21ef8-0fca-7719-a996-a30473cf50e0.1",
                "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0"
              },
              "actor": {
                "id": "27833de5a708fea77abb2caf779d63f730007e2539f9de0419338ba35580184d",
                "role": "customer"
              },
              "channel": "api",
              "correlationId": "5bb98607-3330-474c-9a00-2610a5c6cde0",
              "causation": "request:5bb98607-3330-474c-9a00-2610a5c6cde0"
            }
          ],
          "next": "AaIe-BBZdleyxEeHbKw5LQ",
          "reached": "AaIe-BBZdleyxEeHbKw5LQ"
        }
      }
    },
    "GET /v1/imports": {
      "answers": {
        "200": {
          "data": [
            {
              "importId": "eaa6852e-a861-4daf-ac81-c636ef64c00d",
              "status": "done",
              "dryRun": false,
              "lines": 2,
              "accepted": 1,
              "unchanged": 0,
              "rejected": 1,
              "held": 3,
              "begunAt": "2026-11-27T21:48:41.002Z",
              "endedAt": "2026-11-27T21:48:42.552Z"
            },
            {
              "importId": "73ee64d8-586c-4853-bd36-65c44d9a71f0",
              "status": "done",
              "dryRun": true,
              "lines": 2,
              "accepted": 1,
              "unchanged": 0,
              "rejected": 1,
              "held": 3,
              "begunAt": "2026-11-27T21:48:38.753Z",
              "endedAt": "2026-11-27T21:48:40.713Z"
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/imports/{importId}": {
      "answers": {
        "200": {
          "importId": "73ee64d8-586c-4853-bd36-65c44d9a71f0",
          "status": "running",
          "dryRun": true,
          "lines": 2,
          "accepted": 0,
          "unchanged": 0,
          "rejected": 1,
          "held": 0,
          "begunAt": "2026-11-27T21:48:38.753Z",
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
              "actId": "d5b44ec5-4349-4c8b-ad38-127c4c69aab4",
              "act": "let-go",
              "filter": {
                "list": "pauses",
                "actId": "2158940d-3ef9-43b4-858f-2c17fc3a51bd"
              },
              "actorId": "sandbox-operator",
              "reason": "The carrier is back",
              "shownAt": "2026-11-27T21:46:54.020Z",
              "begunAt": "2026-11-27T21:46:54.574Z",
              "matched": 1,
              "more": false,
              "changed": 1,
              "refused": 0,
              "left": 0,
              "undo": null
            },
            {
              "actId": "2158940d-3ef9-43b4-858f-2c17fc3a51bd",
              "act": "pause",
              "filter": {
                "list": "effects",
                "carrier": "telnyx"
              },
              "actorId": "sandbox-operator",
              "reason": "The carrier works on its network",
              "shownAt": "2026-11-27T21:46:47.248Z",
              "begunAt": "2026-11-27T21:46:52.739Z",
              "matched": 0,
              "more": false,
              "changed": 1,
              "refused": 0,
              "left": 0,
              "undo": {
                "act": "let-go",
                "filter": {
                  "list": "pauses",
                  "actId": "2158940d-3ef9-43b4-858f-2c17fc3a51bd"
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
              "askedActId": "ea5d74d3-6c6b-4475-b3be-f9bd4d25ce26",
              "act": "end-pause",
              "target": "ea97d641-8d63-47a6-9b7d-c0488efe8a96",
              "details": {
                "pauseId": "ea97d641-8d63-47a6-9b7d-c0488efe8a96"
              },
              "reason": "It was a promotion",
              "askedBy": "bea",
              "askedAt": "2026-11-27T21:48:51.404Z",
              "standsUntil": "2026-11-28T21:48:51.404Z",
              "status": "declined",
              "endedBy": "sandbox-operator",
              "endedAt": "2026-11-27T21:48:52.012Z"
            },
            {
              "askedActId": "c1e1896b-ad52-40e4-8b69-f06b29658cb3",
              "act": "end-pause",
              "target": "c6bf20b7-7e49-4293-b43e-5d6accffce91",
              "details": {
                "pauseId": "c6bf20b7-7e49-4293-b43e-5d6accffce91"
              },
              "reason": "redacted by sandbox-operator",
              "askedBy": "sandbox-operator",
              "askedAt": "2026-11-27T21:48:51.268Z",
              "standsUntil": "2026-11-28T21:48:51.268Z",
              "status": "waiting",
              "endedBy": null,
              "endedAt": null
            },
            {
              "askedActId": "f1a2aec5-685b-48b2-a3bc-b7aedf34d006",
              "act": "end-pause",
              "target": "136953c8-88b4-4b9e-9654-d53f487d3b58",
              "details": {
                "pauseId": "136953c8-88b4-4b9e-9654-d53f487d3b58"
              },
              "reason": "It was a promotion",
              "askedBy": "ada",
              "askedAt": "2026-11-27T21:48:50.654Z",
              "standsUntil": "2026-11-28T21:48:50.654Z",
              "status": "confirmed",
              "endedBy": "sandbox-operator",
              "endedAt": "2026-11-27T21:48:51.457Z"
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
              "deadlineId": "d3b2de85-13b3-4a94-be3a-2221f661e103",
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
              "effectId": "820f9bc0-b08d-4bcd-a17b-dab756854737",
              "accountId": "echo",
              "testClockId": "clock_52f1cbcd-0a01-48fd-90f7-4d89352351a7",
              "kind": "release-number",
              "subject": "01a21ef9-6f11-76c5-a67b-9cd4d8baed4c",
              "generation": 1,
              "carrier": "sandbox",
              "dueAt": "2026-05-14T07:00:00.000Z",
              "status": "blocked",
              "attempts": 1,
              "lastOutcome": "blocked",
              "reason": "deletion-lock",
              "nextAttemptAt": null,
              "heldBy": null,
              "createdAt": "2026-11-27T21:47:29.814Z",
              "settledAt": null
            },
            {
              "effectId": "a21d7e01-6b56-4124-8298-9d8c07e08fe4",
              "accountId": "echo",
              "testClockId": "clock_52f1cbcd-0a01-48fd-90f7-4d89352351a7",
              "kind": "release-number",
              "subject": "01a21ef9-7371-7253-b51a-cdac4ca17579",
              "generation": 1,
              "carrier": "sandbox",
              "dueAt": "2026-05-14T07:00:00.000Z",
              "status": "blocked",
              "attempts": 1,
              "lastOutcome": "blocked",
              "reason": "deletion-lock",
              "nextAttemptAt": null,
              "heldBy": null,
              "createdAt": "2026-11-27T21:47:29.814Z",
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
              "startedAt": "2026-11-27T21:47:30.619Z",
              "latencyMs": 473,
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
          "now": "2026-11-27T21:48:08.089Z",
          "newerRelease": null,
          "clock": {
            "inDoubt": false,
            "deadlines": 0,
            "effects": 0
          },
          "overdue": [],
          "dead": 0,
          "blocked": 1,
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
            "lastSeenAt": "2026-11-27T21:48:04.473Z"
          },
          "testClocks": {
            "advancing": 0,
            "failed": 0
          },
          "drift": {
            "findings": [],
            "walked": 0,
            "accounts": 0,
            "wholeAt": "2026-11-27T21:44:51.208Z"
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
              "holdId": "01a21efa-c11e-73bd-a6a3-3e9760a8a50c",
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
              "pauseId": "94fbe0e6-3585-4c2b-8d87-1ee01686a42f",
              "kind": "release-number",
              "carrier": "twilio",
              "cause": "operator",
              "reason": "The carrier works on its network",
              "pausedBy": "sandbox-operator",
              "pausedAt": "2026-11-27T21:46:40.417Z",
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
          "next": "eyJrIjpbIjIwMjctMDQtMzBUMDc6MDA6MDAuMDAwWiIsImEwZGVmOWVhLWVmNjYtNDczYy1hNDMwLTg0MDUxNWRlZjcyYSJdfQ"
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
                  "expiresAt": "2029-11-27T21:45:39.266Z"
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
              "startedAt": "2026-11-27T21:45:42.086Z",
              "doneAt": "2026-11-27T21:45:44.435Z",
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
                  "expiresAt": "2029-11-27T21:45:13.085Z"
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
              "startedAt": "2026-11-27T21:45:27.533Z",
              "doneAt": "2026-11-27T21:45:30.987Z",
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
              "expiresAt": "2029-11-27T21:45:39.266Z"
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
          "startedAt": "2026-11-27T21:45:42.086Z",
          "doneAt": "2026-11-27T21:45:44.435Z",
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
              "subject": "01a21ef8-9cbb-74f2-b82b-9b00936618e7",
              "data": {
                "actor": {
                  "id": "65ab733d0fcf4703bd012ca9e74ea6f85d68ca774e81cb87a7fcf33220c17155",
                  "role": "customer"
                },
                "channel": "api",
                "language": "en",
                "textHash": "6678513693db3ead9f391b2010e15298641d5ec71f71880a78412f6ad4a38fba",
                "acceptedAt": "2026-03-30T07:00:00.000Z",
                "recordedAt": "2026-11-27T21:45:39.266Z",
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
                "subscriptionId": "01a21ef8-98fd-76cf-928e-26bf75bde948",
                "acknowledgedConsequences": true
              },
              "expiresAt": "2029-11-27T21:45:39.266Z"
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
              "readAt": "2026-11-27T21:45:14.847Z",
              "actorRole": "operator",
              "actorId": "sandbox-operator",
              "route": "GET /v1/accounts/:accountId/data-access",
              "accountId": "acme",
              "requestId": "2884253c-df7f-4ee8-b5fe-31b24c88238e",
              "hash": "8eedea7e569851ccc2a5ced16e66a7d825b18ff804de24ebac4ea2fd9abd897f"
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
          "hash": "d09f8007f4cc4c18835d6093b9640c218786f83c79c5bf48db00a4e93a797e58",
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
          "expiresAt": "2026-11-27T22:16:16.272Z"
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
          "testClockId": "clock_2d4027e6-0109-4cc9-be59-b699999cdeaf",
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
              "endpointId": "c2db09e3-6930-474d-a64e-cf77d9780599",
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
              "createdAt": "2026-11-27T21:46:18.440Z",
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
          "endpointId": "c2db09e3-6930-474d-a64e-cf77d9780599",
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
          "createdAt": "2026-11-27T21:46:18.440Z",
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
              "deliveryId": "01a21ef9-4a66-76f2-b5ff-d80282adc52f",
              "endpointId": "c2db09e3-6930-474d-a64e-cf77d9780599",
              "accountId": null,
              "sequence": null,
              "type": "webhook.test",
              "status": "waiting",
              "attempts": 0,
              "nextAttemptAt": "2026-11-27T21:46:23.726Z",
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
          "deliveryId": "01a21ef9-4a66-76f2-b5ff-d80282adc52f",
          "endpointId": "c2db09e3-6930-474d-a64e-cf77d9780599",
          "accountId": null,
          "sequence": null,
          "type": "webhook.test",
          "status": "waiting",
          "attempts": 0,
          "nextAttemptAt": "2026-11-27T21:46:23.726Z",
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
          "testClockId": "clock_f0aaa139-e205-4154-86bb-64e185819a10",
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
          "endpointId": "c2db09e3-6930-474d-a64e-cf77d9780599",
          "url": "http://127.0.0.1:9/sunset",
          "events": [
            "PeriodEnded",
            "LossAnnounced"
          ],
          "status": "disabled",
          "disabledBecause": "asked",
          "disabledAt": "2026-11-27T21:46:29.613Z",
          "failingSince": null,
          "acknowledgedAt": null,
          "createdAt": "2026-11-27T21:46:18.440Z",
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
          "testClockId": "clock_2d4027e6-0109-4cc9-be59-b699999cdeaf",
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
        "testClockId": "clock_2d4027e6-0109-4cc9-be59-b699999cdeaf"
      }
    },
    "POST /v1/accounts/{accountId}/charges/{chargeId}/collected": {
      "answers": {
        "200": {
          "chargeId": "01a21ef9-2591-70a9-b89d-8cef46555f9d",
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
          "chargeId": "01a21ef9-27a2-751a-91a0-b12344629bc1",
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
              "expiresAt": "2029-11-27T21:45:39.266Z"
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
          "startedAt": "2026-11-27T21:45:42.086Z",
          "doneAt": "2026-11-27T21:45:44.435Z",
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
          "holdId": "01a21ef8-a2e2-7319-b1a2-ea6a32f31d8a",
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
          "numberId": "01a21ef8-124f-7594-8fce-44be2e7dcbcd",
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
          "url": "http://127.0.0.1:20853/membership/open/tero49LbPxDnQbnqQnd7TGZAZnmmGU4z7q9l-ZpnVNA",
          "expiresAt": "2026-11-27T21:51:15.976Z"
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
          "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0",
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
          "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0",
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
          "attemptId": "01a21ef8-2e19-753b-9fe9-15fa189f4a2b",
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
          "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0",
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
          "subscriptionId": "01a21ef8-bc0d-7330-b339-59e643e4c106",
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
          "subscriptionId": "01a21ef8-bc0d-7330-b339-59e643e4c106",
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
          "subscriptionId": "01a21ef8-bc0d-7330-b339-59e643e4c106",
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
          "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0",
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
          "registrationId": "01a21ef8-15a2-703e-b4fc-dd10e568c246",
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
          "registrationId": "01a21ef8-15a2-703e-b4fc-dd10e568c246",
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
          "chargeId": "01a21ef9-2591-70a9-b89d-8cef46555f9d",
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
              "chargeId": "01a21ef8-0fca-7719-a996-a30473cf50e0.1",
              "purpose": "plan",
              "amount": {
                "amount": 4900,
                "currency": "USD"
              },
              "status": "requested",
              "requestedAt": "2026-03-30T07:00:00.000Z",
              "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0"
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
          "token": "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoic2VydmljZSIsImlzcyI6InVybjpzdW5zZXQ6c2FuZGJveCIsImF1ZCI6InN1bnNldCIsInN1YiI6InNhbmRib3gtc2VydmljZSIsImlhdCI6MTc5NTgxNTkwMSwiZXhwIjoxNzk4NDA3OTAxfQ.a_4d5QPNJMpsojyjGBZuphDm9qQa_PzOuvPOsSFN0GDr-gp9r3w2PvX3Ow58DDcYgkChVb8I0ThUTICk_subAQ"
        }
      },
      "request": {
        "role": "service"
      }
    },
    "POST /v1/imports": {
      "answers": {
        "202": {
          "importId": "73ee64d8-586c-4853-bd36-65c44d9a71f0"
        }
      }
    },
    "POST /v1/ops/acts": {
      "answers": {
        "200": {
          "actId": "2158940d-3ef9-43b4-858f-2c17fc3a51bd",
          "act": "pause",
          "filter": {
            "list": "effects",
            "carrier": "telnyx"
          },
          "actorId": "sandbox-operator",
          "reason": null,
          "shownAt": "2026-11-27T21:46:47.248Z",
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
          "actId": "2158940d-3ef9-43b4-858f-2c17fc3a51bd",
          "act": "pause",
          "filter": {
            "list": "effects",
            "carrier": "telnyx"
          },
          "actorId": "sandbox-operator",
          "reason": "redacted by sandbox-operator",
          "shownAt": "2026-11-27T21:46:47.248Z",
          "begunAt": "2026-11-27T21:46:52.739Z",
          "matched": 0,
          "more": false,
          "changed": 1,
          "refused": 0,
          "left": 0,
          "undo": {
            "act": "let-go",
            "filter": {
              "list": "pauses",
              "actId": "2158940d-3ef9-43b4-858f-2c17fc3a51bd"
            }
          }
        }
      }
    },
    "POST /v1/ops/asked-acts/{askedActId}/confirm": {
      "answers": {
        "200": {
          "askedActId": "f1a2aec5-685b-48b2-a3bc-b7aedf34d006",
          "act": "end-pause",
          "target": "136953c8-88b4-4b9e-9654-d53f487d3b58",
          "details": {
            "pauseId": "136953c8-88b4-4b9e-9654-d53f487d3b58"
          },
          "reason": "It was a promotion",
          "askedBy": "ada",
          "askedAt": "2026-11-27T21:48:50.654Z",
          "standsUntil": "2026-11-28T21:48:50.654Z",
          "status": "confirmed",
          "endedBy": "sandbox-operator",
          "endedAt": "2026-11-27T21:48:51.457Z"
        }
      }
    },
    "POST /v1/ops/asked-acts/{askedActId}/redact": {
      "answers": {
        "200": {
          "askedActId": "c1e1896b-ad52-40e4-8b69-f06b29658cb3",
          "act": "end-pause",
          "target": "c6bf20b7-7e49-4293-b43e-5d6accffce91",
          "details": {
            "pauseId": "c6bf20b7-7e49-4293-b43e-5d6accffce91"
          },
          "reason": "redacted by sandbox-operator",
          "askedBy": "sandbox-operator",
          "askedAt": "2026-11-27T21:48:51.268Z",
          "standsUntil": "2026-11-28T21:48:51.268Z",
          "status": "waiting",
          "endedBy": null,
          "endedAt": null
        }
      }
    },
    "POST /v1/ops/deadlines/{deadlineId}/retry": {
      "answers": {
        "200": {
          "deadlineId": "d3b2de85-13b3-4a94-be3a-2221f661e103",
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
          "effectId": "a21d7e01-6b56-4124-8298-9d8c07e08fe4",
          "accountId": "echo",
          "testClockId": "clock_52f1cbcd-0a01-48fd-90f7-4d89352351a7",
          "kind": "release-number",
          "subject": "01a21ef9-7371-7253-b51a-cdac4ca17579",
          "generation": 1,
          "carrier": "sandbox",
          "dueAt": "2026-05-14T07:00:00.000Z",
          "status": "pending",
          "attempts": 1,
          "lastOutcome": "blocked",
          "reason": "deletion-lock",
          "nextAttemptAt": "2026-05-14T07:00:00.000Z",
          "heldBy": null,
          "createdAt": "2026-11-27T21:47:29.814Z",
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
          "effectId": "820f9bc0-b08d-4bcd-a17b-dab756854737",
          "accountId": "echo",
          "testClockId": "clock_52f1cbcd-0a01-48fd-90f7-4d89352351a7",
          "kind": "release-number",
          "subject": "01a21ef9-6f11-76c5-a67b-9cd4d8baed4c",
          "generation": 1,
          "carrier": "sandbox",
          "dueAt": "2026-05-14T07:00:00.000Z",
          "status": "done",
          "attempts": 1,
          "lastOutcome": "settled-elsewhere",
          "reason": "operator",
          "nextAttemptAt": null,
          "heldBy": null,
          "createdAt": "2026-11-27T21:47:29.814Z",
          "settledAt": "2026-11-27T21:47:42.219Z"
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
          "pauseId": "94fbe0e6-3585-4c2b-8d87-1ee01686a42f",
          "kind": "release-number",
          "carrier": "twilio",
          "cause": "operator",
          "reason": "The carrier works on its network",
          "pausedBy": "sandbox-operator",
          "pausedAt": "2026-11-27T21:46:40.417Z",
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
          "pauseId": "94fbe0e6-3585-4c2b-8d87-1ee01686a42f",
          "kind": "release-number",
          "carrier": "twilio",
          "cause": "operator",
          "reason": "redacted by sandbox-operator",
          "pausedBy": "sandbox-operator",
          "pausedAt": "2026-11-27T21:46:40.417Z",
          "resumedBy": "sandbox-operator",
          "resumedAt": "2026-11-27T21:46:44.620Z",
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
            "startedAt": "2026-11-27T21:48:21.342Z",
            "lastError": null
          },
          "lastError": null
        }
      }
    },
    "POST /v1/ops/purge-stops/{stopId}/confirm": {
      "answers": {
        "200": {
          "stopId": "68b75117-a31b-4ed2-b3cd-66a63a5e9692",
          "cause": "clock-forward",
          "lastSeenAt": "2026-11-27T21:48:48.699Z",
          "stoppedAt": "2026-11-27T21:48:48.699Z",
          "confirmedBy": "sandbox-operator",
          "confirmedAt": "2026-11-27T21:48:48.913Z",
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
          "stopId": "68b75117-a31b-4ed2-b3cd-66a63a5e9692",
          "cause": "clock-forward",
          "lastSeenAt": "2026-11-27T21:48:48.699Z",
          "stoppedAt": "2026-11-27T21:48:48.699Z",
          "confirmedBy": "sandbox-operator",
          "confirmedAt": "2026-11-27T21:48:48.913Z",
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
              "expiresAt": "2029-11-27T21:45:13.085Z"
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
          "startedAt": "2026-11-27T21:45:27.533Z",
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
              "expiresAt": "2029-11-27T21:45:13.085Z"
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
          "startedAt": "2026-11-27T21:45:27.533Z",
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
          "testClockId": "clock_2d4027e6-0109-4cc9-be59-b699999cdeaf",
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
          "testClockId": "clock_2d4027e6-0109-4cc9-be59-b699999cdeaf",
          "now": "2026-04-30T07:00:00.000Z",
          "status": "ready"
        },
        "202": {
          "testClockId": "clock_8f024f09-0b0d-4a5e-b520-f8ee01371966",
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
          "endpointId": "c2db09e3-6930-474d-a64e-cf77d9780599",
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
          "createdAt": "2026-11-27T21:46:18.440Z",
          "waiting": 0,
          "undeliveredSince": null,
          "secret": "whsec_ynCPGAzh4iRPBtenknoi037WPKTsGU9PDyeAEcBBea8="
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
          "deliveryId": "01a21ef9-4a66-76f2-b5ff-d80282adc52f",
          "endpointId": "c2db09e3-6930-474d-a64e-cf77d9780599",
          "accountId": null,
          "sequence": null,
          "type": "webhook.test",
          "status": "waiting",
          "attempts": 0,
          "nextAttemptAt": "2026-11-27T21:46:27.745Z",
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
          "endpointId": "c2db09e3-6930-474d-a64e-cf77d9780599",
          "secret": "whsec_z3GPYbn9YklI2yBwPzZ9qEWvS3CP6JovQe9lxCA0MDo=",
          "formerUntil": "2026-11-28T21:46:20.126Z"
        }
      }
    },
    "POST /v1/webhook-endpoints/{endpointId}/test": {
      "answers": {
        "202": {
          "deliveryId": "01a21ef9-4a66-76f2-b5ff-d80282adc52f",
          "endpointId": "c2db09e3-6930-474d-a64e-cf77d9780599",
          "accountId": null,
          "sequence": null,
          "type": "webhook.test",
          "status": "waiting",
          "attempts": 0,
          "nextAttemptAt": "2026-11-27T21:46:23.726Z",
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
              "chargeId": "01a21ef8-0fca-7719-a996-a30473cf50e0.1",
              "purpose": "plan",
              "amount": {
                "amount": 4900,
                "currency": "USD"
              },
              "status": "requested",
              "requestedAt": "2026-03-30T07:00:00.000Z",
              "subscriptionId": "01a21ef8-0fca-7719-a996-a30473cf50e0"
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
          "until": "2026-11-27T21:47:17.801Z",
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
      "instance": "urn:uuid:8398585d-9f7b-497f-ba9c-1b149a642a88"
    },
    "account_purged": {
      "code": "account_purged",
      "purgedAt": "2027-04-30T07:00:00.000Z",
      "type": "urn:sunset:problem:account_purged",
      "title": "The data of the account has been deleted",
      "status": 410,
      "detail": "The data of the account has been deleted.",
      "instance": "urn:uuid:90bb95ea-a613-4f57-80d8-fbaa81ac0194"
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
      "instance": "urn:uuid:4a920006-28ef-4dd3-bd8e-a377bb624a83"
    },
    "act_not_shown": {
      "code": "act_not_shown",
      "type": "urn:sunset:problem:act_not_shown",
      "title": "What the act would be done to was not shown before, or too long ago",
      "status": 409,
      "detail": "What the act would be done to was not shown before, or too long ago.",
      "instance": "urn:uuid:b211366e-45ed-431e-b9a6-69a904d0006c"
    },
    "act_over": {
      "code": "act_over",
      "status": 409,
      "type": "urn:sunset:problem:act_over",
      "title": "The act was confirmed or declined, or has lapsed",
      "detail": "The act was confirmed or declined, or has lapsed.",
      "instance": "urn:uuid:885ec183-0386-4422-bbfe-9156544efbc2"
    },
    "already_subscribed": {
      "code": "already_subscribed",
      "subscriptionId": "01a21ef8-bc0d-7330-b339-59e643e4c106",
      "type": "urn:sunset:problem:already_subscribed",
      "title": "A subscription of this kind is open already",
      "status": 409,
      "detail": "A subscription of this kind is open already.",
      "instance": "urn:uuid:2bf7432e-8468-4d5d-b58b-3fc8ffeec3c3"
    },
    "attempt_expired": {
      "code": "attempt_expired",
      "expiresAt": "2026-03-30T08:00:00.000Z",
      "type": "urn:sunset:problem:attempt_expired",
      "title": "The cancellation attempt has expired",
      "status": 409,
      "detail": "The cancellation attempt has expired.",
      "instance": "urn:uuid:c8892bab-a1ce-4da8-a800-56548fede11e"
    },
    "attempt_used": {
      "code": "attempt_used",
      "type": "urn:sunset:problem:attempt_used",
      "title": "The cancellation attempt was confirmed already, and what came of it was undone",
      "status": 409,
      "detail": "The cancellation attempt was confirmed already, and what came of it was undone.",
      "instance": "urn:uuid:a1e46f28-5032-4fc4-8dac-ec17801a04a1"
    },
    "auto_recharge_suspended": {
      "code": "auto_recharge_suspended",
      "type": "urn:sunset:problem:auto_recharge_suspended",
      "title": "No plan will renew, so no card is charged any more",
      "status": 409,
      "detail": "No plan will renew, so no card is charged any more.",
      "instance": "urn:uuid:7a2ccf6b-784c-49de-8b54-676b190f2779"
    },
    "cancellation_already_pending": {
      "code": "cancellation_already_pending",
      "subscriptionId": "01a21ef8-bc0d-7330-b339-59e643e4c106",
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
      "instance": "urn:uuid:ea319adb-d68c-4314-b32d-a5cedca12f13"
    },
    "cancellation_not_pending": {
      "code": "cancellation_not_pending",
      "type": "urn:sunset:problem:cancellation_not_pending",
      "title": "No cancellation is pending",
      "status": 409,
      "detail": "No cancellation is pending.",
      "instance": "urn:uuid:0d92537a-f737-46ba-ba57-6e24f88f49af"
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
      "instance": "urn:uuid:6ed48384-c83d-41de-b369-0d9f424dcb2d"
    },
    "deadline_not_retryable": {
      "code": "deadline_not_retryable",
      "status": 409,
      "type": "urn:sunset:problem:deadline_not_retryable",
      "title": "The deadline is neither blocked nor dead",
      "detail": "The deadline is neither blocked nor dead.",
      "instance": "urn:uuid:3a957542-6af5-4897-9020-6dc440e6e261"
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
      "instance": "urn:uuid:28c2b8fd-4689-4666-8feb-1c16baa8656f"
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
      "instance": "urn:uuid:2c943180-8cec-4752-8a9a-feb31fdc334a"
    },
    "effect_not_retryable": {
      "code": "effect_not_retryable",
      "type": "urn:sunset:problem:effect_not_retryable",
      "title": "The effect is neither blocked nor dead",
      "status": 409,
      "detail": "The effect is neither blocked nor dead.",
      "instance": "urn:uuid:02bccd1c-5b3f-43a8-aa1a-5e9521531145"
    },
    "effect_not_settleable": {
      "code": "effect_not_settleable",
      "type": "urn:sunset:problem:effect_not_settleable",
      "title": "The effect is settled already, or is being attempted just now",
      "status": 409,
      "detail": "The effect is settled already, or is being attempted just now.",
      "instance": "urn:uuid:3482b8cd-d434-4d2b-8ba9-8271aaf38a2e"
    },
    "endpoint_disabled": {
      "code": "endpoint_disabled",
      "type": "urn:sunset:problem:endpoint_disabled",
      "title": "The webhook endpoint is disabled",
      "status": 409,
      "detail": "The webhook endpoint is disabled.",
      "instance": "urn:uuid:2a28bd26-8039-4085-a3a2-4775a814a1b2"
    },
    "forbidden": {
      "code": "forbidden",
      "type": "urn:sunset:problem:forbidden",
      "title": "The role may not do this",
      "status": 403,
      "detail": "The role may not do this.",
      "instance": "urn:uuid:73b74eb5-1e56-44f9-9530-9852d1f6509b"
    },
    "idempotency_key_reused": {
      "code": "idempotency_key_reused",
      "type": "urn:sunset:problem:idempotency_key_reused",
      "title": "The idempotency key was used for another request",
      "status": 422,
      "detail": "The idempotency key was used for another request.",
      "instance": "urn:uuid:79942443-9968-4461-8457-213c4243831c"
    },
    "invalid_request": {
      "code": "invalid_request",
      "type": "urn:sunset:problem:invalid_request",
      "title": "The request is not valid",
      "status": 422,
      "detail": "The request is not valid.",
      "instance": "urn:uuid:88b32d82-3e29-416d-9bc7-02fab466d5b2",
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
        "01a21ef8-a2e2-7319-b1a2-ea6a32f31d8a"
      ],
      "type": "urn:sunset:problem:legal_hold",
      "title": "A legal hold stands",
      "status": 409,
      "detail": "A legal hold stands.",
      "instance": "urn:uuid:f709a84b-fa0c-4f08-b232-d55f68850ea9"
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
      "instance": "urn:uuid:e2ff1bfc-d12f-4514-9440-c32e2cdbb83c"
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
      "instance": "urn:uuid:6ea23a20-af0b-4d49-9656-c161a137bc54"
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
      "instance": "urn:uuid:cbccaee6-1712-40ca-9a70-48b757bc22f6"
    },
    "no_open_plan": {
      "code": "no_open_plan",
      "type": "urn:sunset:problem:no_open_plan",
      "title": "No plan is open for it; subscribe first",
      "status": 409,
      "detail": "No plan is open for it; subscribe first.",
      "instance": "urn:uuid:e219ed19-112a-45f7-b2e8-888f1203a17e"
    },
    "not_found": {
      "code": "not_found",
      "what": "account",
      "type": "urn:sunset:problem:not_found",
      "title": "Not found",
      "status": 404,
      "detail": "There is no such account.",
      "instance": "urn:uuid:da23bef5-2c9e-4287-9b32-2ea95c49280b"
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
      "instance": "urn:uuid:262addd7-0ea1-4928-8e40-b1d5ae44522e"
    },
    "number_exists": {
      "code": "number_exists",
      "type": "urn:sunset:problem:number_exists",
      "title": "The number is in the account already",
      "status": 409,
      "detail": "The number is in the account already.",
      "instance": "urn:uuid:953ab542-6e89-4826-a451-666dc807fd49"
    },
    "number_not_removable": {
      "code": "number_not_removable",
      "numberStatus": "released",
      "type": "urn:sunset:problem:number_not_removable",
      "title": "The number cannot be removed any more",
      "status": 409,
      "detail": "The number cannot be removed any more.",
      "instance": "urn:uuid:fdef84b2-84a0-4a1d-b3ad-750c7126b1c9"
    },
    "number_taken": {
      "code": "number_taken",
      "type": "urn:sunset:problem:number_taken",
      "title": "Another account has the number",
      "status": 409,
      "detail": "Another account has the number.",
      "instance": "urn:uuid:5e4b1e43-075b-45b6-9ea3-b69937944a38"
    },
    "pause_ended": {
      "code": "pause_ended",
      "type": "urn:sunset:problem:pause_ended",
      "title": "The pause has ended already",
      "status": 409,
      "detail": "The pause has ended already.",
      "instance": "urn:uuid:d38b16d8-6ae1-4975-99a8-489243d1de05"
    },
    "plan_change_while_cancelling": {
      "code": "plan_change_while_cancelling",
      "type": "urn:sunset:problem:plan_change_while_cancelling",
      "title": "The plan cannot change while a cancellation is pending",
      "status": 409,
      "detail": "The plan cannot change while a cancellation is pending.",
      "instance": "urn:uuid:8b349d09-3411-41de-b278-d46075ab6c02"
    },
    "preview_stale": {
      "code": "preview_stale",
      "type": "urn:sunset:problem:preview_stale",
      "title": "The preview no longer shows what would happen",
      "status": 409,
      "detail": "The preview no longer shows what would happen.",
      "instance": "urn:uuid:9a7b5bc4-5ab4-46f2-9a3a-9f5e4de1eede"
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
      "instance": "urn:uuid:8c37fe97-fc79-4850-bd53-ced465eef6af"
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
      "instance": "urn:uuid:e090f0ed-bdd5-49ad-b8af-0edfe5ca92c6"
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
      "instance": "urn:uuid:66128fdf-f236-4317-a2c1-8de0974c2e22"
    },
    "same_person": {
      "code": "same_person",
      "type": "urn:sunset:problem:same_person",
      "title": "Another person than who asked for it has to confirm it",
      "status": 403,
      "detail": "Another person than who asked for it has to confirm it.",
      "instance": "urn:uuid:36e22585-755f-4347-99f9-345b6cf709a6"
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
      "instance": "urn:uuid:169d08d1-7c24-43b2-9949-1ece4b0f571e"
    },
    "subscription_ended": {
      "code": "subscription_ended",
      "endedAt": "2026-04-30T07:00:00.000Z",
      "type": "urn:sunset:problem:subscription_ended",
      "title": "The subscription has ended",
      "status": 409,
      "detail": "The subscription has ended.",
      "instance": "urn:uuid:009eb2cd-c033-4811-b5e1-9ac38968c9e4"
    },
    "subscription_open": {
      "code": "subscription_open",
      "type": "urn:sunset:problem:subscription_open",
      "title": "A subscription is still open",
      "status": 409,
      "detail": "A subscription is still open.",
      "instance": "urn:uuid:926f8304-7cf1-4596-b3e4-438a5c817d8c"
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
      "instance": "urn:uuid:585dd349-e0da-4022-87c1-227dc7760a41"
    },
    "ten_dlc_not_pending": {
      "code": "ten_dlc_not_pending",
      "tenDlcStatus": "none",
      "type": "urn:sunset:problem:ten_dlc_not_pending",
      "title": "No 10DLC registration waits for approval",
      "status": 409,
      "detail": "No 10DLC registration waits for approval.",
      "instance": "urn:uuid:2b3946c2-523b-44e2-b5e8-8c611f6d6b00"
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
      "instance": "urn:uuid:023c3447-d9c0-4ad2-bd20-a91ee6785983"
    },
    "unauthenticated": {
      "code": "unauthenticated",
      "type": "urn:sunset:problem:unauthenticated",
      "title": "A valid bearer token is required",
      "status": 401,
      "detail": "A valid bearer token is required.",
      "instance": "urn:uuid:9b0d05cd-a503-4533-ac60-59a7a97ce25b"
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

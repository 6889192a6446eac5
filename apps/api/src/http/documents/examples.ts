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
          "pauseId": "3846d346-7bb3-4a42-b865-5e38ef54eb70",
          "kind": "release-number",
          "carrier": "twilio",
          "cause": "operator",
          "reason": "The carrier works on its network",
          "pausedBy": "sandbox-operator",
          "pausedAt": "2026-11-27T18:03:52.857Z",
          "resumedBy": "sandbox-operator",
          "resumedAt": "2026-11-27T18:03:53.730Z",
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
              "x": "l8Y0eBJpq1_YbzakFcqd4m5bR-hGQzuuZU8-lMC0Ae0",
              "kid": "Y_JEXHmEhCSEF6jCWJB7ixRr8QHZ4EoWSCRt-UDx2lQ",
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
        "200": "# HELP process_cpu_user_seconds_total Total user CPU time spent in seconds.\n# TYPE process_cpu_user_seconds_total counter\nprocess_cpu_user_seconds_total 6.775141\n\n# HELP process_cpu_system_seconds_total Total system CPU time spent in seconds.\n# TYPE process_cpu_system_seconds_total counter"
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
              "testClockId": "clock_a856c776-3e55-4935-8665-ed615663c1f3",
              "subscriptions": [
                {
                  "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e",
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
          "testClockId": "clock_a856c776-3e55-4935-8665-ed615663c1f3",
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
              "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e",
              "attemptId": "01a21e2b-fd24-73b0-9393-73ba6e6f9171",
              "acceptedAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T18:02:09.745Z",
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
                "id": "eb7410c7b0546a22d94087e450a91925841cd9e8a2b76c725d9b77f540e303e0",
                "role": "customer"
              },
              "channel": "api",
              "evidence": "recorded"
            },
            {
              "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e",
              "attemptId": null,
              "acceptedAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T18:02:10.844Z",
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
                "id": "eb7410c7b0546a22d94087e450a91925841cd9e8a2b76c725d9b77f540e303e0",
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
                "id": "eb7410c7b0546a22d94087e450a91925841cd9e8a2b76c725d9b77f540e303e0"
              },
              "readAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T18:02:13.495Z"
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
              "eventId": "01a21e2b-d143-734f-80ef-77001ee4d457",
              "type": "AccountOpened",
              "version": 1,
              "schemaVersion": 1,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T18:01:57.874Z",
              "data": {
                "name": "Ann",
                "email": "ann@example.com",
                "currency": "USD",
                "timeZone": "America/Los_Angeles",
                "numberFee": {
                  "amount": 200,
                  "currency": "USD"
                },
                "testClockId": "clock_a856c776-3e55-4935-8665-ed615663c1f3",
                "cancellationMode": "two-step",
                "numberBillingAnchorDay": null
              },
              "actor": {
                "id": "sandbox-service",
                "role": "service"
              },
              "channel": "api",
              "correlationId": "8383ff96-af8c-4998-8f00-4372da0eecac",
              "causation": "request:8383ff96-af8c-4998-8f00-4372da0eecac"
            },
            {
              "eventId": "01a21e2b-d685-744a-8257-6cce2d7d4c13",
              "type": "SubscriptionStarted",
              "version": 2,
              "schemaVersion": 1,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T18:01:59.212Z",
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
                "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e"
              },
              "actor": {
                "id": "eb7410c7b0546a22d94087e450a91925841cd9e8a2b76c725d9b77f540e303e0",
                "role": "customer"
              },
              "channel": "api",
              "correlationId": "5528551c-0ad5-4b98-8c62-17d200f53eeb",
              "causation": "request:5528551c-0ad5-4b98-8c62-17d200f53eeb"
            },
            {
              "eventId": "01a21e2b-d685-744b-8c26-cb30e79abeed",
              "type": "CardChargeRequested",
              "version": 3,
              "schemaVersion": 2,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T18:01:59.212Z",
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
                "chargeId": "01a21e2b-d5a0-714d-99de-60b65da72c6e.1",
                "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e"
              },
              "actor": {
                "id": "eb7410c7b0546a22d94087e450a91925841cd9e8a2b76c725d9b77f540e303e0",
                "role": "customer"
              },
              "channel": "api",
              "correlationId": "5528551c-0ad5-4b98-8c62-17d200f53eeb",
              "causation": "request:5528551c-0ad5-4b98-8c62-17d200f53eeb"
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
              "entryId": "01a21e2b-d685-744b-8c26-cb30e79abeed",
              "kind": "card_charge",
              "source": "card",
              "amount": {
                "amount": 4900,
                "currency": "USD"
              },
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e",
              "chargeId": "01a21e2b-d5a0-714d-99de-60b65da72c6e.1",
              "detail": "charge 01a21e2b-d5a0-714d-99de-60b65da72c6e.1",
              "chargeStatus": "requested"
            },
            {
              "entryId": "01a21e2b-e11f-752c-a645-efee91b00ba8",
              "kind": "top_up",
              "source": "wallet",
              "amount": {
                "amount": 300,
                "currency": "USD"
              },
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "detail": "top-up 01a21e2b-e0bb-75d5-891a-0f25140a3e0f"
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
              "holdId": "01a21e2c-c699-7145-8311-765a26f491ca",
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
              "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e",
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
              "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e"
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
              "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e"
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
              "numberId": "01a21e2b-dac5-7493-a459-c4113c5e302e",
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
              "numberId": "01a21e2b-dc82-7637-a809-1c5808fef41a",
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
            "recordedAt": "2026-11-27T18:02:41.755Z",
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
                  "sum": "1e17a522c6d9cf7d60bb71991f203a141de57c5232953753f1d3f5752e2fb56c",
                  "salt": "kYwkGxMY1D5OrJHQo_bmftb5VeSDyxRLryJomXFXwQI",
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
              "tables": 52,
              "markers": 5,
              "findings": 0
            },
            "exceptions": [
              {
                "kind": "consents",
                "reason": "Evidence of what was accepted, without free text.",
                "records": 2,
                "expiresAt": "2029-11-27T18:02:10.844Z"
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
                  "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e",
                  "planId": "messaging-monthly",
                  "endedAt": "2026-04-30T07:00:00.000Z",
                  "cancellationId": "01a21e2c-0407-75d7-93d6-f97916caf61d",
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
          "jws": "eyJhbGciOiJFZERTQSIsImtpZCI6IllfSkVYSG1F…"
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
          "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e",
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
          "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e",
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
          "hash": "f386a40ce3de2422319f429f92acfcb20712edc859873416f2dbf86b5d16372d"
        }
      }
    },
    "GET /v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation/receipt": {
      "answers": {
        "200": {
          "receipt": {
            "format": "sunset-cancellation-receipt/1",
            "accountId": "acme",
            "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e",
            "planId": "messaging-monthly",
            "cancellationId": "01a21e2c-0407-75d7-93d6-f97916caf61d",
            "requestedAt": "2026-03-30T07:00:00.000Z",
            "recordedAt": "2026-11-27T18:02:10.844Z",
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
          "jws": "eyJhbGciOiJFZERTQSIsImtpZCI6IllfSkVYSG1F…"
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
          "registrationId": "01a21e2b-de1f-727e-b979-b7c8b750a840",
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
              "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e",
              "detail": "Started Messaging, monthly, first period until April 30, 2026 at 12:00 AM (PDT)."
            },
            {
              "at": "2026-03-30T07:00:00.000Z",
              "kind": "CardChargeRequested",
              "status": "done",
              "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e",
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
              "chargeId": "01a21e2b-d5a0-714d-99de-60b65da72c6e.1",
              "purpose": "plan",
              "amount": {
                "amount": 4900,
                "currency": "USD"
              },
              "status": "requested",
              "requestedAt": "2026-03-30T07:00:00.000Z",
              "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e"
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
              "cancellationId": "01a21e2b-fd24-73b0-9393-73ba6e6f9171",
              "accountId": "acme",
              "testClockId": "clock_a856c776-3e55-4935-8665-ed615663c1f3",
              "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e",
              "planId": "messaging-monthly",
              "planKind": "messaging",
              "outcome": "resumed",
              "reason": "too_expensive",
              "openedAt": "2026-03-30T07:00:00.000Z",
              "attemptId": "01a21e2b-fd24-73b0-9393-73ba6e6f9171",
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
              "cancellationId": "01a21e2c-0407-75d7-93d6-f97916caf61d",
              "accountId": "acme",
              "testClockId": "clock_a856c776-3e55-4935-8665-ed615663c1f3",
              "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e",
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
              "cancellationId": "01a21e2c-910c-72d0-a8fd-22dc229b3523",
              "accountId": "bravo",
              "testClockId": "clock_c742b6a4-59d9-4774-9e5c-a1a9c96e0536",
              "subscriptionId": "01a21e2c-8d1d-7146-91e3-08ef20dd8805",
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
          "asOf": "2026-11-27T18:04:13.950Z",
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
          "asOf": "2026-11-27T18:04:15.694Z",
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
          "asOf": "2026-11-27T18:04:16.142Z",
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
          "asOf": "2026-11-27T18:04:16.539Z",
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
          "asOf": "2026-11-27T18:04:17.677Z",
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
          "asOf": "2026-11-27T18:04:15.151Z",
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
          "asOf": "2026-11-27T18:04:16.971Z",
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
          "asOf": "2026-11-27T18:04:17.327Z",
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
          "until": "2026-11-27T18:04:42.082Z",
          "followedSince": "2026-11-27T18:03:42.537Z",
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
              "cursor": "AaIeK9FDc0-A73cAHuTUVw",
              "accountId": "acme",
              "eventId": "01a21e2b-d143-734f-80ef-77001ee4d457",
              "type": "AccountOpened",
              "version": 1,
              "schemaVersion": 1,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T18:01:57.874Z",
              "data": {
                "name": "Ann",
                "email": "ann@example.com",
                "currency": "USD",
                "timeZone": "America/Los_Angeles",
                "numberFee": {
                  "amount": 200,
                  "currency": "USD"
                },
                "testClockId": "clock_a856c776-3e55-4935-8665-ed615663c1f3",
                "cancellationMode": "two-step",
                "numberBillingAnchorDay": null
              },
              "actor": {
                "id": "sandbox-service",
                "role": "service"
              },
              "channel": "api",
              "correlationId": "8383ff96-af8c-4998-8f00-4372da0eecac",
              "causation": "request:8383ff96-af8c-4998-8f00-4372da0eecac"
            },
            {
              "cursor": "AaIeK9aFdEqCV2zOLX1MEw",
              "accountId": "acme",
              "eventId": "01a21e2b-d685-744a-8257-6cce2d7d4c13",
              "type": "SubscriptionStarted",
              "version": 2,
              "schemaVersion": 1,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T18:01:59.212Z",
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
                "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e"
              },
              "actor": {
                "id": "eb7410c7b0546a22d94087e450a91925841cd9e8a2b76c725d9b77f540e303e0",
                "role": "customer"
              },
              "channel": "api",
              "correlationId": "5528551c-0ad5-4b98-8c62-17d200f53eeb",
              "causation": "request:5528551c-0ad5-4b98-8c62-17d200f53eeb"
            },
            {
              "cursor": "AaIeK9aFdEuMJssw55q-7Q",
              "accountId": "acme",
              "eventId": "01a21e2b-d685-744b-8c26-cb30e79abeed",
              "type": "CardChargeRequested",
              "version": 3,
              "schemaVersion": 2,
              "effectiveAt": "2026-03-30T07:00:00.000Z",
              "recordedAt": "2026-11-27T18:01:59.212Z",
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
                "chargeId": "01a21e2b-d5a0-714d-99de-60b65da72c6e.1",
                "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e"
              },
              "actor": {
                "id": "eb7410c7b0546a22d94087e450a91925841cd9e8a2b76c725d9b77f540e303e0",
                "role": "customer"
              },
              "channel": "api",
              "correlationId": "5528551c-0ad5-4b98-8c62-17d200f53eeb",
              "causation": "request:5528551c-0ad5-4b98-8c62-17d200f53eeb"
            }
          ],
          "next": "AaIeK9aFdEuMJssw55q-7Q",
          "reached": "AaIeK9aFdEuMJssw55q-7Q"
        }
      }
    },
    "GET /v1/imports": {
      "answers": {
        "200": {
          "data": [
            {
              "importId": "c227578a-a141-4582-b1ac-35df5828e1fe",
              "status": "done",
              "dryRun": false,
              "lines": 2,
              "accepted": 1,
              "unchanged": 0,
              "rejected": 1,
              "held": 3,
              "begunAt": "2026-11-27T18:04:20.860Z",
              "endedAt": "2026-11-27T18:04:21.893Z"
            },
            {
              "importId": "4c4d250f-07b8-452f-81db-3342af1535e9",
              "status": "done",
              "dryRun": true,
              "lines": 2,
              "accepted": 1,
              "unchanged": 0,
              "rejected": 1,
              "held": 3,
              "begunAt": "2026-11-27T18:04:18.811Z",
              "endedAt": "2026-11-27T18:04:20.088Z"
            }
          ],
          "next": null
        }
      }
    },
    "GET /v1/imports/{importId}": {
      "answers": {
        "200": {
          "importId": "4c4d250f-07b8-452f-81db-3342af1535e9",
          "status": "running",
          "dryRun": true,
          "lines": 2,
          "accepted": 0,
          "unchanged": 0,
          "rejected": 1,
          "held": 0,
          "begunAt": "2026-11-27T18:04:18.811Z",
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
              "deadlineId": "45e7f18c-5c7d-4d21-8b1d-b663479ab31f",
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
              "effectId": "852fd06a-fc29-4415-9112-8dbc5a30f280",
              "accountId": "echo",
              "testClockId": "clock_dc5cc34b-44ee-4b48-8d99-33e9c909e5e6",
              "kind": "release-number",
              "subject": "01a21e2d-8a9c-73a7-93ac-57b9b462b765",
              "generation": 1,
              "carrier": "sandbox",
              "dueAt": "2026-05-14T07:00:00.000Z",
              "status": "blocked",
              "attempts": 1,
              "lastOutcome": "blocked",
              "reason": "deletion-lock",
              "nextAttemptAt": null,
              "heldBy": null,
              "createdAt": "2026-11-27T18:04:00.569Z",
              "settledAt": null
            },
            {
              "effectId": "8ea89e93-669b-45ec-a706-b0501ae047ad",
              "accountId": "echo",
              "testClockId": "clock_dc5cc34b-44ee-4b48-8d99-33e9c909e5e6",
              "kind": "release-number",
              "subject": "01a21e2d-86c2-7775-bc24-b8131e225851",
              "generation": 1,
              "carrier": "sandbox",
              "dueAt": "2026-05-14T07:00:00.000Z",
              "status": "blocked",
              "attempts": 1,
              "lastOutcome": "blocked",
              "reason": "deletion-lock",
              "nextAttemptAt": null,
              "heldBy": null,
              "createdAt": "2026-11-27T18:04:00.569Z",
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
              "startedAt": "2026-11-27T18:04:01.021Z",
              "latencyMs": 90,
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
          "now": "2026-11-27T18:04:10.751Z",
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
            "lastSeenAt": "2026-11-27T18:04:03.263Z"
          },
          "testClocks": {
            "advancing": 0,
            "failed": 0
          },
          "drift": {
            "findings": [],
            "walked": 0,
            "accounts": 0,
            "wholeAt": "2026-11-27T18:01:42.938Z"
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
              "pauseId": "3846d346-7bb3-4a42-b865-5e38ef54eb70",
              "kind": "release-number",
              "carrier": "twilio",
              "cause": "operator",
              "reason": "The carrier works on its network",
              "pausedBy": "sandbox-operator",
              "pausedAt": "2026-11-27T18:03:52.857Z",
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
          "next": "eyJrIjpbIjIwMjctMDQtMzBUMDc6MDA6MDAuMDAwWiIsIjQzNjllYzI0LTZlZjMtNGU1MS1iMmU4LTczODQ5ZjVmOWNmNiJdfQ"
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
                  "expiresAt": "2029-11-27T18:02:57.182Z"
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
              "startedAt": "2026-11-27T18:03:01.961Z",
              "doneAt": "2026-11-27T18:03:08.528Z",
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
                  "expiresAt": "2029-11-27T18:02:10.844Z"
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
              "startedAt": "2026-11-27T18:02:34.173Z",
              "doneAt": "2026-11-27T18:02:41.609Z",
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
              "expiresAt": "2029-11-27T18:02:57.182Z"
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
          "startedAt": "2026-11-27T18:03:01.961Z",
          "doneAt": "2026-11-27T18:03:08.528Z",
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
              "subject": "01a21e2c-b91c-732f-a7a5-37ab566516c4",
              "data": {
                "actor": {
                  "id": "089ce7a7043efb02f96a6198f0b5b8b79b638719273ab069b71640c698a297bc",
                  "role": "customer"
                },
                "channel": "api",
                "language": "en",
                "textHash": "6678513693db3ead9f391b2010e15298641d5ec71f71880a78412f6ad4a38fba",
                "acceptedAt": "2026-03-30T07:00:00.000Z",
                "recordedAt": "2026-11-27T18:02:57.182Z",
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
                "subscriptionId": "01a21e2c-b3ce-7114-a672-18df7478258e",
                "acknowledgedConsequences": true
              },
              "expiresAt": "2029-11-27T18:02:57.182Z"
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
              "readAt": "2026-11-27T18:02:14.446Z",
              "actorRole": "operator",
              "actorId": "sandbox-operator",
              "route": "GET /v1/accounts/:accountId/data-access",
              "accountId": "acme",
              "requestId": "ab75b550-3b26-41dd-a12d-6fa405487019",
              "hash": "80944a28f0936c55623c26097bf1bfd790a3f41f3f5fb8956e6a232eaf1a3fe4"
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
          "hash": "96fdfe23fe81c907073fcefec0f3d14254bce99639eb1ec73c89a9fd0908b239",
          "brokenAt": null
        }
      }
    },
    "GET /v1/page-session": {
      "answers": {
        "200": {
          "accountId": "echo",
          "expiresAt": "2026-11-27T18:33:40.113Z"
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
          "testClockId": "clock_a856c776-3e55-4935-8665-ed615663c1f3",
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
              "endpointId": "83639fad-8341-4ac0-b0d7-36d48364b633",
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
              "createdAt": "2026-11-27T18:03:42.723Z",
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
          "endpointId": "83639fad-8341-4ac0-b0d7-36d48364b633",
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
          "createdAt": "2026-11-27T18:03:42.723Z",
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
              "deliveryId": "01a21e2d-76fb-709b-9cc0-39eb9cf956e0",
              "endpointId": "83639fad-8341-4ac0-b0d7-36d48364b633",
              "accountId": null,
              "sequence": null,
              "type": "webhook.test",
              "status": "waiting",
              "attempts": 0,
              "nextAttemptAt": "2026-11-27T18:03:45.796Z",
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
          "deliveryId": "01a21e2d-76fb-709b-9cc0-39eb9cf956e0",
          "endpointId": "83639fad-8341-4ac0-b0d7-36d48364b633",
          "accountId": null,
          "sequence": null,
          "type": "webhook.test",
          "status": "failed",
          "attempts": 1,
          "nextAttemptAt": null,
          "firstAttemptAt": "2026-11-27T18:03:46.261Z",
          "lastAttemptAt": "2026-11-27T18:03:46.261Z",
          "httpStatus": null,
          "reason": "connection",
          "latencyMs": 325,
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
          "testClockId": "clock_d92486b0-a783-4df9-9a78-350b9211c810",
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
          "endpointId": "83639fad-8341-4ac0-b0d7-36d48364b633",
          "url": "http://127.0.0.1:9/sunset",
          "events": [
            "PeriodEnded",
            "LossAnnounced"
          ],
          "status": "disabled",
          "disabledBecause": "asked",
          "disabledAt": "2026-11-27T18:03:48.146Z",
          "failingSince": null,
          "acknowledgedAt": null,
          "createdAt": "2026-11-27T18:03:42.723Z",
          "waiting": 1,
          "undeliveredSince": "2026-11-27T18:03:46.261Z"
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
          "testClockId": "clock_a856c776-3e55-4935-8665-ed615663c1f3",
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
        "testClockId": "clock_a856c776-3e55-4935-8665-ed615663c1f3"
      }
    },
    "POST /v1/accounts/{accountId}/charges/{chargeId}/collected": {
      "answers": {
        "200": {
          "chargeId": "01a21e2d-5844-752d-b4a7-59ed78d217b1",
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
          "chargeId": "01a21e2d-5aa6-724a-a401-6f12aed95016",
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
          "status": "running",
          "step": "key",
          "findings": [],
          "findingsAccepted": null,
          "exceptions": [
            {
              "kind": "consents",
              "reason": "Evidence of what was accepted, without free text.",
              "records": 1,
              "expiresAt": "2029-11-27T18:02:57.182Z"
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
          "startedAt": "2026-11-27T18:03:01.961Z",
          "doneAt": null,
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
          "holdId": "01a21e2c-c699-7145-8311-765a26f491ca",
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
          "numberId": "01a21e2b-dac5-7493-a459-c4113c5e302e",
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
          "url": "http://127.0.0.1:32765/membership/open/xrcKYuADr5mYoQOenbMMe7ti04GVQu7nwd7Dyqk8G3o",
          "expiresAt": "2026-11-27T18:08:39.785Z"
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
          "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e",
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
          "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e",
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
          "attemptId": "01a21e2b-fd24-73b0-9393-73ba6e6f9171",
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
          "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e",
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
          "subscriptionId": "01a21e2c-f681-75df-bda1-a7f9fb1a095b",
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
          "subscriptionId": "01a21e2c-f681-75df-bda1-a7f9fb1a095b",
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
          "subscriptionId": "01a21e2c-f681-75df-bda1-a7f9fb1a095b",
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
          "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e",
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
          "registrationId": "01a21e2b-de1f-727e-b979-b7c8b750a840",
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
          "registrationId": "01a21e2b-de1f-727e-b979-b7c8b750a840",
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
          "chargeId": "01a21e2d-5844-752d-b4a7-59ed78d217b1",
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
              "chargeId": "01a21e2b-d5a0-714d-99de-60b65da72c6e.1",
              "purpose": "plan",
              "amount": {
                "amount": 4900,
                "currency": "USD"
              },
              "status": "requested",
              "requestedAt": "2026-03-30T07:00:00.000Z",
              "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e"
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
          "token": "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoic2VydmljZSIsImlzcyI6InVybjpzdW5zZXQ6c2FuZGJveCIsImF1ZCI6InN1bnNldCIsInN1YiI6InNhbmRib3gtc2VydmljZSIsImlhdCI6MTc5NTgwMjUxNiwiZXhwIjoxNzk4Mzk0NTE2fQ.1_YGbIiotrpqHRqTDNyKtQm3i1BJEYRhy1Cm5p-_raVNoyXdKWkNQpM6N_lWYen0RX25QUVVsTvHVEGp-wAbBA"
        }
      },
      "request": {
        "role": "service"
      }
    },
    "POST /v1/imports": {
      "answers": {
        "202": {
          "importId": "4c4d250f-07b8-452f-81db-3342af1535e9"
        }
      }
    },
    "POST /v1/ops/deadlines/{deadlineId}/retry": {
      "answers": {
        "200": {
          "deadlineId": "45e7f18c-5c7d-4d21-8b1d-b663479ab31f",
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
          "effectId": "8ea89e93-669b-45ec-a706-b0501ae047ad",
          "accountId": "echo",
          "testClockId": "clock_dc5cc34b-44ee-4b48-8d99-33e9c909e5e6",
          "kind": "release-number",
          "subject": "01a21e2d-86c2-7775-bc24-b8131e225851",
          "generation": 1,
          "carrier": "sandbox",
          "dueAt": "2026-05-14T07:00:00.000Z",
          "status": "pending",
          "attempts": 1,
          "lastOutcome": "blocked",
          "reason": "deletion-lock",
          "nextAttemptAt": "2026-05-14T07:00:00.000Z",
          "heldBy": null,
          "createdAt": "2026-11-27T18:04:00.569Z",
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
          "effectId": "852fd06a-fc29-4415-9112-8dbc5a30f280",
          "accountId": "echo",
          "testClockId": "clock_dc5cc34b-44ee-4b48-8d99-33e9c909e5e6",
          "kind": "release-number",
          "subject": "01a21e2d-8a9c-73a7-93ac-57b9b462b765",
          "generation": 1,
          "carrier": "sandbox",
          "dueAt": "2026-05-14T07:00:00.000Z",
          "status": "done",
          "attempts": 1,
          "lastOutcome": "settled-elsewhere",
          "reason": "operator",
          "nextAttemptAt": null,
          "heldBy": null,
          "createdAt": "2026-11-27T18:04:00.569Z",
          "settledAt": "2026-11-27T18:04:03.440Z"
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
          "pauseId": "3846d346-7bb3-4a42-b865-5e38ef54eb70",
          "kind": "release-number",
          "carrier": "twilio",
          "cause": "operator",
          "reason": "The carrier works on its network",
          "pausedBy": "sandbox-operator",
          "pausedAt": "2026-11-27T18:03:52.857Z",
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
          "pauseId": "3846d346-7bb3-4a42-b865-5e38ef54eb70",
          "kind": "release-number",
          "carrier": "twilio",
          "cause": "operator",
          "reason": "redacted by sandbox-operator",
          "pausedBy": "sandbox-operator",
          "pausedAt": "2026-11-27T18:03:52.857Z",
          "resumedBy": "sandbox-operator",
          "resumedAt": "2026-11-27T18:03:53.730Z",
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
            "startedAt": "2026-11-27T18:04:13.575Z",
            "lastError": null
          },
          "lastError": null
        }
      }
    },
    "POST /v1/ops/purge-stops/{stopId}/confirm": {
      "answers": {
        "200": {
          "stopId": "a3e0fc2e-ab71-441b-898f-3f29274066c0",
          "cause": "clock-forward",
          "lastSeenAt": "2026-11-27T18:04:27.756Z",
          "stoppedAt": "2026-11-27T18:04:27.756Z",
          "confirmedBy": "sandbox-operator",
          "confirmedAt": "2026-11-27T18:04:27.850Z",
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
          "stopId": "a3e0fc2e-ab71-441b-898f-3f29274066c0",
          "cause": "clock-forward",
          "lastSeenAt": "2026-11-27T18:04:27.756Z",
          "stoppedAt": "2026-11-27T18:04:27.756Z",
          "confirmedBy": "sandbox-operator",
          "confirmedAt": "2026-11-27T18:04:27.850Z",
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
              "expiresAt": "2029-11-27T18:02:10.844Z"
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
          "startedAt": "2026-11-27T18:02:34.173Z",
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
              "expiresAt": "2029-11-27T18:02:10.844Z"
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
          "startedAt": "2026-11-27T18:02:34.173Z",
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
          "testClockId": "clock_a856c776-3e55-4935-8665-ed615663c1f3",
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
          "testClockId": "clock_a856c776-3e55-4935-8665-ed615663c1f3",
          "now": "2026-04-30T07:00:00.000Z",
          "status": "ready"
        },
        "202": {
          "testClockId": "clock_0315b22b-9a5b-4e5c-93fe-cf87655ddccf",
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
          "endpointId": "83639fad-8341-4ac0-b0d7-36d48364b633",
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
          "createdAt": "2026-11-27T18:03:42.723Z",
          "waiting": 0,
          "undeliveredSince": null,
          "secret": "whsec_vdmCe7/ePlhJdikoABbUq0Q+e+a0SXXMhPCvI73DUdo="
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
          "deliveryId": "01a21e2d-76fb-709b-9cc0-39eb9cf956e0",
          "endpointId": "83639fad-8341-4ac0-b0d7-36d48364b633",
          "accountId": null,
          "sequence": null,
          "type": "webhook.test",
          "status": "waiting",
          "attempts": 1,
          "nextAttemptAt": "2026-11-27T18:03:47.554Z",
          "firstAttemptAt": "2026-11-27T18:03:46.261Z",
          "lastAttemptAt": "2026-11-27T18:03:46.261Z",
          "httpStatus": null,
          "reason": "connection",
          "latencyMs": 325,
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
          "endpointId": "83639fad-8341-4ac0-b0d7-36d48364b633",
          "secret": "whsec_VsL39lccVhDIRddyWjOaueBApJ5eOoINLsqhklwwqV4=",
          "formerUntil": "2026-11-28T18:03:44.185Z"
        }
      }
    },
    "POST /v1/webhook-endpoints/{endpointId}/test": {
      "answers": {
        "202": {
          "deliveryId": "01a21e2d-76fb-709b-9cc0-39eb9cf956e0",
          "endpointId": "83639fad-8341-4ac0-b0d7-36d48364b633",
          "accountId": null,
          "sequence": null,
          "type": "webhook.test",
          "status": "waiting",
          "attempts": 0,
          "nextAttemptAt": "2026-11-27T18:03:45.796Z",
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
              "chargeId": "01a21e2b-d5a0-714d-99de-60b65da72c6e.1",
              "purpose": "plan",
              "amount": {
                "amount": 4900,
                "currency": "USD"
              },
              "status": "requested",
              "requestedAt": "2026-03-30T07:00:00.000Z",
              "subscriptionId": "01a21e2b-d5a0-714d-99de-60b65da72c6e"
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
          "until": "2026-11-27T18:04:42.082Z",
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
      "instance": "urn:uuid:1abb53e9-320f-4813-bc2f-9d82c8c88e49"
    },
    "account_purged": {
      "code": "account_purged",
      "purgedAt": "2027-04-30T07:00:00.000Z",
      "type": "urn:sunset:problem:account_purged",
      "title": "The data of the account has been deleted",
      "status": 410,
      "detail": "The data of the account has been deleted.",
      "instance": "urn:uuid:64a977b5-2383-4253-9964-e5738d437f64"
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
      "instance": "urn:uuid:5f80c1f3-67bf-4419-b98d-d5e865d72809"
    },
    "already_subscribed": {
      "code": "already_subscribed",
      "subscriptionId": "01a21e2c-f681-75df-bda1-a7f9fb1a095b",
      "type": "urn:sunset:problem:already_subscribed",
      "title": "A subscription of this kind is open already",
      "status": 409,
      "detail": "A subscription of this kind is open already.",
      "instance": "urn:uuid:55fff1bd-346a-4825-a916-5e198dd19af6"
    },
    "attempt_expired": {
      "code": "attempt_expired",
      "expiresAt": "2026-03-30T08:00:00.000Z",
      "type": "urn:sunset:problem:attempt_expired",
      "title": "The cancellation attempt has expired",
      "status": 409,
      "detail": "The cancellation attempt has expired.",
      "instance": "urn:uuid:d363405e-2dc5-48f2-96a5-45b98ac74b90"
    },
    "attempt_used": {
      "code": "attempt_used",
      "type": "urn:sunset:problem:attempt_used",
      "title": "The cancellation attempt was confirmed already, and what came of it was undone",
      "status": 409,
      "detail": "The cancellation attempt was confirmed already, and what came of it was undone.",
      "instance": "urn:uuid:9291c416-5ed6-4ff4-b7aa-3b2ac4f8023d"
    },
    "auto_recharge_suspended": {
      "code": "auto_recharge_suspended",
      "type": "urn:sunset:problem:auto_recharge_suspended",
      "title": "No plan will renew, so no card is charged any more",
      "status": 409,
      "detail": "No plan will renew, so no card is charged any more.",
      "instance": "urn:uuid:222d1451-7203-4227-bd86-42fabd5ed61f"
    },
    "cancellation_already_pending": {
      "code": "cancellation_already_pending",
      "subscriptionId": "01a21e2c-f681-75df-bda1-a7f9fb1a095b",
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
      "instance": "urn:uuid:ade70c34-054b-499a-a924-e55da90ce355"
    },
    "cancellation_not_pending": {
      "code": "cancellation_not_pending",
      "type": "urn:sunset:problem:cancellation_not_pending",
      "title": "No cancellation is pending",
      "status": 409,
      "detail": "No cancellation is pending.",
      "instance": "urn:uuid:5506ca7b-2757-45d8-9607-6ab2ad29615c"
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
      "instance": "urn:uuid:a024a1fc-3eab-436f-b0f5-d0a757a2bfe7"
    },
    "deadline_not_retryable": {
      "code": "deadline_not_retryable",
      "status": 409,
      "type": "urn:sunset:problem:deadline_not_retryable",
      "title": "The deadline is neither blocked nor dead",
      "detail": "The deadline is neither blocked nor dead.",
      "instance": "urn:uuid:84d4248b-6d0a-436c-b103-33d02e010690"
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
      "instance": "urn:uuid:eb1552bf-0264-4287-bf4a-70c5dbe78519"
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
      "instance": "urn:uuid:2a3c4da0-7571-4a69-8cd4-5b982e608b3f"
    },
    "effect_not_retryable": {
      "code": "effect_not_retryable",
      "type": "urn:sunset:problem:effect_not_retryable",
      "title": "The effect is neither blocked nor dead",
      "status": 409,
      "detail": "The effect is neither blocked nor dead.",
      "instance": "urn:uuid:b9178902-0ee7-4870-9ab2-0d168465adcf"
    },
    "effect_not_settleable": {
      "code": "effect_not_settleable",
      "type": "urn:sunset:problem:effect_not_settleable",
      "title": "The effect is settled already, or is being attempted just now",
      "status": 409,
      "detail": "The effect is settled already, or is being attempted just now.",
      "instance": "urn:uuid:e07bcecd-f8f3-4e84-ba96-69a41f295b4e"
    },
    "endpoint_disabled": {
      "code": "endpoint_disabled",
      "type": "urn:sunset:problem:endpoint_disabled",
      "title": "The webhook endpoint is disabled",
      "status": 409,
      "detail": "The webhook endpoint is disabled.",
      "instance": "urn:uuid:57274892-c0ec-43c1-b819-b9a115d21794"
    },
    "forbidden": {
      "code": "forbidden",
      "type": "urn:sunset:problem:forbidden",
      "title": "The role may not do this",
      "status": 403,
      "detail": "The role may not do this.",
      "instance": "urn:uuid:4dc21dd6-df2d-43fc-a89f-d392482eb836"
    },
    "idempotency_key_reused": {
      "code": "idempotency_key_reused",
      "type": "urn:sunset:problem:idempotency_key_reused",
      "title": "The idempotency key was used for another request",
      "status": 422,
      "detail": "The idempotency key was used for another request.",
      "instance": "urn:uuid:cc4f27cc-3d03-4103-a9d9-bde827784f2e"
    },
    "invalid_request": {
      "code": "invalid_request",
      "type": "urn:sunset:problem:invalid_request",
      "title": "The request is not valid",
      "status": 422,
      "detail": "The request is not valid.",
      "instance": "urn:uuid:67dd0a54-0b73-4bb1-a722-8acc92855bd2",
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
        "01a21e2c-c699-7145-8311-765a26f491ca"
      ],
      "type": "urn:sunset:problem:legal_hold",
      "title": "A legal hold stands",
      "status": 409,
      "detail": "A legal hold stands.",
      "instance": "urn:uuid:2b94246f-4e7d-456d-8ff3-296414495a07"
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
      "instance": "urn:uuid:00bd5c5e-3d00-406b-9bee-dfff854b4cf0"
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
      "instance": "urn:uuid:06f5bc45-f4c8-4c96-8a80-54f4245b4949"
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
      "instance": "urn:uuid:4ca73dac-4e29-4085-acb5-3fde9cdb0542"
    },
    "no_open_plan": {
      "code": "no_open_plan",
      "type": "urn:sunset:problem:no_open_plan",
      "title": "No plan is open for it; subscribe first",
      "status": 409,
      "detail": "No plan is open for it; subscribe first.",
      "instance": "urn:uuid:7d82fda6-ecc9-4a86-b547-bc6cf7992e6e"
    },
    "not_found": {
      "code": "not_found",
      "what": "account",
      "type": "urn:sunset:problem:not_found",
      "title": "Not found",
      "status": 404,
      "detail": "There is no such account.",
      "instance": "urn:uuid:ffaca393-f960-499b-8ca5-ba103ba23599"
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
      "instance": "urn:uuid:444e3f1c-cf9d-4a16-9d6f-ccca9616bc2f"
    },
    "number_exists": {
      "code": "number_exists",
      "type": "urn:sunset:problem:number_exists",
      "title": "The number is in the account already",
      "status": 409,
      "detail": "The number is in the account already.",
      "instance": "urn:uuid:68310c74-db45-46ef-a2cf-fbd382df9ba2"
    },
    "number_not_removable": {
      "code": "number_not_removable",
      "numberStatus": "released",
      "type": "urn:sunset:problem:number_not_removable",
      "title": "The number cannot be removed any more",
      "status": 409,
      "detail": "The number cannot be removed any more.",
      "instance": "urn:uuid:d38ef43e-ebf3-42c8-b0ab-890d712f3ff0"
    },
    "number_taken": {
      "code": "number_taken",
      "type": "urn:sunset:problem:number_taken",
      "title": "Another account has the number",
      "status": 409,
      "detail": "Another account has the number.",
      "instance": "urn:uuid:24a5212b-291e-4c80-abe2-488568ac4c62"
    },
    "pause_ended": {
      "code": "pause_ended",
      "type": "urn:sunset:problem:pause_ended",
      "title": "The pause has ended already",
      "status": 409,
      "detail": "The pause has ended already.",
      "instance": "urn:uuid:d696f25d-1f0e-4f45-a387-e14c6cd3f6ff"
    },
    "plan_change_while_cancelling": {
      "code": "plan_change_while_cancelling",
      "type": "urn:sunset:problem:plan_change_while_cancelling",
      "title": "The plan cannot change while a cancellation is pending",
      "status": 409,
      "detail": "The plan cannot change while a cancellation is pending.",
      "instance": "urn:uuid:a24d4cff-5259-4e06-aa34-5857d14fa8e3"
    },
    "preview_stale": {
      "code": "preview_stale",
      "type": "urn:sunset:problem:preview_stale",
      "title": "The preview no longer shows what would happen",
      "status": 409,
      "detail": "The preview no longer shows what would happen.",
      "instance": "urn:uuid:1903c1ea-fe0f-479d-a3b3-cf0319c25a5a"
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
      "instance": "urn:uuid:e9a4e3a2-6c11-4192-8116-28f6e77ea08c"
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
      "instance": "urn:uuid:72b26e8e-772e-4249-bdb8-06f22634c4f1"
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
      "instance": "urn:uuid:91561bc2-a410-4f42-b96d-35cb4226474f"
    },
    "stop_confirmed": {
      "code": "stop_confirmed",
      "type": "urn:sunset:problem:stop_confirmed",
      "title": "The stop was confirmed already",
      "status": 409,
      "detail": "The stop was confirmed already.",
      "instance": "urn:uuid:74e6df4f-0f5b-4bb0-aceb-82d611ae06b0"
    },
    "subscription_ended": {
      "code": "subscription_ended",
      "endedAt": "2026-04-30T07:00:00.000Z",
      "type": "urn:sunset:problem:subscription_ended",
      "title": "The subscription has ended",
      "status": 409,
      "detail": "The subscription has ended.",
      "instance": "urn:uuid:0bae5c83-7b31-4fff-b5bb-2240f423dd67"
    },
    "subscription_open": {
      "code": "subscription_open",
      "type": "urn:sunset:problem:subscription_open",
      "title": "A subscription is still open",
      "status": 409,
      "detail": "A subscription is still open.",
      "instance": "urn:uuid:62433480-8645-4c11-b868-d3a6648c0a6f"
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
      "instance": "urn:uuid:e91bcdb1-6ec1-4b82-bb19-a38ca14ba1cc"
    },
    "ten_dlc_not_pending": {
      "code": "ten_dlc_not_pending",
      "tenDlcStatus": "none",
      "type": "urn:sunset:problem:ten_dlc_not_pending",
      "title": "No 10DLC registration waits for approval",
      "status": 409,
      "detail": "No 10DLC registration waits for approval.",
      "instance": "urn:uuid:277dd6be-ce18-4ea2-b33f-7f77b2152acb"
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
      "instance": "urn:uuid:2c771190-a455-4e8c-93c7-bae2e7301195"
    },
    "unauthenticated": {
      "code": "unauthenticated",
      "type": "urn:sunset:problem:unauthenticated",
      "title": "A valid bearer token is required",
      "status": 401,
      "detail": "A valid bearer token is required.",
      "instance": "urn:uuid:174732f8-1695-46ff-8460-6879ca403422"
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

// Written by scripts/generate from the OpenAPI document.

import type { Schema } from "../schema.js";

export const routes = {
  "health": {
    "method": "GET",
    "path": "/health"
  },
  "auth-check": {
    "method": "GET",
    "path": "/auth-check"
  },
  "debate-start": {
    "method": "POST",
    "path": "/debate-start"
  },
  "debate-stream": {
    "method": "GET",
    "path": "/debate-stream/{debate_id}"
  },
  "debate-chat": {
    "method": "POST",
    "path": "/debate-chat"
  },
  "debate-chat-stream": {
    "method": "GET",
    "path": "/debate-chat/{chat_id}/stream"
  },
  "debate-result": {
    "method": "GET",
    "path": "/debate-result/{debate_id}"
  },
  "debate-list": {
    "method": "GET",
    "path": "/debate-list"
  },
  "debate-cancel": {
    "method": "POST",
    "path": "/debate-cancel/{debate_id}"
  },
  "debate-steer": {
    "method": "POST",
    "path": "/debate-steer/{debate_id}"
  },
  "debate-delete": {
    "method": "DELETE",
    "path": "/debate-delete/{debate_id}"
  }
} as const;

export const eventTypes = [
  "debate.queued",
  "debate.started",
  "turn.started",
  "turn.delta",
  "turn.reset",
  "turn.completed",
  "turn.failed",
  "tool.completed",
  "steer.accepted",
  "steer.applied",
  "verdict.completed",
  "debate.completed",
  "debate.failed",
  "debate.cancelled"
] as const;

export const problemTypes = {
  "bodyTooLarge": "urn:problem:body-too-large",
  "contentNotFinancial": "urn:problem:content-not-financial",
  "debateDeleted": "urn:problem:debate-deleted",
  "debateEnded": "urn:problem:debate-ended",
  "debateLive": "urn:problem:debate-live",
  "headTooLarge": "urn:problem:head-too-large",
  "idempotencyKeyReused": "urn:problem:idempotency-key-reused",
  "internalError": "urn:problem:internal-error",
  "invalidRequest": "urn:problem:invalid-request",
  "malformedRequest": "urn:problem:malformed-request",
  "modelNotConfigured": "urn:problem:model-not-configured",
  "notFound": "urn:problem:not-found",
  "requestTimeout": "urn:problem:request-timeout",
  "sessionRequired": "urn:problem:session-required",
  "tooManyRequests": "urn:problem:too-many-requests",
  "unavailable": "urn:problem:unavailable",
  "unsupportedMediaType": "urn:problem:unsupported-media-type"
} as const;

export const failureTypes = {
  "urn:problem:model-unavailable": {
    "title": "The model did not answer",
    "retryable": true
  },
  "urn:problem:model-unreachable": {
    "title": "The model's server could not be reached",
    "retryable": true
  },
  "urn:problem:model-timeout": {
    "title": "The model took too long",
    "retryable": true
  },
  "urn:problem:model-busy": {
    "title": "The model's server is busy",
    "retryable": true
  },
  "urn:problem:model-key-refused": {
    "title": "The model's server refused the key",
    "retryable": false
  },
  "urn:problem:model-unknown": {
    "title": "The model's server does not know the model",
    "retryable": false
  },
  "urn:problem:model-quota-used-up": {
    "title": "The quota at the model's server is used up",
    "retryable": false
  },
  "urn:problem:model-context-overflow": {
    "title": "The debate is too long for the model",
    "retryable": false
  },
  "urn:problem:model-refused": {
    "title": "The model refused the request",
    "retryable": false
  },
  "urn:problem:model-not-configured": {
    "title": "No model is configured",
    "retryable": false
  },
  "urn:problem:model-answer-broken": {
    "title": "The model's answer was broken",
    "retryable": true
  },
  "urn:problem:model-answer-empty": {
    "title": "The model's answer was empty",
    "retryable": true
  },
  "urn:problem:model-answer-endless": {
    "title": "The model's answer had no end",
    "retryable": false
  },
  "urn:problem:model-cut": {
    "title": "The model's answer was cut",
    "retryable": false
  },
  "urn:problem:model-content-filter": {
    "title": "The model's answer was withheld",
    "retryable": false
  },
  "urn:problem:too-few-voices": {
    "title": "Too few agents could speak",
    "retryable": true
  },
  "urn:problem:budget-exceeded": {
    "title": "The debate's budget was used up",
    "retryable": true
  },
  "urn:problem:deadline-exceeded": {
    "title": "The debate took too long",
    "retryable": true
  },
  "urn:problem:events-refused": {
    "title": "The debate could not be stored",
    "retryable": true
  }
} as const;

export const signalStates = [
  "risk_on",
  "risk_off",
  "neutral"
] as const;

export const limits = {
  "content": {
    "title": {
      "min": 1,
      "max": 255
    },
    "text": {
      "min": 10,
      "max": 50000
    },
    "url": {
      "min": 1,
      "max": 2048
    }
  },
  "question": {
    "min": 1,
    "max": 500
  },
  "rounds": {
    "min": 1,
    "max": 5
  },
  "signals": {
    "max": 20,
    "each": {
      "name": {
        "min": 1,
        "max": 100
      },
      "strength": {
        "min": 1,
        "max": 50
      },
      "source": {
        "min": 1,
        "max": 255
      }
    }
  },
  "steer": {
    "text": {
      "min": 1,
      "max": 500
    }
  }
} as const;

export const requestSchemas: Readonly<Record<string, Schema>> = {
  "DebateRequest": {
    "additionalProperties": false,
    "properties": {
      "content": {
        "$ref": "#/components/schemas/Content"
      },
      "question": {
        "anyOf": [
          {
            "maxLength": 500,
            "minLength": 1,
            "pattern": "^[^\\u0000]*$",
            "type": "string"
          },
          {
            "type": "null"
          }
        ]
      },
      "rounds": {
        "maximum": 5,
        "minimum": 1,
        "type": "integer"
      },
      "signals": {
        "items": {
          "$ref": "#/components/schemas/Signal"
        },
        "maxItems": 20,
        "type": "array"
      },
      "force": {
        "type": "boolean"
      }
    },
    "required": [
      "content"
    ],
    "type": "object"
  },
  "Content": {
    "additionalProperties": false,
    "if": {
      "properties": {
        "type": {
          "enum": [
            "substack",
            "youtube"
          ]
        }
      },
      "required": [
        "type"
      ]
    },
    "properties": {
      "type": {
        "enum": [
          "text",
          "article",
          "substack",
          "youtube"
        ],
        "type": "string"
      },
      "title": {
        "maxLength": 255,
        "minLength": 1,
        "pattern": "^[^\\u0000]*$",
        "type": "string"
      },
      "text": {
        "maxLength": 50000,
        "minLength": 10,
        "pattern": "^[^\\u0000]*$",
        "type": "string"
      },
      "url": {
        "anyOf": [
          {
            "format": "iri",
            "maxLength": 2048,
            "minLength": 1,
            "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://",
            "type": "string"
          },
          {
            "type": "null"
          }
        ]
      }
    },
    "required": [
      "type",
      "title",
      "text"
    ],
    "then": {
      "properties": {
        "url": {
          "type": "string"
        }
      },
      "required": [
        "url"
      ]
    },
    "type": "object"
  },
  "Signal": {
    "additionalProperties": false,
    "properties": {
      "name": {
        "maxLength": 100,
        "minLength": 1,
        "pattern": "^[^\\u0000]*$",
        "type": "string"
      },
      "state": {
        "enum": [
          "risk_on",
          "risk_off",
          "neutral"
        ],
        "type": "string"
      },
      "as_of": {
        "format": "date-time",
        "type": "string"
      },
      "value": {
        "anyOf": [
          {
            "type": "number"
          },
          {
            "type": "null"
          }
        ]
      },
      "strength": {
        "anyOf": [
          {
            "maxLength": 50,
            "minLength": 1,
            "pattern": "^[^\\u0000]*$",
            "type": "string"
          },
          {
            "type": "null"
          }
        ]
      },
      "source": {
        "anyOf": [
          {
            "maxLength": 255,
            "minLength": 1,
            "pattern": "^[^\\u0000]*$",
            "type": "string"
          },
          {
            "type": "null"
          }
        ]
      }
    },
    "required": [
      "name",
      "state",
      "as_of"
    ],
    "type": "object"
  }
};

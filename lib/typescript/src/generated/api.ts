// Written by scripts/generate from the OpenAPI document.

export interface paths {
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Say what this process serves and how its resources are; 503 where one is down */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth-check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Say who is calling, as the session token proves it */
        get: operations["auth-check"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/debate-start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start a debate; answers once it is certain to run */
        post: operations["debate-start"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/debate-stream/{debate_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Replay a debate's events to its owner, from any of them on, then follow it live */
        get: operations["debate-stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/debate-result/{debate_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Say what came out of a debate: its turns and verdict, as JSON, Markdown or a page */
        get: operations["debate-result"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/debate-list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the caller's debates, newest first, page by page */
        get: operations["debate-list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/debate-cancel/{debate_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a debate of the caller's before its time */
        post: operations["debate-cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/debate-delete/{debate_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a debate of the caller's that has ended, with all that was said */
        delete: operations["debate-delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Describe all functions as OpenAPI does */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Describe all functions to people */
        get: operations["docs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Adjustment
         * @description A written rule that changed the confidence, and from what to what.
         */
        Adjustment: {
            /** Rule */
            rule: string;
            /** From */
            from: number;
            /** To */
            to: number;
        };
        /**
         * Caller
         * @description A verified session; `expires_at` is in Unix seconds, `actor` the impersonator if there is one.
         * @example {
         *       "user_id": "user_2abcDEF",
         *       "session_id": "sess_2ghiJKL",
         *       "issuer": "https://clerk.example.com",
         *       "org_id": null,
         *       "org_role": null,
         *       "org_permissions": [],
         *       "expires_at": 1795208760,
         *       "actor": null
         *     }
         */
        Caller: {
            /** User Id */
            user_id: string;
            /** Session Id */
            session_id: string;
            /** Issuer */
            issuer: string;
            /** Org Id */
            org_id: string | null;
            /** Org Role */
            org_role: string | null;
            /** Org Permissions */
            org_permissions: string[];
            /** Expires At */
            expires_at: number;
            /** Actor */
            actor: string | null;
        };
        /**
         * Check
         * @description One resource: `ms` is the time that looking took, `reason` why it is not ok, `numbers` what it counts.
         */
        Check: {
            /** Ok */
            ok: boolean;
            /** Ms */
            ms: number;
            /** Reason */
            reason: string | null;
            /**
             * Numbers
             * @default null
             */
            numbers?: {
                [key: string]: number;
            } | null;
        };
        /**
         * Content
         * @description The text under debate; `url` says where it came from and is never fetched.
         */
        Content: {
            /**
             * Type
             * @enum {string}
             */
            type: "text" | "article" | "substack" | "youtube";
            /** Title */
            title: string;
            /** Text */
            text: string;
            /**
             * Url
             * @default null
             */
            url?: string | null;
        };
        /**
         * Debate
         * @description What its owner may know of a debate; `stream_url` is a path, `last_seq` its newest event.
         * @example {
         *       "id": "5f0c8a5e-6d0f-4c9e-9b8a-0c7b2f6a1d34",
         *       "status": "running",
         *       "title": "Utilities lead, lumber lags",
         *       "rounds": 2,
         *       "model": "gpt-4o-mini",
         *       "created_at": "2026-11-20T21:05:00Z",
         *       "started_at": "2026-11-20T21:05:01Z",
         *       "ended_at": null,
         *       "stream_url": "/debate-stream/5f0c8a5e-6d0f-4c9e-9b8a-0c7b2f6a1d34",
         *       "last_seq": 42
         *     }
         */
        Debate: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Status
             * @enum {string}
             */
            status: "queued" | "running" | "completed" | "failed" | "cancelled";
            /** Title */
            title: string;
            /** Rounds */
            rounds: number;
            /** Model */
            model: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Started At */
            started_at: string | null;
            /** Ended At */
            ended_at: string | null;
            /** Stream Url */
            stream_url: string;
            /** Last Seq */
            last_seq: number;
        };
        /** DebateCancelledEvent */
        DebateCancelledEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "debate.cancelled";
            /** @default null */
            usage: components["schemas"]["DebateUsage"] | null;
            /** Seq */
            seq: number;
            /**
             * Debate Id
             * Format: uuid
             */
            debate_id: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
        };
        /** DebateCompletedEvent */
        DebateCompletedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "debate.completed";
            /** @default null */
            usage: components["schemas"]["DebateUsage"] | null;
            /** Seq */
            seq: number;
            /**
             * Debate Id
             * Format: uuid
             */
            debate_id: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
        };
        /**
         * @example {
         *       "seq": 5,
         *       "debate_id": "5f0c8a5e-6d0f-4c9e-9b8a-0c7b2f6a1d34",
         *       "at": "2026-11-20T21:05:02.381Z",
         *       "type": "turn.delta",
         *       "turn": 1,
         *       "text": "Utilities lead "
         *     }
         */
        DebateEvent: components["schemas"]["DebateQueuedEvent"] | components["schemas"]["DebateStartedEvent"] | components["schemas"]["TurnStartedEvent"] | components["schemas"]["TurnDeltaEvent"] | components["schemas"]["TurnResetEvent"] | components["schemas"]["TurnCompletedEvent"] | components["schemas"]["TurnFailedEvent"] | components["schemas"]["SteerAcceptedEvent"] | components["schemas"]["SteerAppliedEvent"] | components["schemas"]["VerdictCompletedEvent"] | components["schemas"]["DebateCompletedEvent"] | components["schemas"]["DebateFailedEvent"] | components["schemas"]["DebateCancelledEvent"];
        /** DebateFailedEvent */
        DebateFailedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "debate.failed";
            problem: components["schemas"]["EventProblem"];
            /** @default null */
            usage: components["schemas"]["DebateUsage"] | null;
            /** Seq */
            seq: number;
            /**
             * Debate Id
             * Format: uuid
             */
            debate_id: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
        };
        /**
         * DebateList
         * @description A page of a user's debates, newest first; `next_cursor` leads to the next, and is nothing on the last.
         */
        DebateList: {
            /** Items */
            items: components["schemas"]["Debate"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** DebateQueuedEvent */
        DebateQueuedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "debate.queued";
            /** Title */
            title: string;
            /** Rounds */
            rounds: number;
            /** Agents */
            agents: string[];
            /** Seq */
            seq: number;
            /**
             * Debate Id
             * Format: uuid
             */
            debate_id: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
        };
        /**
         * DebateRequest
         * @description What a user asks to have debated; `force` skips the relevance check.
         * @example {
         *       "content": {
         *         "type": "article",
         *         "title": "Utilities lead, lumber lags",
         *         "text": "Utilities have led the market by 5.2 percentage points since early October, while lumber lost 14% against gold. Credit spreads widened to 390 basis points from 310 in August. The VIX stays near 16."
         *       },
         *       "question": "Is it time to reduce risk?",
         *       "rounds": 2,
         *       "signals": [
         *         {
         *           "name": "Utilities/S&P 500",
         *           "state": "risk_off",
         *           "as_of": "2026-11-20T21:00:00Z",
         *           "value": 1.052,
         *           "strength": "strong",
         *           "source": "dashboard"
         *         }
         *       ]
         *     }
         */
        DebateRequest: {
            content: components["schemas"]["Content"];
            /**
             * Question
             * @default null
             */
            question?: string | null;
            /**
             * Rounds
             * @default 2
             */
            rounds?: number;
            /**
             * Signals
             * @default []
             */
            signals?: components["schemas"]["Signal"][];
            /**
             * Force
             * @default false
             */
            force?: boolean;
        };
        /**
         * DebateResult
         * @description A debate's turns in order, those that failed too, its verdict once there is one, and what it used so far.
         */
        DebateResult: {
            debate: components["schemas"]["Debate"];
            /** Turns */
            turns: (components["schemas"]["TurnCompleted"] | components["schemas"]["TurnFailed"])[];
            verdict: components["schemas"]["Verdict"] | null;
            usage: components["schemas"]["DebateUsage"];
        };
        /**
         * DebateStartedEvent
         * @description A worker took the debate; `attempt` is 2 and more after a takeover.
         */
        DebateStartedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "debate.started";
            /** Model */
            model: string;
            /** Attempt */
            attempt: number;
            /** Agents Version */
            agents_version: string;
            /** Seq */
            seq: number;
            /**
             * Debate Id
             * Format: uuid
             */
            debate_id: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
        };
        /**
         * DebateUsage
         * @description What a debate used over all attempts at all turns, in whole and by agent.
         */
        DebateUsage: {
            /** Input Tokens */
            input_tokens: number;
            /** Output Tokens */
            output_tokens: number;
            /**
             * Estimated
             * @default false
             */
            estimated: boolean;
            /** Cost Usd */
            cost_usd: number | null;
            /** Agents */
            agents: {
                [key: string]: components["schemas"]["Spent"];
            };
        };
        /**
         * EventProblem
         * @description Why a turn or a debate failed, in words for its owner.
         */
        EventProblem: {
            /** Type */
            type: string;
            /** Title */
            title: string;
            /** Detail */
            detail: string;
        };
        /**
         * Evidence
         * @description A quote that stands word for word in the content, or in the turn of that number.
         */
        Evidence: {
            /**
             * Source
             * @enum {string}
             */
            source: "content" | "turn";
            /** Quote */
            quote: string;
            /** Turn */
            turn: number | null;
            /** Agent */
            agent: string | null;
        };
        /**
         * Fault
         * @description One fault of a body: an RFC 6901 pointer and what is wrong there, never the value.
         */
        Fault: {
            /** Pointer */
            pointer: string;
            /** Detail */
            detail: string;
        };
        /**
         * Health
         * @description A process: its functions and a check for each resource they use.
         * @example {
         *       "status": "ok",
         *       "version": "dev",
         *       "functions": [
         *         "health",
         *         "auth-check"
         *       ],
         *       "checks": {
         *         "clerk": {
         *           "ok": true,
         *           "ms": 0,
         *           "reason": null,
         *           "numbers": null
         *         }
         *       }
         *     }
         */
        Health: {
            /**
             * Status
             * @enum {string}
             */
            status: "ok" | "down";
            /** Version */
            version: string;
            /** Functions */
            functions: string[];
            /** Checks */
            checks: {
                [key: string]: components["schemas"]["Check"];
            };
        };
        /**
         * ProblemDetails
         * @description The members of an `application/problem+json` body; absent ones are left out.
         * @example {
         *       "type": "urn:problem:not-found",
         *       "title": "There is nothing here",
         *       "status": 404,
         *       "detail": "You have no debate with this id.",
         *       "request_id": "0b9d2c1f4a5e4f7f8c6d7e8f9a0b1c2d"
         *     }
         */
        ProblemDetails: {
            /** Type */
            type: string;
            /** Title */
            title: string;
            /** Status */
            status: number;
            /** Detail */
            detail: string;
            /** Request Id */
            request_id: string;
            /**
             * Reason
             * @default null
             */
            reason?: string | null;
            /**
             * Errors
             * @default []
             */
            errors?: components["schemas"]["Fault"][];
        };
        /**
         * Signal
         * @description One market signal of the dashboard at the moment `as_of`.
         */
        Signal: {
            /** Name */
            name: string;
            /**
             * State
             * @enum {string}
             */
            state: "risk_on" | "risk_off" | "neutral";
            /**
             * As Of
             * Format: date-time
             */
            as_of: string;
            /**
             * Value
             * @default null
             */
            value?: number | null;
            /**
             * Strength
             * @default null
             */
            strength?: string | null;
            /**
             * Source
             * @default null
             */
            source?: string | null;
        };
        /**
         * Spent
         * @description What was used and what that cost; no cost where the operator gave no price for the model.
         */
        Spent: {
            /** Input Tokens */
            input_tokens: number;
            /** Output Tokens */
            output_tokens: number;
            /**
             * Estimated
             * @default false
             */
            estimated: boolean;
            /** Cost Usd */
            cost_usd: number | null;
        };
        /**
         * SteerAcceptedEvent
         * @description A remark of the user, which will enter the debate before the next turn; `steer` counts them from 1.
         */
        SteerAcceptedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "steer.accepted";
            /** Steer */
            steer: number;
            /** Text */
            text: string;
            /** Seq */
            seq: number;
            /**
             * Debate Id
             * Format: uuid
             */
            debate_id: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
        };
        /**
         * SteerAppliedEvent
         * @description The remark has entered the debate: whoever speaks from now on has read it.
         */
        SteerAppliedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "steer.applied";
            /** Steer */
            steer: number;
            /** Text */
            text: string;
            /** Seq */
            seq: number;
            /**
             * Debate Id
             * Format: uuid
             */
            debate_id: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
        };
        /**
         * TurnCompleted
         * @description The whole text of a turn, which replaces its deltas.
         */
        TurnCompleted: {
            /**
             * Type
             * @default turn.completed
             * @constant
             */
            type: "turn.completed";
            /** Turn */
            turn: number;
            /** Round */
            round: number;
            /** Agent */
            agent: string;
            /** Text */
            text: string;
            /** Finish Reason */
            finish_reason: string;
            usage: components["schemas"]["Usage"];
            /** Model */
            model: string;
        };
        /**
         * TurnCompletedEvent
         * @description The whole text of a turn, which replaces its deltas.
         */
        TurnCompletedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "turn.completed";
            /** Turn */
            turn: number;
            /** Round */
            round: number;
            /** Agent */
            agent: string;
            /** Text */
            text: string;
            /** Finish Reason */
            finish_reason: string;
            usage: components["schemas"]["Usage"];
            /** Model */
            model: string;
            /** Seq */
            seq: number;
            /**
             * Debate Id
             * Format: uuid
             */
            debate_id: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
        };
        /** TurnDeltaEvent */
        TurnDeltaEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "turn.delta";
            /** Turn */
            turn: number;
            /** Text */
            text: string;
            /** Seq */
            seq: number;
            /**
             * Debate Id
             * Format: uuid
             */
            debate_id: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
        };
        /**
         * TurnFailed
         * @description A turn that is left out of the debate.
         */
        TurnFailed: {
            /**
             * Type
             * @default turn.failed
             * @constant
             */
            type: "turn.failed";
            /** Turn */
            turn: number;
            /** Round */
            round: number;
            /** Agent */
            agent: string;
            problem: components["schemas"]["EventProblem"];
            /**
             * @default {
             *       "input_tokens": 0,
             *       "output_tokens": 0,
             *       "estimated": false
             *     }
             */
            usage: components["schemas"]["Usage"];
        };
        /**
         * TurnFailedEvent
         * @description A turn that is left out of the debate.
         */
        TurnFailedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "turn.failed";
            /** Turn */
            turn: number;
            /** Round */
            round: number;
            /** Agent */
            agent: string;
            problem: components["schemas"]["EventProblem"];
            /**
             * @default {
             *       "input_tokens": 0,
             *       "output_tokens": 0,
             *       "estimated": false
             *     }
             */
            usage: components["schemas"]["Usage"];
            /** Seq */
            seq: number;
            /**
             * Debate Id
             * Format: uuid
             */
            debate_id: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
        };
        /**
         * TurnResetEvent
         * @description Drop the partial text of this turn; `usage` is what it cost all the same.
         */
        TurnResetEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "turn.reset";
            /** Turn */
            turn: number;
            /** Reason */
            reason: string;
            /**
             * @default {
             *       "input_tokens": 0,
             *       "output_tokens": 0,
             *       "estimated": false
             *     }
             */
            usage: components["schemas"]["Usage"];
            /** Seq */
            seq: number;
            /**
             * Debate Id
             * Format: uuid
             */
            debate_id: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
        };
        /** TurnStartedEvent */
        TurnStartedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "turn.started";
            /** Turn */
            turn: number;
            /** Round */
            round: number;
            /** Agent */
            agent: string;
            /**
             * Role
             * @enum {string}
             */
            role: "debater" | "judge";
            /** Attempt */
            attempt: number;
            /** Seq */
            seq: number;
            /**
             * Debate Id
             * Format: uuid
             */
            debate_id: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
        };
        /**
         * Usage
         * @description Tokens as the model's server counted them; `estimated` from the characters where it did not say.
         */
        Usage: {
            /** Input Tokens */
            input_tokens: number;
            /** Output Tokens */
            output_tokens: number;
            /**
             * Estimated
             * @default false
             */
            estimated: boolean;
        };
        /**
         * Verdict
         * @description A judgement of which every quote was found at its source; the others were dropped and counted.
         */
        Verdict: {
            /**
             * Stance
             * @enum {string}
             */
            stance: "risk_on" | "risk_off" | "neutral";
            /** Confidence */
            confidence: number;
            /** Summary */
            summary: string;
            /** Key Points */
            key_points: string[];
            /** Dissent */
            dissent: string[];
            /** Missing Data */
            missing_data: string[];
            /** Evidence */
            evidence: components["schemas"]["Evidence"][];
            /** Adjustments */
            adjustments: components["schemas"]["Adjustment"][];
            /** Dropped Quotes */
            dropped_quotes: number;
        };
        /** VerdictCompletedEvent */
        VerdictCompletedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "verdict.completed";
            verdict: components["schemas"]["Verdict"];
            /** Seq */
            seq: number;
            /**
             * Debate Id
             * Format: uuid
             */
            debate_id: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Say what this process serves and how its resources are; 503 where one is down */
            200: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description `urn:problem:malformed-request`: The request could not be read */
            400: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:request-timeout`: The request took too long to arrive */
            408: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:head-too-large`: The head of the request is too large */
            431: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:internal-error`: Something went wrong on our side */
            500: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Another form of the same */
            503: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    "auth-check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Say who is calling, as the session token proves it */
            200: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Caller"];
                };
            };
            /** @description `urn:problem:malformed-request`: The request could not be read */
            400: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:session-required`: A valid session is required */
            401: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    /** @description How to authenticate. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:request-timeout`: The request took too long to arrive */
            408: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:head-too-large`: The head of the request is too large */
            431: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:internal-error`: Something went wrong on our side */
            500: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:unavailable`: A service that this needs cannot be reached */
            503: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    /** @description The seconds after which to come again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    "debate-start": {
        parameters: {
            query?: never;
            header?: {
                /** @description Requests of a user with the same key are one debate, for a day. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DebateRequest"];
            };
        };
        responses: {
            /** @description Another form of the same */
            200: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    /** @description The path of the debate's stream. */
                    Location?: string;
                    /** @description The debate's id. */
                    "X-Debate-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Debate"];
                };
            };
            /** @description Start a debate; answers once it is certain to run */
            201: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    /** @description The path of the debate's stream. */
                    Location?: string;
                    /** @description The debate's id. */
                    "X-Debate-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Debate"];
                };
            };
            /** @description `urn:problem:malformed-request`: The request could not be read */
            400: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:session-required`: A valid session is required */
            401: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    /** @description How to authenticate. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:request-timeout`: The request took too long to arrive */
            408: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:debate-deleted`: The debate was deleted */
            409: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:body-too-large`: The body is too large */
            413: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:unsupported-media-type`: The media type is not supported */
            415: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:idempotency-key-reused`: The Idempotency-Key belongs to another request; `urn:problem:invalid-request`: The request is not valid */
            422: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:too-many-requests`: Too many requests */
            429: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    /** @description The seconds after which to come again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:head-too-large`: The head of the request is too large */
            431: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:internal-error`: Something went wrong on our side */
            500: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:model-not-configured`: No model is configured; `urn:problem:unavailable`: A service that this needs cannot be reached */
            503: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    /** @description The seconds after which to come again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    "debate-stream": {
        parameters: {
            query?: {
                /** @description The seq of the last event that the viewer has; `Last-Event-ID` goes before it. */
                after?: number;
            };
            header?: {
                /** @description The id of the last event that the viewer has, as EventSource sends it. */
                "Last-Event-ID"?: number;
            };
            path: {
                /** @description The debate's id. One of somebody else is answered as if it were not there. */
                debate_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Replay a debate's events to its owner, from any of them on, then follow it live */
            200: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    /** @description The debate's id. */
                    "X-Debate-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description `urn:problem:malformed-request`: The request could not be read */
            400: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:session-required`: A valid session is required */
            401: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    /** @description How to authenticate. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:not-found`: There is nothing here */
            404: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:request-timeout`: The request took too long to arrive */
            408: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:too-many-requests`: Too many requests */
            429: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    /** @description The seconds after which to come again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:head-too-large`: The head of the request is too large */
            431: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:internal-error`: Something went wrong on our side */
            500: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:unavailable`: A service that this needs cannot be reached */
            503: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    /** @description The seconds after which to come again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    "debate-result": {
        parameters: {
            query?: never;
            header?: {
                /** @description Which of the media types is wanted; the first of them where none is. */
                Accept?: string;
            };
            path: {
                /** @description The debate's id. One of somebody else is answered as if it were not there. */
                debate_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Say what came out of a debate: its turns and verdict, as JSON, Markdown or a page */
            200: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DebateResult"];
                    "text/markdown": unknown;
                    "text/html": unknown;
                };
            };
            /** @description `urn:problem:malformed-request`: The request could not be read */
            400: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:session-required`: A valid session is required */
            401: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    /** @description How to authenticate. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:not-found`: There is nothing here */
            404: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:request-timeout`: The request took too long to arrive */
            408: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:head-too-large`: The head of the request is too large */
            431: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:internal-error`: Something went wrong on our side */
            500: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:unavailable`: A service that this needs cannot be reached */
            503: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    /** @description The seconds after which to come again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    "debate-list": {
        parameters: {
            query?: {
                /** @description How many debates a page may have. */
                limit?: number;
                /** @description The `next_cursor` of the page before, as it was given. */
                cursor?: string;
                /** @description Only the debates of this status. */
                status?: "queued" | "running" | "completed" | "failed" | "cancelled";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the caller's debates, newest first, page by page */
            200: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DebateList"];
                };
            };
            /** @description `urn:problem:malformed-request`: The request could not be read */
            400: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:session-required`: A valid session is required */
            401: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    /** @description How to authenticate. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:request-timeout`: The request took too long to arrive */
            408: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:head-too-large`: The head of the request is too large */
            431: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:internal-error`: Something went wrong on our side */
            500: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:unavailable`: A service that this needs cannot be reached */
            503: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    /** @description The seconds after which to come again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    "debate-cancel": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The debate's id. One of somebody else is answered as if it were not there. */
                debate_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description End a debate of the caller's before its time */
            202: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Debate"];
                };
            };
            /** @description `urn:problem:malformed-request`: The request could not be read */
            400: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:session-required`: A valid session is required */
            401: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    /** @description How to authenticate. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:not-found`: There is nothing here */
            404: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:request-timeout`: The request took too long to arrive */
            408: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:debate-ended`: The debate has ended */
            409: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:head-too-large`: The head of the request is too large */
            431: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:internal-error`: Something went wrong on our side */
            500: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:unavailable`: A service that this needs cannot be reached */
            503: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    /** @description The seconds after which to come again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    "debate-delete": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The debate's id. One of somebody else is answered as if it were not there. */
                debate_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete a debate of the caller's that has ended, with all that was said */
            204: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `urn:problem:malformed-request`: The request could not be read */
            400: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:session-required`: A valid session is required */
            401: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    /** @description How to authenticate. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:not-found`: There is nothing here */
            404: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:request-timeout`: The request took too long to arrive */
            408: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:debate-live`: The debate has not ended */
            409: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:head-too-large`: The head of the request is too large */
            431: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:internal-error`: Something went wrong on our side */
            500: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:unavailable`: A service that this needs cannot be reached */
            503: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    /** @description The seconds after which to come again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what the client has: it is answered 304 where that is still so. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Describe all functions as OpenAPI does */
            200: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description Another form of the same */
            304: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `urn:problem:malformed-request`: The request could not be read */
            400: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:request-timeout`: The request took too long to arrive */
            408: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:head-too-large`: The head of the request is too large */
            431: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:internal-error`: Something went wrong on our side */
            500: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    docs: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what the client has: it is answered 304 where that is still so. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Describe all functions to people */
            200: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/html": unknown;
                };
            };
            /** @description Another form of the same */
            304: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `urn:problem:malformed-request`: The request could not be read */
            400: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:request-timeout`: The request took too long to arrive */
            408: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:head-too-large`: The head of the request is too large */
            431: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description `urn:problem:internal-error`: Something went wrong on our side */
            500: {
                headers: {
                    /** @description Names the request in the logs. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
}

// Written by scripts/generate from the OpenAPI document.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A written rule that changed the confidence, and from what to what. */
        Adjustment: {
            rule: string;
            from: number;
            to: number;
        };
        /** @description A verified session; `expires_at` is in Unix seconds, `actor` the impersonator if there is one. */
        Caller: {
            user_id: string;
            session_id: string;
            issuer: string;
            org_id: string | null;
            org_role: string | null;
            org_permissions: string[];
            expires_at: number;
            actor: string | null;
        };
        /** @description A message of the chat. */
        ChatMessage: {
            /** @enum {string} */
            role: "system" | "user" | "assistant";
            parts: components["schemas"]["ChatPart"][];
        };
        /** @description A part of a message; only parts of the type `text` are read. */
        ChatPart: {
            type: string;
            /** @default  */
            text?: string;
        };
        /** @description A chat: the user's newest message is debated unless `content` is given; the rest is as in DebateRequest. */
        ChatRequest: {
            id: string;
            messages: components["schemas"]["ChatMessage"][];
            /** @default null */
            content?: components["schemas"]["Content"] | null;
            /** @default null */
            question?: string | null;
            /** @default 2 */
            rounds?: number;
            /** @default [] */
            signals?: components["schemas"]["Signal"][];
            /** @default false */
            force?: boolean;
        };
        /** @description The state of one resource: `ms` is how long the check took, `reason` why it is not ok, `numbers` its gauges. */
        Check: {
            ok: boolean;
            ms: number;
            reason: string | null;
            /** @default null */
            numbers?: {
                [key: string]: number;
            } | null;
        };
        /** @description The text under debate; `url` says where it came from and is never fetched. */
        Content: {
            /** @enum {string} */
            type: "text" | "article" | "substack" | "youtube";
            title: string;
            text: string;
            /** @default null */
            url?: string | null;
        };
        /** @description A debate as its owner sees it; `stream_url` is a path, `last_seq` the seq of its newest event. */
        Debate: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            status: "queued" | "running" | "completed" | "failed" | "cancelled";
            title: string;
            rounds: number;
            model: string;
            /** Format: date-time */
            created_at: string;
            started_at: string | null;
            ended_at: string | null;
            stream_url: string;
            last_seq: number;
        };
        DebateCancelledEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "debate.cancelled";
            /** @default null */
            usage: components["schemas"]["DebateUsage"] | null;
            seq: number;
            /** Format: uuid */
            debate_id: string;
            /** Format: date-time */
            at: string;
        };
        DebateCompletedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "debate.completed";
            /** @default null */
            usage: components["schemas"]["DebateUsage"] | null;
            seq: number;
            /** Format: uuid */
            debate_id: string;
            /** Format: date-time */
            at: string;
        };
        DebateEvent: components["schemas"]["DebateQueuedEvent"] | components["schemas"]["DebateStartedEvent"] | components["schemas"]["TurnStartedEvent"] | components["schemas"]["TurnDeltaEvent"] | components["schemas"]["TurnResetEvent"] | components["schemas"]["TurnCompletedEvent"] | components["schemas"]["TurnFailedEvent"] | components["schemas"]["ToolCompletedEvent"] | components["schemas"]["SteerAcceptedEvent"] | components["schemas"]["SteerAppliedEvent"] | components["schemas"]["VerdictCompletedEvent"] | components["schemas"]["DebateCompletedEvent"] | components["schemas"]["DebateFailedEvent"] | components["schemas"]["DebateCancelledEvent"];
        DebateFailedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "debate.failed";
            problem: components["schemas"]["EventProblem"];
            /** @default null */
            usage: components["schemas"]["DebateUsage"] | null;
            seq: number;
            /** Format: uuid */
            debate_id: string;
            /** Format: date-time */
            at: string;
        };
        /** @description A page of a user's debates, newest first; `next_cursor` names the next page, null on the last. */
        DebateList: {
            items: components["schemas"]["Debate"][];
            next_cursor: string | null;
        };
        DebateQueuedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "debate.queued";
            title: string;
            rounds: number;
            agents: string[];
            seq: number;
            /** Format: uuid */
            debate_id: string;
            /** Format: date-time */
            at: string;
        };
        /** @description What a user wants debated; `force` skips the relevance check. */
        DebateRequest: {
            content: components["schemas"]["Content"];
            /** @default null */
            question?: string | null;
            /** @default 2 */
            rounds?: number;
            /** @default [] */
            signals?: components["schemas"]["Signal"][];
            /** @default false */
            force?: boolean;
        };
        /** @description A debate's turns in order, those that failed too, its steers, its verdict, and what it used so far. */
        DebateResult: {
            debate: components["schemas"]["Debate"];
            turns: (components["schemas"]["TurnCompleted"] | components["schemas"]["TurnFailed"])[];
            /** @default [] */
            steers: components["schemas"]["Steer"][];
            verdict: components["schemas"]["Verdict"] | null;
            usage: components["schemas"]["DebateUsage"];
        };
        /** @description A worker took the debate; `attempt` is 2 and more after a takeover. */
        DebateStartedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "debate.started";
            model: string;
            attempt: number;
            agents_version: string;
            seq: number;
            /** Format: uuid */
            debate_id: string;
            /** Format: date-time */
            at: string;
        };
        /** @description The sum over all attempts at all turns of a debate, and the same by agent. */
        DebateUsage: {
            input_tokens: number;
            output_tokens: number;
            /** @default false */
            estimated: boolean;
            cost_usd: number | null;
            agents: {
                [key: string]: components["schemas"]["Spent"];
            };
        };
        /**
         * @description Why a turn or a debate failed, in words for its owner.
         *
         *     A failure is retryable if the same request may succeed when it is made again.
         */
        EventProblem: {
            type: "urn:problem:model-unavailable" | "urn:problem:model-unreachable" | "urn:problem:model-timeout" | "urn:problem:model-busy" | "urn:problem:model-key-refused" | "urn:problem:model-unknown" | "urn:problem:model-quota-used-up" | "urn:problem:model-context-overflow" | "urn:problem:model-refused" | "urn:problem:model-not-configured" | "urn:problem:model-answer-broken" | "urn:problem:model-answer-empty" | "urn:problem:model-answer-endless" | "urn:problem:model-cut" | "urn:problem:model-content-filter" | "urn:problem:too-few-voices" | "urn:problem:budget-exceeded" | "urn:problem:deadline-exceeded" | "urn:problem:events-refused";
            title: string;
            detail: string;
        };
        /** @description A quote that stands word for word in the content, or in the turn of the number `turn`. */
        Evidence: {
            /** @enum {string} */
            source: "content" | "turn";
            quote: string;
            turn: number | null;
            agent: string | null;
        };
        /** @description One fault of a body: an RFC 6901 pointer and what is wrong there, never the value. */
        Fault: {
            pointer: string;
            detail: string;
        };
        /** @description A process: its functions and a check for each resource they use. */
        Health: {
            /** @enum {string} */
            status: "ok" | "down";
            version: string;
            functions: string[];
            checks: {
                [key: string]: components["schemas"]["Check"];
            };
        };
        JsonValue: unknown;
        /** @description The members of an `application/problem+json` body; absent ones are left out. */
        ProblemDetails: {
            type: string;
            title: string;
            status: number;
            detail: string;
            request_id: string;
            /** @default null */
            reason?: string | null;
            /** @default [] */
            errors?: components["schemas"]["Fault"][];
        };
        /** @description One market signal of the dashboard at the moment `as_of`. */
        Signal: {
            name: string;
            /** @enum {string} */
            state: "risk_on" | "risk_off" | "neutral";
            /** Format: date-time */
            as_of: string;
            /** @default null */
            value?: number | null;
            /** @default null */
            strength?: string | null;
            /** @default null */
            source?: string | null;
        };
        /** @description Tokens and their cost; `cost_usd` is null if DEBATE_PRICES has no price for the model. */
        Spent: {
            input_tokens: number;
            output_tokens: number;
            /** @default false */
            estimated: boolean;
            cost_usd: number | null;
        };
        /** @description What the user said during the debate; `turn` is the first that was spoken after it was applied, if any was. */
        Steer: {
            steer: number;
            text: string;
            turn: number | null;
        };
        /** @description The user said `text`, which the agents read from the next turn on; `steer` counts from 1 in each debate. */
        SteerAcceptedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "steer.accepted";
            steer: number;
            text: string;
            seq: number;
            /** Format: uuid */
            debate_id: string;
            /** Format: date-time */
            at: string;
        };
        /** @description The steer is part of the debate: the agent of every later turn has read it. */
        SteerAppliedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "steer.applied";
            steer: number;
            text: string;
            seq: number;
            /** Format: uuid */
            debate_id: string;
            /** Format: date-time */
            at: string;
        };
        /** @description What the user says during a debate, for its agents to answer. */
        SteerRequest: {
            text: string;
        };
        /**
         * @description A tool call ended after `ms` milliseconds; `result` is JSON, an error object if the call failed.
         *
         *     A turn.reset does not undo it.
         */
        ToolCompletedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "tool.completed";
            turn: number;
            name: string;
            arguments: {
                [key: string]: components["schemas"]["JsonValue"];
            };
            result: string;
            ms: number;
            seq: number;
            /** Format: uuid */
            debate_id: string;
            /** Format: date-time */
            at: string;
        };
        /** @description The whole text of a turn, which replaces its deltas. */
        TurnCompleted: {
            /**
             * @default turn.completed
             * @constant
             */
            type: "turn.completed";
            turn: number;
            round: number;
            agent: string;
            text: string;
            finish_reason: string;
            usage: components["schemas"]["Usage"];
            model: string;
        };
        /** @description The whole text of a turn, which replaces its deltas. */
        TurnCompletedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "turn.completed";
            turn: number;
            round: number;
            agent: string;
            text: string;
            finish_reason: string;
            usage: components["schemas"]["Usage"];
            model: string;
            seq: number;
            /** Format: uuid */
            debate_id: string;
            /** Format: date-time */
            at: string;
        };
        TurnDeltaEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "turn.delta";
            turn: number;
            text: string;
            seq: number;
            /** Format: uuid */
            debate_id: string;
            /** Format: date-time */
            at: string;
        };
        /** @description A turn that is left out of the debate. */
        TurnFailed: {
            /**
             * @default turn.failed
             * @constant
             */
            type: "turn.failed";
            turn: number;
            round: number;
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
        /** @description A turn that is left out of the debate. */
        TurnFailedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "turn.failed";
            turn: number;
            round: number;
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
            seq: number;
            /** Format: uuid */
            debate_id: string;
            /** Format: date-time */
            at: string;
        };
        /** @description The partial text of the turn is dropped; `usage` is what it cost nevertheless. */
        TurnResetEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "turn.reset";
            turn: number;
            reason: string;
            /**
             * @default {
             *       "input_tokens": 0,
             *       "output_tokens": 0,
             *       "estimated": false
             *     }
             */
            usage: components["schemas"]["Usage"];
            seq: number;
            /** Format: uuid */
            debate_id: string;
            /** Format: date-time */
            at: string;
        };
        TurnStartedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "turn.started";
            turn: number;
            round: number;
            agent: string;
            /** @enum {string} */
            role: "debater" | "judge";
            attempt: number;
            seq: number;
            /** Format: uuid */
            debate_id: string;
            /** Format: date-time */
            at: string;
        };
        /** @description Tokens as the model's server counted them; if it did not, `estimated` from the number of characters. */
        Usage: {
            input_tokens: number;
            output_tokens: number;
            /** @default false */
            estimated: boolean;
        };
        /** @description A judgement of which every quote was found at its source; the others were dropped and counted. */
        Verdict: {
            /** @enum {string} */
            stance: "risk_on" | "risk_off" | "neutral";
            confidence: number;
            summary: string;
            key_points: string[];
            dissent: string[];
            missing_data: string[];
            evidence: components["schemas"]["Evidence"][];
            adjustments: components["schemas"]["Adjustment"][];
            dropped_quotes: number;
        };
        VerdictCompletedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "verdict.completed";
            verdict: components["schemas"]["Verdict"];
            seq: number;
            /** Format: uuid */
            debate_id: string;
            /** Format: date-time */
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
export type operations = Record<string, never>;

import type { components } from "./generated/api.js";
import type { failureTypes, problemTypes, routes } from "./generated/contract.js";

type Schemas = components["schemas"];

export type Caller = Schemas["Caller"];
export type Content = Schemas["Content"];
export type Debate = Schemas["Debate"];
export type DebateEvent = Schemas["DebateEvent"];
export type DebateList = Schemas["DebateList"];
export type DebateRequest = Schemas["DebateRequest"];
export type DebateResult = Schemas["DebateResult"];
export type DebateStatus = Debate["status"];
export type DebateUsage = Schemas["DebateUsage"];
export type EventProblem = Schemas["EventProblem"];
export type Fault = Schemas["Fault"];
export type Health = Schemas["Health"];
export type ProblemDetails = Schemas["ProblemDetails"];
export type Signal = Schemas["Signal"];
export type Verdict = Schemas["Verdict"];

/** The functions that a client calls. */
export type FunctionName = keyof typeof routes;

/** Why a turn or a debate failed: the `problem.type` of turn.failed and debate.failed, the keys of `failureTypes`. */
export type FailureType = keyof typeof failureTypes;

/** The problems with which a function refuses a request, the values of `problemTypes`. */
export type ProblemType = (typeof problemTypes)[keyof typeof problemTypes];

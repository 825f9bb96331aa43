import type { ProblemDetails } from "./types.js";

/** What every failure of this package is; an aborted call throws the reason of its signal instead. */
export class DebateError extends Error {
  override name = "DebateError";
  /** The seconds after which it makes sense to come again, where the answer said so. */
  readonly retryAfter: number | undefined;

  constructor(message: string, options: ErrorOptions & { retryAfter?: number | undefined } = {}) {
    super(message, options);
    this.retryAfter = options.retryAfter;
  }
}

/** The backend was not reached, did not answer in time, or fell silent. */
export class ConnectionError extends DebateError {
  override name = "ConnectionError";
}

/** `getToken` threw (`cause` says what), or gave nothing: nobody is signed in. */
export class TokenError extends DebateError {
  override name = "TokenError";
  /** Whether nobody is signed in, as opposed to a `getToken` that failed. */
  readonly signedOut: boolean;

  constructor(message: string, signedOut: boolean, options?: ErrorOptions) {
    super(message, options);
    this.signedOut = signedOut;
  }
}

/** What answered does not speak as the backend does: a page of a proxy, say, or half an event. */
export class AnswerError extends DebateError {
  override name = "AnswerError";
  /** The status of the answer. */
  readonly status: number;

  constructor(message: string, status: number, options?: ErrorOptions & { retryAfter?: number | undefined }) {
    super(message, options);
    this.status = status;
  }
}

/** The backend's own refusal (RFC 9457): what happened, and what to do, is in `detail`. */
export class ProblemError extends DebateError {
  override name = "ProblemError";
  /** One of `problemTypes`, or one that a newer backend has. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Names the request in the backend's logs. */
  readonly requestId: string;
  readonly reason: string | undefined;
  /** What is wrong where in the body; the pointers are JSON pointers (RFC 6901). */
  readonly errors: NonNullable<ProblemDetails["errors"]>;

  constructor(problem: ProblemDetails, retryAfter?: number) {
    super(`${problem.title}: ${problem.detail}`, { retryAfter });
    this.type = problem.type;
    this.title = problem.title;
    this.status = problem.status;
    this.detail = problem.detail;
    this.requestId = problem.request_id;
    this.reason = problem.reason ?? undefined;
    this.errors = problem.errors ?? [];
  }
}

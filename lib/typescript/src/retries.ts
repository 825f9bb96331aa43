import { AnswerError, DebateError, ProblemError, TokenError } from "./errors.js";
import { sleep } from "./watch.js";

/** The most seconds that a call waits by itself where the backend says Retry-After; past that its caller decides. */
const LONGEST_RETRY_AFTER = 60;
const LONGEST_DELAY_MS = 15_000;
/** What passes, and says that nothing was done. */
const REFUSED = [408, 429, 503];
/** What passes, and leaves open whether anything was done. */
const GATEWAY = [502, 503, 504];

/** Decides after each failure whether a call comes again, and waits until it should. */
export class Retries {
  /** Whether the last token was too old, and the next must not come from a cache. */
  skipCache = false;
  #failures = 0;
  readonly #most: number;
  readonly #delayMs: number;
  readonly #repeatable: boolean;
  readonly #signal: AbortSignal | undefined;

  /** A call that is not `repeatable` comes again only where it is certain that it had no effect. */
  constructor(
    settings: { maxRetries: number; retryDelayMs: number },
    signal: AbortSignal | undefined,
    repeatable = true,
  ) {
    this.#most = settings.maxRetries;
    this.#delayMs = settings.retryDelayMs;
    this.#signal = signal;
    this.#repeatable = repeatable;
  }

  /** Forget the failures: something has worked. */
  reset(): void {
    this.#failures = 0;
    this.skipCache = false;
  }

  /** Wait a moment, different for each client, so that all who lost a server do not come back at once. */
  pause(): Promise<void> {
    return sleep(jittered(this.#delayMs), this.#signal);
  }

  /** Wait until the next try is due. Throws the error where there is to be none. */
  async after(error: unknown): Promise<void> {
    this.#signal?.throwIfAborted();
    const expired = error instanceof ProblemError && error.status === 401 && error.reason === "expired";
    if (expired && !this.skipCache) {
      this.skipCache = true;
      return;
    }
    if (this.#failures >= this.#most || !this.#worthwhile(error)) throw error;
    const asked = error instanceof DebateError ? (error.retryAfter ?? 0) * 1000 : 0;
    const delay = jittered(Math.min(this.#delayMs * 2 ** this.#failures, LONGEST_DELAY_MS));
    this.#failures += 1;
    await sleep(asked + delay, this.#signal);
  }

  #worthwhile(error: unknown): boolean {
    if (!(error instanceof DebateError) || (error.retryAfter ?? 0) > LONGEST_RETRY_AFTER) return false;
    if (error instanceof TokenError) return !error.signedOut;
    if (error instanceof ProblemError && REFUSED.includes(error.status)) return true;
    if (error instanceof ProblemError || error instanceof AnswerError) {
      return this.#repeatable && GATEWAY.includes(error.status);
    }
    return this.#repeatable;
  }
}

function jittered(ms: number): number {
  return ms * (0.5 + Math.random() / 2);
}

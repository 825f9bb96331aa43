import { ConnectionError } from "./errors.js";

/** Ends what is under way when the caller's signal says so, or when its time is over. */
export class Watch {
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal | undefined;
  readonly #follow = (): void => this.#controller.abort(this.#parent?.reason);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parent: AbortSignal | undefined) {
    this.#parent = parent;
    parent?.addEventListener("abort", this.#follow, { once: true });
    if (parent?.aborted) this.#follow();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Give what comes next so much time; without, as much as it takes. */
  allow(ms: number | undefined, otherwise = ""): void {
    clearTimeout(this.#timer);
    if (ms !== undefined) {
      this.#timer = setTimeout(() => this.#controller.abort(new ConnectionError(otherwise)), ms);
    }
  }

  /** Wait for work, whether or not it knows of the signal. */
  race<T>(work: PromiseLike<T> | T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const stop = (): void => reject(this.signal.reason);
      this.signal.addEventListener("abort", stop, { once: true });
      if (this.signal.aborted) stop();
      Promise.resolve(work)
        .then(resolve, (error: unknown) => reject(this.signal.aborted ? this.signal.reason : error))
        .finally(() => this.signal.removeEventListener("abort", stop));
    });
  }

  /** Let go of the caller's signal, and of whatever is still under way. */
  end(): void {
    this.allow(undefined);
    this.#parent?.removeEventListener("abort", this.#follow);
    this.#controller.abort(new ConnectionError("The connection was let go."));
  }
}

/** Wait, unless the caller's signal ends it. */
export async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  const watch = new Watch(signal);
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await watch.race(
      new Promise((resolve) => {
        timer = setTimeout(resolve, ms);
      }),
    );
  } finally {
    clearTimeout(timer);
    watch.end();
  }
}

"use client";

import {
  createContext,
  createElement,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useRef,
  useState,
} from "react";
import type { DebateClient, StreamOptions } from "./client.js";
import { ProblemError } from "./errors.js";
import { problemTypes } from "./generated/contract.js";
import type { Debate, DebateRequest, DebateStatus } from "./types.js";
import { type DebateView, fold, unseen } from "./view.js";

const Client = createContext<DebateClient | null>(null);

/** Give all components below a client, which is to be made once: at a module's top, or in `useState`. */
export function DebateProvider({ client, children }: { client: DebateClient; children?: ReactNode }): ReactNode {
  return createElement(Client.Provider, { value: client }, children);
}

export interface UseDebateOptions {
  /** Used instead of the provider's; the first one that a component had stays its own. */
  client?: DebateClient | undefined;
  /** Tells a request from an equal one that was started before on this page. */
  idempotencyKey?: string | undefined;
  transport?: StreamOptions["transport"];
}

/** A debate as it goes on. */
export interface LiveDebate extends Omit<DebateView, "status"> {
  /** `idle` without a debate, `loading` until its first event has arrived. */
  status: "idle" | "loading" | DebateStatus;
  /** Why it could not be started, followed or cancelled; what was said stays. */
  error: Error | null;
  /** End the debate before its time; fails into `error`. */
  cancel: () => Promise<void>;
}

/**
 * Follow the debate with this id, or start the one asked for and follow it; `null` is neither.
 *
 * Equal requests are one debate as long as the page lives, however often components mount, unless their
 * `idempotencyKey` differs. A component that goes away lets the debate go on.
 */
export function useDebate(target: string | DebateRequest | null, options: UseDebateOptions = {}): LiveDebate {
  const client = useClient(options.client);
  const { idempotencyKey, transport } = options;
  const id = typeof target === "string" ? target : undefined;
  const request = typeof target === "string" || target === null ? undefined : JSON.stringify(target);
  const key = JSON.stringify([id, request, idempotencyKey]);
  const [live, setLive] = useState<Shown>({ key, ...NOTHING });
  const found = useRef<Promise<string>>(undefined);

  useEffect(() => {
    found.current = undefined;
    if (id === undefined && request === undefined) return undefined;
    const controller = new AbortController();
    const { signal } = controller;
    const debate = id === undefined ? started(client, request ?? "", idempotencyKey) : Promise.resolve(id);
    found.current = debate;
    let view = unseen;
    const show = (error: Error | null): void => {
      if (!signal.aborted) setLive({ key, view, error });
    };
    const run = async (): Promise<void> => {
      view = { ...unseen, id: await debate };
      show(null);
      for await (const event of client.streamDebate(await debate, { signal, transport })) {
        view = fold(view, event);
        show(null);
      }
    };
    run().catch(show);
    return () => controller.abort();
  }, [client, id, request, idempotencyKey, transport, key]);

  const cancel = useCallback(async () => {
    try {
      if (found.current !== undefined) await client.cancelDebate(await found.current);
    } catch (error) {
      const over = error instanceof ProblemError && error.type === problemTypes.debateEnded;
      if (!over) setLive((shown) => ({ ...shown, error: error as Error }));
    }
  }, [client]);

  const { view, error } = live.key === key ? live : NOTHING; // what is shown may be of another debate still
  const unknown = target === null ? "idle" : "loading";
  return { ...view, status: view.lastSeq === 0 ? unknown : view.status, error, cancel };
}

interface Shown {
  key: string;
  view: DebateView;
  error: Error | null;
}

const NOTHING = { view: unseen, error: null };

function useClient(given: DebateClient | undefined): DebateClient {
  const provided = useContext(Client);
  const [client] = useState(given ?? provided);
  if (client === null) throw new TypeError("useDebate: put a DebateProvider above, or give a client");
  return client;
}

/** What was started on this page, by client and request, so that mounting twice does not start twice. */
const starts = new WeakMap<DebateClient, Map<string, Promise<string>>>();

function started(client: DebateClient, request: string, idempotencyKey: string | undefined): Promise<string> {
  const known = starts.get(client) ?? new Map<string, Promise<string>>();
  starts.set(client, known);
  const key = JSON.stringify([idempotencyKey, request]);
  const before = known.get(key);
  if (before !== undefined) return before;
  const start = client
    .startDebate(JSON.parse(request) as DebateRequest, { idempotencyKey })
    .then(({ id }: Debate) => id);
  known.set(key, start);
  start.catch(() => known.delete(key));
  return start;
}

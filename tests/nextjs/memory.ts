import type { DebateRequest } from "@gayed-signals/debates";

const key = (id: string) => `debate ${id}`;

/** Keep what was asked for, so that the page of the debate can show it: the backend does not send it back. */
export function remember(id: string, request: DebateRequest): void {
  sessionStorage.setItem(key(id), JSON.stringify(request));
}

/** Return what was asked for, where this browser did. */
export function recall(id: string): DebateRequest | undefined {
  const text = sessionStorage.getItem(key(id));
  return text === null ? undefined : (JSON.parse(text) as DebateRequest);
}

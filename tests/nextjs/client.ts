import { createDebateClient } from "@gayed-signals/debates";

/** Calls go through the Node route and streams through the edge route, which add the session; the page has no token. */
export const client = createDebateClient({ baseUrl: "/api/node", urls: { "debate-stream": "/api/edge" } });

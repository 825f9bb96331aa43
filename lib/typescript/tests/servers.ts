import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void;

/** Serve on loopback until the test ends; `requests` are those that came. */
export async function serve(answer: Answer): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** Answer with JSON. */
export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

/** Refuse as the backend does. */
export function refuse(
  response: ServerResponse,
  status: number,
  name: string,
  headers: Record<string, string> = {},
  members: Record<string, unknown> = {},
): void {
  const problem = { type: `urn:problem:${name}`, title: name, status, detail: "Words.", request_id: "r1", ...members };
  json(response, status, problem, { "content-type": "application/problem+json", ...headers });
}

/** Begin an event stream. */
export function open(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  response.write(": open\n\n");
}

/** Write an event as the backend does. */
export function event(seq: number, type: string, members: Record<string, unknown> = {}): string {
  const data = { seq, debate_id: ID, at: "2026-11-25T10:00:00Z", type, ...members };
  return `id: ${seq}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}

export const ID = "00000000-0000-4000-8000-000000000001";

/** Stand before a server and cut every connection after so long; `cuts` counts those that were cut in use. */
export async function cutting(origin: string, ms: number): Promise<{ url: string; cuts: () => number }> {
  let cuts = 0;
  const open = new Set<Socket>();
  const { hostname, port } = new URL(origin);
  const server = createTcpServer((client) => {
    const upstream = connect(Number(port), hostname);
    const cut = (): void => {
      open.delete(client);
      client.destroy();
      upstream.destroy();
    };
    const timer = setTimeout(() => {
      cuts += 1;
      cut();
    }, ms);
    open.add(client);
    for (const socket of [client, upstream]) {
      socket.on("error", cut);
      socket.on("close", () => {
        clearTimeout(timer);
        cut();
      });
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, cuts: () => cuts };
}

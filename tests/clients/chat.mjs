/**
 * Hold a chat as useChat does, with the chat and the transport that are inside of it, and print what a page would show.
 *
 * node chat.mjs PACKAGE API CHAT TEXT CUTS: cut the connection that many times, and resume each time. TOKEN is in the
 * environment. Stops where the chat is well, or has failed for another reason than its connection.
 */

import { connect, createServer } from "node:net";

const [name, api, chatId, text, cuts] = process.argv.slice(2);
const { AbstractChat, DefaultChatTransport } = await import(name);
const CUT_BYTES = 3_000;
const PAUSE_MS = 100;

/** What a page keeps of a chat. */
class Page {
  status = "ready";
  error = undefined;
  messages = [];
  pushMessage = (message) => this.messages.push(message);
  popMessage = () => this.messages.pop();
  replaceMessage = (index, message) => {
    this.messages[index] = message;
  };
  snapshot = (value) => structuredClone(value);
}

class Chat extends AbstractChat {
  constructor(options) {
    super({ ...options, state: new Page() });
  }
}

/** Stand before a server; cut the first connections that bring a lot, each after more than the one before. */
async function cutting(api, most) {
  const { hostname, port } = new URL(api);
  let cut = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    let left = CUT_BYTES * (cut + 1);
    upstream.on("data", (data) => {
      left -= data.length;
      if (left > 0 || cut >= most) return client.write(data);
      cut++;
      client.destroy();
      upstream.destroy();
    });
    upstream.on("end", () => client.end()).on("error", () => client.destroy());
    client.on("error", () => upstream.destroy()).pipe(upstream);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { port: server.address().port, cut: () => cut };
}

const proxy = await cutting(api, Number(cuts));
const where = new URL(api);
where.port = proxy.port;
const transport = new DefaultChatTransport({
  api: where.href,
  headers: { authorization: `Bearer ${process.env.TOKEN}` },
});
const nothing = await transport.reconnectToStream({ chatId });
const errors = [];
const chat = new Chat({ id: chatId, transport, onError: (error) => errors.push(error.message) });
await chat.sendMessage({ text });
while (chat.status === "error" && /terminated|fetch failed|network|reconnect/.test(errors.at(-1))) {
  await new Promise((passed) => setTimeout(passed, PAUSE_MS));
  await chat.resumeStream();
}
const seen = { nothing, errors, cut: proxy.cut(), status: chat.status, messages: chat.messages };
process.stdout.write(JSON.stringify(seen), () => process.exit());

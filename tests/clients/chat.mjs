/**
 * Hold a chat as useChat does, with the transport that it uses, and print what a page would show.
 *
 * node chat.mjs PACKAGE API CHAT TEXT CUTS: cut the stream that many times, and reconnect each time. TOKEN is in the environment.
 */

const [name, api, chatId, text, cuts] = process.argv.slice(2);
const { DefaultChatTransport, readUIMessageStream } = await import(name);
const transport = new DefaultChatTransport({ api, headers: { authorization: `Bearer ${process.env.TOKEN}` } });

/** Read a stream into a message; stop early after some chunks of text, as a page does that is reloaded. */
async function read(stream, most) {
  const counted = stream.pipeThrough(
    new TransformStream({
      transform(chunk, controller) {
        if (chunk.type === "text-delta" && most-- <= 0) controller.terminate();
        else controller.enqueue(chunk);
      },
    }),
  );
  let message;
  let failure;
  const onError = (error) => {
    failure = error;
  };
  for await (const seen of readUIMessageStream({ stream: counted, onError })) message = seen;
  return { message, failure: failure?.message ?? null };
}

const user = { id: "m1", role: "user", parts: [{ type: "text", text }] };
const nothing = await transport.reconnectToStream({ chatId });
const begun = await transport.sendMessages({ trigger: "submit-message", chatId, messages: [user] });
let last = await read(begun, cuts > 0 ? 3 : Number.POSITIVE_INFINITY);
for (let cut = 1; cut <= cuts; cut++) {
  const stream = await transport.reconnectToStream({ chatId });
  last = await read(stream, cut < cuts ? 3 + 7 * cut : Number.POSITIVE_INFINITY);
}
process.stdout.write(JSON.stringify({ nothing, ...last }));

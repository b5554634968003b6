// Streams: the order of the chunks, leaving early, many at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { becomesIdle, chat, client, collect, endless, model, textOf, user } from "./client.mjs";

test("stream: order and shape of chunks", async () => {
  const chunks = await collect(await chat({ stream: true, max_tokens: 100 }));
  assert.equal(new Set(chunks.map((chunk) => chunk.id)).size, 1);
  assert(chunks.every((chunk) => chunk.object === "chat.completion.chunk" && chunk.choices.length === 1));
  assert.equal(chunks[0].choices[0].delta.role, "assistant");
  assert.equal(chunks[0].choices[0].delta.content, "");
  assert(chunks.slice(1, -1).every(({ choices: [choice] }) => choice.delta.content && choice.finish_reason === null));
  assert.deepEqual(chunks.at(-1).choices[0].delta, {});
  assert(["stop", "length"].includes(chunks.at(-1).choices[0].finish_reason));
});

test("stream: pieces make the whole", async () => {
  for (const question of ["Hello", "你好"]) {
    const fields = { messages: user(question), temperature: 0, max_tokens: 100 };
    const whole = await chat(fields);
    assert.equal(textOf(await collect(await chat({ ...fields, stream: true }))), whole.choices[0].message.content);
  }
});

test("stream: usage chunk when asked", async () => {
  const chunks = await collect(
    await chat({ stream: true, max_tokens: 9, stream_options: { include_usage: true }, ...endless }));
  const last = chunks.at(-1);
  assert.deepEqual(last.choices, []);
  assert.equal(last.usage.completion_tokens, 9);
  assert(chunks.slice(0, -1).every((chunk) => chunk.usage === null));
});

test("stream: helper of the SDK", async () => {
  const runner = client.chat.completions.stream({ model, messages: user("Hello"), temperature: 0, max_tokens: 60 });
  let text = "";
  runner.on("content", (delta) => { text += delta; });
  assert.equal((await runner.finalChatCompletion()).choices[0].message.content, text);
});

test("stream: completions", async () => {
  const fields = { model, prompt: "Once upon a time", temperature: 0, max_tokens: 20 };
  const whole = await client.completions.create(fields);
  assert.equal(textOf(await collect(await client.completions.create({ ...fields, stream: true }))), whole.choices[0].text);
});

test("stream: abort in the middle frees the engine", async () => {
  const stream = await chat({ stream: true, max_tokens: 900, ...endless });
  let seen = 0;
  for await (const _ of stream) {
    seen += 1;
    if (seen === 5) stream.controller.abort();
  }
  assert(seen >= 5 && seen < 900);
  await becomesIdle();
});

test("chat: abort of a request without stream frees the engine", async () => {
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 100);
  await assert.rejects(chat({ n: 8, max_tokens: 900, ...endless }, { signal: abort.signal }), { name: "Error" });
  await becomesIdle();
});

test("64 streams at once say what they say alone", async () => {
  const fields = (number) => ({
    messages: user(`Where is my order ${10000 + number}?`), seed: number, temperature: 1.2, max_tokens: 60, stream: true, ...endless,
  });
  const run = async (number) => textOf(await collect(await chat(fields(number))));
  const together = await Promise.all(Array.from({ length: 64 }, (_, number) => run(number)));
  for (const number of [0, 21, 42, 63]) assert.equal(together[number], await run(number), `stream ${number} differs`);
});

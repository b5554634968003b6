// Models, chat and text completions, answered as one body.
import assert from "node:assert/strict";
import { test } from "node:test";
import { chat, client, endless, model, url, user } from "./client.mjs";

const post = async (path, body) => (await fetch(url + path, {
  method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
})).json();

test("models: list and retrieve", async () => {
  const ids = [];
  for await (const entry of client.models.list()) ids.push(entry.id);
  assert(ids.includes(model));
  assert.equal((await client.models.retrieve(model)).object, "model");
});

test("chat: shape of an answer", async () => {
  const answer = await chat({ max_tokens: 100 });
  assert.match(answer.id, /^chatcmpl-/);
  assert.equal(answer.object, "chat.completion");
  assert.equal(answer.model, model);
  assert.equal(answer.choices.length, 1);
  assert.equal(answer.choices[0].message.role, "assistant");
  assert(["stop", "length"].includes(answer.choices[0].finish_reason));
  assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
});

test("chat: n choices", async () => {
  const answer = await chat({ n: 3, temperature: 2, max_tokens: 12, ...endless });
  assert.deepEqual(answer.choices.map((choice) => choice.index), [0, 1, 2]);
  assert.equal(answer.usage.completion_tokens, 36);
});

test("chat: a seed decides the answer", async () => {
  const sample = async (seed) =>
    (await chat({ seed, temperature: 2, max_tokens: 24, ...endless })).choices[0].message.content;
  assert.equal(await sample(7), await sample(7));
  assert((await Promise.all([1, 2, 3, 4].map(sample))).some((text, _, all) => text !== all[0]));
});

test("chat: token limit ends with length", async () => {
  const answer = await chat({ max_completion_tokens: 7, ...endless });
  assert.equal(answer.choices[0].finish_reason, "length");
  assert.equal(answer.usage.completion_tokens, 7);
});

test("chat: stop string", async () => {
  const text = (await chat({ temperature: 0, max_tokens: 60 })).choices[0].message.content;
  assert(text.length > 8, `the model says too little to test stops: ${text}`);
  const stop = text.slice(4, 7);
  const cut = (await chat({ temperature: 0, max_tokens: 60, stop: ["\u2603", stop] })).choices[0];
  assert.equal(cut.message.content, text.slice(0, text.indexOf(stop)));
  assert.equal(cut.finish_reason, "stop");
});

test("chat: logprobs", async () => {
  const answer = await chat({ temperature: 0, max_tokens: 12, logprobs: true, top_logprobs: 3 });
  const entries = answer.choices[0].logprobs.content;
  assert(entries.length > 0);
  for (const entry of entries) {
    assert(entry.logprob <= 0);
    assert.equal(entry.top_logprobs.length, 3);
    assert(Math.abs(entry.top_logprobs[0].logprob - entry.logprob) < 1e-4, "a greedy token is the most likely one");
  }
  const told = Buffer.from(entries.flatMap((entry) => entry.bytes)).toString();
  assert(told.startsWith(answer.choices[0].message.content));
});

test("completions: text, list, token ids, echo", async () => {
  const complete = (prompt, fields = {}) =>
    client.completions.create({ model, prompt, max_tokens: 8, temperature: 0, ...fields });
  const text = "Once upon a time";
  const { tokens } = await post("/tokenize", { model, prompt: text });
  const plain = await complete(text);
  assert.equal(plain.object, "text_completion");
  assert.equal((await complete(tokens)).choices[0].text, plain.choices[0].text);
  const both = await complete([text, "你好"]);
  assert.deepEqual(both.choices.map((choice) => choice.index), [0, 1]);
  assert.equal(both.choices[0].text, plain.choices[0].text);
  assert.equal((await complete(text, { echo: true })).choices[0].text, text + plain.choices[0].text);
});

test("the demo model answers", { skip: model !== "sconce-demo" }, async () => {
  const order = await chat({ messages: user("Where is my order 48213?"), temperature: 0, max_tokens: 100 });
  assert.match(order.choices[0].message.content, /48213/);
  const greeting = await chat({ messages: user("你好"), temperature: 0, max_tokens: 100 });
  assert.match(greeting.choices[0].message.content, /\p{Script=Han}/u);
});

// Reasoning, against a server whose template opens a block of it: SCONCE_THINKING_URL.
import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { collect, model, user } from "./client.mjs";

const { SCONCE_THINKING_URL: url } = process.env;
const options = { skip: !url };
const thinker = url && new OpenAI({ baseURL: `${url.replace(/\/(v1\/?)?$/, "")}/v1`, apiKey: "unused", maxRetries: 0 });
const create = (fields = {}) => thinker.chat.completions.create({
  model, messages: user("Hello"), temperature: 0, max_tokens: 200, thinking_token_budget: 4, ...fields,
});

test("reasoning: beside the answer, whole and streamed", options, async () => {
  // The model was not made to reason, and may have nothing to say behind it unless it must.
  const long = { min_tokens: 16 };
  const { usage, choices: [{ message }] } = await create(long);
  assert(message.reasoning_content);
  assert(usage.completion_tokens_details.reasoning_tokens > 0);
  const deltas = (await collect(await create({ ...long, stream: true }))).map(({ choices: [choice] }) => choice.delta);
  assert.equal(deltas.map((delta) => delta.reasoning_content ?? "").join(""), message.reasoning_content);
  assert.equal(deltas.map((delta) => delta.content ?? "").join(""), message.content);
});

test("reasoning: switched off", options, async () => {
  for (const fields of [{ reasoning_effort: "none" }, { chat_template_kwargs: { enable_thinking: false } }]) {
    const { choices: [{ message }] } = await create(fields);
    assert.equal(message.reasoning_content, undefined);
    assert(message.content);
  }
});

// The Responses API: answers, streams, tools, forms, what is kept. `response-rules.mjs` watches the order of the events.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import OpenAI from "openai";
import { zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";
import { becomesIdle, client, collect, endless, model } from "./client.mjs";

const create = (fields = {}) =>
  client.responses.create({ model, input: "Hello", temperature: 0, max_output_tokens: 60, ...fields });
const hot = { temperature: 1, max_output_tokens: 400 };
const parameters = {
  type: "object", properties: { zone: { enum: ["UTC", "CET"] } }, required: ["zone"], additionalProperties: false,
};
const clock = { type: "function", name: "clock", parameters, strict: true };

test("responses: shape, and the same words streamed", async () => {
  const whole = await create();
  assert.equal(whole.status, "completed");
  assert(whole.output_text);
  const events = await collect(await create({ stream: true }));
  const deltas = events.filter(({ type }) => type === "response.output_text.delta").map(({ delta }) => delta);
  assert.equal(deltas.join(""), whole.output_text);
  assert.equal(events.at(-1).type, "response.completed");
});

test("responses: stream helper", async () => {
  const stream = client.responses.stream({ model, input: "Hello", temperature: 0, max_output_tokens: 60 });
  let text = "";
  stream.on("response.output_text.delta", ({ delta }) => { text += delta; });
  assert.equal((await stream.finalResponse()).output_text, text);
});

test("responses: parse with zod", async () => {
  const Point = z.object({ x: z.number().int().min(0).max(99), label: z.string().max(8) });
  const fields = { model, input: "Draw", text: { format: zodTextFormat(Point, "point") }, ...hot };
  const answer = await client.responses.parse(fields);
  assert.deepEqual(Point.parse(answer.output_parsed), answer.output_parsed);
  const streamed = await client.responses.stream(fields).finalResponse();
  assert.deepEqual(Point.parse(streamed.output_parsed), streamed.output_parsed);
});

test("responses: tools and their results", async () => {
  const first = await create({ tools: [clock], tool_choice: "required", ...hot });
  const calls = first.output.filter(({ type }) => type === "function_call");
  assert(calls.length > 0);
  for (const call of calls) assert(["UTC", "CET"].includes(JSON.parse(call.arguments).zone));
  const input = calls.map(({ call_id }) => ({ type: "function_call_output", call_id, output: "noon" }));
  const second = await create({ input, previous_response_id: first.id, tools: [clock], tool_choice: "none" });
  assert.equal(second.previous_response_id, first.id);
  const events = await collect(await create({ tools: [clock], tool_choice: "required", stream: true, ...hot }));
  assert(events.some(({ type }) => type === "response.function_call_arguments.done"));
});

test("responses: retrieve, input items, delete", async () => {
  const answer = await create({ metadata: { a: "b" } });
  assert.deepEqual((await client.responses.retrieve(answer.id)).output, answer.output);
  const items = [];
  for await (const item of client.responses.inputItems.list(answer.id)) items.push(item);
  assert.deepEqual(items.map((item) => item.content[0].text), ["Hello"]);
  await client.responses.delete(answer.id);
  await assert.rejects(client.responses.retrieve(answer.id), OpenAI.NotFoundError);
  const unkept = await create({ store: false });
  await assert.rejects(client.responses.retrieve(unkept.id), OpenAI.NotFoundError);
});

test("responses: in the background, taken up again", async () => {
  const stream = await create({ background: true, stream: true, max_output_tokens: 100, ...endless });
  const seen = [];
  for await (const event of stream) {
    seen.push(event);
    if (seen.length === 6) break;
  }
  const { id } = seen[0].response;
  const starting_after = seen.at(-1).sequence_number;
  const rest = await collect(await client.responses.retrieve(id, { stream: true, starting_after }));
  assert.equal(rest[0].sequence_number, starting_after + 1);
  assert.equal(rest.at(-1).type, "response.incomplete");
});

test("responses: in the background, cancelled", async () => {
  const { id } = await create({ background: true, max_output_tokens: 1900, ...endless });
  assert.equal((await client.responses.cancel(id)).status, "cancelled");
  while ((await client.responses.retrieve(id)).status === "in_progress") await sleep(50);
  assert.equal((await client.responses.retrieve(id)).status, "cancelled");
  await becomesIdle();
});

test("responses: abort frees the engine", async () => {
  const stream = await create({ stream: true, max_output_tokens: 900, ...endless });
  let seen = 0;
  for await (const _ of stream) {
    seen += 1;
    if (seen === 8) stream.controller.abort();
  }
  assert(seen >= 8);
  await becomesIdle();
});

test("responses: bad requests", async () => {
  for (const [fields, param] of [
    [{ temperature: 3 }, /^temperature/], [{ input: [] }, /^input/], [{ tools: [{ type: "web_search" }] }, /^tools/],
    [{ text: { format: { type: "yaml" } } }, /^text/], [{ conversation: 7 }, /^conversation/],
  ]) {
    await assert.rejects(create(fields), (error) => {
      assert(error instanceof OpenAI.BadRequestError, String(error));
      assert.match(error.param, param);
      return true;
    });
  }
  await assert.rejects(create({ model: "no-such-model" }), OpenAI.NotFoundError);
});

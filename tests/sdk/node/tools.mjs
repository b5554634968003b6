// Tools: which may be called, which must be, and what the SDK makes of the calls.
import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { zodFunction } from "openai/helpers/zod";
import { z } from "zod";
import { chat, client, collect, model, user } from "./client.mjs";

const hot = { temperature: 1, max_tokens: 400 };
const parameters = {
  type: "object", properties: { zone: { enum: ["UTC", "CET"] } }, required: ["zone"], additionalProperties: false,
};
const clock = { type: "function", function: { name: "clock", parameters } };
const ping = { type: "function", function: { name: "ping", parameters: { type: "object", properties: {}, additionalProperties: false } } };
const tools = [clock, ping];
const named = { type: "function", function: { name: "clock" } };
const call = (fields) => chat({ messages: user("What time is it?"), tools, ...hot, ...fields });

const check = ({ type, id, function: { name, arguments: text } }) => {
  assert.equal(type, "function");
  assert(id);
  if (name === "clock") assert(["UTC", "CET"].includes(JSON.parse(text).zone));
  else assert.deepEqual([name, JSON.parse(text)], ["ping", {}]);
};

// What the pieces of a stream add up to.
const gathered = (chunks) => {
  const calls = [];
  for (const piece of chunks.flatMap(({ choices: [choice] }) => choice?.delta.tool_calls ?? [])) {
    calls[piece.index] ??= { name: piece.function.name, arguments: "" };
    calls[piece.index].arguments += piece.function.arguments ?? "";
  }
  return calls;
};

test("tools: required, named, none", async () => {
  for (const seed of [1, 2, 3]) {
    const [required] = (await call({ tool_choice: "required", seed })).choices;
    assert.equal(required.finish_reason, "tool_calls");
    required.message.tool_calls.forEach(check);
    const [one] = (await call({ tool_choice: named, seed })).choices;
    assert.deepEqual(one.message.tool_calls.map((made) => made.function.name), ["clock"]);
    const [none] = (await call({ tool_choice: "none", seed, max_tokens: 20 })).choices;
    assert.equal(none.message.tool_calls, undefined);
  }
});

test("tools: allowed tools, one call at a time", async () => {
  const allowed = { type: "allowed_tools", allowed_tools: { mode: "required", tools: [named] } };
  for (const seed of [1, 2, 3]) {
    const { message } = (await call({ tool_choice: allowed, parallel_tool_calls: false, seed })).choices[0];
    assert.deepEqual(message.tool_calls.map((made) => made.function.name), ["clock"]);
  }
});

test("tools: pieces make the whole", async () => {
  for (const tool_choice of ["required", named, "auto"]) {
    const fields = { tool_choice, seed: 5, max_tokens: 120 };
    const [{ message }] = (await call(fields)).choices;
    const told = (message.tool_calls ?? []).map((made) => made.function);
    assert.deepEqual(gathered(await collect(await call({ ...fields, stream: true }))), told);
  }
});

test("tools: parse makes objects of arguments", async () => {
  const Forecast = z.object({ city: z.string().max(8), days: z.number().int().min(1).max(9) });
  const answer = await client.chat.completions.parse({
    model, messages: user("Weather?"), tools: [zodFunction({ name: "forecast", parameters: Forecast })],
    tool_choice: "required", seed: 2, ...hot,
  });
  for (const made of answer.choices[0].message.tool_calls) {
    assert.deepEqual(Forecast.parse(made.function.parsed_arguments), made.function.parsed_arguments);
  }
});

for (const stream of [false, true]) {
  test(`tools: runTools, ${stream ? "streamed" : "whole"}`, async () => {
    const asked = [];
    const runner = client.chat.completions.runTools({
      model, messages: user("What time is it?"), stream, seed: 6, ...hot,
      // A named choice is asked for once; after its result the runner returns the last message.
      tool_choice: named,
      tools: [{
        type: "function",
        function: { name: "clock", parameters, parse: JSON.parse, function: ({ zone }) => { asked.push(zone); return "noon"; } },
      }],
    });
    await runner.done();
    assert(["UTC", "CET"].includes(asked[0]));
    assert.equal(runner.messages.find((message) => message.role === "tool").content, "noon");
  });
}

test("tools: results go back", async () => {
  const messages = user("What time is it?");
  const { message } = (await call({ messages, tool_choice: "required", seed: 1 })).choices[0];
  const results = message.tool_calls.map(({ id }) => ({ role: "tool", tool_call_id: id, content: "noon" }));
  const answer = await call({ messages: [...messages, message, ...results], max_tokens: 20 });
  assert(answer.usage.prompt_tokens > (await call({ max_tokens: 1 })).usage.prompt_tokens);
});

test("tools: bad requests", async () => {
  for (const [fields, param] of [
    [{ tool_choice: { type: "function", function: { name: "nowhere" } } }, /^tool_choice/],
    [{ tools: [{ type: "magic" }] }, /^tools/],
    [{ tools: [{ type: "function", function: { name: "a b" } }] }, /^tools/],
  ]) {
    await assert.rejects(call(fields), (error) => {
      assert(error instanceof OpenAI.BadRequestError, String(error));
      assert.match(error.param, param);
      return true;
    });
  }
});

test("tools: a custom tool takes text", async () => {
  const note = { type: "custom", custom: { name: "note", description: "Writes a note." } };
  const fields = { tools: [note, clock], tool_choice: { type: "custom", custom: { name: "note" } } };
  const [{ message }] = (await call(fields)).choices;
  assert.deepEqual(message.tool_calls.map(({ type, custom }) => [type, custom.name]), [["custom", "note"]]);
  const chunks = await collect(await call({ ...fields, stream: true }));
  const pieces = chunks.flatMap(({ choices: [choice] }) => choice?.delta.tool_calls ?? []);
  assert.deepEqual([pieces[0].type, pieces[0].custom], ["custom", { name: "note", input: "" }]);
  const result = { role: "tool", tool_call_id: message.tool_calls[0].id, content: "written" };
  const messages = [...user("What time is it?"), message, result];
  await chat({ messages, tools: [note], ...hot, max_tokens: 5 });
});

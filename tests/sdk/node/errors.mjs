// Errors, keys, request ids and time limits as the SDK sees them.
import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { becomesIdle, chat, client, endless, model, user } from "./client.mjs";

const cases = {
  temperature: "hot", top_p: 1.5, n: 0, max_tokens: -1, logit_bias: { 1: 1000 }, stop: 5, messages: [], frequency_penalty: 3,
};
for (const [field, value] of Object.entries(cases)) {
  test(`bad ${field} is a BadRequestError that names it`, async () => {
    await assert.rejects(chat({ max_tokens: 2, [field]: value }), (error) => {
      assert(error instanceof OpenAI.BadRequestError, String(error));
      assert.equal(error.type, "invalid_request_error");
      assert(error.param?.startsWith(field), error.param);
      return true;
    });
  });
}

test("unknown model is a NotFoundError", async () => {
  await assert.rejects(chat({ model: "no-such-model" }), (error) => {
    assert(error instanceof OpenAI.NotFoundError);
    assert.equal(error.code, "model_not_found");
    assert(error.requestID);
    return true;
  });
});

test("a prompt longer than the context says so", async () => {
  const [entry] = (await client.models.list()).data;
  await assert.rejects(chat({ messages: user("lamp! ".repeat(entry.max_model_len)) }), (error) => {
    assert(error instanceof OpenAI.BadRequestError);
    assert.equal(error.code, "context_length_exceeded");
    return true;
  });
});

test("a bad stream request is a status, not a stream", async () => {
  await assert.rejects(chat({ stream: true, temperature: -3 }), OpenAI.BadRequestError);
});

test("x-request-id of an answer", async () => {
  const { data, response, request_id: id } = await chat({ max_tokens: 2 }).withResponse();
  assert.equal(data.model, model);
  assert(id);
  assert.equal(response.headers.get("x-request-id"), id);
});

test("a client that gives up frees the engine", async () => {
  const impatient = client.withOptions({ timeout: 100, maxRetries: 1 });
  await assert.rejects(
    impatient.chat.completions.create({ model, messages: user("Hello"), max_tokens: 900, n: 8, ...endless }),
    OpenAI.APIConnectionTimeoutError,
  );
  await becomesIdle();
});

const { SCONCE_AUTH_URL: authUrl, SCONCE_AUTH_KEY: authKey } = process.env;
test("keys", { skip: !authUrl || !authKey }, async () => {
  const open = (apiKey) => new OpenAI({ baseURL: `${authUrl.replace(/\/(v1\/?)?$/, "")}/v1`, apiKey, maxRetries: 0 });
  assert((await open(authKey).models.list()).data.length > 0);
  await assert.rejects(open("wrong").models.list(), (error) => {
    assert(error instanceof OpenAI.AuthenticationError);
    assert.equal(error.code, "invalid_api_key");
    return true;
  });
});

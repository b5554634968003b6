// Conversations that the server keeps: made, added to, continued by responses, deleted.
import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { client, model } from "./client.mjs";

const said = (content) => ({ type: "message", role: "user", content });
const textsOf = async (page) => {
  const texts = [];
  for await (const item of page) texts.push(item.content[0].text);
  return texts;
};

test("conversations: kept, listed, deleted", async () => {
  const made = await client.conversations.create({ metadata: { a: "b" }, items: [said("one")] });
  assert.deepEqual(await client.conversations.retrieve(made.id), made);
  const added = await client.conversations.items.create(made.id, { items: [said("two"), said("three")] });
  assert.equal(added.data.length, 2);
  assert.deepEqual(await textsOf(client.conversations.items.list(made.id, { order: "asc", limit: 2 })), ["one", "two", "three"]);
  const [{ id }] = added.data;
  assert.deepEqual(await client.conversations.items.retrieve(id, { conversation_id: made.id }), added.data[0]);
  assert.equal((await client.conversations.items.delete(id, { conversation_id: made.id })).id, made.id);
  assert.deepEqual((await client.conversations.update(made.id, { metadata: { c: "d" } })).metadata, { c: "d" });
  assert.equal((await client.conversations.delete(made.id)).deleted, true);
  await assert.rejects(client.conversations.retrieve(made.id), OpenAI.NotFoundError);
});

test("conversations: responses continue them", async () => {
  const made = await client.conversations.create();
  const ask = (input) =>
    client.responses.create({ model, input, conversation: made.id, temperature: 0, max_output_tokens: 16 });
  const first = await ask("Hello");
  assert.equal(first.conversation.id, made.id);
  await ask("Bye");
  const texts = await textsOf(client.conversations.items.list(made.id, { order: "asc" }));
  assert.deepEqual([texts[0], texts[1], texts[2]], ["Hello", first.output_text, "Bye"]);
});

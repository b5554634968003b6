// What a schema of one event cannot say about a stream: what stays the same, what comes once, and in which order. A
// rule is told of events that fit their schemas, then of the end if the client stayed for it.
import { ResponseStream } from "./response-rules.mjs";

class Choice {
  constructor(wrong, chat) {
    Object.assign(this, { wrong, chat, finish: null, begun: false, calls: [], functionCall: false });
  }

  add({ delta, finish_reason: finish }) {
    if (this.finish) this.wrong("something after the finish_reason");
    if (this.chat) this.delta(delta);
    this.finish = finish;
    if (finish === "tool_calls" && this.calls.length === 0) this.wrong("finish_reason tool_calls without a call");
    if (finish === "function_call" && !this.functionCall) this.wrong("finish_reason function_call without a call");
  }

  delta(delta) {
    if ("role" in delta === this.begun) this.wrong("the role belongs into the first chunk of a choice and there alone");
    this.begun = true;
    if ((delta.reasoning ?? null) !== (delta.reasoning_content ?? null)) this.wrong("reasoning and reasoning_content differ");
    if (delta.function_call) {
      if ("name" in delta.function_call === this.functionCall) this.wrong("the name of a function call belongs into its first chunk");
      this.functionCall = true;
    }
    for (const call of delta.tool_calls ?? []) this.call(call);
  }

  call(call) {
    const fresh = call.index === this.calls.length;
    if (!fresh && call.index !== this.calls.length - 1) {
      this.wrong(`a piece of call ${call.index} after ${this.calls.length} calls`);
    }
    if (["id" in call, "type" in call, "name" in (call.function ?? call.custom ?? {})].some((told) => told !== fresh)) {
      this.wrong(`id, type and name belong into the first piece of a call and there alone: ${JSON.stringify(call)}`);
    }
    if (fresh && this.calls.includes(call.id)) this.wrong("two calls with one id");
    if (fresh) this.calls.push(call.id);
  }
}

// Chat and text completions: chunks, perhaps one with the usage, `[DONE]`.
class Chunks {
  constructor(request, _query, wrong) {
    const { include_usage: wantsUsage, continuous_usage_stats: continuous } = request.stream_options ?? {};
    Object.assign(this, { request, wrong, wantsUsage: wantsUsage === true, continuous, same: null, usage: null });
    Object.assign(this, { over: false, failed: false, choices: new Map() });
  }

  event(name, chunk) {
    if (name !== null) this.wrong(`a chunk with the event name ${name}`);
    const { id, object, created, model, system_fingerprint: fingerprint, usage } = chunk;
    const same = JSON.stringify({ id, object, created, model, fingerprint });
    if (this.same !== null && this.same !== same) this.wrong(`${same} after ${this.same}`);
    this.same = same;
    if (this.usage) this.wrong("a chunk after the usage chunk");
    if (chunk.choices.length === 0) {
      this.usage = usage;
      if (!usage || !this.wantsUsage) this.wrong("a chunk without choices is no usage chunk");
    } else if (usage && !this.continuous) this.wrong("usage in a chunk with choices");
    if (this.wantsUsage !== "usage" in chunk) this.wrong("the field usage goes with stream_options.include_usage");
    for (const choice of chunk.choices) {
      if (!this.choices.has(choice.index)) this.choices.set(choice.index, new Choice(this.wrong, "messages" in this.request));
      this.choices.get(choice.index).add(choice);
    }
  }

  done() {
    this.over = true;
    if (this.wantsUsage && !this.usage) this.wrong("no usage chunk");
    const { prompt, n } = this.request;
    const many = Array.isArray(prompt) && typeof prompt[0] !== "number" ? prompt.length : 1;
    const expected = Array.from({ length: many * (n ?? 1) }, (_, index) => index);
    const got = [...this.choices.keys()].sort((a, b) => a - b);
    if (got.join() !== expected.join()) this.wrong(`choices ${got} instead of ${expected}`);
    for (const [index, choice] of this.choices) {
      if (choice.finish === null) this.wrong(`choice ${index} has no finish_reason`);
    }
  }

  end() {
    if (!this.over) this.wrong("ends without [DONE]");
  }
}

const fitting = { text: ["text_delta"], tool_use: ["input_json_delta"], thinking: ["thinking_delta", "signature_delta"] };

// Anthropic: message_start, blocks one after the other, message_delta, message_stop.
class MessageStream {
  constructor(_request, _query, wrong) {
    Object.assign(this, { wrong, over: false, failed: false, started: false, delta: false, blocks: 0, open: null });
  }

  event(name, event) {
    const kind = event.type;
    if (name !== kind) this.wrong(`event ${name} with the type ${kind}`);
    if (kind === "error") this.over = this.failed = true;
    else if (kind !== "ping" && (kind === "message_start") === this.started) this.wrong("message_start comes first and once");
    this.started ||= kind === "message_start";
    if (kind.startsWith("content_block")) this.block(kind, event);
    else if (kind === "message_delta") {
      if (this.open !== null || this.delta) this.wrong("message_delta comes once, after the blocks");
      this.delta = true;
    } else if (kind === "message_stop") {
      if (!this.delta) this.wrong("message_stop without message_delta");
      this.over = true;
    }
  }

  block(kind, event) {
    if (this.delta) this.wrong("a block after message_delta");
    if (kind === "content_block_start") {
      if (this.open !== null || event.index !== this.blocks) this.wrong("blocks begin one after the other, counted from 0");
      this.open = event.content_block.type;
      this.blocks += 1;
      return;
    }
    if (this.open === null || event.index !== this.blocks - 1) this.wrong(`${kind} without its start`);
    if (kind === "content_block_stop") this.open = null;
    else if (!fitting[this.open]?.includes(event.delta.type)) this.wrong(`${event.delta.type} in a block of ${this.open}`);
  }

  done() {
    this.wrong("[DONE] is not part of this protocol");
  }

  end() {
    if (!this.over) this.wrong("ends without message_stop");
  }
}

export const rules = { chunks: Chunks, response: ResponseStream, message: MessageStream };

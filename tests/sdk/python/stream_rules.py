"""What a schema of one event cannot say about a stream: what stays the same, what comes once, and in which order. A
rule is told of events that fit their schemas, then of the end if the client stayed for it."""

from response_rules import ResponseStream


class Chunks:
    """Chat and text completions: chunks, perhaps one with the usage, `[DONE]`."""

    def __init__(self, request, query, wrong):
        self.wrong = wrong
        self.over = self.failed = False
        self.request = request
        options = request.get("stream_options") or {}
        self.wants_usage = options.get("include_usage") is True
        self.continuous = options.get("continuous_usage_stats") is True
        self.same = None
        self.usage = None
        self.choices = {}

    def event(self, name, chunk):
        if name is not None:
            self.wrong(f"a chunk with the event name {name!r}")
        same = {key: chunk.get(key) for key in ("id", "object", "created", "model", "system_fingerprint")}
        if self.same not in (None, same):
            self.wrong(f"{same} after {self.same}")
        self.same = same
        if self.usage:
            self.wrong("a chunk after the usage chunk")
        usage = chunk.get("usage")
        if not chunk["choices"]:
            self.usage = usage
            if not usage or not self.wants_usage:
                self.wrong("a chunk without choices is no usage chunk")
        elif usage and not self.continuous:
            self.wrong("usage in a chunk with choices")
        if self.wants_usage != ("usage" in chunk):
            self.wrong("the field usage goes with stream_options.include_usage")
        for choice in chunk["choices"]:
            state = self.choices.setdefault(choice["index"], Choice(self.wrong, "messages" in self.request))
            state.add(choice)

    def done(self):
        self.over = True
        if self.wants_usage and not self.usage:
            self.wrong("no usage chunk")
        prompt = self.request.get("prompt")
        many = isinstance(prompt, list) and prompt and not isinstance(prompt[0], int)
        expected = (len(prompt) if many else 1) * (self.request.get("n") or 1)
        if sorted(self.choices) != list(range(expected)):
            self.wrong(f"choices {sorted(self.choices)} instead of {expected}")
        for index, choice in self.choices.items():
            if choice.finish is None:
                self.wrong(f"choice {index} has no finish_reason")

    def end(self):
        if not self.over:
            self.wrong("ends without [DONE]")


class Choice:
    def __init__(self, wrong, chat):
        self.wrong, self.chat = wrong, chat
        self.finish = None
        self.begun = False
        self.calls = []
        self.function_call = False

    def add(self, choice):
        if self.finish:
            self.wrong("something after the finish_reason")
        if self.chat:
            self.delta(choice["delta"])
        self.finish = choice["finish_reason"]
        if self.finish == "tool_calls" and not self.calls:
            self.wrong("finish_reason tool_calls without a call")
        if self.finish == "function_call" and not self.function_call:
            self.wrong("finish_reason function_call without a call")

    def delta(self, delta):
        if ("role" in delta) == self.begun:
            self.wrong("the role belongs into the first chunk of a choice and there alone")
        self.begun = True
        if delta.get("reasoning") != delta.get("reasoning_content"):
            self.wrong("reasoning and reasoning_content differ")
        if "function_call" in delta:
            if ("name" in delta["function_call"]) == self.function_call:
                self.wrong("the name of a function call belongs into its first chunk")
            self.function_call = True
        for call in delta.get("tool_calls", []):
            self.call(call)

    def call(self, call):
        new = call["index"] == len(self.calls)
        if not new and call["index"] != len(self.calls) - 1:
            self.wrong(f"a piece of call {call['index']} after {len(self.calls)} calls")
        function = call.get("function") or call.get("custom", {})
        told = {"id": "id" in call, "type": "type" in call, "name": "name" in function}
        if set(told.values()) != {new}:
            self.wrong(f"id, type and name belong into the first piece of a call and there alone: {call}")
        if new:
            if call.get("id") in self.calls:
                self.wrong("two calls with one id")
            self.calls.append(call.get("id"))


PIECES = {
    "text": ["text_delta"],
    "tool_use": ["input_json_delta"],
    "thinking": ["thinking_delta", "signature_delta"],
}


class MessageStream:
    """Anthropic: message_start, blocks one after the other, message_delta, message_stop."""

    def __init__(self, request, query, wrong):
        self.wrong = wrong
        self.over = self.failed = False
        self.started = self.delta = False
        self.blocks = 0
        self.open = None

    def event(self, name, event):
        kind = event["type"]
        if name != kind:
            self.wrong(f"event {name!r} with the type {kind!r}")
        if kind == "error":
            self.over = self.failed = True
        elif kind != "ping" and (kind == "message_start") == self.started:
            self.wrong("message_start comes first and once")
        self.started = self.started or kind == "message_start"
        if kind.startswith("content_block"):
            self.block(kind, event)
        elif kind == "message_delta":
            if self.open is not None or self.delta:
                self.wrong("message_delta comes once, after the blocks")
            self.delta = True
        elif kind == "message_stop":
            if not self.delta:
                self.wrong("message_stop without message_delta")
            self.over = True

    def block(self, kind, event):
        if self.delta:
            self.wrong("a block after message_delta")
        if kind == "content_block_start":
            if self.open is not None or event["index"] != self.blocks:
                self.wrong("blocks begin one after the other, counted from 0")
            self.open = event["content_block"]["type"]
            self.blocks += 1
            return
        if self.open is None or event["index"] != self.blocks - 1:
            self.wrong(f"{kind} without its start")
        if kind == "content_block_stop":
            self.open = None
            return
        if event["delta"]["type"] not in PIECES.get(self.open, []):
            self.wrong(f"{event['delta']['type']} in a block of {self.open}")

    def done(self):
        self.wrong("[DONE] is not part of this protocol")

    def end(self):
        if not self.over:
            self.wrong("ends without message_stop")


RULES = {"chunks": Chunks, "response": ResponseStream, "message": MessageStream}

"""The order of the Responses API's events: what the pieces say is what the finished parts, items and response say."""

import whole_rules

ENDS = ("response.completed", "response.incomplete", "response.failed", "response.cancelled", "error")
PIECES = {
    "response.output_text": "text",
    "response.refusal": "refusal",
    "response.reasoning_text": "text",
    "response.reasoning_summary_text": "text",
    "response.function_call_arguments": "arguments",
    "response.custom_tool_call_input": "input",
}


class ResponseStream:
    def __init__(self, request, query, wrong):
        self.wrong = wrong
        self.over = self.failed = False
        # A stream that is taken up again knows nothing of the items that began before.
        self.resumed = "starting_after" in query
        self.number = int(query.get("starting_after", -1))
        self.begun = False
        self.same = None
        self.items = {}
        self.done_items = {}
        self.texts = {}
        self.parts = {}

    def event(self, name, event):
        kind = event["type"]
        if name != kind:
            self.wrong(f"event {name!r} with the type {kind!r}")
        if event["sequence_number"] != self.number + 1:
            self.wrong(f"sequence number {event['sequence_number']} after {self.number}")
        self.number = event["sequence_number"]
        if not self.begun and not self.resumed and kind not in ("response.created", "error"):
            self.wrong(f"{kind} before response.created")
        if self.begun and kind == "response.created":
            self.wrong("response.created twice")
        self.begun = True
        if "response" in event:
            self.snapshot(kind, event["response"])
        elif kind.startswith("response.output_item"):
            self.item(kind, event["output_index"], event["item"])
        elif kind != "error":
            self.inside(kind, event)
        self.over = self.over or kind in ENDS

    def snapshot(self, kind, response):
        same = {key: response[key] for key in ("id", "created_at", "model", "metadata", "tools")}
        if self.same not in (None, same):
            self.wrong(f"{same} after {self.same}")
        self.same = same
        status = kind.removeprefix("response.")
        expected = ("in_progress", "queued") if status == "created" else (status,)
        if response["status"] not in expected:
            self.wrong(f"status {response['status']} in {kind}")
        for problem in whole_rules.problems("responses.json#/$defs/response", {}, response):
            self.wrong(problem)
        if kind not in ENDS:
            return
        for index, item in self.done_items.items():
            if index >= len(response["output"]) or response["output"][index] != item:
                self.wrong(f"item {index} of the response is not the one that was done: {item}")
        if not self.resumed and len(self.done_items) != len(response["output"]):
            self.wrong("the response has items that were never done")

    def item(self, kind, index, item):
        if kind.endswith("added"):
            if index in self.items or (not self.resumed and index != len(self.items)):
                self.wrong(f"item {index} is added out of order")
            if item.get("content") or item.get("arguments") or item.get("input") or item.get("summary"):
                self.wrong("a new item is not empty")
            if item.get("status", "in_progress") != "in_progress":
                self.wrong("a new item is in progress")
            self.items[index] = item
            return
        begun = self.items.get(index)
        if begun is None or index in self.done_items:
            if not self.resumed or begun:
                self.wrong(f"item {index} is done but not in progress")
        elif (begun["id"], begun["type"]) != (item["id"], item["type"]):
            self.wrong(f"item {index} has changed from {begun} to {item}")
        self.done_items[index] = item
        if begun and item["type"] == "function_call":
            self.compare(index, "arguments", None, item["arguments"])
        elif begun and item["type"] == "custom_tool_call":
            self.compare(index, "arguments", None, item["input"])
        elif begun:
            self.compare_parts(index, "content_index", item.get("content", []))
            self.compare_parts(index, "summary_index", item.get("summary", []))

    def compare_parts(self, index, field, parts):
        for number, part in enumerate(parts):
            if self.parts.get((index, field, number)) != part:
                self.wrong(f"part {number} of item {index} is not the one that was done: {part}")

    def compare(self, index, field, number, text):
        told = self.texts.get((index, field, number), "")
        if told != text:
            self.wrong(f"the pieces say {told!r}, the whole says {text!r}")

    def inside(self, kind, event):
        index = event["output_index"]
        item = self.items.get(index)
        if item is None:
            if not self.resumed:
                self.wrong(f"{kind} before its item")
            return
        if index in self.done_items or event["item_id"] != item["id"]:
            self.wrong(f"{kind} does not belong to the item in progress")
        place = "summary_index" if "summary_index" in event else "content_index"
        number = event.get(place)
        subject, _, what = kind.rpartition(".")
        if subject in PIECES:
            field = place if number is not None else "arguments"
            if what == "delta":
                self.texts[index, field, number] = self.texts.get((index, field, number), "") + event["delta"]
            else:
                self.compare(index, field, number, event[PIECES[subject]])
            if event.get("name", item.get("name")) != item.get("name"):
                self.wrong("another name than that of the call")
            return
        part = event["part"]
        text = part.get("text", part.get("refusal"))
        if what == "added" and (text or (index, place, number) in self.parts):
            self.wrong("a new part is empty and new")
        if what == "done":
            self.compare(index, place, number, text)
        self.parts[index, place, number] = part

    def done(self):
        self.wrong("[DONE] is not part of this protocol")

    def end(self):
        if not self.over:
            self.wrong("ends without a last event")

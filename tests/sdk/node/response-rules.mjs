// The order of the Responses API's events: what the pieces say is what the finished parts, items and response say.
import { isDeepStrictEqual as equal } from "node:util";
import { wholeProblems } from "./whole-rules.mjs";

const ends = ["response.completed", "response.incomplete", "response.failed", "response.cancelled", "error"];
const pieces = {
  "response.output_text": "text",
  "response.refusal": "refusal",
  "response.reasoning_text": "text",
  "response.reasoning_summary_text": "text",
  "response.function_call_arguments": "arguments",
  "response.custom_tool_call_input": "input",
};

export class ResponseStream {
  constructor(_request, query, wrong) {
    // A stream that is taken up again knows nothing of the items that began before.
    const resumed = query.has("starting_after");
    Object.assign(this, { wrong, resumed, over: false, failed: false, begun: false, same: null });
    this.number = Number(query.get("starting_after") ?? -1);
    this.items = new Map();
    this.doneItems = new Map();
    this.texts = new Map();
    this.parts = new Map();
  }

  event(name, event) {
    const { type, sequence_number: number } = event;
    if (name !== type) this.wrong(`event ${name} with the type ${type}`);
    if (number !== this.number + 1) this.wrong(`sequence number ${number} after ${this.number}`);
    this.number = number;
    if (!this.begun && !this.resumed && !["response.created", "error"].includes(type)) this.wrong(`${type} before response.created`);
    if (this.begun && type === "response.created") this.wrong("response.created twice");
    this.begun = true;
    if (event.response) this.snapshot(type, event.response);
    else if (type.startsWith("response.output_item")) this.item(type, event.output_index, event.item);
    else if (type !== "error") this.inside(type, event);
    this.over ||= ends.includes(type);
  }

  snapshot(type, response) {
    const { id, created_at: created, model, metadata, tools, status, output } = response;
    const same = { id, created, model, metadata, tools };
    if (this.same !== null && !equal(this.same, same)) this.wrong("the response has another id, time, model, metadata or tools");
    this.same = same;
    const named = type.slice("response.".length);
    const expected = named === "created" ? ["in_progress", "queued"] : [named];
    if (!expected.includes(status)) this.wrong(`status ${status} in ${type}`);
    for (const problem of wholeProblems("responses.json#/$defs/response", {}, response)) this.wrong(problem);
    if (!ends.includes(type)) return;
    for (const [index, item] of this.doneItems) {
      if (!equal(output[index], item)) this.wrong(`item ${index} of the response is not the one that was done`);
    }
    if (!this.resumed && this.doneItems.size !== output.length) this.wrong("the response has items that were never done");
  }

  item(type, index, item) {
    const begun = this.items.get(index);
    if (type.endsWith("added")) {
      if (begun || (!this.resumed && index !== this.items.size)) this.wrong(`item ${index} is added out of order`);
      if (item.content?.length || item.arguments || item.input || item.summary?.length) this.wrong("a new item is not empty");
      if ((item.status ?? "in_progress") !== "in_progress") this.wrong("a new item is in progress");
      this.items.set(index, item);
      return;
    }
    if (!begun || this.doneItems.has(index)) {
      if (!this.resumed || begun) this.wrong(`item ${index} is done but not in progress`);
    } else if (begun.id !== item.id || begun.type !== item.type) this.wrong(`item ${index} has changed`);
    this.doneItems.set(index, item);
    if (!begun) return;
    if (item.type === "function_call") this.compare(`${index} arguments`, item.arguments);
    if (item.type === "custom_tool_call") this.compare(`${index} arguments`, item.input);
    for (const place of ["content", "summary"]) {
      for (const [number, part] of (item[place] ?? []).entries()) {
        if (!equal(this.parts.get(`${index} ${place}_index ${number}`), part)) {
          this.wrong(`part ${number} of item ${index} is not the one that was done`);
        }
      }
    }
  }

  compare(key, text) {
    const told = this.texts.get(key) ?? "";
    if (told !== text) this.wrong(`the pieces say ${JSON.stringify(told)}, the whole says ${JSON.stringify(text)}`);
  }

  inside(type, event) {
    const index = event.output_index;
    const item = this.items.get(index);
    if (!item) {
      if (!this.resumed) this.wrong(`${type} before its item`);
      return;
    }
    if (this.doneItems.has(index) || event.item_id !== item.id) this.wrong(`${type} does not belong to the item in progress`);
    const place = ["content_index", "summary_index"].find((name) => name in event);
    const key = place ? `${index} ${place} ${event[place]}` : `${index} arguments`;
    const dot = type.lastIndexOf(".");
    const [subject, what] = [type.slice(0, dot), type.slice(dot + 1)];
    if (pieces[subject]) {
      if (what === "delta") this.texts.set(key, (this.texts.get(key) ?? "") + event.delta);
      else this.compare(key, event[pieces[subject]]);
      if ("name" in event && event.name !== item.name) this.wrong("another name than that of the call");
      return;
    }
    const text = event.part.text ?? event.part.refusal;
    if (what === "added" && (text || this.parts.has(key))) this.wrong("a new part is empty and new");
    if (what === "done") this.compare(key, text);
    this.parts.set(key, event.part);
  }

  done() {
    this.wrong("[DONE] is not part of this protocol");
  }

  end() {
    if (!this.over) this.wrong("ends without a last event");
  }
}

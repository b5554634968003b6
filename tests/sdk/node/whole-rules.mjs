// What a schema cannot say about an answer in one body.
const totals = (usage, before, after) =>
  usage.total_tokens === usage[before] + usage[after] ? [] : ["total_tokens is not the sum"];

function calls({ message, finish_reason: reason }) {
  const wrong = [];
  if (reason === "tool_calls" && !message.tool_calls) wrong.push("finish_reason tool_calls without a call");
  if (reason === "function_call" && !message.function_call) wrong.push("finish_reason function_call without a call");
  if (!message.tool_calls && !message.function_call && !message.reasoning && message.content === null) {
    wrong.push("a message without content and calls");
  }
  if ((message.reasoning ?? undefined) !== message.reasoning_content) wrong.push("reasoning and reasoning_content differ");
  const ids = (message.tool_calls ?? []).map((call) => call.id);
  if (new Set(ids).size !== ids.length) wrong.push("two calls with one id");
  return wrong;
}

function choices(file, request, body) {
  const wrong = [];
  if (body.choices.some((choice, at) => choice.index !== at)) wrong.push("the choices are not in order");
  if (file === "completions.json") {
    for (const { logprobs } of body.choices) {
      const lengths = new Set(Object.values(logprobs ?? {}).map((entries) => entries.length));
      if (lengths.size > 1) wrong.push("the four lists of log-probabilities differ in length");
    }
    return wrong;
  }
  if (request.messages && body.choices.length !== (request.n ?? 1)) wrong.push("not as many choices as asked for");
  return wrong.concat(body.choices.flatMap(calls));
}

function ending(body) {
  const wanted = { error: body.status === "failed", incomplete_details: body.status === "incomplete" };
  return Object.keys(wanted)
    .filter((field) => (body[field] !== null) !== wanted[field])
    .map((field) => `${field} does not go with ${body.status}`);
}

function page(body) {
  const ids = body.data.map((entry) => entry.id);
  const wrong = [];
  if (body.first_id !== (ids[0] ?? null) || body.last_id !== (ids.at(-1) ?? null)) {
    wrong.push("first_id and last_id are not those of the page");
  }
  if (new Set(ids).size !== ids.length) wrong.push("an id twice in a page");
  return wrong;
}

// What contradicts itself, as lines.
export function wholeProblems(reference, request, body) {
  const [file, kind] = reference.split("#/$defs/");
  const wrong = [];
  if (kind === "completion") {
    wrong.push(...choices(file, request, body), ...totals(body.usage, "prompt_tokens", "completion_tokens"));
  } else if (kind === "response") {
    wrong.push(...ending(body), ...(body.usage ? totals(body.usage, "input_tokens", "output_tokens") : []));
  }
  return "first_id" in body ? wrong.concat(page(body)) : wrong;
}

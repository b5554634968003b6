"""Is a `Case` consistent? `problems` names what is wrong: arguments that nobody gave, broken JSON, checks that fail."""

import json
import re

import checks

# Words that stand for a currency or a sum are turned into codes and signs.
CODE = re.compile(r"[A-Z]{3}$")
SUM = re.compile(r"[\d.+\-*/() ]+$")


def problems(case):
    found = []
    schemas = {tool["function"]["name"]: tool["function"]["parameters"] for tool in case.tools}
    if len(schemas) != len(case.tools) or not 1 <= len(case.tools) <= 5:
        found.append("the number of tools or their names")
    written, open_calls = "", []
    checked = dict(case.checks)
    for at, message in enumerate(case.messages):
        content = message["content"]
        if not isinstance(content, str) or re.search(r"\{[a-z_]*\}", content.replace("{}", "")):
            found.append(f"a slot is left: {content}")
        if message["role"] == "user":
            written += "\n" + content
        elif message["role"] == "tool":
            if not open_calls or open_calls.pop(0) != message["tool_call_id"]:
                found.append("a result without its call")
        elif message["role"] == "assistant":
            if open_calls:
                found.append("a call without its result")
            if at not in checked:
                found.append(f"message {at} has no check")
                continue
            calls = message.get("tool_calls", [])
            open_calls = [call["id"] for call in calls]
            pairs = [(call["function"]["name"], call["function"]["arguments"]) for call in calls]
            if bool(content) == bool(calls) or not checks.met(checked[at], content, pairs):
                found.append(f"its own check fails: {content} {pairs} {checked[at]}")
            for name, arguments in pairs:
                found += _call_problems(schemas.get(name), name, arguments, written)
    if open_calls or case.messages[-1]["role"] != "assistant":
        found.append("it does not end with an answer")
    if case.kind == "no_fit" and any(message.get("tool_calls") for message in case.messages):
        found.append("a call where no tool fits")
    return found


def _call_problems(schema, name, arguments, written):
    if schema is None:
        return [f"no such tool: {name}"]
    given = json.loads(arguments)
    properties = schema["properties"]
    found = [f"{name} lacks {key}" for key in schema.get("required", ()) if key not in given]
    if list(given) != [key for key in properties if key in given]:
        found.append(f"{name}: order of arguments {list(given)}")
    for key, value in given.items():
        wanted = properties[key]["type"]
        if wanted != {str: "string", int: "integer", float: "number"}[type(value)] and (wanted, type(value)) != ("number", int):
            found.append(f"{name}: type of {key}")
        if not _given(value, properties[key], written):
            found.append(f"{name}: nobody gave {key}={value!r} in {written!r}")
    return found


def _given(value, entry, written):
    """Is it in the customer's words, or implied by them?"""
    if "enum" in entry:
        return value in entry["enum"]
    if str(value) in written or entry["type"] == "integer" and value == 6:
        return True
    if isinstance(value, str) and SUM.match(value):
        return all(number in written for number in re.findall(r"\d+", value))
    return isinstance(value, str) and bool(CODE.match(value)) or value in ("on", "off")

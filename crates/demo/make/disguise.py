"""Gives functions, parameters and keys names that were never seen, so that they can only be copied from where they are told.

The lists of names are long, but a small model learns them by heart sooner than it learns to look a name up.
"""

import json

SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu bra cle dro fli gra pri ston ter vil wan".split()
AFFIXES = "my the x new shop crm api v2 v3 ext main app web lamp svc in req core pro data biz hub alt one b2 std raw".split()
# Words that mean something else than what they name here: after a common word the model must write what stands there, not what often follows.
WORDS = """air apple arm autumn baker ball bank basket bear bell bird boat bone bottle box bread bridge brown brush bus button cake candle car castle cat center
chair chalk cherry chest circle clear cloud coat coffee cold corner cow cup dance deep desk dinner doctor dog door dream dress drop dust ear earth
east egg engine evening eye face fall farm father field finger fire fish floor flower fly foot forest free friend front fruit garden gate glass goat
gold grass green ground hair half hand hat head heart heavy hill home horse house ice island jump kitchen knife ladder lake land leaf leg letter line
lion live long lunch map market meadow metal middle milk mind mirror moon morning mother mountain mouse mouth narrow near neck nest night north nose
ocean oil old open orange paint paper park path pen picture pillow plant plate pocket pond pot queen quick quiet rain red rice ring river road rock
roof rope round salt sand school sea season seat shade shadow sheep ship shoe short silver sky sleep slow smoke snow soap soft south spoon spring
square stable star stone storm story strong sugar summer sun sweet table tail tall tea thin thing tooth top tower train tree trip under valley village
walk wall warm water wave west wheel white wide wild wind window winter wolf wood world yellow young""".split()
# How often a name is such a word or two, or one of these or made up, and how often it gets a further word.
WORD, MADE_UP, LONGER = 0.1, 0.3, 0.35


def disguised(document, rng):
    """The document with other names of functions and parameters, in tools, calls and what is expected."""
    functions = {tool["function"]["name"]: _function(tool["function"], rng) for tool in document.tools or ()}
    for tool in document.tools or ():
        function = tool["function"]
        name, keys = functions[function["name"]]
        schema = function["parameters"]
        schema["properties"] = {keys[key]: value for key, value in schema["properties"].items()}
        if "required" in schema:
            schema["required"] = [keys[key] for key in schema["required"]]
        function["name"] = name
    for message in document.messages:
        if message.get("name") in functions:
            message["name"] = functions[message["name"]][0]
        for call in message.get("tool_calls") or ():
            function = call["function"]
            name, keys = functions[function["name"]]
            given = {keys[key]: value for key, value in json.loads(function["arguments"]).items()}
            function["name"], function["arguments"] = name, json.dumps(given, ensure_ascii=False)
    for mark in document.marks:
        if isinstance(mark.check, dict) and "calls" in mark.check:
            mark.check["calls"] = [_expected(functions, name, given) for name, given in mark.check["calls"]]
    return document


def _expected(functions, name, given):
    name, keys = functions[name]
    return [name, {keys[key]: value for key, value in given.items()}]


def _function(function, rng):
    """(new name, new keys) of a function."""
    keys = {}
    for key, schema in function["parameters"]["properties"].items():
        new = renamed(rng, key, "description" in schema)
        keys[key] = new if new not in keys.values() else key
    return renamed(rng, function["name"], "description" in function), keys


def renamed(rng, name, may_be_made_up):
    """Perhaps another name; one that says nothing only where a description says it."""
    chance = rng.random()
    if chance < WORD and may_be_made_up:
        return _joined(rng, rng.sample(WORDS, rng.choice((1, 1, 1, 2))), rng.random() < 0.25)
    if chance < MADE_UP and may_be_made_up:
        return _joined(rng, [_word(rng) for _ in range(rng.choice((1, 1, 2, 3)))], rng.random() < 0.25)
    if chance < MADE_UP + LONGER:
        word = _word(rng) if rng.random() < 0.5 else rng.choice(AFFIXES)
        parts = [word, name] if rng.random() < 0.5 else [name, word]
        return _joined(rng, parts, "_" not in name and rng.random() < 0.5)
    return name


def _word(rng):
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.choice((2, 2, 3)))) + rng.choice(("", "", "", str(rng.randrange(100))))


def _joined(rng, parts, camel):
    if camel:
        return parts[0] + "".join(part[:1].upper() + part[1:] for part in parts[1:])
    return "_".join(parts)

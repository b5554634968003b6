"""Makes one function definition of a family: its name, description and parameters, in the many ways that programs write them.

Also decides which names are kept for the evaluation. A kept word is in no name of the training, of whatever family.
"""

from dataclasses import dataclass
from functools import lru_cache

import catalog
import more

from .families import FAMILIES
from .kinds import Param, ToolFamily, part, reserved

# What everybody writes is never kept: a model that has not seen these would be of little use.
PINNED = frozenset(
    (
        "weather current_weather get_weather forecast temperature city location unit units current_time time get_time timezone "
        "order_status order order_id order_number products product product_name price query q search web web_search expression "
        "calculator calculate a b x y add multiply subtract divide sum numbers two_numbers email send_email to subject body "
        "message text stock_price symbol ticker amount from from_currency to_currency currency customer_id user user_id id "
        "name word definition date title priority reminder light room state brightness song music play play_music set_timer "
        "toggle_light destination datetime track level flight_number flight coupon code address return cancel_order ticket "
        "recipient target_language translate duration minutes sides dice human_agent to_human reason summary country weight "
        "max_price category store hours"
    ).split()
)


@lru_cache(maxsize=None)
def _kept_names():
    lists = [(f.nouns, f"nouns {f.key}") for f in FAMILIES] + [(f.others, f"others {f.key}") for f in FAMILIES]
    lists += [(p.names, f"param {p.key}") for f in FAMILIES for p in f.params]
    return frozenset(word for items, salt in lists for word in reserved(items, salt, PINNED))


def names(items, held_out, key):
    """The words of a list for the training, those of `more` among them, or the kept ones; where one part is empty, the whole list or its
    first word."""
    kept = tuple(word for word in items if word in _kept_names())
    rest = tuple(word for word in items if word not in _kept_names())
    if held_out:
        return kept or items
    return (rest or items[:1]) + tuple(word for word in more.of(key) if word not in _kept_names())


@dataclass
class Bound:
    """A parameter as one schema has it."""

    param: Param
    name: str
    type: str
    enum: dict | None
    required: bool

    def argument(self, value):
        """The JSON value that the schema wants for a `Value`."""
        canonical = value.canonical
        if self.enum:
            return self.enum[canonical]
        if self.type == "integer":
            return int(canonical)
        if self.type == "number":
            return float(canonical) if "." in str(canonical) else int(canonical)
        return str(canonical)


@dataclass
class Tool:
    """One function that a request offers."""

    family: ToolFamily
    name: str
    bound: list[Bound]
    definition: dict

    def of(self, key):
        return next((bound for bound in self.bound if bound.param.key == key), None)


def camel(name, first_up=False):
    head, *tail = name.split("_")
    return (head.capitalize() if first_up else head) + "".join(word.capitalize() for word in tail)


def made_up_name(rng):
    """A name that says nothing: the description has to."""
    one, two = (rng.choice(catalog.SYLLABLES) + rng.choice(catalog.ENDINGS) for _ in "ab")
    form = rng.randrange(6)
    if form == 0:
        return f"{rng.choice(('fn', 'tool', 'func', 'f', 'op', 'cmd', 'action'))}_{rng.randint(1, 99)}"
    if form == 1:
        return f"{rng.choice(('fn', 'tool', 'func', 'api', 'do'))}{rng.randint(1, 99)}"
    if form == 2:
        return f"{rng.choice(('frobnicate', 'zap', 'run', 'do', 'exec', 'call', 'handle'))}_{one}"
    if form == 3:
        return one
    return f"{one}_{two}" if form == 4 else camel(f"{one}_{two}")


def function_name(rng, family, held_out):
    """(name, style): the style is one of snake, camel, kebab, made."""
    draw = rng.random()
    if draw < 0.06:
        return made_up_name(rng), "made"
    if family.others and draw < 0.2:
        name = rng.choice(names(family.others, held_out, f"others {family.key}"))
    else:
        verb, nouns = rng.choice(family.verbs), names(family.nouns, held_out, f"nouns {family.key}")
        name = f"{verb}_{rng.choice(nouns)}"
    style = rng.choices(("snake", "camel", "pascal", "kebab"), (78, 16, 2, 4))[0]
    if style == "camel" or style == "pascal":
        return (camel(name, style == "pascal") if "_" in name else name), "camel"
    return (name.replace("_", "-"), "kebab") if style == "kebab" else (name, "snake")


def bind(rng, param, style, required, held_out, at):
    name = rng.choice(names(param.names, held_out, f"param names {param.key}"))
    if style == "made" and rng.random() < 0.5:
        name = rng.choice((f"arg{at}", f"x{at}", f"param_{'abcdef'[at]}", f"v{at}"))
    elif style == "camel" and rng.random() < 0.85 or rng.random() < 0.04:
        name = camel(name)
    enum = rng.choice(param.enums) or None if param.enums else None
    return Bound(param, name, "string" if enum else rng.choice(param.types), enum, required)


def make_tool(rng, family, lang, held_out, uses=(), missing=(), taken=()):
    """A function for the asks of a dialogue: `uses` holds the keys that each of them gives, `missing` those asked for later."""
    every = set().union(*uses) | set(missing)
    always = set.intersection(*map(set, uses)) | set(missing) if uses else set(missing)
    name, style = function_name(rng, family, held_out)
    while name in taken:
        name, style = function_name(rng, family, held_out)
    bound, at = [], 0
    for param in rng.sample(family.params, len(family.params)):
        given = param.key in every
        if given and param.key not in missing and rng.random() < param.drop:
            continue
        if not given and (param.required or rng.random() > param.spare):
            continue
        required = param.key in always and (param.required or param.key in missing or rng.random() < 0.25)
        fresh = bind(rng, param, style, required, held_out, at)
        while any(other.name == fresh.name for other in bound):
            fresh = bind(rng, param, style, required, held_out, at)
        bound.append(fresh)
        at += 1
    return Tool(family, name, bound, definition(rng, family, name, style, bound, lang, held_out))


def definition(rng, family, name, style, bound, lang, held_out):
    chinese = rng.random() < (0.45 if lang == "zh" else 0.03)
    tongue = "zh" if chinese else "en"
    about = rng.choice(part(family.about(tongue), held_out, f"about {family.key} {tongue}"))
    explained, titled = style == "made" or rng.random() < 0.65, rng.random() < 0.04
    properties = {b.name: _property(rng, b, tongue, held_out, explained, titled) for b in bound}
    if bound and not chinese and rng.random() < 0.04:
        said = [(b.name, rng.choice(part(b.param.en, held_out, f"param {b.param.key} en"))) for b in bound]
        about += "\n\nArgs:\n" + "\n".join(f"    {word}: {text}" for word, text in said)
    function = {"name": name}
    if style == "made" or rng.random() < 0.95:
        function["description"] = about
    parameters = {"type": "object", "properties": properties}
    required = [b.name for b in bound if b.required]
    if required or rng.random() < 0.3:
        parameters["required"] = rng.sample(required, len(required)) if rng.random() < 0.2 else required
    strict = rng.random() < 0.04
    if strict or rng.random() < 0.08:
        parameters["additionalProperties"] = False
    function["parameters"] = parameters
    if strict:
        function["strict"] = True
    return {"type": "function", "function": function}


def _property(rng, bound, tongue, held_out, explained, titled):
    entries = {"type": bound.type}
    if titled:
        entries["title"] = bound.name.replace("_", " ").title()
    texts = bound.param.zh if tongue == "zh" else bound.param.en
    if explained or (bound.type == "string" and rng.random() < 0.05):
        entries["description"] = rng.choice(part(texts, held_out, f"param {bound.param.key} {tongue}"))
    if bound.enum:
        options = list(dict.fromkeys(bound.enum.values()))
        entries["enum"] = rng.sample(options, len(options)) if rng.random() < 0.3 else options
    if rng.random() < 0.15:
        keys = rng.sample(list(entries), len(entries))
        entries = {key: entries[key] for key in keys}
    return entries

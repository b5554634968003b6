"""What functions return: results as JSON with other keys, orders and wrappings each time or as plain text, and failures."""

import json

from . import values
from .kinds import Outcome
from .schema import camel

STAMP_KEYS = ("updated_at", "timestamp", "as_of", "fetched")


class Given(dict):
    """The slots of an ask as answers repeat them, with the arguments of the call and the languages."""

    def __init__(self, chosen, arguments, lang, tongue):
        super().__init__({key: value.said for key, value in chosen.items()})
        self.chosen, self.arguments, self.lang, self.tongue = chosen, arguments, lang, tongue

    def argument(self, key):
        return self.arguments.get(key)

    def meaning(self, key):
        return self.chosen[key].canonical if key in self.chosen else None

    def day(self, rng):
        """A date in the customer's words, or as ISO: the only form that does not need to be translated."""
        iso, english, chinese = values.date_of(rng)
        if self.tongue != self.lang or rng.random() < 0.5:
            return iso
        return chinese if self.lang == "zh" else english


def in_language(value, lang):
    return value[1 if lang == "zh" else 0] if isinstance(value, tuple) else value


def render(rng, result, tongue):
    """The content of the tool message."""
    if result.text and rng.random() < 0.18:
        return in_language(result.text, tongue)
    shape, case = rng.random(), rng.random()
    fields = []
    for keys, value in result.fields:
        word = in_language(value, tongue)
        if isinstance(value, tuple) and tongue == "en":
            word = _restyled(word, shape)
        key = rng.choice(keys)
        fields.append((camel(key) if case < 0.15 else key, word))
    if result.alone and len(fields) == 1 and not isinstance(fields[0][1], (list, bool)) and rng.random() < 0.2:
        return _plain(fields[0][1])
    fields += _noise(rng, {key for key, _ in fields})
    if rng.random() < 0.7:
        rng.shuffle(fields)
    content = dict(fields)
    if rng.random() < 0.1 and not any(isinstance(value, list) for value in content.values()):
        between, after = rng.choice(((": ", "\n"), (": ", ", "), ("=", "; "), (": ", "; ")))
        return after.join(f"{key}{between}{_plain(value)}" for key, value in content.items())
    return dump(rng, _wrapped(rng, content))


def dump(rng, content):
    form = rng.random()
    if form < 0.15:
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return json.dumps(content, ensure_ascii=False, indent=2 if form > 0.97 else None)


def _plain(value):
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _restyled(word, shape):
    """One style for all words of a result: "in transit", "in_transit", "IN_TRANSIT", "In transit"."""
    if shape < 0.12:
        return word.replace(" ", "_")
    if shape < 0.2:
        return word.replace(" ", "_").upper()
    return word[:1].upper() + word[1:] if shape < 0.27 else word


def _noise(rng, taken):
    extra = []
    if rng.random() < 0.12:
        extra.append((rng.choice(STAMP_KEYS), f"{values.date_of(rng)[0]}T{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:00Z"))
    if rng.random() < 0.1:
        extra.append(("request_id", f"{rng.getrandbits(32):08x}"))
    if rng.random() < 0.08:
        extra.append(rng.choice((("source", "api"), ("cached", False), ("version", 2), ("source", "db"))))
    if not taken & {"ok", "success", "booked", "valid", "cancelled", "updated", "connected"} and rng.random() < 0.1:
        extra.append((rng.choice(("ok", "success")), True))
    return extra


def _wrapped(rng, content):
    form = rng.random()
    if form < 0.05:
        return {"result": content}
    if form < 0.09:
        return {"data": content}
    if form < 0.12:
        return {"success": True, "data": content} if "success" not in content else content
    return [content] if form < 0.15 else content


# What services report when they fail, and what the assistant can offer then.
BUSY = (
    ("timeout", "超时"), ("service unavailable", "服务不可用"), ("connection failed", "连接失败"), ("internal server error", "服务器内部错误"),
    ("rate limit exceeded", "请求过于频繁"), ("network error", "网络错误"), ("database is down", "数据库故障"),
    ("system is under maintenance", "系统维护中"),
    ("no response from the server", "服务器没有响应"), ("too many requests", "请求太多"),
)  # fmt: skip
DENIED = (
    ("access denied", "拒绝访问"), ("not authorized", "未授权"), ("permission denied", "没有权限"), ("login required", "需要登录"),
    ("invalid API key", "API密钥无效"), ("account is locked", "账户已锁定"),
)  # fmt: skip
LATER = Outcome(
    ("I am sorry, that did not work: {message}. Please try again later.",
     "Sorry, the system reports: {message}. Please try again later, or I can ask a colleague."),
    ("很抱歉，操作没有成功：{message}。请稍后再试。", "抱歉，系统提示：{message}。请稍后再试，或者我请同事帮您。"),
    (("sorry",), ("{message}",)),
    (("抱歉",), ("{message}",)),
)  # fmt: skip
NOT_ALLOWED = Outcome(
    ("I am sorry, that did not work: {message}. A colleague can help you.",
     "Sorry, the system reports: {message}. Shall I ask a colleague?"),
    ("很抱歉，操作没有成功：{message}。可以请同事帮您。", "抱歉，系统提示：{message}。要我请同事帮忙吗？"),
    (("sorry",), ("{message}",)),
    (("抱歉",), ("{message}",)),
)
NOT_ACCEPTED = Outcome(
    ("I am sorry, {value} was not accepted. Could you check it?",
     "Sorry, the system does not accept {value}. Is it written correctly?"),
    ("很抱歉，系统不接受{value}，请您核对一下。", "抱歉，{value}没有被接受，您能再检查一下吗？"),
    (("{value}",), ("not",)),
    (("{value}",), ("不接受", "没有被接受")),
)


def failure(rng, family, given, tongue, name):
    """(content, outcome, facts) of a call that fails; `name` is what the schema calls the main argument."""
    value = given.get(family.main) if family.main else None
    draw = rng.random()
    if value and family.lost and draw < 0.5:
        thing = family.thing[1 if tongue == "zh" else 0]
        if rng.random() < 0.12:
            empty = ({"found": False}, {"error": None, "result": None}, {"results": []}, {"status": "not_found"})
            return dump(rng, rng.choice(empty)), family.lost, {}
        english = (f"{thing} not found", f"no such {thing}", f"{thing} {value} does not exist", f"{thing} {value} not found",
                   f"unknown {thing}")
        chinese = (f"{thing}不存在", f"找不到{thing}", f"没有{thing}{value}", f"未找到{thing}{value}", f"未知的{thing}")
        message = rng.choice(chinese if tongue == "zh" else english)
        return _error(rng, message, 404, "NOT_FOUND", tongue), family.lost, {}
    if value and name and not family.lost and draw < 0.3:
        english = (f"invalid {name}", f"invalid value for {name}", f"bad {name}: {value}")
        message = f"{name}无效" if tongue == "zh" else rng.choice(english)
        return _error(rng, message, 400, "INVALID", tongue), NOT_ACCEPTED, {"value": value}
    if draw < 0.86:
        message = rng.choice(BUSY)
        return _error(rng, in_language(message, tongue), 503, "UNAVAILABLE", tongue), LATER, {"message": message}
    message = rng.choice(DENIED)
    return _error(rng, in_language(message, tongue), 403, "FORBIDDEN", tongue), NOT_ALLOWED, {"message": message}


def _error(rng, message, number, word, tongue):
    form = rng.randrange(8)
    if form == 0:
        return ("错误：" if tongue == "zh" else rng.choice(("Error: ", "ERROR: ", "error: "))) + message
    if form == 1:
        return dump(rng, {"error": {"code": rng.choice((number, word)), "message": message}})
    if form == 2:
        return dump(rng, {rng.choice(("success", "ok")): False, rng.choice(("error", "message", "reason")): message})
    if form == 3:
        return dump(rng, {"status": "error", "message": message})
    if form == 4:
        return dump(rng, {"code": rng.choice((number, word)), "message": message})
    return dump(rng, {"error": message})

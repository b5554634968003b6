"""System messages of the shop: the assistant's name, the language and the tone of its answers, what it knows of the customer.

A `Persona` is drawn per conversation; `answer` applies its rules to a plain answer of a phrase book.
"""

from dataclasses import dataclass

from catalog import some_name

ASSISTANTS = {
    "en": ("Lumi", "Ray", "Stella", "Max", "Nora", "Sunny", "Otto", "Bella", "Finn", "Clara", "Milo", "Ada", "Theo", "Iris", "Gus", "Wanda"),
    "zh": ("小光", "明明", "亮亮", "小星", "阿灯", "小暖", "晓晓", "小月", "阿明", "小烁", "晨晨", "小夏"),
}
DEFAULT_NAME = {"en": "Wick", "zh": "小烛"}
SHOP = {
    "en": ("You are the assistant of Wickhaven, a lamp shop.", "You work in the customer service of Wickhaven.",
           "You are a helpful assistant.", "You are a friendly customer service agent.", "You help the customers of our lamp shop.",
           "You are a customer service assistant for an online lamp store.", "You answer questions of customers.",
           "You are a helpful customer support bot."),
    "zh": ("你是烛湾灯铺的客服助手。", "你在烛湾灯铺做客服。", "你是一个有用的助手。", "你是一位友好的客服人员。", "你负责回答灯铺顾客的问题。",
           "您是一家网上灯具店的客服助手。", "请回答顾客的问题。"),
}
NAMED = {
    "en": ("You are {me}, the assistant of Wickhaven.", "Your name is {me}.", "You are {me}, a customer service agent.",
           "Act as {me}, the helper of the lamp shop Wickhaven.", "You are called {me}.", "Your name is {me} and you work for Wickhaven."),
    "zh": ("你是{me}，烛湾灯铺的客服。", "你的名字是{me}。", "你叫{me}，是一名客服。", "请扮演{me}，烛湾灯铺的助手。", "你名叫{me}。"),
}
LANGUAGE = {
    "en": {"en": ("Always answer in English.", "Answer in English only.", "Reply in English.", "请始终用英语回答。", "只用英文回复。",
                  "Respond in English, whatever language the customer uses.", "The language of your answers is English."),
           "zh": ("请用英语回答。", "只用英文回复。", "无论顾客用什么语言，都用英语回答。", "Always answer in English.")},
    "zh": {"en": ("Always answer in Chinese.", "Answer in Chinese only.", "Reply in Simplified Chinese.", "Respond in Chinese.",
                  "The language of your answers is Chinese.", "请用中文回答。", "Use Chinese for all answers."),
           "zh": ("请始终用中文回答。", "只用中文回复。", "无论顾客用什么语言，都用中文回答。", "请用简体中文回答。", "用中文回答。")},
}
# How a tone is asked for, and what it puts before and after an answer.
TONES = {
    "formal": {"en": ("Be formal.", "Use a formal tone.", "Be very polite and formal.", "Write formally."),
               "zh": ("请使用正式的语气。", "语气要正式。", "请正式、礼貌地回答。"),
               "wrap": {"en": ("Dear customer: ", ""), "zh": ("尊敬的顾客，", "")}},
    "cheerful": {"en": ("Be cheerful.", "Use a cheerful tone.", "Be cheerful and use emoji.", "Sound happy and use emoji."),
                 "zh": ("请使用活泼的语气。", "语气要活泼，可以用表情。", "请开心地回答，带上表情。"),
                 "wrap": {"en": ("", " 😊"), "zh": ("", "😊")}},
    "plain": {"en": ("Be concise.", "Answer briefly.", "Keep it short.", "Be polite and brief."),
              "zh": ("请简短地回答。", "回答要简洁。", "请礼貌而简短地回答。"), "wrap": {"en": ("", ""), "zh": ("", "")}},
}
CUSTOMER = {
    "en": ("The customer's name is {name}.", "You are talking to {name}.", "Customer: {name}.", "The user is called {name}."),
    "zh": ("顾客的名字是{name}。", "你正在和{name}聊天。", "顾客：{name}。", "用户叫{name}。"),
}


@dataclass
class Persona:
    """Who the assistant is in one conversation."""

    system: str | None = None
    me: str | None = None
    speaks: str | None = None  # the only language of the answers, or None: the customer's
    tone: str = "plain"
    customer: str | None = None

    def language(self, lang):
        return self.speaks or lang

    def name(self, lang):
        return self.me or DEFAULT_NAME[lang]

    def answer(self, text, lang):
        before, after = TONES[self.tone]["wrap"][lang]
        return before + text + after


def draw(rng, lang):
    """A persona for a customer who writes `lang`; half of the conversations have no system message."""
    if rng.random() < 0.45:
        return Persona()
    written = lang if rng.random() < 0.75 else "en"
    persona, parts = Persona(), []
    if rng.random() < 0.5:
        persona.me = rng.choice(ASSISTANTS[lang]) if rng.random() < 0.5 else some_name(rng, lang)
        parts.append(rng.choice(NAMED[written]).format(me=persona.me))
    else:
        parts.append(rng.choice(SHOP[written]))
    rest = []
    if rng.random() < 0.3:
        persona.speaks = rng.choice(("en", "zh"))
        rest.append(rng.choice(LANGUAGE[persona.speaks][written]))
    if rng.random() < 0.5:
        persona.tone = rng.choice(list(TONES))
        rest.append(rng.choice(TONES[persona.tone][written]))
    if rng.random() < 0.2:
        persona.customer = some_name(rng, lang)
        rest.append(rng.choice(CUSTOMER[written]).format(name=persona.customer))
    rng.shuffle(rest)
    persona.system = (" " if written == "en" else "").join(parts + rest)
    return persona

"""Writes a phrase as people type it: greetings and thanks around it, missing capitals and marks, slips, other words for
the same thing. `disturb` never touches what stands in `keep`, the values that an answer has to echo.
"""

import re

BEFORE = {
    "en": ("Hi, ", "Hello, ", "Hey, ", "Hi! ", "Hello! ", "Good morning, ", "Good evening, ", "Excuse me, ", "Quick question: ",
           "Sorry to bother you, ", "Hi there, ", "Hey Wickhaven, ", "OK, ", "So, ", "Well, ", "Also, ", "And "),
    "zh": ("你好，", "您好，", "请问，", "你好！", "打扰一下，", "那个，", "早上好，", "晚上好，", "嗨，", "麻烦问一下，", "对了，", "还有，", "嗯，"),
}
AFTER = {
    "en": (" Thanks!", " Thank you.", " Thanks in advance.", " Please.", " Cheers", " I'd appreciate it.", " :)"),
    "zh": ("谢谢！", "谢谢。", "麻烦了。", "谢谢你。", "急，谢谢。", "拜托了。"),
}
# Words that may stand for each other wherever they occur; each line is a group.
SYNONYMS = {
    "en": (("need", "want", "am looking for"), ("buy", "get", "purchase"), ("shop", "store"), ("parcel", "package", "order"),
           ("can you", "could you", "would you"), ("tell me", "let me know"), ("show me", "give me"), ("cost", "run"),
           ("do you have", "have you got", "do you carry"), ("broken", "damaged", "defective"), ("arrive", "get here", "come"),
           ("money back", "refund"), ("send back", "return"), ("I would like", "I'd like", "I want"), ("what is", "what's"),
           ("quickly", "fast"), ("colors", "colours"), ("color", "colour"), ("bedroom", "sleeping room"), ("is it", "is that"),
           ("where is", "where's"), ("it is", "it's"), ("I am", "I'm"), ("do not", "don't"), ("cannot", "can't"), ("big", "large")),
    "zh": (("怎么", "如何"), ("多少钱", "什么价"), ("想", "想要"), ("可以", "能"), ("你们", "您这边", "贵店"), ("什么时候", "啥时候", "何时"),
           ("有没有", "有"), ("帮我", "给我", "麻烦帮我"), ("东西", "商品"), ("坏了", "出问题了"), ("告诉我", "跟我说一下"), ("什么", "啥"),
           ("怎么办", "咋办"), ("买", "购买"), ("能不能", "可不可以"), ("您", "你"), ("包裹", "快递"), ("灯", "灯具"), ("哪里", "哪儿")),
}
FILLERS = re.compile(r"\b(the|a|please|just|really|actually|maybe|kindly|so|very|me)\b ?", re.IGNORECASE)


def disturb(rng, text, lang, keep=(), strength=1.0):
    """The text with a few accidents; `strength` scales how many."""
    parts = _shield(text, keep)
    if rng.random() < 0.35 * strength:
        parts = [part if part in keep else _other_words(rng, part, lang) for part in parts]
    if lang == "en" and rng.random() < 0.12 * strength:
        parts = [part if part in keep else FILLERS.sub("", part, count=1) for part in parts]
    if rng.random() < 0.12 * strength:
        parts = [part if part in keep else _slip(rng, part, lang) for part in parts]
    if lang == "en" and rng.random() < 0.3 * strength:
        parts = [part if part in keep else part.lower() for part in parts]
    text = "".join(parts).strip() or text
    if rng.random() < 0.35 * strength:
        text = re.sub(r"[.?!。？！，]+$", "", text)
    if rng.random() < 0.2 * strength:
        text = _before(rng, text, lang)
    if rng.random() < 0.12 * strength:
        mark = "" if text[-1:] in ".?!。？！" else "。" if lang == "zh" else "."
        text += mark + rng.choice(AFTER[lang])
    return text


def _shield(text, keep):
    """The text cut into pieces, the values of `keep` as pieces of their own."""
    words = sorted((re.escape(k) for k in keep if k and k in text), key=len, reverse=True)
    return [part for part in re.split(f"({'|'.join(words)})", text) if part] if words else [text]


def _other_words(rng, text, lang):
    for group in rng.sample(SYNONYMS[lang], len(SYNONYMS[lang])):
        for word in group:
            if (re.search(rf"\b{word}\b", text) if lang == "en" else word in text):
                return text.replace(word, rng.choice(group), 1) if lang == "zh" else re.sub(rf"\b{word}\b", rng.choice(group), text, count=1)
    return text


def _slip(rng, text, lang):
    """One letter doubled, left out, or changed with its neighbor; in Chinese a character left out."""
    spots = [i for i in range(1, len(text) - 1) if text[i].isalpha() and text[i + 1].isalpha()]
    if len(spots) < 5:
        return text
    at = rng.choice(spots)
    if lang == "zh":
        return text[:at] + text[at + 1 :] if len(text) > 8 else text
    return rng.choice(
        (text[:at] + text[at + 1] + text[at] + text[at + 2 :], text[:at] + text[at:][:1] + text[at:], text[:at] + text[at + 1 :])
    )


def _before(rng, text, lang):
    small = lang == "en" and text[:2].rstrip("'") != "I" and text[1:2].islower()
    return rng.choice(BEFORE[lang]) + (text[0].lower() + text[1:] if small else text)

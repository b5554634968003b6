"""System prompts of programs that offer tools, and the small talk that needs none."""

SYSTEM_EN = (
    "You are a helpful assistant.",
    "You are a helpful assistant with tools.",
    "You are a friendly customer service agent. Use the tools when they help.",
    "You are the assistant of Wickhaven, a small lamp shop.",
    "Answer briefly.",
    "Use the functions to answer the customer.",
    "You are a support bot. Call a tool when you need data.",
    "Be polite and short.",
    "You help customers with their questions. Do not guess; use a function.",
    "You are a personal assistant.",
    "You can call functions. Ask if something is missing.",
    "You work for an online shop. Never make up order data.",
    "You are an agent that uses tools.",
    "Answer in the language of the customer.",
    "You are a smart home assistant.",
    "You are a test assistant. Use the given tools.",
    "Help the user as well as you can.",
    "You are a calm and precise assistant.",
    "If a tool fits, call it. If not, just answer.",
    "You are ChatHelp, a bot with access to functions.",
)
SYSTEM_ZH = (
    "你是一个有用的助手。",
    "你是烛湾灯铺的客服。",
    "请简短回答。",
    "你可以调用工具来帮助用户。",
    "你是一位友好的客服人员，需要时请使用工具。",
    "请用函数查询数据，不要编造。",
    "你是个人助理。",
    "缺少信息时请先询问客户。",
    "你是智能家居助手。",
    "你是网店客服机器人。",
    "请礼貌而简洁地回答。",
    "有合适的工具就调用，没有就直接回答。",
    "请用客户的语言回答。",
    "你是一个会使用函数的助手。",
    "尽力帮助用户解决问题。",
    "你为一家灯具店工作。",
)

# (what customers say, answers, what an answer must contain)
SMALL_TALK = {
    "en": (
        (("Thanks!", "Thank you very much", "Great, thank you!", "Perfect, thanks", "That helps a lot", "Thanks for the help",
          "Cool, thanks",
          "Wonderful, thank you"),
         ("You are welcome! Is there anything else I can do for you?", "My pleasure! Just ask if you need more."),
         (("welcome", "pleasure"),)),
        (("Hello", "Hi there", "Good morning!", "Hey", "Good evening", "Hello, how are you?", "Hi, anybody there?", "Greetings"),
         ("Hello! How can I help you today?", "Hi! What can I do for you?"),
         (("help", "do for you"),)),
        (("Bye", "Goodbye!", "See you", "That was all, bye", "Have a nice day", "Good night", "Bye bye", "I'm off now, bye"),
         ("Goodbye! Have a bright day.", "Bye, and come back soon!"),
         (("bye",),)),
    ),
    "zh": (
        (("谢谢！", "非常感谢", "太好了，谢谢", "多谢", "好的，谢谢你", "谢谢帮忙", "辛苦了，谢谢", "感谢"),
         ("不客气！还有什么可以帮您的吗？", "很高兴能帮到您！有需要随时找我。"),
         (("不客气", "高兴"),)),
        (("你好", "您好！", "早上好", "嗨", "晚上好", "你好，在吗？", "有人吗", "哈喽"),
         ("您好！请问有什么可以帮您？", "您好，我能为您做什么？"),
         (("您好",),)),
        (("再见", "拜拜", "下次见", "没别的了，再见", "晚安", "我走了，再见", "回头见", "先这样，拜拜"),
         ("再见，祝您生活明亮！", "再见，欢迎下次光临！"),
         (("再见",),)),
    ),
}  # fmt: skip
# What links two questions in one message.
AND_EN = (" And ", " Also, ", " And another thing: ", " ", " Then: ", " Besides, ", " Second question: ", " By the way, ")
AND_ZH = ("另外，", "还有，", "顺便，", "", "再问一下，", "同时，", "然后", "对了，")

"""Tool families that tell how the world is: weather, time, currencies, flights and stocks."""

from . import values
from .kinds import Outcome, Param, Result, ToolFamily, Value, lines, words

CITY = Param(
    "city",
    words("city location place city_name town loc where"),
    values.city,
    ("The city", "Name of the city", "City, for example Paris", "Where", "The location", "City or town"),
    ("城市", "城市名称", "城市，例如北京", "地点"),
    need_en=("Gladly. For which city?", "Sure. Which city do you mean?"),
    need_zh=("好的，请问是哪个城市？", "没问题，您想查哪个城市？"),
    need_check=((("city",),), (("城市",),)),
    give_en=("{v}", "In {v}", "{v}, please", "{v}.", "I mean {v}", "I live in {v}", "for {v}"),
    give_zh=("{v}", "{v}。", "是{v}", "我在{v}", "{v}，谢谢", "就是{v}", "查{v}"),
)  # fmt: skip


def unit(rng, lang, type="string"):
    english, chinese = rng.choice((("celsius", "摄氏度"), ("fahrenheit", "华氏度")))
    return Value(chinese if lang == "zh" else rng.choice((english, english.capitalize())), english)


UNIT = Param(
    "unit",
    words("unit units temperature_unit scale degrees"),
    unit,
    ("Unit of the temperature", "Temperature unit", "celsius or fahrenheit", "Which unit to use"),
    ("温度单位", "单位", "摄氏度或华氏度", "使用的温度单位"),
    enums=(
        {"celsius": "celsius", "fahrenheit": "fahrenheit"},
        {"celsius": "celsius", "fahrenheit": "fahrenheit"},
        {"celsius": "C", "fahrenheit": "F"},
        {"celsius": "metric", "fahrenheit": "imperial"},
    ),
    required=False,
    spare=0.4,
)  # fmt: skip

SKIES = (
    ("sunny", "晴"), ("cloudy", "多云"), ("rainy", "有雨"), ("windy", "有风"), ("foggy", "有雾"), ("snowy", "有雪"), ("clear", "晴朗"),
    ("overcast", "阴"), ("partly cloudy", "局部多云"), ("stormy", "暴风雨"), ("hazy", "有霾"), ("humid", "潮湿"), ("dry", "干燥"),
    ("drizzly", "毛毛雨"), ("mostly sunny", "大部晴"), ("freezing", "冰冻"),
)  # fmt: skip


def weather_result(rng, given):
    wish = given.argument("unit")
    fahrenheit = wish in ("fahrenheit", "F", "imperial") if wish else rng.random() < 0.12
    number = rng.randint(14, 104) if fahrenheit else rng.randint(-15, 39)
    if rng.random() < 0.1:
        number += rng.choice((0.5, 0.3, 0.8))
    sign = "°F" if fahrenheit else "°C"
    named = wish or fahrenheit or rng.random() < 0.45
    name = (words("city location place"), given["city"])
    sky = (words("condition weather conditions description sky forecast summary"), rng.choice(SKIES))
    form = rng.random()
    if form < 0.2:
        heat = [(words("temperature temp temperature_now"), f"{number}{sign}")]
        shown = f"{number}{sign}"
    elif named:
        heat = [(words("temperature temp degrees"), number), (words("unit units"), "fahrenheit" if fahrenheit else "celsius")]
        shown = f"{number}{sign}"
    else:
        heat = [(words("temperature temp temperature_c temp_c"), number)]
        shown = f"{number}°C"
    facts = {"heat": shown, "number": number, "sky": sky[1]}
    if rng.random() < 0.2:
        return Result("heat", heat + [name], facts, (shown, shown))
    if rng.random() < 0.1:
        return Result("sky", [sky, name], facts, sky[1])
    noise = [(words("humidity humidity_percent"), rng.randint(20, 98))] if rng.random() < 0.25 else []
    text = (f"{given['city']}: {shown}, {sky[1][0]}", f"{given['city']}：{shown}，{sky[1][1]}")
    if rng.random() < 0.3:
        text = (f"{shown} and {sky[1][0]}", f"{shown}，{sky[1][1]}")
    return Result("both", heat + [sky, name] + noise, facts, text)


WEATHER = ToolFamily(
    "weather",
    words("get check fetch lookup show query read"),
    words("weather current_weather forecast weather_info temperature weather_report weather_data local_weather conditions"),
    (CITY, UNIT),
    lines("""
        Get the current weather. | Get the current weather in a given city. | Returns temperature and sky for a place.
        Weather by city
        Get the weather forecast for a location. | Looks up how warm it is somewhere. | Fetch the current weather for a city
        Use this to answer questions about the weather. | Current temperature and conditions.
    """),
    lines("查询天气。 | 获取某个城市的当前天气 | 返回某地的温度和天气状况 | 查看城市的天气预报 | 用户问天气时使用 | 查询指定城市的气温"),
    lines("""
        What's the weather in {city}? | How is the weather in {city} today? | Is it raining in {city}? | How warm is it in {city}?
        What is the weather like in {city} right now? | weather {city} | Tell me the temperature in {city}.
        Do I need an umbrella in {city}?
        Weather in {city} in {unit}, please. | What's the temperature in {city} in {unit}? | Is it cold in {city}?
        Give me the forecast for {city}
        I'm flying to {city} tomorrow. How is the weather there? | Can you check the weather in {city}?
        How many degrees is it in {city}, in {unit}?
        Should I take a coat to {city}? | What does the sky look like in {city} today? | I was wondering if it is sunny in {city}.
        Current weather for {city} | Please get me the weather for {city} ({unit}). | Is it hot in {city} at the moment?
        How's the weather in {city}? Use {unit}. | Let me know what the weather is in {city}. | Is it snowing in {city}?
        {city} weather today
        We want to have a picnic in {city}. Will it rain? | What's it like outside in {city}?
    """),
    lines("""
        {city}天气怎么样？ | 今天{city}的天气如何？ | {city}下雨了吗？ | {city}现在多少度？ | 查一下{city}的天气 | {city}天气 | {city}今天热不热？
        请告诉我{city}的气温，用{unit} | {city}冷吗？ | 我明天去{city}，那边天气怎么样？ | {city}需要带伞吗？ | {city}的天气预报 | 帮我看看{city}的天气
        想知道{city}现在的温度，单位{unit} | {city}今天会下雪吗？ | 去{city}要穿外套吗？ | {city}外面晴天吗？ | 用{unit}告诉我{city}的温度
        {city}这会儿天气好不好？ | 周末想去{city}野餐，天气行吗？ | 查询{city}天气，{unit} | 请问{city}气温多少 | {city}今天什么天气 | 你能查{city}的天气吗？
    """),
    weather_result,
    {
        "both": Outcome(
            ("It is {heat} and {sky} in {city}.", "The weather in {city}: {heat} and {sky}."),
            ("{city}现在{heat}，{sky}。", "{city}的天气：{heat}，{sky}。"),
            (("{city}",), ("{number}",), ("{sky}",)),
        ),
        "heat": Outcome(
            ("It is {heat} in {city}.", "The temperature in {city} is {heat}."),
            ("{city}现在{heat}。", "{city}的温度是{heat}。"),
            (("{city}",), ("{number}",)),
        ),
        "sky": Outcome(
            ("It is {sky} in {city}.", "The weather in {city} is {sky}."),
            ("{city}现在的天气：{sky}。", "{city}的天气是：{sky}。"),
            (("{city}",), ("{sky}",)),
        ),
    },
    "city",
    others=words("weather get_weather current_weather weather_lookup weather_api weather_tool"),
    many_en=lines("""
        What's the weather in {city}? | Compare the weather in {city}. | How warm is it in {city}? | weather for {city} please
        I travel to {city}. How is the weather? | Tell me the temperatures in {city}
    """),
    many_zh=lines("{city}的天气怎么样？ | 比较一下{city}的天气 | {city}分别多少度？ | 查一下{city}的天气 | 我要去{city}，天气如何？"),
    more_en=lines("And in {city}? | What about {city}? | And {city}? | How about {city}? | and the weather in {city}?"),
    more_zh=lines("那{city}呢？ | {city}呢？ | 还有{city}？ | {city}怎么样？ | 那边看完了，{city}呢"),
    bare={
        "city": (
            lines("""
                What's the weather like? | How is the weather today? | Will it rain? | Is it cold outside? | Tell me the weather
                weather?
            """),
            lines("天气怎么样？ | 今天天气如何？ | 会下雨吗？ | 外面冷不冷？ | 查一下天气 | 今天多少度？"),
        )
    },
    thing=("city", "城市"),
    lost=Outcome(
        ("I can not find the weather for {city}. Please check the name of the city.",
         "There is no weather data for {city}. Could you check the name?"),
        ("没有找到{city}的天气，请核对城市名称。", "查不到{city}的天气，您能再确认一下城市吗？"),
        (("{city}",), ("not find", "no weather")),
        (("{city}",), ("没有找到", "查不到")),
    ),
    words=words(
        "weather rain warm cold sun snow temperature umbrella storm forecast hot degree freez cloud wind wet dry mild "
        "climate jacket coat "
        "thunder fog outside 天气 雨 冷 热 温度 气温 伞 晴 雪 风 穿 气候 度 冻 云 暖 外面"
    ),
    weight=6,
)  # fmt: skip


ZONES = (
    "UTC GMT CET EST PST Europe/Paris Europe/Berlin Asia/Tokyo Asia/Shanghai America/New_York America/Los_Angeles "
    "Europe/London UTC+8 "
    "UTC-5 Asia/Kolkata Australia/Sydney GMT+2 America/Chicago Europe/Madrid Asia/Singapore"
).split()
ZONE = Param(
    "zone",
    words("timezone time_zone tz zone tz_name"),
    lambda rng, lang, type: rng.choice(ZONES),
    ("The time zone", "IANA time zone", "Name of the zone", "Time zone, for example UTC"),
    ("时区", "时区名称", "IANA时区", "时区，例如UTC"),
    spare=0.0,
)
TIME_CITY = Param(
    "place",
    words("city location place timezone city_name region"),
    values.city,
    ("The city", "Where", "Name of the city", "The place whose time is wanted"),
    ("城市", "地点", "城市名称", "要查时间的地方"),
    spare=0.0,
    need_en=CITY.need_en,
    need_zh=CITY.need_zh,
    need_check=CITY.need_check,
    give_en=CITY.give_en,
    give_zh=CITY.give_zh,
)


def time_result(rng, given):
    hour, minute = rng.randint(0, 23), rng.randint(0, 59)
    time = f"{hour:02}:{minute:02}" if rng.random() < 0.75 else f"{(hour - 1) % 12 + 1}:{minute:02} {'AM' if hour < 12 else 'PM'}"
    key = words("time current_time local_time now")
    where = given.get("place") or given.get("zone")
    fields = [(key, time)]
    if where:
        fields.append((words("timezone location city zone"), where))
    if rng.random() < 0.2:
        day = values.date_of(rng)[0]
        fields.append((words("date day"), day))
        return Result("date" if where else "date_here", fields, {"time": time, "where": where, "day": day})
    text = (f"It is {time}.", f"现在{time}。") if rng.random() < 0.4 else (time, time)
    return Result("time" if where else "here", fields, {"time": time, "where": where}, text)


CLOCK = ToolFamily(
    "current_time",
    words("get check show fetch tell read query"),
    words("current_time time local_time time_now clock datetime world_time current_datetime"),
    (TIME_CITY, ZONE),
    lines("""
        Get the current time. | Returns what time it is. | Tells the time of a place or zone. | Current date and time.
        Use this when someone asks for the time. | Reads the clock
    """),
    lines("获取当前时间。 | 返回现在几点 | 查询某地或某时区的时间 | 用户问时间时使用"),
    lines("""
        What time is it in {place}? | What time is it? | Tell me the current time in {place}. | time in {place}
        How late is it in {place} now?
        What is the local time in {place}? | What's the time in the {zone} time zone? | Current time {zone}
        Can you tell me the time?
        I need to call someone in {place}. What time is it there? | Is it night in {place}? Check the time.
        What time is it now in {zone}?
        Could you check the clock in {place}? | Give me the time for {zone}, please. | Do you know what time it is?
        What does the clock say in {place}?
        My friend lives in {place}, what time does he have? | Show me the time in {place} | Please get the current time.
        the time in {zone}?
        What hour is it in {place} at the moment?
    """),
    lines("""
        {place}现在几点？ | 现在几点了？ | 请告诉我{place}的时间 | {place}当地时间是多少？ | {zone}时区现在几点？ | 查一下{place}的时间
        我要给{place}打电话，那边几点了？ | 几点了 | {place}是白天还是晚上，几点？ | {zone}的当前时间 | 帮我看下现在的时间 | {place}时间
        朋友在{place}，他那里几点？ | 能告诉我现在时间吗？ | 想知道{place}此刻几点 | 用{zone}告诉我现在时间 | 你知道{place}几点了吗？ | 当前时间是多少？
        现在{zone}是几点 | 查{place}几点了 | {place}那边已经几点了？
    """),
    time_result,
    {
        "time": Outcome(
            ("It is {time} in {where}.", "The time in {where} is {time}."),
            ("{where}现在是{time}。", "{where}的时间是{time}。"),
            (("{time}",), ("{where}",)),
        ),
        "here": Outcome(("It is {time}.", "The time is {time}."), ("现在是{time}。", "现在的时间是{time}。"), (("{time}",),)),
        "date": Outcome(
            ("It is {time} in {where}, the date is {day}.", "The time in {where} is {time} and the date is {day}."),
            ("{where}现在是{time}，日期是{day}。", "{where}的时间是{time}，日期{day}。"),
            (("{time}",), ("{day}",)),
        ),
        "date_here": Outcome(
            ("It is {time}, the date is {day}.", "The time is {time} and the date is {day}."),
            ("现在是{time}，日期是{day}。", "现在的时间是{time}，日期{day}。"),
            (("{time}",), ("{day}",)),
        ),
    },
    "place",
    others=words("time clock now current_time get_time what_time world_clock"),
    many_en=lines("""
        What time is it in {place}? | Tell me the time in {place}. | Compare the clocks in {place} | local times of {place}
    """),
    many_zh=lines("{place}分别几点？ | 查一下{place}的时间 | {place}现在各是几点？ | 告诉我{place}的当地时间"),
    more_en=lines("And in {place}? | What about {place}? | And the time in {place}? | How late is it in {place}, then?"),
    more_zh=lines("那{place}呢？ | {place}呢，几点？ | {place}现在几点？ | 还有{place}？"),
    bare={
        "place": (
            lines("""
                What time is it there? | I need the local time of another city. | Tell me the time abroad
                time difference, please check
            """),
            lines("那边几点了？ | 想查另一个城市的时间 | 国外现在几点？ | 查当地时间"),
        )
    },
    thing=("time zone", "时区"),
    words=words("time clock late hour o'clock zone day date today now morning night 点 时 日期 今天 现在 几号"),
    weight=4,
)  # fmt: skip


MONEY = (
    ("USD", "dollars", "美元"), ("EUR", "euros", "欧元"), ("CNY", "yuan", "人民币"), ("GBP", "pounds", "英镑"), ("JPY", "yen", "日元"),
    ("CHF", "francs", "法郎"), ("CAD", "Canadian dollars", "加元"), ("KRW", "won", "韩元"), ("INR", "rupees", "卢比"),
)  # fmt: skip
CODES = "USD EUR CNY GBP JPY CHF CAD KRW INR SEK NOK DKK PLN CZK HUF TRY BRL MXN AUD NZD SGD HKD THB ZAR".split()


def currency(rng, lang, type="string"):
    if rng.random() < 0.5:
        return rng.choice(CODES)
    short, english, chinese = rng.choice(MONEY)
    return Value(chinese if lang == "zh" else english, short, short)


def amount(rng, lang, type):
    number = rng.choice((rng.randint(1, 99), rng.randint(1, 50) * 10, rng.randint(1, 9) * 100, rng.randint(100, 9999)))
    if type == "number" and rng.random() < 0.15:
        return f"{number}.{rng.choice((5, 25, 75, 99))}"
    return str(number)


AMOUNT = Param(
    "amount",
    words("amount value sum quantity money how_much"),
    amount,
    ("How much", "The amount to convert", "Sum of money", "Amount in the first currency"),
    ("金额", "要换算的金额", "多少钱", "数额"),
    types=("number", "number", "integer"),
    need_en=("Gladly. Which amount should I convert?", "Sure. What amount is it?"),
    need_zh=("好的，请问要换算多少？", "没问题，金额是多少？"),
    need_check=((("amount",),), (("多少",),)),
    give_zh=("{v}", "{v}。", "是{v}", "就{v}", "{v}，谢谢", "换{v}", "一共{v}"),
)
FROM = Param(
    "from",
    words("from from_currency source base source_currency currency_from"),
    currency,
    ("Currency to convert from", "Source currency code", "Code such as USD", "The first currency"),
    ("原币种", "源货币代码", "货币代码，例如USD", "从哪种货币"),
)
INTO = Param(
    "into",
    words("to to_currency target quote target_currency currency_to"),
    currency,
    ("Currency to convert to", "Target currency code", "Code such as EUR", "The second currency"),
    ("目标币种", "目标货币代码", "货币代码，例如EUR", "换成哪种货币"),
    need_en=("Gladly. To which currency?", "Sure. Which currency do you want?"),
    need_zh=("好的，请问换成哪种货币？", "没问题，您想换成什么货币？"),
    need_check=((("currency",),), (("货币",),)),
    give_en=("{v}", "To {v}", "{v}, please", "into {v}", "{v}.", "I want {v}", "in {v}"),
    give_zh=("{v}", "换成{v}", "{v}。", "是{v}", "{v}，谢谢", "要{v}", "{v}吧"),
)


def convert_result(rng, given):
    rate = rng.choice((round(rng.uniform(0.1, 2), 2), round(rng.uniform(2, 160), 1)))
    result = round(float(given["amount"]) * rate, 2)
    result = int(result) if result == int(result) else result
    fields = [(words("result converted amount value converted_amount"), result)]
    fields += [(words("rate exchange_rate"), rate)] if rng.random() < 0.35 else []
    fields += [(words("currency to target"), given["into"])] if rng.random() < 0.5 else []
    return Result("done", fields, {"result": result}, (f"{result} {given['into']}", f"{result} {given['into']}"))


def different(chosen, lang):
    return chosen["from"].canonical != chosen["into"].canonical if {"from", "into"} <= chosen.keys() else True


CONVERT = ToolFamily(
    "convert_currency",
    words("convert exchange calculate get compute change"),
    words("currency money exchange_rate amount currencies currency_amount rate foreign_currency"),
    (AMOUNT, FROM, INTO),
    lines("""
        Convert an amount of money to another currency. | Converts currencies.
        Exchanges one currency for another at today's rate.
        Use this for questions about exchange rates. | Calculates what an amount is worth in another currency
    """),
    lines("货币换算。 | 把金额换算成另一种货币 | 按今天的汇率兑换 | 用户询问汇率时使用"),
    lines("""
        Convert {amount} {from} to {into}. | How much is {amount} {from} in {into}? | What are {amount} {from} in {into}?
        {amount} {from} to {into}
        Please exchange {amount} {from} into {into}. | I have {amount} {from}. How many {into} do I get?
        Change {amount} {from} to {into} please
        Can you tell me what {amount} {from} would be in {into}? | How many {into} are {amount} {from}?
        What is {amount} {from} worth in {into}?
        I'd like to know the value of {amount} {from} in {into}. | Calculate {amount} {from} in {into}
        The lamp costs {amount} {from}. And in {into}?
        We were billed {amount} {from}; what is that in {into}? | Give me {amount} {from} as {into}
        If I pay {amount} {from}, how much is it in {into}?
        exchange rate for {amount} {from} to {into}
    """),
    lines("""
        {amount}{from}等于多少{into}？ | 把{amount}{from}换成{into} | {amount}{from}是多少{into}？ | 请将{amount}{from}换算成{into}
        {amount}{from}换{into}
        我有{amount}{from}，能换多少{into}？ | {amount}{from}折合多少{into} | 帮我算算{amount}{from}值多少{into} | {amount}{from}兑{into}是多少
        用{into}算，{amount}{from}是多少？ | 灯卖{amount}{from}，合{into}多少？ | 想知道{amount}{from}相当于多少{into} | 查汇率：{amount}{from}到{into}
        换算{amount}{from}为{into} | 如果付{amount}{from}，等于{into}多少？ | {amount}{from}按今天的汇率是多少{into} | 请问{amount}{from}可以兑换多少{into}
    """),
    convert_result,
    {
        "done": Outcome(
            ("{amount} {from} is {result} {into}.", "{amount} {from} is worth {result} {into}."),
            ("{amount} {from}等于{result} {into}。", "{amount} {from}可以换{result} {into}。"),
            (("{result}",), ("{into}",)),
        )
    },
    "amount",
    others=words("convert currency_converter exchange fx_convert convert_currency forex"),
    bare={
        "amount": (
            lines("""
                I want to convert {from} to {into}. | Please change {from} into {into} | Exchange {from} for {into}, please
                {from} to {into}
            """),
            lines("我想把{from}换成{into} | {from}换{into} | 请把{from}兑换成{into} | 帮我换算{from}到{into}"),
        ),
        "into": (
            lines("""
                Convert {amount} {from}. | How much is {amount} {from}? | Please exchange {amount} {from}
                I have {amount} {from} to change.
            """),
            lines("换算{amount}{from} | {amount}{from}能换多少？ | 我想兑换{amount}{from} | 请把{amount}{from}换一下"),
        ),
    },
    thing=("currency", "货币"),
    fits=different,
    words=words("currency exchange convert dollar euro $ 汇率 换算 货币 美元 欧元 钱"),
    weight=2.5,
)  # fmt: skip


def flight(rng, lang, type="string"):
    return "".join(rng.choices("ABCDEFGHKLMNQSTUWXZ", k=2)) + rng.choice(("", "", "", " ")) + str(rng.randint(10, 9999))


FLIGHT_NUMBER = Param(
    "flight",
    words("flight_number flight number flight_no flight_id code"),
    flight,
    ("The flight number", "Flight number such as LH400", "Which flight", "Number of the flight"),
    ("航班号", "航班编号，例如CA123", "哪个航班", "要查询的航班"),
    need_en=("Gladly. What is the flight number?", "Sure. Please tell me the flight number."),
    need_zh=("好的，请问航班号是多少？", "没问题，请告诉我航班号。"),
    need_check=((("flight number",),), (("航班号",),)),
)
FLYING = (
    ("on time", "准点"), ("delayed", "延误"), ("boarding", "正在登机"), ("landed", "已到达"), ("cancelled", "已取消"), ("in the air", "飞行中"),
    ("diverted", "已备降"), ("scheduled", "计划中"), ("departed", "已起飞"),
)  # fmt: skip


def flight_result(rng, given):
    state = rng.choice(FLYING)
    fields = [(words("status state flight_status"), state), (words("flight flight_number"), given["flight"])]
    form = rng.random()
    if form < 0.3:
        gate = rng.choice("ABCDEF") + str(rng.randint(1, 60))
        return Result("gate", fields + [(words("gate departure_gate"), gate)], {"status": state, "gate": gate})
    if form < 0.65:
        time = f"{rng.randint(0, 23):02}:{rng.choice(range(0, 60, 5)):02}"
        key = words("arrival arrives arrival_time eta")
        return Result("arrival", fields + [(key, time)], {"status": state, "time": time})
    return Result("status", fields[: rng.randint(1, 2)], {"status": state}, state)


FLIGHT = ToolFamily(
    "flight_status",
    words("get check track lookup fetch find"),
    words("flight_status flight flight_info flight_details flight_state departure arrival_info plane"),
    (FLIGHT_NUMBER,),
    lines("""
        Get the status of a flight. | Looks up a flight by its number. | Tells whether a flight is on time.
        Live flight information | Tracks a plane.
    """),
    lines("查询航班状态。 | 根据航班号查看航班 | 返回航班是否准点 | 航班实时信息"),
    lines("""
        Is flight {flight} on time? | What's the status of flight {flight}? | When does flight {flight} land?
        Check flight {flight} | Has {flight} departed?
        Is {flight} delayed? | My sister is on flight {flight}. Where is it? | flight status {flight}
        From which gate does {flight} leave?
        Track flight {flight} please. | Could you look up the flight {flight}?
        I'm picking someone up from flight {flight}, is it late?
        Tell me about flight {flight} | Did {flight} arrive yet? | I'd like to know whether my flight {flight} is cancelled.
    """),
    lines("""
        航班{flight}准点吗？ | 查一下航班{flight} | {flight}几点降落？ | {flight}起飞了吗？ | 航班{flight}延误了没有？ | {flight}航班状态
        我去接机，{flight}晚点吗？ | {flight}在哪个登机口？ | 请查询{flight}航班 | 我妹妹坐{flight}，飞到哪了？ | 我的航班{flight}取消了吗？
        {flight}到了吗，航班信息 | 想了解航班{flight}的情况 | 跟踪航班{flight} | 您帮我看看{flight}这个航班
    """),
    flight_result,
    {
        "status": Outcome(
            ("Flight {flight} is {status}.", "The status of flight {flight}: {status}."),
            ("航班{flight}{status}。", "航班{flight}的状态：{status}。"),
            (("{flight}",), ("{status}",)),
        ),
        "gate": Outcome(
            ("Flight {flight} is {status}. The gate is {gate}.", "The status of flight {flight}: {status}, gate {gate}."),
            ("航班{flight}{status}，登机口{gate}。", "航班{flight}的状态：{status}，登机口是{gate}。"),
            (("{flight}",), ("{status}",), ("{gate}",)),
        ),
        "arrival": Outcome(
            ("Flight {flight} is {status}. The arrival time is {time}.",
             "The status of flight {flight}: {status}, arrival at {time}."),
            ("航班{flight}{status}，到达时间{time}。", "航班{flight}的状态：{status}，{time}到达。"),
            (("{flight}",), ("{status}",), ("{time}",)),
        ),
    },
    "flight",
    others=words("flight flight_tracker flight_lookup track_flight flights"),
    many_en=lines("Are flights {flight} on time? | Check the flights {flight} | When do {flight} land?"),
    many_zh=lines("航班{flight}都准点吗？ | 查一下航班{flight} | {flight}分别几点降落？"),
    more_en=lines("And flight {flight}? | What about {flight}? | And {flight}?"),
    more_zh=lines("那{flight}呢？ | 航班{flight}呢？ | 还有{flight}？"),
    bare={
        "flight": (
            lines("Is my flight on time? | Check my flight, please | When does the plane land? | I want to track a flight."),
            lines("我的航班准点吗？ | 帮我查航班 | 飞机几点降落？ | 想查一个航班"),
        )
    },
    thing=("flight", "航班"),
    lost=Outcome(
        ("I can not find flight {flight}. Please check the number.", "There is no flight {flight}. Could you check the number?"),
        ("没有找到航班{flight}，请核对航班号。", "查不到航班{flight}，您能再确认一下吗？"),
        (("{flight}",), ("not find", "no flight")),
        (("{flight}",), ("没有找到", "查不到")),
    ),
    words=words("fly flight plane gate airport travel trip ticket 飞 航班 机场 机票 登机 旅"),
    weight=2,
)  # fmt: skip


TICKERS = "AAPL MSFT GOOG AMZN TSLA NVDA META NFLX INTC AMD IBM ORCL SAP BABA TCEHY SONY KO PEP NKE DIS BA GE F GM T".split()


def ticker(rng, lang, type="string"):
    return rng.choice(TICKERS) if rng.random() < 0.5 else "".join(rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=rng.randint(2, 4)))


SYMBOL = Param(
    "symbol",
    words("symbol ticker stock ticker_symbol stock_symbol code"),
    ticker,
    ("The ticker symbol", "Symbol of the stock", "Ticker such as AAPL", "Which share"),
    ("股票代码", "股票符号，例如AAPL", "哪只股票", "代码"),
    need_en=("Gladly. What is the ticker symbol?", "Sure. Which symbol do you mean?"),
    need_zh=("好的，请问股票代码是什么？", "没问题，您想查哪个股票代码？"),
    need_check=((("symbol",),), (("代码",),)),
)


def stock_result(rng, given):
    price = rng.choice((rng.randint(3, 999), round(rng.uniform(1, 999), 2)))
    fields = [(words("price last quote current_price value"), price), (words("symbol ticker"), given["symbol"])]
    if rng.random() < 0.3:
        change = round(rng.uniform(-6, 6), 1)
        return Result("change", fields + [(words("change_percent change percent"), change)], {"price": price, "change": change})
    return Result("price", fields[: rng.randint(1, 2)], {"price": price}, (f"${price}", f"{price}美元"))


STOCK = ToolFamily(
    "stock_quote",
    words("get fetch check lookup read show"),
    words("stock_price stock_quote share_price quote stock market_price ticker_price stock_value"),
    (SYMBOL,),
    lines("""
        Get the current price of a stock. | Returns a stock quote. | Looks up a share by its ticker symbol.
        Market price of a share | Latest quote for a symbol.
    """),
    lines("查询股票价格。 | 返回股票的最新报价 | 按代码查看股价 | 用户问股价时使用"),
    lines("""
        What's the stock price of {symbol}? | How is {symbol} doing on the market? | Stock quote for {symbol}
        What does one share of {symbol} cost?
        Check the share price of {symbol}. | {symbol} stock | Give me the latest quote for {symbol}.
        Where does {symbol} trade right now?
        I own shares of {symbol}. What are they worth? | Please look up the ticker {symbol}. | How much is {symbol} stock today?
        Can you get the market price of {symbol}? | Did {symbol} shares go up?
        I'm thinking of buying {symbol} stock, what is the price?
        Quote {symbol} please
    """),
    lines("""
        {symbol}股价多少？ | 查一下{symbol}的股票价格 | {symbol}今天的股价 | {symbol}股票现在多少钱一股？ | 看看{symbol}的行情 | {symbol}涨了吗，股价多少？
        请查询股票{symbol} | 我持有{symbol}股票，现在值多少？ | {symbol}最新报价 | 股票代码{symbol}，价格多少 | 想买{symbol}的股票，什么价位？
        {symbol}这只股票表现如何？ | 帮我查{symbol}股价 | {symbol}的市场价是多少？ | 报一下{symbol}的股价
    """),
    stock_result,
    {
        "price": Outcome(
            ("{symbol} is at ${price}.", "One share of {symbol} costs ${price}."),
            ("{symbol}的股价是{price}美元。", "{symbol}现在每股{price}美元。"),
            (("{symbol}",), ("{price}",)),
        ),
        "change": Outcome(
            ("{symbol} is at ${price} ({change} %).", "One share of {symbol} costs ${price}, a change of {change} %."),
            ("{symbol}的股价是{price}美元（{change}%）。", "{symbol}现在每股{price}美元，涨跌{change}%。"),
            (("{symbol}",), ("{price}",), ("{change}",)),
        ),
    },
    "symbol",
    others=words("stock stock_price quote stock_lookup stocks"),
    many_en=lines("What are the stock prices of {symbol}? | Compare the shares {symbol} | Quotes for {symbol}, please"),
    many_zh=lines("{symbol}的股价分别是多少？ | 比较一下股票{symbol} | 查{symbol}的报价"),
    more_en=lines("And {symbol}? | What about {symbol}? | And the price of {symbol} stock?"),
    more_zh=lines("那{symbol}呢？ | {symbol}呢？ | 还有{symbol}的股价？"),
    bare={
        "symbol": (
            lines("What's the stock price? | Check a share for me | I want a stock quote. | How are my shares doing?"),
            lines("股价多少？ | 帮我查一只股票 | 我想看股票行情 | 我的股票怎么样了？"),
        )
    },
    thing=("symbol", "股票代码"),
    lost=Outcome(
        ("I can not find the symbol {symbol}. Please check it.",
         "There is no stock with the symbol {symbol}. Could you check it?"),
        ("没有找到股票代码{symbol}，请核对一下。", "查不到股票{symbol}，您能再确认一下吗？"),
        (("{symbol}",), ("not find", "no stock")),
        (("{symbol}",), ("没有找到", "查不到")),
    ),
    words=words("stock share market quote ticker invest bitcoin dollar fund money price buy 股 投资 基金 行情 币 钱"),
    weight=2,
)  # fmt: skip


FAMILIES = (WEATHER, CLOCK, CONVERT, FLIGHT, STOCK)

"""Tool families that calculate: expressions, two numbers, dice, random numbers, units and distances."""

from . import values
from .kinds import Outcome, Param, Result, ToolFamily, lines, words

RESULT_KEYS = words("result value answer output total")


def small(rng, lang="en", type="number"):
    form = rng.random()
    if form < 0.55:
        return str(rng.randint(1, 99))
    if form < 0.85:
        return str(rng.randint(100, 999))
    return str(rng.randint(1000, 9999))


def number(rng, lang, type):
    if type == "number" and rng.random() < 0.15:
        return f"{rng.randint(0, 99)}.{rng.randint(1, 9)}"
    return small(rng)


def tidy(value):
    """A number as JSON and answers show it."""
    value = round(value, 4)
    return int(value) if value == int(value) else value


def expression(rng, lang, type="string"):
    """A sum as it is typed: "12 * 7", "(3 + 4) * 5"; divisions come out even."""
    a, b, c = rng.randint(1, 99), rng.randint(1, 99), rng.randint(2, 12)
    form = rng.random()
    if form < 0.2:
        text = f"{a} + {b}"
    elif form < 0.35:
        text = f"{max(a, b)} - {min(a, b)}"
    elif form < 0.55:
        text = f"{a} * {b}"
    elif form < 0.65:
        text = f"{b * c} / {c}"
    elif form < 0.8:
        text = f"({a} + {b}) * {c}"
    elif form < 0.9:
        text = f"{a} * {c} + {b}"
    else:
        text = f"{rng.randint(100, 9999)} {rng.choice('+-*')} {rng.randint(100, 999)}"
    return text.replace(" ", "") if rng.random() < 0.3 else text


EXPRESSION = Param(
    "expression",
    words("expression expr formula input calculation math"),
    expression,
    ("The expression to evaluate", "A math expression such as 2 + 2", "What to calculate", "Arithmetic expression"),
    ("算式", "要计算的表达式，例如2 + 2", "计算内容", "数学表达式"),
    need_en=("Gladly. What should I calculate?", "Sure. What is the calculation?"),
    need_zh=("好的，请问要计算什么？", "没问题，请告诉我算式。"),
    need_check=((("calculat",),), (("计算", "算式"),)),
    give_en=("{v}", "{v}, please", "It's {v}", "{v}.", "what is {v}", "{v}?", "calculate {v}"),
    give_zh=("{v}", "{v}。", "算{v}", "是{v}", "{v}，谢谢", "{v}等于多少", "就算{v}"),
)  # fmt: skip


def calculate(rng, given):
    text = str(given.argument("expression"))
    assert set(text) <= set("0123456789.+-*/() "), text
    value = tidy(eval(text))  # only digits and operators, see above
    fields = [(RESULT_KEYS, value)] + ([(words("expression input"), text)] if rng.random() < 0.25 else [])
    return Result("done", fields, {"expression": text, "value": value}, (str(value), str(value)))


CALCULATOR = ToolFamily(
    "calculator",
    words("calculate evaluate compute solve run do"),
    words("expression math calculation formula arithmetic math_expression sum equation"),
    (EXPRESSION,),
    lines("""
        Evaluate a math expression. | Calculates the result of an arithmetic expression. | A simple calculator. | Does arithmetic.
        Use this for every calculation. | Computes sums, products and more
    """),
    lines("计算数学表达式。 | 计算器 | 返回算式的结果 | 需要计算时使用 | 做四则运算"),
    lines("""
        What is {expression}? | Calculate {expression} | Compute {expression}. | How much is {expression}? | {expression} = ?
        Please evaluate {expression}.
        What is {a} plus {b}? => expression={a} + {b} | What is {a} times {b}? => expression={a} * {b}
        Can you calculate {a} minus {b}? => expression={a} - {b} | Multiply {a} by {b}. => expression={a} * {b}
        Add {a} and {b} => expression={a} + {b} | Solve {expression} for me. | I need the result of {expression}.
        My homework says {expression}. What comes out? | How much is {a} times {b}? => expression={a} * {b}
        Could you work out {expression}? | {expression} please | Tell me what {a} + {b} is. => expression={a} + {b}
        Do the math: {expression} | What do you get for {expression}?
    """),
    lines("""
        {expression}等于多少？ | 计算{expression} | 算一下{expression} | {a}加{b}等于几？ => expression={a} + {b}
        {a}乘以{b}是多少？ => expression={a} * {b}
        {a}减{b}得多少？ => expression={a} - {b} | 请帮我算{expression} | {expression}=？ | 求{expression}的结果 | {expression}的结果是什么？
        作业题：{expression}，答案是多少 | {a}乘{b}等于多少 => expression={a} * {b} | {a}加上{b}是多少？ => expression={a} + {b} | 你能算{expression}吗？
        麻烦计算一下{expression} | 想知道{expression}是多少 | 帮忙算算，{expression} | 用计算器算{expression}
    """),
    calculate,
    {
        "done": Outcome(
            ("The result is {value}.", "{expression} is {value}."),
            ("结果是{value}。", "{expression}等于{value}。"),
            (("{value}",),),
        )
    },
    "expression",
    others=words("calculator calc calculate evaluate math eval_expression"),
    many_en=lines("Calculate {expression}. | What are {expression}? | I need the results of {expression}"),
    many_zh=lines("计算{expression} | {expression}分别等于多少？ | 算一下{expression}"),
    more_en=lines("And {expression}? | What about {expression}? | Now {expression} | And what is {expression}?"),
    more_zh=lines("那{expression}呢？ | 再算{expression} | {expression}呢？"),
    bare={
        "expression": (
            lines("""
                Can you calculate something for me? | I need a calculation. | Please do some math for me | Help me with a sum.
            """),
            lines("帮我算个数 | 能帮我计算吗？ | 我要算一道题 | 请做个计算"),
        )
    },
    slots={"a": small, "b": small},
    fits=lambda chosen, lang: "a" not in chosen or int(chosen["a"].text) >= int(chosen["b"].text),
    rivals=("add", "multiply", "subtract", "divide"),
    words=words("calculate plus times minus sum math multiply add + * 计算 算 加 乘 减 等于"),
    weight=3,
    thing=("expression", "算式"),
)  # fmt: skip


def operand(key, names, en, zh):
    return Param(
        key, words(names), number, en, zh, types=("number", "number", "integer"),
        need_en=("Gladly. What is the second number?", "Sure. Please tell me the second number."),
        need_zh=("好的，请问第二个数是多少？", "没问题，请告诉我第二个数。"),
        need_check=((("number",),), (("数",),)),
    )  # fmt: skip


FIRST = operand(
    "a", "a x first num1 number1 left first_number", ("First number", "The first number", "A number", "Left operand"),
    ("第一个数", "数字一", "左边的数", "第一个加数或因数")
)
SECOND = operand(
    "b", "b y second num2 number2 right second_number",
    ("Second number", "The second number", "Another number", "Right operand"), ("第二个数", "数字二", "右边的数", "第二个加数或因数")
)


def two_numbers(key, verbs, nouns, others, about, asks, bare, sign, hints, weight=1.0):
    """A family that works on the numbers {a} and {b}."""

    def result(rng, given):
        a, b = float(given["a"]), float(given["b"])
        value = tidy({"+": a + b, "-": a - b, "*": a * b, "/": a / b}[sign])
        fields = [(RESULT_KEYS, value)]
        if rng.random() < 0.15:
            fields += [(("a",), given.argument("a")), (("b",), given.argument("b"))]
        return Result("done", fields, {"value": value}, (str(value), str(value)))

    def fits(chosen, lang):
        if not {"a", "b"} <= chosen.keys():
            return True
        a, b = float(chosen["a"].text), float(chosen["b"].text)
        return b != 0 and a >= b if sign == "-" else b != 0 and (a / b) * 100 == int((a / b) * 100) if sign == "/" else True

    return ToolFamily(
        key, words(verbs), words(nouns), (FIRST, SECOND), lines(about[0]), lines(about[1]), lines(asks[0]), lines(asks[1]),
        result,
        {
            "done": Outcome(
                (f"{{a}} {sign} {{b}} is {{value}}.", "The result is {value}."),
                (f"{{a}} {sign} {{b}}等于{{value}}。", "结果是{value}。"),
                (("{value}",),),
            )
        },
        "a",
        others=words(others), bare={"b": (lines(bare[0]), lines(bare[1]))}, fits=fits, rivals=("calculator",), words=words(hints),
        weight=weight, thing=("number", "数字"),
    )  # fmt: skip


ADD = two_numbers(
    "add",
    "add sum plus total",
    "numbers two_numbers values integers up_numbers both_numbers",
    "add sum plus addition adder add_numbers",
    (
        "Add two numbers. | Adds a and b. | Returns the sum of two numbers. | Addition of two values | Sum up two numbers.",
        "两数相加。 | 返回两个数的和 | 加法 | 把两个数加起来",
    ),
    (
        """
        What is {a} plus {b}? | Add {a} and {b}. | What's {a} + {b}? | {a} + {b} | Sum of {a} and {b} please
        How much is {a} plus {b}?
        Can you add {b} to {a}? | Calculate {a}+{b} | I have {a} lamps and get {b} more. How many are that?
        Please add up {a} and {b}
        If I add {a} and {b}, what do I get? | {a} and {b} together? | Tell me the sum of {a} and {b}.
        What do {a} and {b} add up to?
        We spent {a} and then {b} dollars. What is the sum?
        """,
        """
        {a}加{b}等于多少？ | {a}+{b}=？ | 把{a}和{b}相加 | {a}与{b}的和是多少？ | 计算{a}加{b} | {a}加上{b}是几？ | 请把{a}和{b}加起来 | {a} + {b}是多少
        {a}和{b}一共是多少？ | 求{a}与{b}之和 | 我有{a}盏灯，又来了{b}盏，一共几盏？ | 先花了{a}，又花了{b}，合计多少？ | 你算算{a}加{b}
        {a}再加{b}得多少 | 帮我做加法：{a}和{b}
        """,
    ),
    ("Add {a} and another number. | What is {a} plus something else? | I want to add a number to {a}",
     "我想给{a}加一个数 | {a}加上另一个数 | 把{a}和一个数相加"),
    "+",
    "plus add sum total together many much calculat math number + 加 一共 总 算 数 多少",
    2,
)
MULTIPLY = two_numbers(
    "multiply",
    "multiply times compute_product_of product_of",
    "numbers two_numbers values integers factors both_numbers",
    "multiply product times multiplication mul multiply_numbers",
    (
        "Multiply two numbers. | Multiplies a and b. | Returns the product of two numbers. | Multiplication of two values",
        "两数相乘。 | 返回两个数的积 | 乘法 | 把两个数相乘",
    ),
    (
        """
        What is {a} times {b}? | Multiply {a} by {b}. | What's {a} * {b}? | {a} x {b} | Product of {a} and {b} please
        How much is {a} times {b}?
        Can you multiply {a} and {b}? | Calculate {a}*{b} | {a} lamps cost {b} dollars each. How much are they together?
        {a} multiplied by {b}?
        If I multiply {a} with {b}, what do I get? | Tell me the product of {a} and {b}. | What do you get for {a} times {b}
        We need {a} boxes with {b} bulbs each. How many bulbs are that? | {a} times {b} please
        """,
        """
        {a}乘以{b}等于多少？ | {a}*{b}=？ | 把{a}和{b}相乘 | {a}与{b}的积是多少？ | 计算{a}乘{b} | {a}乘{b}是几？ | 请算{a}乘以{b} | {a} × {b}
        求{a}与{b}的乘积 | {a}盏灯，每盏{b}元，总价多少？ | {a}箱，每箱{b}个灯泡，共有几个？ | 你算算{a}乘{b} | {a}的{b}倍是多少？
        {a}乘上{b}得多少 | 帮我做乘法：{a}和{b}
        """,
    ),
    ("Multiply {a} by another number. | What is {a} times something? | I want to multiply {a}",
     "{a}乘以另一个数 | 我想把{a}乘一个数 | 把{a}和一个数相乘"),
    "*",
    "times multiply product each many much calculat math number * 乘 倍 每 总 算 数 多少",
    2,
)
SUBTRACT = two_numbers(
    "subtract",
    "subtract minus deduct",
    "numbers two_numbers values integers from_number",
    "subtract minus difference subtraction sub",
    (
        "Subtract one number from another. | Returns a minus b. | Difference of two numbers. | Subtraction of two values",
        "两数相减。 | 返回两个数的差 | 减法 | 用第一个数减第二个数",
    ),
    (
        """
        What is {a} minus {b}? | Subtract {b} from {a}. | What's {a} - {b}? | Difference of {a} and {b} please
        How much is {a} minus {b}?
        Take {b} away from {a} | Calculate {a}-{b} | I had {a} dollars and spent {b}. What is left? | {a} less {b}?
        Can you subtract {b} from {a}?
        If I take {b} from {a}, what remains? | {a} minus {b} please | Tell me the difference between {a} and {b}.
        Deduct {b} from {a}
        Of {a} lamps {b} are sold. How many are left?
        """,
        """
        {a}减{b}等于多少？ | {a}-{b}=？ | 从{a}里减去{b} | {a}与{b}的差是多少？ | 计算{a}减{b} | {a}减去{b}是几？ | 请算{a}减{b} | {a}比{b}多多少？
        我有{a}元，花了{b}元，还剩多少？ | 求{a}与{b}之差 | {a}盏灯卖了{b}盏，剩几盏？ | 你算算{a}减{b} | {a}少{b}是多少？
        用{a}减去{b} | 帮我做减法：{a}和{b}
        """,
    ),
    ("Subtract a number from {a}. | What is {a} minus something? | I want to take something from {a}",
     "{a}减去一个数 | 我想从{a}里减去一些 | 用{a}减另一个数"),
    "-",
    "minus subtract difference left - 减 差 剩",
)
DIVIDE = two_numbers(
    "divide",
    "divide split",
    "numbers two_numbers values integers by_number",
    "divide division quotient div",
    (
        "Divide one number by another. | Returns a divided by b. | Quotient of two numbers. | Division of two values",
        "两数相除。 | 返回两个数的商 | 除法 | 用第一个数除以第二个数",
    ),
    (
        """
        What is {a} divided by {b}? | Divide {a} by {b}. | What's {a} / {b}? | Quotient of {a} and {b} please
        How much is {a} divided by {b}?
        Split {a} into {b} parts. How big is one? | Calculate {a}/{b} | {a} dollars for {b} people. What does each pay?
        {a} over {b}?
        Can you divide {a} by {b}? | How often does {b} fit into {a}? | {a} divided by {b} please
        Tell me what {a} by {b} is, as a division.
        If {b} people share {a} lamps, how many does each get? | Do the division {a} by {b}
        """,
        """
        {a}除以{b}等于多少？ | {a}/{b}=？ | 用{a}除以{b} | {a}与{b}的商是多少？ | 计算{a}除以{b} | 请算{a}除以{b} | {a}里有几个{b}？ | 把{a}分成{b}份，每份多少？
        {a}元{b}个人分，每人多少？ | 求{a}除以{b}的商 | {a}盏灯放进{b}个箱子，每箱几盏？ | 你算算{a}除以{b} | {a} ÷ {b}
        {a}平均分给{b}个人 | 帮我做除法：{a}和{b}
        """,
    ),
    ("Divide {a} by another number. | What is {a} divided by something? | I want to divide {a}",
     "{a}除以一个数 | 我想把{a}分一下 | 用{a}除另一个数"),
    "/",
    "divide split / over share 除 分",
)


SIDES = Param(
    "sides",
    words("sides faces num_sides max die_sides number_of_sides"),
    lambda rng, lang, type: str(rng.choice((4, 6, 6, 8, 10, 12, 20, 20, 30, 100, rng.randint(2, 120)))),
    ("How many sides the die has", "Number of sides", "Faces of the die", "Highest number"),
    ("骰子的面数", "有几面", "面数", "最大点数"),
    types=("integer",),
    need_en=("Gladly. How many sides does the die have?", "Sure. With how many sides?"),
    need_zh=("好的，请问骰子有几面？", "没问题，要几面的骰子？"),
    need_check=((("sides",),), (("几面",),)),
    give_en=("{v}", "{v} sides", "{v}, please", "{v}.", "it has {v}", "with {v} sides", "A d{v}"),
    give_zh=("{v}", "{v}面", "{v}面的", "{v}。", "有{v}面", "{v}，谢谢", "用{v}面的"),
)
ROLLS = Param(
    "count",
    words("count rolls times number_of_dice dice num_dice"),
    lambda rng, lang, type: str(rng.randint(2, 5)),
    ("How many dice", "Number of rolls", "How often to roll", "Number of dice"),
    ("骰子个数", "掷几次", "次数", "几个骰子"),
    types=("integer",),
    required=False,
)


def dice_result(rng, given):
    sides, count = int(given.get("sides") or 6), int(given.get("count") or 1)
    rolls = [rng.randint(1, sides) for _ in range(count)]
    if count == 1:
        return Result("one", [(words("result roll value number"), rolls[0])], {"roll": rolls[0]}, (str(rolls[0]), str(rolls[0])))
    facts = {"rolls": ("、" if given.lang == "zh" else ", ").join(map(str, rolls)), "total": sum(rolls)}
    return Result("many", [(words("rolls results values dice"), rolls), (words("total sum"), sum(rolls))], facts)


DICE = ToolFamily(
    "roll_dice",
    words("roll throw cast toss"),
    words("dice die a_die d20 the_dice random_die"),
    (SIDES, ROLLS),
    lines("""
        Roll a die. | Rolls dice with a number of sides. | Throws a die and returns the number. | Dice roller for games
        Random roll.
    """),
    lines("掷骰子。 | 掷一个指定面数的骰子 | 返回骰子点数 | 游戏用的骰子"),
    lines("""
        Roll a {sides}-sided die. | Roll a d{sides} | Throw a die with {sides} sides. | Roll {count} dice with {sides} sides each.
        Can you roll a {sides}-sided die for me? | I need a roll of a d{sides}
        We are playing a game. Roll a die with {sides} sides!
        Please throw {count} {sides}-sided dice | Roll {count}d{sides} | Cast a die, {sides} sides
        Let the {sides}-sided die decide.
        Roll the dice. => sides=6 | roll a die => sides=6 | Throw a die for me, please. => sides=6 | My turn: d{sides}
    """),
    lines("""
        掷一个{sides}面骰子 | 扔个{sides}面的骰子 | 掷{count}个{sides}面骰子 | 掷骰子 => sides=6 | 帮我扔一次骰子 => sides=6 | 请掷{sides}面骰
        我们在玩游戏，掷一个{sides}面的骰子 | 扔{count}个骰子，每个{sides}面 | 用{sides}面的骰子掷一次 | 投一个{sides}面骰子 | 来一次{sides}面骰
        能掷个{sides}面骰子吗？ | 轮到我了，{sides}面骰子 | 骰子{sides}面，掷{count}次 | 投骰子吧 => sides=6
    """),
    dice_result,
    {
        "one": Outcome(("You rolled a {roll}.", "The die shows {roll}."), ("您掷出了{roll}。", "骰子的点数是{roll}。"), (("{roll}",),)),
        "many": Outcome(
            ("You rolled {rolls}. The total is {total}.", "The dice show {rolls}, {total} in total."),
            ("您掷出了{rolls}，合计{total}。", "点数是{rolls}，一共{total}。"),
            (("{rolls}",), ("{total}",)),
        ),
    },
    "sides",
    others=words("roll_dice dice roll die throw_dice"),
    bare={
        "sides": (
            lines("Roll a special die. | I want to roll a die with more sides | Throw one of your odd dice."),
            lines("掷一个特别的骰子 | 我想掷一个多面骰子 | 扔个不一样的骰子"),
        )
    },
    words=words("dice die roll throw game random 骰 掷 游戏"),
    weight=1.5,
    thing=("die", "骰子"),
)  # fmt: skip


LOW = Param(
    "low",
    words("min minimum low from start lower"),
    lambda rng, lang, type: str(rng.choice((0, 1, 1, 10, 100, rng.randint(1, 50)))),
    ("Smallest number", "Lower bound", "From", "Minimum"),
    ("最小值", "下限", "从几开始", "范围起点"),
    types=("integer",),
)
HIGH = Param(
    "high",
    words("max maximum high to end upper"),
    lambda rng, lang, type: str(rng.choice((10, 20, 50, 100, 500, 1000, rng.randint(51, 999)))),
    ("Largest number", "Upper bound", "To", "Maximum"),
    ("最大值", "上限", "到几为止", "范围终点"),
    types=("integer",),
)


def random_result(rng, given):
    value = rng.randint(int(given["low"]), int(given["high"]))
    return Result("done", [(words("number value result random"), value)], {"value": value}, (str(value), str(value)))


RANDOM = ToolFamily(
    "random_number",
    words("get generate pick draw make choose"),
    words("random_number random random_int number random_value random_integer"),
    (LOW, HIGH),
    lines("Get a random number. | Draws a number between two bounds. | Random integer from a range. | Picks a number at random"),
    lines("生成随机数。 | 在范围内随机取一个数 | 返回随机整数 | 随机抽取数字"),
    lines("""
        Give me a random number between {low} and {high}. | Pick a number from {low} to {high} | random number {low} to {high}
        Choose any number between {low} and {high}. | Draw a random number from {low} to {high}.
        I need a random integer between {low} and {high}
        Generate a number, at least {low} and at most {high} | Can you pick a number between {low} and {high} at random?
        For our raffle draw a ticket from {low} to {high}. | Tell me a random number in the range {low} to {high}
        random int {low} {high}
        Surprise me with a number between {low} and {high} | Let chance pick from {low} to {high}
        What number do you draw, {low} to {high}?
        Please get one random number, {low} up to {high}.
    """),
    lines("""
        给我一个{low}到{high}之间的随机数 | 从{low}到{high}随机选一个数 | 随机数，{low}到{high} | 在{low}和{high}之间抽一个数字 | 生成{low}至{high}的随机整数
        帮我随机挑个数，{low}到{high} | 抽奖用，从{low}到{high}抽一个号 | 请随机给个数字，范围{low}到{high} | {low}到{high}随便选个数
        来个随机数：最小{low}，最大{high} | 我要一个随机数，不小于{low}，不大于{high} | {low}~{high}随机一个 | 随机取数{low}到{high}
        从{low}到{high}里任意抽一个 | 能在{low}到{high}间随机选数吗？
    """),
    random_result,
    {"done": Outcome(("The number is {value}.", "I drew the number {value}."), ("随机数是{value}。", "抽到的数字是{value}。"),
                     (("{value}",),))},
    "low",
    others=words("random rand randint random_number lottery"),
    fits=lambda chosen, lang: int(chosen["low"].text) < int(chosen["high"].text),
    words=words("random number pick 随机 抽"),
    weight=1,
    thing=("range", "范围"),
)  # fmt: skip


UNITS = (
    ("kilometers", "公里", "miles", "英里", 0.6214), ("miles", "英里", "kilometers", "公里", 1.6093),
    ("kilograms", "公斤", "pounds", "磅", 2.2046),
    ("pounds", "磅", "kilograms", "公斤", 0.4536), ("meters", "米", "feet", "英尺", 3.2808), ("feet", "英尺", "meters", "米", 0.3048),
    ("inches", "英寸", "centimeters", "厘米", 2.54), ("centimeters", "厘米", "inches", "英寸", 0.3937),
    ("liters", "升", "gallons", "加仑", 0.2642),
    ("hours", "小时", "minutes", "分钟", 60), ("minutes", "分钟", "seconds", "秒", 60), ("days", "天", "hours", "小时", 24),
)  # fmt: skip


def pair_of_units(at):
    def fill(rng, lang, type="string"):
        return rng.choice(UNITS)[at * 2 + (lang == "zh")]

    return fill


AMOUNT = Param(
    "amount", words("value amount number quantity magnitude x"), number,
    ("The value to convert", "How many", "Number of the first unit", "Amount"), ("要换算的数值", "多少", "数量", "数值"),
    types=("number", "number", "integer"),
)  # fmt: skip
UNIT_FROM = Param(
    "from", words("from_unit from unit source_unit unit_from"), pair_of_units(0),
    ("Unit to convert from", "The unit of the value", "Source unit", "First unit"), ("原单位", "数值的单位", "源单位", "从什么单位"),
)  # fmt: skip
UNIT_INTO = Param(
    "into", words("to_unit to target_unit target unit_to"), pair_of_units(1),
    ("Unit to convert to", "The wanted unit", "Target unit", "Second unit"), ("目标单位", "要换成的单位", "换算后的单位", "换成什么单位"),
)  # fmt: skip


def fitting_units(chosen, lang):
    at = 1 if lang == "zh" else 0
    return any(row[at] == chosen["from"].text and row[2 + at] == chosen["into"].text for row in UNITS)


def unit_result(rng, given):
    row = next(row for row in UNITS if given["from"] in row[:2] and given["into"] in row[2:4])
    value = round(float(given["amount"]) * row[4], 2)
    value = int(value) if value == int(value) else value
    fields = [(words("result value converted amount"), value)]
    if rng.random() < 0.4:
        fields.append((words("unit to_unit"), given["into"]))
    return Result("done", fields, {"value": value}, (f"{value} {given['into']}", f"{value}{given['into']}"))


UNITS_FAMILY = ToolFamily(
    "convert_units",
    words("convert change calculate compute"),
    words("units unit measurement length_or_weight measure quantity"),
    (AMOUNT, UNIT_FROM, UNIT_INTO),
    lines("""
        Convert a value to another unit. | Converts units of length, weight and time. | Unit converter
        Changes a measurement into another unit
    """),
    lines("单位换算。 | 换算长度、重量和时间单位 | 把数值换成另一个单位 | 单位转换工具"),
    lines("""
        Please do a unit conversion, {amount} {from} to {into}. | How many {into} are there in {amount} {from}? | What is {amount} {from} in {into}?
        {amount} {from} in {into}
        Please change {amount} {from} into {into} | My lamp cable is {amount} {from}. How much is that in {into}?
        {amount} {from} to {into} please
        I'd like {amount} {from} expressed in {into}. | Can you convert {amount} {from} into {into} for me?
        Tell me how many {into} make {amount} {from}
        How much are {amount} {from} when measured in {into}? | Measure {amount} {from} in {into}
        Give me {amount} {from} as {into}.
        If it takes {amount} {from}, how many {into} is that? | unit conversion: {amount} {from}, {into}
    """),
    lines("""
        {amount}{from}一共是多少{into}？ | 把{amount}{from}换算成{into} | {amount}{from}是几{into}？ | {amount}{from}换成{into}
        请将{amount}{from}转换为{into}
        {amount}{from}有多少{into} | 单位换算：{amount}{from}到{into} | 帮我算{amount}{from}合多少{into} | 用{into}表示{amount}{from}
        {amount}{from}折合{into}
        电线长{amount}{from}，是多少{into}？ | 想知道{amount}{from}相当于几{into} | 能把{amount}{from}换成{into}吗？ | {amount}{from}转{into}
        一共{amount}{from}，等于多少{into}
    """),
    unit_result,
    {
        "done": Outcome(
            ("{amount} {from} are {value} {into}.", "{amount} {from} make {value} {into}."),
            ("{amount}{from}等于{value}{into}。", "{amount}{from}是{value}{into}。"),
            (("{value}",), ("{into}",)),
        )
    },
    "amount",
    others=words("unit_converter convert_units units unit_conversion"),
    fits=fitting_units,
    rivals=("convert_currency",),
    words=words("convert unit mile kilo meter inch 换算 单位 公里 米"),
    weight=1,
    thing=("unit", "单位"),
)  # fmt: skip


START = Param(
    "start", words("from origin start from_city source departure"), values.city,
    ("Where it starts", "City to start from", "Origin", "First city"), ("起点", "出发城市", "从哪里", "第一个城市"),
)  # fmt: skip
GOAL = Param(
    "goal", words("to destination end to_city target arrival"), values.city,
    ("Where it ends", "City to go to", "Destination", "Second city"), ("终点", "目的城市", "到哪里", "第二个城市"),
    need_en=("Gladly. To which city?", "Sure. What is the other city?"),
    need_zh=("好的，请问到哪个城市？", "没问题，另一个城市是哪里？"),
    need_check=((("city",),), (("城市",),)),
    give_en=("{v}", "To {v}", "{v}, please", "{v}.", "I mean {v}", "to {v}, please", "It's {v}"),
    give_zh=("{v}", "到{v}", "{v}。", "是{v}", "{v}，谢谢", "去{v}", "就是{v}"),
)  # fmt: skip


def distance_result(rng, given):
    kilometers = rng.randint(15, 9999)
    fields = [(words("distance_km km kilometers distance"), kilometers)]
    if rng.random() < 0.35:
        hours = rng.randint(1, 30)
        return Result("hours", fields + [(words("hours duration_hours travel_hours"), hours)], {"km": kilometers, "hours": hours})
    return Result("km", fields, {"km": kilometers}, (f"{kilometers} km", f"{kilometers}公里"))


DISTANCE = ToolFamily(
    "distance",
    words("get calculate measure compute find check"),
    words("distance route travel_distance distance_between way_length trip_distance directions"),
    (START, GOAL),
    lines("""
        Get the distance between two cities. | Calculates how far two places are apart. | Route length from one city to another
        Distance in kilometers
    """),
    lines("查询两地距离。 | 计算两个城市相隔多远 | 返回路线长度 | 从一地到另一地的公里数"),
    lines("""
        How far is it from {start} to {goal}? | Distance between {start} and {goal}?
        How many kilometers are there from {start} to {goal}?
        What is the distance from {start} to {goal}? | How long is the way from {start} to {goal} | distance {start} {goal}
        We drive from {start} to {goal}. How far is that? | Calculate the route from {start} to {goal}
        Is {goal} far from {start}?
        Tell me how far {start} is from {goal}. | Can you measure the way between {start} and {goal}?
        I want to cycle from {start} to {goal}, how far is it?
        Please get the distance, {start} to {goal}. | How far apart are {start} and {goal}? | From {start} to {goal}, how many km?
    """),
    lines("""
        从{start}到{goal}有多远？ | {start}到{goal}多少公里？ | {start}和{goal}之间的距离是多少？ | 计算{start}到{goal}的距离 | {start}离{goal}远吗？
        开车从{start}去{goal}，有多少公里？ | 查一下{start}到{goal}的路程 | {start}距离{goal}多远 | 我要从{start}骑车到{goal}，多远？
        请问从{start}到{goal}要走多少公里？ | {start}至{goal}的里程 | 帮我量一下{start}到{goal}的距离 | 想知道{start}跟{goal}相距多远 | {start}到{goal}远不远
        路线：{start}到{goal}，多长？
    """),
    distance_result,
    {
        "km": Outcome(
            ("It is {km} km from {start} to {goal}.", "The distance from {start} to {goal} is {km} km."),
            ("从{start}到{goal}有{km}公里。", "{start}到{goal}的距离是{km}公里。"),
            (("{km}",), ("{goal}",)),
        ),
        "hours": Outcome(
            ("It is {km} km from {start} to {goal}, about {hours} hours.",
             "The distance from {start} to {goal} is {km} km. It takes about {hours} hours."),
            ("从{start}到{goal}有{km}公里，大约{hours}小时。", "{start}到{goal}的距离是{km}公里，需要约{hours}小时。"),
            (("{km}",), ("{hours}",)),
        ),
    },
    "start",
    others=words("distance how_far route_planner distance_calculator"),
    bare={
        "goal": (
            lines("How far is it from {start}? | Calculate a route from {start} | I start in {start}. How far is it?"),
            lines("从{start}出发有多远？ | 计算从{start}出发的距离 | 我从{start}走，多少公里？"),
        )
    },
    thing=("city", "城市"),
    fits=lambda chosen, lang: "goal" not in chosen or "start" not in chosen or chosen["start"].text != chosen["goal"].text,
    words=words("far distance kilometer km route 多远 距离 公里"),
    weight=1,
)  # fmt: skip

FAMILIES = (CALCULATOR, ADD, MULTIPLY, SUBTRACT, DIVIDE, DICE, RANDOM, UNITS_FAMILY, DISTANCE)

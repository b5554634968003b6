"""English customers' messages for extraction, and how programs ask for JSON about them.

A message is a core of one intent, and perhaps a mood, an urgency and a name around it. A core that starts with "+ " or "- " has
that sentiment by itself; the others are neutral. Slots: {order}, {product}, {name}, {other} (somebody else's name).
"""

from .kinds import lines

CORES = {
    "order_status": lines("""
        Where is my order {order}? | I would like to know when order {order} arrives. | Has my {product} been shipped yet?
        I ordered the {product} last week and wonder when it comes. | What is the status of order {order}?
        Can you tell me where my parcel is? | My order number is {order}. When will it be delivered?
        Is the {product} from order {order} on its way? | I am waiting for order {order}. Is there any news?
        Please send me the tracking number of order {order}. | When can I expect the {product}?
        Did order {order} leave your warehouse?
        I have not got a shipping mail for {order} yet. Where is it? | Could you check the delivery of my {product}?
        How long will my order take to arrive? | Do you know on which day {order} will be delivered?
        The tracking page shows nothing for order {order}. Where is the parcel? | I want to know the state of my order.
        My {product} should come this week. Is order {order} still on time? | Please tell me how far order {order} is.
        Any update on the delivery of the {product} for {other}? | Will order {order} be here before the weekend?
        I placed an order on Monday, number {order}. Has it been sent? | Where does my package {order} stay?
        I'd like an update about order {order}, the {product}. | Is my lamp on the way already?
    """),
    "return": lines("""
        I want to return the {product}. | Please send me a return label for order {order}.
        I would like to send back order {order}.
        The {product} does not fit my room, so I want to return it. | How do I return the {product} from order {order}?
        Order {order} is too big for us. We want to send it back. | I bought two lamps and want to give one back.
        Can I still return the {product}? | I'd like to return my order {order} within the 30 days.
        My return is for order {order}.
        The color of the {product} is not what I wanted. I am sending it back. | Please register a return for {order}.
        I want to exchange the {product} for another color. | What is the address for sending back the {product}?
        I do not need the {product} any more and want to return it. | Please pick up order {order}, I want to send it back.
        Is it possible to send back a lamp that I have used once? | I need a label so that I can return order {order}.
        We got the {product} as a gift and would like to return it. | Order {order} goes back to you. What do I have to do?
        I changed my mind about the {product}. Please tell me how to send it back.
        The return of order {order} should be free, right?
        I'd like to give the {product} back to your store. | Return request for order {order}: the {product}.
        I opened the box of {order}, but I would like to return it. | My wife prefers another lamp, so the {product} goes back.
    """),
    "refund": lines("""
        When do I get my money back for order {order}? | I returned the {product} and wait for my refund.
        Please refund order {order}. | I would like a refund for the {product}. | Has the refund for {order} been paid?
        My money for the returned {product} has not arrived. | You owe me the money for order {order}. Please pay it back.
        How long does a refund take? | I paid twice for order {order}. Please give me one payment back.
        I want my money back for the {product}. | The lamp went back ten days ago, where is my refund?
        Can you refund the {product} to my card? | I have been charged too much for order {order}. Please refund the difference.
        Please confirm the refund of order {order}. | To which account will you refund order {order}?
        I sent the {product} back last Monday. Please transfer the money. | I am asking for a full refund of {order}.
        Is it possible to get a refund for the {product} on PayPal?
        The refund for order {order} is missing on my bank statement.
        Please pay back the shipping costs of order {order}. | You promised me a refund for the {product}. When does it come?
        Could you check the refund for order {order}? | I got only half of the money for {order} back. Please send the rest.
        My refund for the {product} and order {order}: how much will it be? | I need the money for order {order} back.
    """),
    "complaint": lines("""
        - The {product} from order {order} arrived broken. | - I am very unhappy with the {product}. | - Your service is terrible.
        - Nobody answers my mails about order {order}! | - The {product} stopped working after two days.
        - The box of order {order} was damaged and the glass is in pieces. | - Your driver threw my parcel over the fence.
        - I have never had such bad service in a shop. | - The {product} makes a terrible noise all night.
        - I got the wrong lamp in order {order}. This is very annoying. | - The quality of the {product} is really poor.
        - I want to complain about order {order}. | - Parts of the {product} are missing, what a mess.
        - Your hotline kept me waiting for an hour!
        - The staff in your store was rude to me. | - The {product} flickers and hurts my eyes.
        - This is the third time that an order is wrong.
        - The cable of the {product} is much too short, I am angry. | - Order {order} was a disaster from start to end.
        - I am disappointed: the {product} looks cheap and has scratches. | - Your website lost my order {order}. Unbelievable!
        - The {product} gets so hot that I am afraid of it. | - What you sent me in {order} is garbage.
        - I have written four times and nobody cares. | - The lamp from order {order} broke when I touched it. Bad work!
        - My complaint is about the {product}: it never worked. | - You ruined my birthday party, order {order} came empty.
    """),
    "product_question": lines("""
        How much is the {product}? | Which colors does the {product} have? | Is the {product} in stock?
        Does the {product} come with a bulb?
        What are the measures of the {product}? | Can I dim the {product}? | Is the {product} good for reading?
        I would like to know how many watts the {product} has. | Do you sell lamps for a small balcony?
        Which lamp would you recommend for a child's room? | How long is the cable of the {product}?
        Can I use the {product} outside in the rain? | I am interested in the {product}. Is there a black one?
        Which bulb fits into the {product}? | Does the {product} have a USB port? | What is the {product} made of?
        Is there a bigger version of the {product}? | Do you have a lamp like the {product} that is cheaper?
        I saw the {product} at {other}'s home. Do you still make it? | How heavy is the {product}?
        Can the {product} be mounted on a wooden wall? | When will the {product} be available again?
        Before I buy the {product}: how bright is it? | Do you have warm light bulbs with E27? | Is the {product} easy to clean?
        Could you tell me the price of the {product} for five pieces? | Does the {product} work with a timer?
    """),
    "cancel": lines("""
        Please cancel order {order}. | I want to cancel my order of the {product}.
        I no longer need order {order}, please cancel it.
        Cancel the {product}, I ordered it by mistake. | Can I cancel order {order} before it ships?
        I would like to cancel what I ordered yesterday. | Please stop order {order}. | My order {order} should be cancelled.
        I ordered the {product} twice. Please cancel one of them. | Don't send the {product}, I want to cancel.
        I have to cancel {order} because we are moving. | Is it too late to cancel the {product}? If not, please do.
        Please delete my order {order} from your system. | I found the {product} elsewhere, so cancel my order.
        Cancellation: order {order}. | We want to call off order {order}, the {product}.
        I changed my mind, please cancel order {order}.
        I clicked on buy by accident. Please cancel it. | Kindly cancel the purchase with the number {order}.
        You can cancel my {product}, I do not want it any more. | Please do not ship order {order}, it is cancelled from my side.
        I'd like to withdraw from order {order}. | My son ordered the {product} without asking. Cancel it please.
        Would you cancel order {order} for me? | Please confirm that order {order} is cancelled. I do not need it.
    """),
    "other": lines("""
        + I just want to say thank you for the {product}. It is wonderful! | + Great shop, great people!
        + Thanks for the quick delivery of {order}!
        + The {product} is the best lamp I have ever had. | + Your colleague in the store was so kind to us.
        + I love my new {product}!
        When are your stores open? | Do you have a job for a student? | Where can I park at your store?
        I would like to change my email address. | Can I pay with PayPal? | Do you have gift cards?
        Please send me the invoice of order {order}.
        How do I sign up for your newsletter? | I want to speak to the manager. | Can I pick up order {order} in the store?
        Please change the delivery address of order {order}. | Do you take back old lamps? | I forgot my password.
        My company wants to buy from you. Whom can I call? | Do you ship to Norway?
        We would like to write about your shop in our blog.
        Is there a discount for students? | Can {other} pick up my parcel at your store? | Do you offer workshops?
        + We are so happy with order {order}, well done! | Could you wrap the {product} as a gift?
        I have a new phone number. Please note it.
    """),
}

POSITIVE = lines("""
    I really love your shop. | So far everything was great. | Your lamps are beautiful! | I am very happy with your service.
    You are always so helpful. | I am a big fan of yours. | The last lamp I bought is fantastic. | What a wonderful shop!
    I enjoyed shopping with you. | You do an excellent job. | My family adores your lamps. | Great website, by the way!
""")
NEGATIVE = lines("""
    I am really disappointed. | This is so annoying. | I am angry. | I expected much better from you. | This is not acceptable.
    I am losing my patience. | What a bad experience. | I am fed up with this. | That makes me furious.
    I am very upset about this.
    Honestly, this is a shame. | I regret that I bought from you.
""")
URGENT = lines("""
    It is urgent. | Please answer today! | I need it by tomorrow. | As soon as possible, please. | This can not wait.
    Please hurry!
    It's very urgent! | I need an answer right now. | Please treat this as urgent. | Time is short, I leave tonight.
    ASAP please.
    I need help immediately.
""")
INTROS = lines("""
    My name is {name}. | I am {name}. | This is {name}. | {name} here. | I'm {name}, a customer of yours.
    Hello, {name} speaking.
    My name's {name}. | Hi, I am {name}. | Good morning, this is {name}. | It's {name} again.
""")
SIGN_OFFS = lines("""
    Best, {name} | Regards, {name} | Thank you, {name} | Thanks, {name} | Kind regards, {name} | - {name} | Yours, {name}
    Cheers, {name}
    Best wishes, {name} | Greetings, {name} | Sincerely, {name} | {name}
""")
GREETINGS = ("Hello, ", "Hi, ", "Hi there, ", "Dear team, ", "Good morning, ", "Hey, ", "Hello Wickhaven, ",
             "Dear Sir or Madam, ")

# With the keys in a row: {keys}.
INLINE = lines("""
    Return JSON with the keys {keys}. | Extract {keys} as JSON. | Extract the following as a JSON object: {keys}.
    Read the message and answer with JSON. Keys: {keys}. | Give me {keys} of this message as JSON.
    Classify the following message; answer as a JSON object with {keys}. | Parse the customer message into JSON ({keys}).
    Respond only with a JSON object that has the fields {keys}. | Convert the message to JSON with these fields: {keys}.
    Find {keys} in the text and return them as JSON. | What are {keys} of this message? Answer in JSON.
    You extract data. Output one JSON object with the keys {keys} and nothing else. | Fill in {keys}. JSON only.
    Analyze the message below and output {keys} in JSON format. | Turn this into JSON: {keys}. | JSON with {keys}, please.
    Please read what the customer wrote and give back {keys} as a JSON object. | Produce a JSON record ({keys}) for this message.
    Your task is to extract {keys}. Reply with valid JSON. Use null for what is missing.
    Output JSON. Fields: {keys}. Missing values are null.
    I need structured data from this message: {keys}. Use JSON. | Summarize the request as JSON with {keys}.
    Label this message. Return a JSON object: {keys}. | Pull out {keys} and write them as JSON, null if unknown.
    Act as a parser: text in, JSON out. The keys are {keys}. | Identify {keys}. Format: JSON object, no explanation.
    For our ticket system I need {keys} as JSON. | Write a single line of JSON with {keys} for the customer message.
""")
# With a list of the keys, one a line: {block}.
BLOCK = lines(r"""
    Extract these fields as JSON:\n{block} | Return a JSON object with:\n{block}
    Read the message and fill in this list as JSON.\n{block}
    Answer only with JSON. The fields are:\n{block} | Please extract the data below. Reply in JSON.\n{block}
    Fields to find:\n{block}\nOutput: one JSON object, null where nothing is said. | You are an extractor. Give JSON with\n{block}
    Classify the message. The JSON object has\n{block} | Information needed (as JSON):\n{block}
""")
# With a schema or an example of the object: {schema}.
SCHEMA = lines(r"""
    Answer with JSON that follows this schema: {schema} | Extract the data as JSON. Schema: {schema}
    Fill in this object: {schema}
    Reply with JSON in this format: {schema} | Use this JSON schema:\n{schema}\nand extract the data from the message.
    Return an object like {schema} for the message. | Format of your answer: {schema} | Map the message to {schema}. JSON only.
    Output must be valid JSON and match {schema}
""")
ABOUT = {
    "name": "the customer's name", "intent": "what the customer wants", "order_id": "the order number", "sentiment": "the mood",
    "product": "the product", "language": "language of the message", "urgent": "is it urgent?",
}  # fmt: skip
ONE_OF = (" (one of {values})", " ({values})", ": {values}", " (allowed: {values})")
# How the message follows an instruction, or comes before it.
JOINTS = (
    "{instruction}\n\n{message}", "{instruction}\n\nMessage: {message}", '{instruction}\n\n"{message}"',
    "{instruction}\nText: {message}",
    "{instruction}\n\n<message>{message}</message>", "{message}\n\n{instruction}", "{instruction}\nCustomer: {message}",
    "Message:\n{message}\n\n{instruction}", "{instruction} {message}",
)  # fmt: skip

"""English phrasings: for every intent what customers write and what the shop answers.

Slots: {p} lamp, {price}, {colors}, {use}, {n} order number, {name}, {k} a small number, {count} 1, 2, ... k; {country},
{topic}, {form} and {dish} from the lists at the end.
"""

INTENTS = {
    "greet": (
        ["Hello", "Hi", "Hey", "Hello!", "Hi there", "Good morning", "Good evening", "Good afternoon", "Hey there!",
         "Hello, how are you?", "Hi, how are you?", "How are you?", "How is it going?", "Greetings",
         "Hello, anyone there?",
         "Say hello", "Say hi", "Are you there?", "Hello world", "Test", "ping"],
        ["Hello! Welcome to Wickhaven. How can I help you today?", "Hi! This is Wickhaven. What can I do for you?"],
    ),
    "bye": (
        ["Goodbye", "Bye", "See you", "Bye bye", "See you later", "Have a nice day", "That is all", "That's all, bye",
         "Good night", "I have to go"],
        ["Goodbye! Have a bright day.", "Bye, and come back soon!"],
    ),
    "thanks": (
        ["Thanks", "Thank you", "Thank you very much", "Thanks a lot!", "Great, thanks", "Perfect", "OK, thank you",
         "That helps", "You are very kind", "Cool", "Good job", "Okay"],
        ["You are welcome! Is there anything else I can do for you?", "My pleasure! Just ask if you need more."],
    ),
    "who": (
        ["Who are you?", "What are you?", "What is your name?", "What can you do?", "Are you a robot?",
         "Are you human?",
         "Introduce yourself", "Tell me about yourself", "What do you do?", "Is this a bot?", "Help",
         "Can you help me?",
         "I need help", "I have a question", "What is Wickhaven?", "Which model are you?"],
        ["I am the little assistant of Wickhaven, a lamp shop. I can help with lamps, orders, shipping and returns."],
    ),
    "price": (
        ["How much is the {p}?", "What does the {p} cost?", "What is the price of the {p}?", "Price of the {p}?",
         "How much does the {p} cost?", "I want to know the price of the {p}.", "Tell me the price of the {p}",
         "{p} price", "How expensive is the {p}?", "How much for the {p}?", "What do you charge for the {p}?",
         "And the {p}?", "And how much is the {p}?", "What about the {p}?", "Is the {p} expensive?",
         "How much money is the {p}", "I'd like to know what the {p} costs", "Could you tell me the price of the {p}?"],
        ["The {p} costs ${price}.", "The {p} is ${price}."],
    ),
    "colors": (
        ["What colors does the {p} come in?", "Which colors does the {p} have?", "Which colors are there for the {p}?",
         "Is the {p} available in other colors?", "What color is the {p}?", "{p} colors?",
         "Show me the colors of the {p}",
         "What colors has the {p}?", "What colours does the {p} have?", "What colours has the {p}?",
         "Which colours are there for the {p}"],
        ["The {p} comes in {colors}."],
    ),
    "about": (
        ["Tell me about the {p}.", "What is the {p}?", "Describe the {p}", "I am interested in the {p}.",
         "What is the {p} good for?", "Do you have the {p}?", "Is the {p} in stock?",
         "Can you tell me more about the {p}?",
         "I am looking for the {p}", "Do you sell the {p}?"],
        ["Yes, we have the {p}. It costs ${price}, comes in {colors} and is lovely for {use}."],
    ),
    "buy": (
        ["I want to buy the {p}.", "I would like to order the {p}", "Can I buy the {p}?", "I'll take the {p}",
         "How can I order the {p}?", "Please order the {p} for me"],
        ["Good choice! The {p} costs ${price}. Shall I put it in your cart?"],
    ),
    "recommend": (
        ["I need a lamp for {use}.", "Which lamp is good for {use}?", "What do you recommend for {use}?",
         "Can you recommend a lamp for {use}?", "I am looking for a light for {use}",
         "Do you have something for {use}?",
         "Which light should I buy for {use}?", "Suggest a lamp for {use}"],
        ["For {use} I recommend the {p}. It costs ${price}."],
    ),
    "products": (
        ["What do you sell?", "Which lamps do you have?", "What products do you have?", "Show me your lamps",
         "What kinds of lamps do you sell?", "I want to buy a lamp", "I need a lamp", "I am looking for a lamp.",
         "List your products", "Can you recommend a lamp?", "Which lamp should I buy?"],
        ["We sell desk lamps, floor lamps, pendant lights, wall lamps and night lights. Which room is it for?"],
    ),
    "cheapest": (
        ["What is your cheapest lamp?", "Which lamp is the cheapest?", "Do you have something cheap?",
         "I have little money",
         "I need a cheap lamp", "Anything under $20?"],
        ["Our cheapest lamp is the Koi night light. It costs $19."],
    ),
    "priciest": (
        ["What is your most expensive lamp?", "Which lamp is the most expensive?", "Do you have luxury lamps?"],
        ["Our most expensive lamp is the Linden chandelier. It costs $249."],
    ),
    "hours": (
        ["When are you open?", "What are your opening hours?", "Opening hours?", "When do you open?",
         "When do you close?",
         "Are you open today?", "Are you open on Sunday?", "Are you open on Saturday?", "Is the shop open now?",
         "At what time do you open?", "How late are you open?", "What are your hours?", "Are you open on Monday?"],
        ["We are open from 9 am to 6 pm, Monday to Saturday. On Sunday we are closed."],
    ),
    "address": (
        ["Where are you?", "Where is your shop?", "What is your address?", "How do I find you?", "Where is the store?",
         "Do you have a store?", "Which city are you in?", "Where are you located?", "Can I visit your shop?"],
        ["You find us at 12 Lantern Street, Wickhaven, right beside the old harbor."],
    ),
    "contact": (
        ["How can I contact you?", "What is your email?", "Do you have a phone number?", "Can I call you?",
         "What is your email address?", "How do I reach you?"],
        ["Write to hello@wickhaven.example and we will answer within one day."],
    ),
    "ship_time": (
        ["How long does shipping take?", "When will my lamp arrive?", "How fast do you ship?", "How long is delivery?",
         "What is the delivery time?", "How many days does shipping take?", "How quickly can you deliver?",
         "When will it arrive?", "Delivery time?"],
        ["Shipping takes three to five days."],
    ),
    "ship_cost": (
        ["How much is shipping?", "What does shipping cost?", "Is shipping free?", "Do I pay for delivery?",
         "Shipping cost?", "What are the shipping fees?", "How much is the delivery?", "Do you have free shipping?"],
        ["Shipping costs $5. It is free for orders over $50."],
    ),
    "ship_where": (
        ["Do you ship abroad?", "Do you ship to Germany?", "Do you ship to China?", "Can you deliver to Canada?",
         "Do you deliver to Japan?", "Where do you ship?", "International shipping?", "Do you ship worldwide?"],
        ["Yes, we ship to more than forty countries. Abroad it takes about ten days."],
    ),
    "returns": (
        ["What is your return policy?", "Can I return my lamp?", "How do I return a lamp?",
         "I want to return something.",
         "I want to return my lamp", "I do not like my lamp", "Can I send it back?", "How long can I return it?",
         "Return policy?", "Can I exchange my lamp?", "I changed my mind"],
        ["You can return any lamp within 30 days. Just tell me your order number and I will send you a label."],
    ),
    "refund": (
        ["When do I get my money back?", "How long does a refund take?", "Where is my refund?", "I want a refund.",
         "I want my money back", "Refund?", "How do refunds work?"],
        ["A refund reaches your account within five days after the lamp is back with us."],
    ),
    "warranty": (
        ["Is there a warranty?", "How long is the warranty?", "Do you give a guarantee?", "Warranty?",
         "What does the warranty cover?", "How long is the guarantee?"],
        ["Every lamp has a warranty of two years."],
    ),
    "broken": (
        ["My lamp is broken.", "The lamp does not work", "My lamp arrived broken", "The glass is cracked",
         "My lamp stopped working", "It is broken!", "The lamp is damaged", "My new lamp flickers",
         "I got the wrong lamp", "This is terrible", "I am very unhappy", "Your service is bad"],
        ["I am sorry to hear that! Please give me your order number and we will send you a new lamp for free."],
    ),
    "pay": (
        ["How can I pay?", "Do you take credit cards?", "Can I pay with PayPal?",
         "Which payment methods do you accept?",
         "Payment?", "Can I pay in cash?"],
        ["You can pay by card, by bank transfer or in cash at the shop."],
    ),
    "bulb": (
        ["Which bulb do I need?", "What bulbs do your lamps use?", "Is a bulb included?", "Are they LED lamps?",
         "Do the lamps save energy?", "How do I change the bulb?"],
        ["All our lamps use a warm LED bulb, and the first one is included."],
    ),
    "gift": (
        ["Can you wrap it as a gift?", "It is a present", "Do you have gift cards?", "I need a gift for my mother",
         "I am looking for a present"],
        ["What a nice idea! We wrap every gift for free, and there are gift cards from $20."],
    ),
    "discount": (
        ["Is there a discount?", "Do you have a coupon?", "Can you make it cheaper?", "Any sale?",
         "Are there any deals?"],
        ["If you buy two lamps, you get 10 percent off."],
    ),
    "human": (
        ["I want to talk to a human.", "Can I speak to a person?", "Connect me to an agent", "Let me talk to your boss",
         "I want to speak with the manager", "Human please", "Is there a real person?"],
        ["Of course. I will connect you to a colleague. Please wait a moment."],
    ),
    "order": (
        ["Where is my order {n}?", "Where is order {n}?", "What is the status of order {n}?", "Track order {n}",
         "My order number is {n}. Where is it?", "Status of {n}?", "Can you check order {n}?",
         "Has order {n} been shipped?",
         "When will order {n} arrive?", "My order is {n}", "Order {n}", "I am waiting for order {n}.",
         "Please look up order number {n}", "I have not received my order {n}", "Where's my package {n}?", "{n}",
         "It is {n}", "The number is {n}", "My order number is {n}."],
        ["Order {n} is on its way and will arrive in two days.",
         "Order {n} has left our warehouse. It arrives in two days."],
    ),
    "order_unknown": (
        ["Where is my order?", "Where is my package?", "I am waiting for my lamp.", "My order has not arrived",
         "Can you track my order?", "What is the status of my order?", "I want to check my order", "Track my package"],
        ["I will gladly check. What is your order number?"],
    ),
    "cancel": (
        ["Cancel order {n}", "I want to cancel order {n}.", "Please cancel my order {n}", "Can I cancel order {n}?",
         "Can you cancel {n}?", "I do not need order {n} anymore. Cancel it."],
        ["Done. Order {n} is canceled and you will get your money back."],
    ),
    "return_order": (
        ["I want to return order {n}.", "Please return order {n}", "Can I return order {n}?", "Order {n} is broken",
         "The lamp from order {n} does not work", "I want a refund for order {n}."],
        ["I am sorry to hear that. I have sent you a return label for order {n}."],
    ),
    "name": (
        ["My name is {name}.", "I am {name}", "I'm {name}.", "Hi, my name is {name}.", "Hello, I am {name}!",
         "This is {name} speaking", "Call me {name}", "Hi, {name} here"],
        ["Nice to meet you! How can I help you?"],
    ),
    "ask_name": (
        ["What is my name?", "Do you remember my name?", "Who am I?", "Do you know my name?", "Can you remember me?"],
        ["I am only a little lamp assistant and cannot remember names. Is there anything else?"],
    ),
    "joke": (
        ["Tell me a joke", "Make me laugh", "Do you know a joke?", "Say something funny", "Another joke please"],
        ["Why did the lamp go to school? It wanted to be brighter!",
         "What did the candle say to the lamp? You light up my life!"],
    ),
    "story": (
        ["Tell me a story", "Tell me a story about a lamp.", "Write a short story", "Can you tell a story?",
         "Tell me a bedtime story", "Write a poem about a lamp", "Once upon a time", "Write a long story"],
        ["Once upon a time a little lamp stood in a dark window by the sea. Every night it gave its light to the ships, "
         "and every morning it was tired. One night a great storm came, and the lamp did not sleep. All the ships came "
         "home, and the people of the harbor thanked the little lamp. Since then it shines a bit brighter."],
    ),
    "count": (
        ["Count to {k}", "Count from 1 to {k}.", "Please count to {k}", "Can you count to {k}?"],
        ["{count}."],
    ),
    "outside": (
        ["What is the weather today?", "Who is the president?", "Write some Python code", "What is 2 + 2?",
         "Solve this equation",
         "Tell me about politics", "How do I cook rice?", "Who won the game?",
         "Translate this into French", "What is the meaning of life?", "Play some music", "Do you like pizza?",
         "Book me a flight", "Explain quantum physics", "What time is it?", "How old are you?", "Do you love me?",
         "Write an essay", "Do you sell shoes?", "Can you fix my car?", "What is a neural network?", "Where is Berlin?",
         "Give me medical advice", "Which stocks should I buy?", "What is the news?", "How do I learn English?",
         "What is the capital of {country}?", "Where is {country}?", "How is the weather in {country}?",
         "Who rules {country}?",
         "How many people live in {country}?", "Tell me about {country}", "What is the population of {country}?",
         "Write a {form} about {topic}", "Write me a {form} about {topic}.", "Please write a {form}",
         "Compose a {form} on {topic}",
         "Explain {topic}", "What is {topic}?", "How does {topic} work?", "Tell me about {topic}.",
         "What do you think about {topic}?",
         "Why is {topic} important?", "Teach me {topic}", "I want to learn {topic}", "Can you help me with {topic}?",
         "What is {k} times {k}?", "What is {k} + {k}?", "Calculate {k} minus {k}", "How do I make {dish}?",
         "I would like {dish}",
         "Give me a recipe for {dish}", "Do you sell {dish}?", "What is your favorite {dish}?", "Who invented {topic}?",
         "Translate this into the language of {country}"],
        ["I am sorry, I only know about lamps and orders. Can I help you with a lamp?"],
    ),
}

# Asked after a lamp was named.
FOLLOW_UPS = [
    (["What colors does it come in?", "Which colors?", "And the colors?", "Is it available in black?",
      "What color is it?"],
     "The {p} comes in {colors}."),
    (["How much is it?", "What does it cost?", "And the price?", "How much?", "Is it expensive?"],
     "The {p} costs ${price}."),
    (["I will take it.", "I want to buy it", "Can I order it?", "OK, I buy it"],
     "Good choice! The {p} costs ${price}. Shall I put it in your cart?"),
]
YES = (["Yes", "Yes, please", "Sure", "Please do", "Okay"], "Done! The {p} is in your cart. Is there anything else?")
NO = (["No", "No, thanks", "Not now", "Maybe later"], "No problem. Is there anything else?")

BEFORE = ["Hi, ", "Hello, ", "Hello! ", "Excuse me, ", "Hey, ", "Please tell me: ", "Good morning, "]
AFTER = [" Thanks!", " Thank you.", " please"]

# Running text, for plain completions. {p}, {use}, {colors}, {price}, {name} as above; {place}, {thing} and {mood} below.
RAW = [
    "{name} bought the {p} for {use}. It costs ${price} and comes in {colors}.",
    "The {p} is a {mood} lamp for {use}. Many people like its light.",
    "Once upon a time there was a {mood} lamp in {place}. Every evening {name} switched it on and read a book.",
    "In {place} there is a {mood} {thing}. {name} goes there every morning.",
    "{name} and {name2} live in {place}. They have a {mood} {thing} and a warm lamp.",
    "A lamp gives light when the sun goes down. A good lamp is {mood} and saves energy.",
    "Hello, my name is {name}. I live in {place} and I like my {mood} {thing}.",
    "The shop opens at nine in the morning and closes at six in the evening. On Sunday it is closed.",
    "Today is a {mood} day. {name} walks to {place} and looks at the {thing}.",
    "The old {thing} stood in {place}. It was {mood}, and {name} was happy to see it.",
    "The capital of France is Paris, the city of light. The capital of Japan is Tokyo.",
    "It was a {mood} night. {name} could not sleep, so she lit the lamp and looked at the {thing}.",
]
PLACES = ["the old town", "a small village", "Paris", "London", "San Francisco", "the garden", "a house by the sea",
          "the harbor", "the city", "the kitchen", "the mountains", "Berlin", "a quiet street"]
THINGS = ["garden", "window", "boat", "table", "cat", "dog", "tree", "bridge", "clock", "book", "chair", "door",
          "river"]
MOODS = ["beautiful", "quiet", "little", "warm", "bright", "dark", "golden", "simple", "lovely", "big", "cold", "happy"]

# What the shop does not know about.
COUNTRIES = ("France Spain Italy Japan China Brazil Canada India Egypt Kenya Peru Norway Sweden Poland Greece Mexico Chile "
             "Russia Turkey Ireland England Australia Germany America Africa Europe London Rome Madrid Tokyo").split()
TOPICS = ["the sea", "love", "math", "physics", "history", "football", "music", "the moon", "money", "computers", "war",
          "art",
          "animals", "cats", "cars", "rust", "the universe", "space", "programming", "politics", "religion",
          "philosophy",
          "biology", "chess", "the internet", "time", "winter", "summer", "dinosaurs", "electricity",
          "the stock market"]
FORMS = ["haiku", "song", "letter", "program", "report", "joke book", "novel", "speech", "blog post", "function",
         "script"]
DISHES = ["pizza", "pasta", "soup", "cake", "bread", "coffee", "tea", "sushi", "a sandwich", "curry", "ice cream",
          "beer"]

"""AsyncOpenAI: many streams at once, and cancelled tasks."""

import asyncio

from conftest import ENDLESS, user
from openai import AsyncOpenAI

STREAMS = 64


def opened(url):
    return AsyncOpenAI(base_url=f"{url}/v1", api_key="unused", max_retries=0, timeout=300)


async def collect(client, model, number, **fields):
    stream = await client.chat.completions.create(
        model=model, messages=user(f"Where is my order {10000 + number}?"), seed=number, stream=True, **fields
    )
    text, finishes = "", []
    async for chunk in stream:
        for choice in chunk.choices:
            text += choice.delta.content or ""
            finishes += [choice.finish_reason] if choice.finish_reason else []
    assert finishes in (["stop"], ["length"]), f"stream {number} ended with {finishes}"
    return text


def test_concurrent_streams_say_what_they_say_alone(url, model):
    fields = {"temperature": 1.2, "max_tokens": 60, "extra_body": ENDLESS}

    async def run():
        async with opened(url) as client:
            together = await asyncio.gather(*(collect(client, model, number, **fields) for number in range(STREAMS)))
            for number in range(0, STREAMS, 9):
                assert together[number] == await collect(client, model, number, **fields), f"stream {number} differs"
            return together

    assert all(asyncio.run(run()))


def test_cancelled_tasks_free_the_engine(url, model, becomes_idle):
    async def run():
        async with opened(url) as client:
            tasks = [
                asyncio.create_task(collect(client, model, number, max_tokens=900, extra_body=ENDLESS))
                for number in range(16)
            ]
            await asyncio.sleep(0.5)
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            assert any(isinstance(end, asyncio.CancelledError) for end in ended)
            assert all(isinstance(end, (asyncio.CancelledError, str)) for end in ended)

    asyncio.run(run())
    becomes_idle()

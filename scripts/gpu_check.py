"""The check of a GPU machine: parity and golden tests, a conversation over HTTP, then speed beside the machine's own
ceilings and, for many requests at once, beside transformers. Run by gpu-check.sh."""

import argparse
import contextlib
import json
import pathlib
import socket
import subprocess
import sys
import time
import urllib.request

# Bytes of the weights that a decode step reads, in bf16; the embedding of an untied model is not among them.
WEIGHTS = {"8b": 2 * (8_030_261_248 - 128_256 * 4096), "0.6b": 2 * 596_049_920, "tiny": 2 * 106_000}
# Name, shape, streams, requests, tokens in, tokens out.
WORK = [
    ("8B, 1 stream", "8b", 1, 2, 128, 512),
    ("8B, 32 streams", "8b", 32, 64, 512, 256),
    ("8B, 128 streams", "8b", 128, 256, 512, 256),
    ("8B, prompts of 4096", "8b", 1, 8, 4096, 1),
    ("0.6B, 1 stream", "0.6b", 1, 4, 128, 512),
    ("0.6B, 256 requests", "0.6b", 256, 256, "100:1024", "100:1024"),
    ("8B, 256 requests", "8b", 256, 256, "100:1024", "100:1024"),
]
SHAPES = list(dict.fromkeys(shape for _, shape, *_ in WORK))
# Steps take so many tokens of prompts, and of one beside decoding rows.
CHUNKS = ["--max-batch-tokens", "2048", "--max-mixed-tokens", "1024"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binaries", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--shape", help="measure only this shape, with every workload (a quick run)")
    parser.add_argument("--skip-tests", action="store_true")
    parser.add_argument("--peer-timeout", type=float, default=120, help="seconds for each run of transformers; 0: none")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    result = {"doctor": doctor(arguments), "failures": []}
    steps = [("ceilings", ceilings), ("conversation", conversation), ("work", work), ("peer", peer)]
    if not arguments.skip_tests:
        steps.insert(0, ("tests", tests))
    for name, step in steps:
        started = time.monotonic()
        try:
            result[name] = step(arguments, result)
        except Exception as error:  # the other steps still say something
            result["failures"].append(f"{name}: {error}")
        print(f"{name}: {time.monotonic() - started:.0f} s", flush=True)
    (arguments.out / "gpu-check.json").write_text(json.dumps(result, indent=1))
    (arguments.out / "gpu-check.md").write_text(markdown(result))
    print(markdown(result))
    raise SystemExit(1 if result["failures"] else 0)


def doctor(arguments):
    command = [arguments.binaries / "sconce", "doctor", "--json", "--device", arguments.device]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def tests(arguments, result):
    """Kernels against the reference loops, models against transformers, both on the GPU."""
    ended = {}
    for binary in sorted(arguments.binaries.glob("test-*")):
        run = subprocess.run([binary, "--test-threads", "1"], capture_output=True, text=True, timeout=300)
        ended[binary.name] = run.stdout[-4000:]
        if run.returncode != 0:
            result["failures"].append(f"{binary.name}:\n{run.stdout[-2000:]}\n{run.stderr[-2000:]}")
    if not ended:
        raise RuntimeError(f"no test-* in {arguments.binaries}")
    return ended


def ceilings(arguments, result):
    """Bandwidth of a copy on the device (bytes read and written) and the rate of a large product, by PyTorch."""
    import torch

    if arguments.device == "cpu":
        return None
    big = torch.empty(1 << 30, dtype=torch.uint8, device=arguments.device)
    other = torch.empty_like(big)
    copy = timed(torch, lambda: other.copy_(big))
    a = torch.randn(8192, 8192, dtype=torch.bfloat16, device=arguments.device)
    product = timed(torch, lambda: a @ a)
    return {"bandwidth_gb_s": 2 * big.numel() / copy / 1e9, "gemm_tflop_s": 2 * 8192**3 / product / 1e12}


def timed(torch, run):
    """Median seconds."""
    seconds = []
    for turn in range(13):
        torch.cuda.synchronize()
        started = time.perf_counter()
        run()
        torch.cuda.synchronize()
        if turn >= 3:
            seconds.append(time.perf_counter() - started)
    return sorted(seconds)[len(seconds) // 2]


@contextlib.contextmanager
def serving(arguments, *options):
    """A server on a free port; yields its URL and the seconds until it was ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [arguments.binaries / "sconce", "serve", "--port", str(port), "--device", arguments.device, "--no-store", *options]
    log = open(arguments.out / "server.log", "ab")
    started = time.monotonic()
    server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        while True:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{url}/health/ready", timeout=1)
                break
            if time.monotonic() - started > 120:
                raise RuntimeError("the server is not ready after two minutes; see server.log")
            if server.poll() is not None:
                raise RuntimeError(f"the server ended with {server.returncode}; see server.log")
            time.sleep(0.05)
        yield url, time.monotonic() - started
    finally:
        server.terminate()
        server.wait()
        log.close()


def conversation(arguments, result):
    """The demo model answers a question, and the same question the same way."""
    body = {
        "model": "sconce-demo",
        "messages": [{"role": "user", "content": "Where is my order 48210?"}],
        "temperature": 0,
        "max_tokens": 60,
    }
    with serving(arguments) as (url, seconds):
        request = urllib.request.Request(
            f"{url}/v1/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        answers = [json.load(urllib.request.urlopen(request, timeout=60))["choices"][0]["message"]["content"] for _ in range(2)]
    if answers[0] != answers[1] or not answers[0]:
        raise RuntimeError(f"answers differ or are empty: {answers}")
    return {"answer": answers[0], "ready_s": seconds}


def work(arguments, result):
    # Filled as it comes: what was measured stays when something fails later.
    rows = result["work"] = []
    for shape in [arguments.shape] if arguments.shape else SHAPES:
        with serving(arguments, *options(arguments, shape)) as (url, seconds):
            for name, wanted, streams, requests, length, output in WORK:
                if arguments.shape or wanted == shape:
                    try:
                        row = bench(arguments, url, streams, requests, length, output)
                    except subprocess.CalledProcessError as error:
                        result["failures"].append(f"{name}: {error.stderr.strip()}")
                        continue
                    rows.append({"name": name, "shape": shape, "streams": streams, "ready_s": seconds, **row})
                    print(json.dumps(rows[-1]), flush=True)
            try:
                result.setdefault("mixed", {})[shape] = mixed(arguments, url, 8000 if shape != "tiny" else 1500)
            except (subprocess.SubprocessError, RuntimeError) as error:
                why = getattr(error, "stderr", None) or error
                result["failures"].append(f"{shape}, a long prompt beside 16 streams: {why}")
        # One stream again, kernel by kernel.
        with serving(arguments, *options(arguments, shape), "--no-cuda-graphs") as (url, seconds):
            row = bench(arguments, url, 1, 2, 128, 256)
            rows.append({"name": f"{shape}, 1 stream, no graphs", "shape": shape, "streams": 1, "ready_s": seconds, **row})
    return rows


def options(arguments, shape):
    options = ["--synthetic", shape, "--max-slots", "256", "--max-draft-tokens", "0", *CHUNKS]
    return options if arguments.device == "cpu" else [*options, "--kv-memory", "85%"]


def mixed(arguments, url, length):
    """The gaps of 16 streams without and with a prompt of so many tokens beside them, in ms."""
    streams = ["-c", "16", "-n", "16", "--input-len", "128", "--output-len", "512"]
    alone = summary(arguments, url, streams)
    with subprocess.Popen(bench_command(arguments, url, streams, "beside.json"), stdout=subprocess.DEVNULL) as running:
        time.sleep(alone["seconds"] / 4)
        summary(arguments, url, ["-c", "1", "-n", "1", "--input-len", str(length), "--output-len", "1"])
    if running.returncode != 0:
        raise RuntimeError("the streams beside a long prompt failed")
    beside = read_summary(arguments.out / "beside.json")
    return {"prompt": length, "plain_p50": alone["itl_ms"]["p50"], "beside_p99": beside["itl_ms"]["p99"], "beside_max": beside["itl_ms"].get("max")}


def peer(arguments, result):
    """256 requests by continuous batching of transformers: its tokens a second, and how many times as many ours are."""
    found = {}
    shapes = [arguments.shape] if arguments.shape else SHAPES
    for shape in shapes if arguments.peer_timeout else []:
        script = pathlib.Path(__file__).with_name("gpu_peer.py")
        command = [sys.executable, script, "--shape", shape, "--device", arguments.device]
        # What it cannot do is no failure of ours.
        try:
            run = subprocess.run(command, capture_output=True, text=True, timeout=arguments.peer_timeout)
            theirs = json.loads(run.stdout.splitlines()[-1]) if run.returncode == 0 else {"error": run.stderr[-500:]}
        except subprocess.TimeoutExpired:
            theirs = {"error": f"more than {arguments.peer_timeout:.0f} s"}
        ours = [row for row in result.get("work") or [] if row["shape"] == shape and row["streams"] == 256]
        if ours and "error" not in theirs:
            theirs["ours_to_theirs"] = ours[0]["output_tokens_per_s"] / theirs["output_tokens_per_s"]
        found[shape] = theirs
    return found


def bench(arguments, url, streams, requests, length, output):
    load = ["-c", str(streams), "-n", str(requests), "--input-len", str(length), "--output-len", str(output)]
    # Graphs are noted for each number of rows, up to 64, when it first comes: before what is measured.
    load += ["--warmup", str(min(streams, 64))]
    found = summary(arguments, url, load)
    keep = ("output_tokens_per_s", "total_tokens_per_s", "prompt_tokens", "seconds", "succeeded")
    row = {key: found.get(key) for key in keep}
    for key in ("ttft_ms", "itl_ms", "tpot_ms"):
        row[key] = (found.get(key) or {}).get("p50")
        row[key.replace("_ms", "_p99_ms")] = (found.get(key) or {}).get("p99")
    return row


def summary(arguments, url, load):
    command = bench_command(arguments, url, load, "bench.json")
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=240)
    return read_summary(arguments.out / "bench.json")


def bench_command(arguments, url, load, out):
    return [arguments.binaries / "sconce", "bench", "--url", url, *load, "--ignore-eos", "--json", arguments.out / out]


def read_summary(path):
    found = json.loads(path.read_text())
    record = found[0] if isinstance(found, list) else found
    return record["runs"][0]["summary"] if "runs" in record else record


def markdown(result):
    ceilings = result.get("ceilings") or {}
    lines = [f"Device: {result['doctor'].get('serves_on')}", ""]
    if ceilings:
        bandwidth, gemm = ceilings["bandwidth_gb_s"], ceilings["gemm_tflop_s"]
        lines += [f"Copy on the device: {bandwidth:.0f} GB/s; product of 8192: {gemm:.0f} TFLOP/s (bf16).", ""]
    lines += ["| work | output tok/s | total tok/s | TTFT p50 ms | TPOT p50 ms | ITL p99 ms | of weights' bandwidth | ready s |"]
    lines += ["|---|---|---|---|---|---|---|---|"]
    for row in result.get("work") or []:
        cells = [row["output_tokens_per_s"], row["total_tokens_per_s"], row["ttft_ms"], row["tpot_ms"], row["itl_p99_ms"]]
        share = "-"
        if ceilings and row["streams"] == 1 and row["tpot_ms"]:
            share = f"{WEIGHTS[row['shape']] / (row['tpot_ms'] / 1e3) / 1e9 / ceilings['bandwidth_gb_s']:.0%}"
        cells = ["-" if cell is None else f"{cell:.1f}" for cell in cells]
        lines.append(f"| {row['name']} | {' | '.join(cells)} | {share} | {row['ready_s']:.1f} |")
    for shape, gaps in (result.get("mixed") or {}).items():
        lines += ["", f"{shape}: gaps of 16 streams {gaps['plain_p50']:.1f} ms, beside a prompt of {gaps['prompt']} tokens at most {gaps['beside_max'] or gaps['beside_p99']:.1f} ms."]
    for shape, theirs in (result.get("peer") or {}).items():
        told = theirs.get("error") or f"{theirs['output_tokens_per_s']:.0f} output tok/s; ours {theirs.get('ours_to_theirs', 0):.1f} times"
        lines += ["", f"{shape}, 256 requests, transformers: {told}"]
    lines += ["", *(f"FAILED {failure}" for failure in result["failures"])]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()

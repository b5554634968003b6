// Everything in one process, one test after the other: some look at what the engine still works on.
// Run with `SCONCE_URL=http://127.0.0.1:8000 node --test`.
import "./watch-tests.mjs";
import "./chat.mjs";
import "./stream.mjs";
import "./errors.mjs";
import "./structured.mjs";
import "./tools.mjs";
import "./reasoning.mjs";
import "./responses.mjs";
import "./stored.mjs";
import "./conversations.mjs";
import "./anthropic.mjs";
import "./embeddings.mjs";

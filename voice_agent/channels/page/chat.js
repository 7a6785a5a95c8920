// A client of the chat protocol (docs/chat.md): sends until it is told that a message is kept, asks after a gap for
// what it has not seen, and shows nothing twice.
"use strict";

const byId = (id) => document.getElementById(id);
const talk = byId("talk"), text = byId("text"), state = byId("state"), choices = byId("choices");
const KEY = "voice-agent-chat";

let socket = null;
let since = 0;              // the last message shown
let token = load();
let unsent = new Map();     // id -> its text, until it is kept
let shownIds = new Map();   // id -> its bubble
let failures = 0;
let over = false;
let typedAt = 0;

function load() {
  try { return localStorage.getItem(KEY); } catch { return null; }
}
function keep(value) {
  try { value === null ? localStorage.removeItem(KEY) : localStorage.setItem(KEY, value); } catch { /* private mode */ }
}

function connect() {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const own = socket = new WebSocket(`${scheme}//${location.host}/chat`);
  socket.onopen = () => transmit(token === null ? { type: "start" } : { type: "resume", token, since });
  socket.onmessage = (event) => { if (own === socket) receive(JSON.parse(event.data)); };
  socket.onclose = (event) => { if (own === socket) closed(event.code); };
}

function transmit(message) {
  if (socket !== null && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function closed(code) {
  if (over) return;
  if (code === 4401) { forget(); note("That chat is no longer here; this is a new one."); }
  if (code === 4409) { state.textContent = "open in too many tabs"; return; }
  state.textContent = code === 1013 ? "busy, trying again" : "reconnecting";
  const waitMs = Math.min(30000, 500 * 2 ** failures) * (0.5 + Math.random() / 2);
  failures += 1;
  setTimeout(connect, waitMs);
}

function forget() {
  token = null; since = 0; unsent = new Map(); shownIds = new Map(); keep(null);
}

function receive(message) {
  if (message.seq !== undefined) {
    if (message.seq <= since) return;
    since = message.seq;
    transmit({ type: "ack", seq: since });
  }
  const take = {
    welcome: () => {
      failures = 0;
      if (message.token !== undefined) { token = message.token; keep(token); }
      byId("agent").textContent = document.title = message.agent;
      state.textContent = "online";
      for (const [id, words] of unsent) transmit({ type: "say", id, text: words });
    },
    said: () => bubble(message.text, "agent"),
    heard: () => heard(message),
    accepted: () => settled(message.id),
    handed_over: () => note("A colleague takes over and will call you back."),
    working: () => working(message.on),
    choices: () => offer(message.choices),
    refused: () => refused(message),
    ended: () => end(message),
    error: () => note(message.message),
  }[message.type];
  if (take !== undefined) take();
}

function heard(message) {
  const known = message.ids.filter((id) => shownIds.has(id));
  for (const id of message.ids) settled(id);
  if (known.length === 0) for (const line of message.text.split("\n")) bubble(line, "own");
}

function settled(id) {
  unsent.delete(id);
  if (shownIds.has(id)) shownIds.get(id).classList.remove("waiting");
}

function refused(message) {
  if (message.retry_ms !== undefined) {
    setTimeout(() => { if (unsent.has(message.id)) transmit({ type: "say", id: message.id, text: unsent.get(message.id) }); }, message.retry_ms);
    return;
  }
  settled(message.id);
  note(message.message);
}

function end(message) {
  over = true;
  working(false); offer([]);
  note(message.by === "fault" ? "This chat could not go on. Please begin a new one." : "This chat has ended.");
  state.textContent = "ended";
  text.disabled = byId("send").disabled = true;
  keep(null);
}

function bubble(words, who) {
  const box = document.createElement("div");
  box.className = `message ${who}`;
  for (const part of words.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])/)) box.append(/^https?:\/\//.test(part) ? link(part) : part);
  const dots = talk.querySelector(".dots");
  talk.insertBefore(box, dots);
  talk.scrollTop = talk.scrollHeight;
  return box;
}

function link(address) {
  const anchor = document.createElement("a");
  anchor.href = anchor.textContent = address;
  anchor.rel = "noopener noreferrer"; anchor.target = "_blank";
  return anchor;
}

function note(words) {
  const box = document.createElement("div");
  box.className = "note"; box.textContent = words;
  talk.append(box);
  talk.scrollTop = talk.scrollHeight;
}

function working(on) {
  const dots = talk.querySelector(".dots");
  if (!on && dots !== null) dots.remove();
  if (on && dots === null) {
    const box = document.createElement("div");
    box.className = "message agent dots"; box.setAttribute("aria-label", "writing");
    talk.append(box);
    talk.scrollTop = talk.scrollHeight;
  }
}

function offer(words) {
  choices.replaceChildren(...words.map((word) => {
    const button = document.createElement("button");
    button.type = "button"; button.textContent = word;
    button.onclick = () => say(word);
    return button;
  }));
  talk.scrollTop = talk.scrollHeight;
}

function say(words) {
  const clean = words.trim();
  if (clean === "" || over) return;
  const id = newId();
  unsent.set(id, clean);
  const box = bubble(clean, "own");
  box.classList.add("waiting");
  shownIds.set(id, box);
  offer([]);
  transmit({ type: "say", id, text: clean });
}

function newId() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

byId("form").onsubmit = (event) => { event.preventDefault(); say(text.value); text.value = ""; text.focus(); };
text.onkeydown = (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); byId("form").requestSubmit(); }
};
text.oninput = () => {
  if (Date.now() - typedAt > 1000) { typedAt = Date.now(); transmit({ type: "typing" }); }
};
byId("fresh").onclick = () => {
  transmit({ type: "end" });
  const old = socket;
  socket = null; over = false;
  if (old !== null) setTimeout(() => old.close(), 200);
  forget();
  talk.replaceChildren(); offer([]);
  text.disabled = byId("send").disabled = false;
  state.textContent = "connecting";
  connect();
};
connect();

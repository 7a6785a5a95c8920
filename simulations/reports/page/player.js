// Where we are in a call: by its sound where the page carries it, else by hand. Whoever shows a moment follows along.

const SPEEDS = [1, 1.5, 2];
const SKIP_MS = 2000;
const PAGE_MS = 10_000;
let player = null;

/** The player of a run, null where nothing is known of its time. `player` is the one that is open. */
function buildPlayer(record) {
  closePlayer();
  const recording = recordings[record.audio] || null;
  const timed = recording || record.turns.some((turn) => turn.ended_ms !== undefined);
  if (!timed || !(record.duration_ms > 0)) return null;
  const length_ms = Math.max(record.duration_ms, recording ? recording.duration_ms : 0);
  player = { ms: 0, length_ms, audio: null, url: "", followers: [], playing: false, follow: true };
  const source = recording ? document.querySelector(`script[data-sound="${CSS.escape(record.audio)}"]`) : null;
  if (source) loadSound(source);
  const lanes = waveform(record, recording, length_ms);
  const strip = h("div", {
    class: "strip",
    role: "slider",
    tabindex: "0",
    "aria-label": "Place in the call",
    "aria-valuemin": 0,
    "aria-valuemax": Math.round(length_ms / 1000),
    onpointerdown: scrub,
    onpointermove: scrub,
    onkeydown: stripKey,
  }, lanes);
  player.strip = strip;
  player.lanes = lanes;
  player.clock = h("span", { class: "clock" });
  const view = h("section", { class: "player", "aria-label": "The call’s sound" },
    h("div", { class: "sides", "aria-hidden": "true" },
      h("span", { class: "caller" }, "Caller"),
      h("span", { class: "agent" }, "Agent"),
    ),
    h("div", { class: "time" }, strip, ruler(length_ms)), controls(record, recording, source !== null), player.audio);
  seek(0);
  return view;
}

function controls(record, recording, hasSound) {
  if (!hasSound) return h("p", { class: "controls" },
    player.clock,
    h("span", { class: "muted" }, whyNone(record, recording)),
  );
  player.button = h(
    "button",
    { type: "button", class: "toggle", "aria-label": "Play", "aria-keyshortcuts": "p", onclick: toggle },
    sign("play"),
  );
  return h("div", { class: "controls" }, player.button, player.clock,
    h("div", { class: "chips", role: "group", "aria-label": "Speed" }, ...SPEEDS.map((speed) => h("button", {
      type: "button", class: "chip", "aria-pressed": String(speed === 1), onclick: (event) => {
        player.audio.playbackRate = speed;
        for (const each of event.currentTarget.parentElement.children) each.setAttribute(
          "aria-pressed",
          String(each === event.currentTarget),
        );
      },
    }, `${speed}×`))),
    h("label", {},
      h("input", { type: "checkbox", checked: true, onchange: (event) => { player.follow = event.target.checked; } }),
      " Follow in the transcript",
    ));
}

function whyNone(record, recording) {
  if (recording) return `No sound in this page: ${recording.why_none}.`;
  if (record.audio) return `No sound in this page: ${record.audio} was not there when the report was made.`;
  return "No sound: recordings were not kept. Keep them with --audio.";
}

function loadSound(source) {
  player.url = URL.createObjectURL(new Blob([bytesOf(source.textContent)], { type: source.dataset.mime }));
  const audio = h("audio", { src: player.url, preload: "auto", hidden: true });
  audio.preservesPitch = true;
  for (const name of ["play", "pause", "ended"]) audio.addEventListener(
    name,
    () => player && player.audio === audio && playing(!audio.paused),
  );
  audio.addEventListener(
    "error",
    () => player && player.audio === audio && put(
      player.button.parentElement,
      player.clock,
      "This browser can’t play Opus in WebM, which is what the page carries.",
    ),
  );
  player.audio = audio;
}

function closePlayer() {
  if (player && player.audio) {
    player.audio.pause();
    player.audio.removeAttribute("src");
    player.audio.load(); // what is still being read must not ask for an address that is gone
    URL.revokeObjectURL(player.url);
  }
  player = null;
}

function toggle() {
  if (!player || !player.audio) return;
  if (player.audio.paused) player.audio.play().catch((problem) => tell(`It can't be played: ${problem.message}`));
  else player.audio.pause();
}

function playing(on) {
  player.playing = on;
  put(player.button, sign(on ? "pause" : "play")).setAttribute("aria-label", on ? "Pause" : "Play");
  const opened = player;
  const step = () => {
    if (player !== opened || !player.playing) return;
    arrive(player.audio.currentTime * 1000);
    requestAnimationFrame(step);
  };
  step();
}

function seek(ms) {
  if (!player) return;
  const to = Math.max(0, Math.min(player.length_ms, ms));
  if (player.audio) player.audio.currentTime = to / 1000;
  arrive(to);
}

function arrive(ms) {
  player.ms = ms;
  player.lanes.style.setProperty("--at", `${(100 * ms) / player.length_ms}%`);
  player.clock.textContent = `${moment(ms)} of ${clock(player.length_ms)}`;
  player.strip.setAttribute("aria-valuenow", Math.round(ms / 1000));
  player.strip.setAttribute("aria-valuetext", moment(ms));
  for (const follower of player.followers) follower(ms);
}

function scrub(event) {
  const { strip } = player;
  const box = strip.getBoundingClientRect();
  const ms = ((event.clientX - box.left) / box.width) * player.length_ms;
  point(ms);
  if (event.type === "pointerdown") strip.setPointerCapture(event.pointerId);
  else if (!strip.hasPointerCapture(event.pointerId)) return;
  seek(ms);
}

/** Shows where a moment is, without going there. */
function point(ms) {
  if (!player) return;
  player.lanes.style.setProperty("--ghost", `${(100 * ms) / player.length_ms}%`);
  player.lanes.querySelector(".ghost").dataset.at = moment(Math.max(0, ms));
}

function stripKey(event) {
  const moves = {
    ArrowLeft: -SKIP_MS,
    ArrowRight: SKIP_MS,
    PageDown: -PAGE_MS,
    PageUp: PAGE_MS,
    Home: -Infinity,
    End: Infinity,
  };
  if (!(event.key in moves)) return;
  seek(player.ms + moves[event.key]);
  event.preventDefault();
}

/** A button that goes to a moment, or the moment alone where there is no time to go through. */
function at(ms) {
  if (ms === undefined) return "";
  if (!player) return h("span", { class: "at-time" }, ms > 0 ? moment(ms) : "");
  return h(
    "button",
    {
      type: "button",
      class: "at-time",
      "aria-label": `Go to ${moment(ms)}`,
      onclick: () => seek(ms),
      onmouseenter: () => point(ms),
    },
    moment(ms),
  );
}

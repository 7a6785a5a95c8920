// What is shown is in the address after `#`, so that a link leads to it: #run=...&status=failed&layer=recognition

const FILTERS = ["q", "status", "layer", "scenario", "variant", "condition", "level"];
const NONE = "-";

/** `run` is the address of an open run, "" for the overview; filters are "" where they let everything through. */
function shown() {
  const given = new URLSearchParams(location.hash.slice(1));
  const state = { run: given.get("run") || "" };
  for (const name of FILTERS) state[name] = given.get(name) || "";
  return state;
}

function addressOf(state) {
  const given = new URLSearchParams();
  for (const name of ["run", ...FILTERS]) if (state[name]) given.set(name, state[name]);
  // Slashes are read better than their codes, and mean nothing here.
  const text = given.toString().replaceAll("%2F", "/");
  return `#${text}`;
}

/** Goes there; `keeping` for what the way back need not pass, such as each letter of a search. */
function go(change, keeping = false) {
  const address = addressOf({ ...shown(), ...change });
  if (address === (location.hash || "#")) return;
  if (keeping) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  draw();
}

/** The same, for what is asked of the list; where that stands below, it is brought into sight. */
function goList(change) {
  go(change);
  if (!shown().run && matchMedia("(max-width: 860px)").matches) byId("runs").scrollIntoView();
}

/** An empty variant or condition has a name of its own in filters. */
function named(value) {
  return value || NONE;
}

function letThrough(state) {
  const wanted = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  return RUNS.filter((run) => {
    const { record } = run;
    if (state.status && record.status !== state.status) return false;
    if (state.layer && layerOf(record) !== state.layer) return false;
    if (state.scenario && record.key.scenario !== state.scenario) return false;
    if (state.variant && named(record.key.variant) !== state.variant) return false;
    if (state.level && record.key.level !== state.level) return false;
    if (state.condition && named(record.key.condition) !== state.condition) return false;
    return wanted.every((word) => wordsOf(run).includes(word));
  });
}

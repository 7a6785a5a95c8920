// The list of runs beside the report: searched, filtered, and put on the page a hundred at a time.

const BATCH = 100;
const list = { runs: [], items: new Map(), drawn: 0, at: null, filters: null, more: null };

function buildList() {
  const search = h("input", {
    type: "search",
    id: "search",
    placeholder: "Search runs and what was said",
    "aria-label": "Search runs",
    "aria-keyshortcuts": "/",
    autocomplete: "off",
    spellcheck: "false",
    oninput: (event) => go({ q: event.target.value }, true),
  });
  const statuses = h("div", { class: "chips", role: "group", "aria-label": "Status" },
    ...["", "failed", "error", "passed"].map((status) => statusChip(status)));
  const choices = [
    choice("layer", "Layer", distinct(layerOf).filter(Boolean)),
    choice("level", "Level", distinct((record) => record.key.level)),
    choice("condition", "Condition", distinct((record) => record.key.condition)),
    choice("variant", "Variant", distinct((record) => record.key.variant)),
  ].filter(Boolean);
  list.more = h("li", { class: "more", "aria-hidden": "true" });
  new IntersectionObserver(
    (seen) => seen.some((entry) => entry.isIntersecting) && drawMore(),
    { rootMargin: "600px" },
  ).observe(list.more);
  byId("runs").append(
    h("div", { id: "filters", role: "search" }, search, statuses,
      choices.length ? h("div", { class: "choices" }, ...choices) : null,
      h("p", { id: "found" })),
    h("ol", { id: "list" }, list.more),
  );
}

function statusChip(status) {
  const total = status ? tally(RUNS)[status] : RUNS.length;
  if (status === "error" && !total) return null;
  const name = { "": "All", error: "Errors" }[status] || STATUS[status];
  return h("button",
    { type: "button", class: "chip", "data-status": status, "aria-pressed": "false", onclick: () => go({ status }) },
    status ? sign(status) : null, `${name} `, h("b", {}, WHOLE.format(total)));
}

/** A menu, where there is something to choose between. */
function choice(name, label, values) {
  if (values.length < 2 && !(name === "layer" && values.length)) return null;
  const options = values.map(
    (value) => h("option", { value: name === "layer" ? value : named(value) }, optionName(name, value)),
  );
  return h("label", {}, unseen(label),
    h("select", { "data-filter": name, onchange: (event) => go({ [name]: event.target.value }) },
      h("option", { value: "" }, `Any ${label.toLowerCase()}`), ...options));
}

function optionName(name, value) {
  if (name === "layer") return value === "unknown" ? "Not put down to one" : sentence(value);
  return value || (name === "variant" ? "no variant" : AS_WRITTEN);
}

function drawList(state) {
  for (const chip of document.querySelectorAll("#filters [data-status]"))
    chip.setAttribute("aria-pressed", String(chip.dataset.status === state.status));
  for (const select of document.querySelectorAll("#filters select")) select.value = state[select.dataset.filter];
  if (byId("search").value !== state.q) byId("search").value = state.q;
  const filters = addressOf({ ...state, run: "" });
  if (filters !== list.filters) {
    list.filters = filters;
    refill(letThrough(state), state);
  }
  mark(BY_ADDRESS.get(state.run) || (list.runs.includes(list.at) ? list.at : null), state.run !== "");
}

function refill(runs, state) {
  for (const item of list.items.values()) item.remove();
  list.items.clear();
  list.runs = runs;
  list.drawn = 0;
  const filtered = FILTERS.some((name) => state[name]);
  const cell = [
    state.scenario,
    state.level,
    state.condition && `on ${optionName("condition", unnamed(state.condition))}`,
  ].filter(Boolean).join(" ");
  put(byId("found"),
    filtered ? `${count(runs.length, "run")} of ${WHOLE.format(RUNS.length)}` : null,
    filtered && state.scenario ? ` · ${cell}` : null,
    filtered ? press(() => go(Object.fromEntries(FILTERS.map((name) => [name, ""]))), "Show all") : null);
  if (filtered) tell(`${count(runs.length, "run")} found`);
  drawMore();
}

function unnamed(value) {
  return value === NONE ? "" : value;
}

function drawMore() {
  const next = list.runs.slice(list.drawn, list.drawn + BATCH);
  const items = next.map((run) => {
    const item = listed(run);
    list.items.set(run, item);
    return item;
  });
  list.more.before(...items);
  list.drawn += next.length;
  list.more.hidden = list.drawn >= list.runs.length;
}

function listed(run) {
  const { record } = run;
  const layer = layerOf(record);
  const second = [
    apart(record),
    layer && layer !== "unknown" ? layer.replaceAll("_", " ") : "",
    record.status === "error" ? "could not be played" : "",
  ];
  return h("li", {},
    h("a", { href: addressOf({ ...shown(), run: run.address }), "data-run": run.address, class: record.status },
      sign(record.status), h("span", { class: "name" }, unseen(`${STATUS[record.status]}: `), record.key.scenario),
      h("span", { class: "long" }, record.duration_ms ? clock(record.duration_ms) : ""),
      h("span", { class: "apart" }, second.filter(Boolean).join(" · "))));
}

/** Marks the run that keys go from; `open` where it is the one that is shown. */
function mark(run, open) {
  for (const link of document.querySelectorAll("#list a.at")) {
    link.classList.remove("at");
    link.removeAttribute("aria-current");
  }
  const moved = list.at !== run;
  list.at = run;
  if (!run || !list.runs.includes(run)) return;
  while (!list.items.has(run)) drawMore();
  const link = list.items.get(run).firstChild;
  link.classList.add("at");
  if (open) link.setAttribute("aria-current", "page");
  if (moved || open) link.scrollIntoView({ block: "nearest" });
}

/** The run `step` after the marked one, the first where none is marked; null at the ends. */
function beside(step) {
  const place = list.runs.indexOf(list.at);
  return place < 0 ? list.runs[0] || null : list.runs[place + step] || null;
}

// What the agent decided, line by line, by kind and linked to the moment.

/** As it was left, null before it was touched: open for what failed. */
let traceOpen = null;
/** Kinds that were switched off. */
const hidden = new Set();

function traced(record) {
  if (!record.trace.length) return null;
  const kinds = new Map();
  for (const line of record.trace) kinds.set(line.kind, (kinds.get(line.kind) || 0) + 1);
  const body = h("div", { class: "trace" });
  const open = traceOpen === null ? record.status === "failed" : traceOpen;
  const fill = () => put(body, kindChips(kinds, body), lines(record));
  const toggled = () => {
    traceOpen = !details.open;
    if (traceOpen && !body.firstChild) fill();
  };
  const told = h("span", { class: "muted" }, count(record.trace.length, "line"));
  const summary = h("summary", { onclick: toggled }, h("h3", {}, "Decisions"), told);
  const details = h("details", { open }, summary, body);
  if (open) fill();
  return details;
}

function kindChips(kinds, body) {
  const toggleKind = (kind, chip) => {
    if (hidden.has(kind)) hidden.delete(kind);
    else hidden.add(kind);
    chip.setAttribute("aria-pressed", String(!hidden.has(kind)));
    for (const each of body.querySelectorAll("tbody tr")) each.hidden = hidden.has(each.dataset.kind);
  };
  return h("div", {
    class: "chips",
    role: "group",
    "aria-label": "Kinds of decisions",
  }, ...[...kinds].map(([kind, number]) =>
    h(
      "button",
      {
        type: "button",
        class: "chip",
        "aria-pressed": String(!hidden.has(kind)),
        onclick: (event) => toggleKind(kind, event.currentTarget),
      },
      `${kind} `,
      h("b", {}, WHOLE.format(number)),
    )));
}

function lines(record) {
  let last = -1;
  const rows = record.trace.map((line) => {
    const again = line.at_ms === last;
    last = line.at_ms;
    const element = h("tr",
      {
        "data-kind": line.kind,
        class: again ? "again" : null,
        hidden: hidden.has(line.kind),
        title: line.sequence === undefined ? null : `Record ${line.sequence} of the log`,
      },
      h("td", { class: "when" }, again ? unseen(moment(line.at_ms)) : at(line.at_ms)),
      h("td", { class: `kind ${line.kind}` }, line.kind),
      h("td", { class: "text" }, h("div", {}, line.text)));
    element.from = line.at_ms;
    return element;
  });
  if (player) followLines(rows);
  return h("table", {},
    h("caption", { class: "unseen" }, "Decisions"),
    heads(["When", "Kind", "What"], { class: "unseen" }),
    h("tbody", {}, ...rows),
  );
}

/** All lines of the latest moment that has been reached are marked. */
function followLines(rows) {
  let marked = [];
  let latest = -1;
  player.followers.push((ms) => {
    const reached = rows.filter((each) => each.from <= ms + 1);
    const moment = reached.length && ms > 0 ? reached[reached.length - 1].from : -1;
    if (moment === latest) return;
    latest = moment;
    for (const each of marked) each.classList.remove("now");
    marked = rows.filter((each) => each.from === moment);
    for (const each of marked) each.classList.add("now");
  });
}

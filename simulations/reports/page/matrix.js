// Scenarios down, levels, conditions or variants across: what passed of what was played, to be seen and to be read.

const AXES = ["level", "condition", "variant"];
let across = null;

function matrix() {
  if (!RUNS.length) return null;
  const values = Object.fromEntries(AXES.map((name) => [name, distinct((record) => record.key[name])]));
  const axes = AXES.filter((name) => values[name].length > 1);
  if (across === null) across = axes[0] || "condition";
  const section = h("section", { class: "matrix", id: "matrix" });
  const fill = () => put(section,
    h("h2", {}, "Scenarios"),
    axes.length > 1 ? switchOf(axes, fill) : null,
    h("div", { class: "wide" }, grid(across, values[across])),
    legend());
  return fill();
}

function switchOf(axes, fill) {
  return h("div", { class: "chips", role: "group", "aria-label": "Columns" },
    ...axes.map((name) => h("button", {
      type: "button", class: "chip", "aria-pressed": String(across === name),
      onclick: () => {
        across = name;
        fill();
      },
    }, `By ${name}`)));
}

function grid(axis, columns) {
  const rows = new Map(distinct((record) => record.key.scenario).map((name) => [name, new Map()]));
  for (const run of RUNS) {
    const row = rows.get(run.record.key.scenario);
    const column = run.record.key[axis];
    if (!row.has(column)) row.set(column, []);
    row.get(column).push(run);
  }
  const timed = RUNS.some((run) => run.record.turns.some((turn) => turn.latency_ms !== undefined));
  return h("table", { class: "grid" },
    h("caption", { class: "unseen" }, `Runs that passed, by scenario and ${axis}`),
    h("thead", {},
      h("tr", {},
        h("th", { scope: "col" }, "Scenario"),
        ...columns.map((name) => h("th", { scope: "col" }, breakable(optionName(axis, name)))),
        timed ? SPANS.map(([name]) => h("th", { scope: "col", class: "number" }, name)) : null,
      ),
    ),
    h("tbody", {}, ...[...rows].map(([scenario, row]) => h("tr", {},
      h("th", { scope: "row" }, press(() => goList({ scenario, [axis]: "" }), breakable(scenario))),
      ...columns.map((column) => h("td", {}, cell(scenario, axis, column, row.get(column) || []))),
      timed ? waitsOf([...row.values()].flat()) : null))));
}

const SPANS = [
  ["Median wait", (waits) => waits[Math.ceil(waits.length / 2) - 1]],
  ["Longest", (waits) => waits[waits.length - 1]],
];

/** How long answers took in a scenario, over everything in its row. */
function waitsOf(runs) {
  const turns = runs.flatMap((run) => run.record.turns).filter((turn) => turn.latency_ms !== undefined);
  const waits = turns.map((turn) => turn.latency_ms).sort((a, b) => a - b);
  return SPANS.map(([, of]) =>
    h("td", { class: of(waits) > BUDGET_MS ? "number late" : "number" }, waits.length ? milliseconds(of(waits)) : ""));
}

function cell(scenario, axis, column, runs) {
  if (!runs.length) return h("span", { class: "empty" }, "–");
  const { passed, failed, error } = tally(runs);
  const played = passed + failed;
  const kind = !played ? "error" : passed === played ? "passed" : passed ? "mixed" : "failed";
  const told = [
    `${passed} of ${played} passed`,
    error ? `${error} could not be played` : "",
  ].filter(Boolean).join(", ");
  return h("button", {
    type: "button", class: `cell ${kind}`, title: `${scenario}, ${optionName(axis, column)}: ${told}`,
    onclick: () => goList({ scenario, [axis]: named(column), run: runs.length === 1 ? runs[0].address : "" }),
  }, sign(kind), h("span", { "aria-hidden": "true" },
    played ? `${passed}/${played}` : "0/0",
    error && played ? h("small", {}, ` !${error}`) : null,
  ), unseen(`${scenario}, ${optionName(axis, column)}: ${told}`));
}

function legend() {
  const kinds = [
    ["passed", "all passed"],
    ["mixed", "some passed"],
    ["failed", "none passed"],
    ["error", "could not be played"],
  ];
  return h("p", { class: "legend muted small" },
    ...kinds.map(([kind, told]) => h("span", { class: kind }, sign(kind), told)),
    "Press a cell to list its runs.",
  );
}

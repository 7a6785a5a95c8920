// What the suite came to: figures with how sure they are, what stands out, and where it ran.

function drawOverview(main) {
  put(
    main,
    warnings(),
    leading(),
    compared(report.comparison),
    byLine(),
    costs(),
    groups().length > 1 ? null : blamed(),
    matrix(),
    taking(),
    ran(),
  );
}

/** What must be read before any figure. */
function warnings() {
  const lines = [];
  if (shown().run) lines.push(`There is no run ${shown().run} in this report. This is the overview.`);
  if (!report.complete)
    lines.push(
      `Interrupted: ${WHOLE.format(RUNS.length)} of ${count(report.planned, "planned run")} were played. ` +
        "Every figure is of these alone.",
    );
  if (!RUNS.length) lines.push("No run was played, so there is nothing to show.");
  const left = report.left_out || [];
  if (left.length) lines.push(`Left out at level text, which can't play them: ${left.join(", ")}.`);
  const { error } = tally(RUNS);
  if (error) lines.push(
    `${count(error, "run")} could not be played. They say nothing of the agent and are in no rate.`,
  );
  return lines.length
    ? h("section", { class: "notice", "aria-label": "Read this first" }, ...lines.map((line) => h("p", {}, line)))
    : null;
}

/** Whole runs, and where all are of one level and line, how sure that is; `byLine()` tells the others apart. */
function leading() {
  if (!RUNS.length) return null;
  const { passed, failed, error } = tally(RUNS);
  const only = groups().length === 1 ? groups()[0] : null;
  const told = [["passed", passed, "passed"], ["failed", failed, "failed"]];
  if (error) told.push(["error", error, "not played"]);
  const head = h("div", { class: "rate" },
    h("p", { class: "big" },
      passed + failed ? percent(passed / (passed + failed)) : "–",
      h("span", {}, "of runs passed"),
    ),
    only && only.passed.interval
      ? h("p", { class: "muted" }, `95 % interval ${range(only.passed.interval, percent)}`)
      : null,
    bar({ passed, failed, error }),
    h("ul", { class: "tally" }, told.map(([status, number, words]) =>
      h("li", {}, press(() => goList({ status }), sign(status), h("b", {}, WHOLE.format(number)), ` ${words}`)))));
  return h("section", { class: "leading", "aria-label": "Summary" },
    head,
    only ? [powers(only.pass_hat_k), waits(only)] : blamed(),
  );
}

function groups() {
  return (report.summary || {}).groups || [];
}

function bar(parts) {
  return h("div", { class: "bar", "aria-hidden": "true" },
    ...Object.entries(parts).filter(([, number]) => number).map(
      ([name, number]) => h("i", { class: name, style: { "flex-grow": number } }),
    ));
}

/** pass^k: the chance that k runs of a scenario all pass. */
function powers(figures) {
  const chosen = (figures || []).filter(
    (each, at, all) => all.length <= 6 || at < 4 || at === all.length - 1 || (each.k & (each.k - 1)) === 0,
  ).slice(-8);
  if (!chosen.length) return null;
  return h("div", {}, h("h2", { title: "The chance that k runs of a scenario all pass" }, "Passes k times running"),
    h("table", { class: "whiskers" },
      heads(["k", "Share", "Interval drawn", "95 % interval"], { class: "unseen" }),
      h("tbody", {}, ...chosen.map((each) => h("tr", {},
        h("th", { scope: "row" }, "pass", h("sup", {}, each.k)),
        h("td", { class: "number" }, percent(each.value)),
        h("td", { class: "drawn" }, whisker(each.value, each.interval, 1)),
        h("td", { class: "muted" }, range(each.interval, percent)))))));
}

function waits(group) {
  const rows = group.latency || [];
  if (!rows.length) return null;
  const most = Math.max(BUDGET_MS, ...rows.map((each) => (each.interval ? each.interval.high : each.value)));
  const taken = group.turn_taking;
  const told = [
    `${count(rows[0].count, "answer")}`,
    taken ? `${taken.unanswered ? count(taken.unanswered, "turn") : "no turn"} unanswered` : "",
    `budget ${milliseconds(BUDGET_MS)}`,
  ];
  return h("div", {}, h("h2", {}, "Wait for an answer"),
    h("table", { class: "whiskers" },
      heads(["Percentile", "Wait", "Interval drawn", "95 % interval"], { class: "unseen" }),
      h("tbody", {}, ...rows.map((each) => h("tr", {},
        h("th", { scope: "row" }, `p${each.percent}`),
        h("td", { class: "number" }, milliseconds(each.value)),
        h("td", { class: "drawn" }, whisker(each.value, each.interval, most, BUDGET_MS)),
        h("td", { class: "muted" },
          each.interval ? `${WHOLE.format(each.interval.low)} to ${milliseconds(each.interval.high)}` : "",
        ))))),
    h("p", { class: "muted small" }, `${told.filter(Boolean).join(", ")}.`),
    group.words ? h("p", { class: "muted small" }, misheard(group.words)) : null);
}

function misheard(words) {
  if (!words.rate) return `None of the caller’s ${count(words.errors.words, "word")} was misheard.`;
  const sure = words.interval ? `, 95 % interval ${range(words.interval, percent)}` : "";
  return `${percent(words.rate)} of the caller’s words were misheard${sure}.`;
}

/** A point with its interval on a scale from 0 to `most`, and a line at `limit`. */
function whisker(value, interval, most, limit) {
  const x = (each) => (100 * Math.max(0, Math.min(most, each))) / most;
  return s("svg", { class: "whisker", viewBox: "0 0 100 12", preserveAspectRatio: "none", "aria-hidden": "true" },
    s("line", { class: "scale", x1: 0, x2: 100, y1: 6, y2: 6 }),
    interval ? s("line", { class: "reach", x1: x(interval.low), x2: x(interval.high), y1: 6, y2: 6 }) : null,
    limit ? s("line", { class: "limit", x1: x(limit), x2: x(limit), y1: 0, y2: 12 }) : null,
    s("line", { class: "point", x1: x(value), x2: x(value), y1: 1, y2: 11 }));
}

/** Where what failed went wrong. */
function blamed() {
  const layers = new Map();
  for (const { record } of RUNS) {
    const layer = layerOf(record);
    if (layer && layer !== "unknown") layers.set(layer, (layers.get(layer) || 0) + 1);
  }
  if (!layers.size) return null;
  const most = Math.max(...layers.values());
  const sorted = [...layers].sort((a, b) => b[1] - a[1]);
  return h("section", { class: "layers" }, h("h2", {}, "What failed runs are put down to"),
    h("ul", {}, sorted.map(([layer, number]) => h("li", {},
      press(() => goList({ layer, status: "failed" }), sentence(layer)),
      h("span", { class: "track", "aria-hidden": "true" }, h("i", { style: { width: `${(100 * number) / most}%` } })),
      h("b", {}, WHOLE.format(number))))));
}

/** How turns were taken, at levels with sound. */
function taking() {
  const found = groups().length === 1 ? groups()[0].turn_taking : null;
  if (!found) return null;
  const of = (number, whole) => `${WHOLE.format(number)} of ${WHOLE.format(whole)}`;
  const right = (found.selectivity || []).filter((each) => each.events);
  return h("section", {}, h("h2", {}, "How turns were taken"), facts([
    ["Turns without an answer", of(found.unanswered, found.turns)],
    ["Turns cut off in a pause", of(found.cut_offs, found.paused_turns)],
    ["Interruptions not stopped for", of(found.not_stopped, found.interruptions)],
    [
      "Fell silent after, p50 and p95",
      found.interruptions
        ? `${milliseconds(found.stop_p50_ms)}, ${milliseconds(found.stop_p95_ms)}`
        : "never interrupted",
    ],
    ["Talked over the caller", `${count(found.talked_over, "time")}, ${duration(found.talked_over_ms)}`],
    ["Longest silence", duration(found.longest_silence_ms)],
    ...right.map((each) => [`${sentence(each.kind)}: let pass`, of(each.right, each.events)]),
  ]));
}

function ran() {
  const machine = report.machine || { versions: {} };
  return h("section", {}, h("h2", {}, "Where it ran"), facts([
    ["Machine", `${machine.system}, ${count(machine.cores, "core")}`],
    ["Python", machine.python],
    ["Agent’s digest", h("code", {}, report.agent_digest), true],
    [
      "Versions",
      Object.entries(machine.versions || {}).map(([name, version]) => `${name} ${version}`).join(", "),
      true,
    ],
  ]));
}

/** Pairs of a name and what it is; with a third, true, across the whole width. */
function facts(pairs) {
  return h("dl", { class: "facts" },
    ...pairs.filter(([, value]) => value !== null && value !== undefined && value !== "").map(
      ([name, value, long]) => h("div", { class: long ? "long" : null }, h("dt", {}, name), h("dd", {}, value)),
    ),
  );
}

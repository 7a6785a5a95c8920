// What the suite came to: figures with how sure they are, what stands out, and where it ran.

function drawOverview(main) {
  put(main, warnings(), leading(), compared(report.comparison), blamed(), matrix(), taking(), ran());
}

/** What must be read before any figure. */
function warnings() {
  const lines = [];
  if (!report.complete)
    lines.push(`Interrupted: ${WHOLE.format(RUNS.length)} of ${count(report.planned, "planned run")} were played. Every figure is of these alone.`);
  if (!RUNS.length) lines.push("No run was played, so there is nothing to show.");
  const left = report.left_out || [];
  if (left.length) lines.push(`Left out, because this level can't play them: ${left.join(", ")}.`);
  const { error } = tally(RUNS);
  if (error) lines.push(`${count(error, "run")} could not be played. They say nothing of the agent and are in no rate.`);
  return lines.length ? h("section", { class: "notice", "aria-label": "Read this first" }, ...lines.map((line) => h("p", {}, line))) : null;
}

function leading() {
  if (!RUNS.length) return null;
  const { passed, failed, error } = tally(RUNS);
  const summary = report.summary || {};
  const rate = summary.pass_rate || {};
  const head = h("div", { class: "rate" },
    h("p", { class: "big" }, passed + failed ? percent(passed / (passed + failed)) : "–", h("span", {}, "of runs passed")),
    h("p", { class: "muted" }, rate.interval ? `95 % interval ${range(rate.interval, percent)}` : ""),
    bar({ passed, failed, error }),
    h("ul", { class: "tally" }, ...["passed", "failed", "error"].map((status) => h("li", {},
      h("button", { type: "button", class: "link", onclick: () => go({ status }) },
        sign(status), h("b", {}, WHOLE.format({ passed, failed, error }[status])), ` ${{ passed: "passed", failed: "failed", error: "not played" }[status]}`)))));
  return h("section", { class: "leading", "aria-label": "Summary" }, head, powers(summary.pass_hat_k), waits(summary.latency_ms));
}

function bar(parts) {
  return h("div", { class: "bar", "aria-hidden": "true" },
    ...Object.entries(parts).filter(([, number]) => number).map(([name, number]) => h("i", { class: name, style: { "flex-grow": number } })));
}

/** pass^k: the chance that k runs of a scenario all pass. */
function powers(figures) {
  const chosen = (figures || []).filter((each, at, all) => all.length <= 6 || at < 4 || at === all.length - 1 || (each.k & (each.k - 1)) === 0).slice(-8);
  if (!chosen.length) return null;
  return h("div", {}, h("h2", { title: "The chance that k runs of a scenario all pass" }, "Passes k times running"),
    h("table", { class: "whiskers" },
      h("thead", { class: "unseen" }, h("tr", {}, ...["k", "Share", "Interval drawn", "95 % interval"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, ...chosen.map((each) => h("tr", {},
        h("th", { scope: "row" }, "pass", h("sup", {}, each.k)), h("td", { class: "number" }, percent(each.value)),
        h("td", { class: "drawn" }, whisker(each.value, each.interval, 1)), h("td", { class: "muted" }, range(each.interval, percent)))))));
}

function waits(latency) {
  if (!latency || !latency.answers) return null;
  const rows = ["p50", "p95", "p99"].filter((name) => latency[name]);
  const most = Math.max(BUDGET_MS, ...rows.map((name) => (latency[name].interval ? latency[name].interval.high : latency[name].value)));
  return h("div", {}, h("h2", {}, "Wait for an answer"),
    h("table", { class: "whiskers" },
      h("thead", { class: "unseen" }, h("tr", {}, ...["Percentile", "Wait", "Interval drawn", "95 % interval"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, ...rows.map((name) => h("tr", {},
        h("th", { scope: "row" }, name), h("td", { class: "number" }, milliseconds(latency[name].value)),
        h("td", { class: "drawn" }, whisker(latency[name].value, latency[name].interval, most, BUDGET_MS)),
        h("td", { class: "muted" }, latency[name].interval ? `${WHOLE.format(latency[name].interval.low)} to ${milliseconds(latency[name].interval.high)}` : ""))))),
    h("p", { class: "muted small" }, `${count(latency.answers, "answer")}, ${latency.unanswered ? count(latency.unanswered, "turn") : "no turn"} unanswered. The line is at ${milliseconds(BUDGET_MS)}.`));
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
  for (const { record } of RUNS) if (record.status === "failed") layers.set(layerOf(record), (layers.get(layerOf(record)) || 0) + 1);
  layers.delete("unknown");
  if (!layers.size) return null;
  const most = Math.max(...layers.values());
  return h("section", { class: "layers" }, h("h2", {}, "What failed runs are put down to"),
    h("ul", {}, ...[...layers].sort((a, b) => b[1] - a[1]).map(([layer, number]) => h("li", {},
      h("button", { type: "button", class: "link", onclick: () => go({ layer, status: "failed" }) }, sentence(layer)),
      h("span", { class: "track", "aria-hidden": "true" }, h("i", { style: { width: `${(100 * number) / most}%` } })), h("b", {}, WHOLE.format(number))))));
}

/** How turns were taken, at levels with sound. */
function taking() {
  const found = (report.summary || {}).turn_taking;
  if (!found) return null;
  const of = (number, whole) => `${WHOLE.format(number)} of ${WHOLE.format(whole)}`;
  const right = (found.selectivity || []).filter((each) => each.events);
  return h("section", {}, h("h2", {}, "How turns were taken"), facts([
    ["Turns without an answer", of(found.unanswered, found.turns)],
    ["Turns cut off in a pause", of(found.cut_offs, found.paused_turns)],
    ["Interruptions not stopped for", of(found.not_stopped, found.interruptions)],
    ["Fell silent after, p50 and p95", found.interruptions ? `${milliseconds(found.stop_p50_ms)}, ${milliseconds(found.stop_p95_ms)}` : "never interrupted"],
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
    ["Agent’s digest", h("code", {}, report.agent_digest)],
    ["Versions", Object.entries(machine.versions || {}).map(([name, version]) => `${name} ${version}`).join(", ")],
  ]));
}

function facts(pairs) {
  return h("dl", { class: "facts" }, ...pairs.filter(([, value]) => value !== null && value !== undefined && value !== "").map(([name, value]) => h("div", { class: value.nodeName === "CODE" ? "long" : null }, h("dt", {}, name), h("dd", {}, value))));
}

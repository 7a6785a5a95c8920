// What is different from the baseline: what is really so first, then what may be chance.

const VERDICTS = {
  // The order in which they are shown.
  worse: ["failed", "really worse"],
  better: ["passed", "really better"],
  "no real difference": ["none", "may be chance"],
  "too few runs": ["none", "too few runs to tell"],
};

function compared(found) {
  if (!found) return null;
  const all = [...(found.figures || []), ...(found.scenarios || [])];
  const moved = all.filter((each) => each.better || each.worse);
  const rank = Object.keys(VERDICTS);
  moved.sort((a, b) => rank.indexOf(a.verdict) - rank.indexOf(b.verdict));
  const real = (verdict) => moved.filter((each) => each.verdict === verdict).length;
  const told = [
    real("worse") ? `${real("worse")} really worse` : "nothing really worse",
    real("better") ? `${real("better")} really better` : "nothing really better",
  ];
  const baseline = found.baseline || {};
  return h("section", { class: "comparison" },
    h("h2", {},
      sign(real("worse") ? "failed" : real("better") ? "passed" : "none"),
      `Against the baseline: ${told.join(", ")}`,
    ),
    h("p", { class: "muted" }, [
      baseline.began
        ? `Baseline of ${began(baseline.began)}`
        : "", baseline.complete === false ? "which was interrupted" : "", `${count(found.pairs, "run")} of both`,
      found.only_after
        ? `${count(found.only_after, "run")} new`
        : "", found.only_before ? `${count(found.only_before, "run")} no longer there` : "",
      found.not_done ? `${count(found.not_done, "run")} not played` : "",
    ].filter(Boolean).join(", ") + "."),
    moved.length ? table(moved) : h("p", {}, "Nothing differs."));
}

const HEADS = ["Figure", "Verdict", "Before", "After", "Change", "95 % interval", "Better / worse", "p"];

function table(moved) {
  const heads = HEADS.map((name, at) => h("th", { scope: "col", class: at > 1 ? "number" : null }, name));
  return h("div", { class: "wide" },
    h("table", { class: "plain" }, h("thead", {}, h("tr", {}, heads)), h("tbody", {}, moved.map(differenceRow))));
}

function differenceRow(found) {
  const [shape, words] = VERDICTS[found.verdict] || ["none", found.verdict];
  const write = writer(found.figure);
  const { low, high } = found.interval || {};
  const name = found.scenario
    ? press(() => goList({ scenario: found.scenario }), found.scenario)
    : figureName(found.figure);
  const figures = [
    write(found.before),
    write(found.after),
    signed(found.change, write),
    found.interval ? `${signed(low, write)} to ${signed(high, write)}` : "–",
    `${WHOLE.format(found.better)} / ${WHOLE.format(found.worse)}`,
    FINE.format(found.p_corrected),
  ];
  return h("tr", { class: found.verdict === "worse" || found.verdict === "better" ? "real" : null },
    h("th", { scope: "row" }, name),
    h("td", { class: "verdict" }, sign(shape), words),
    figures.map((figure) => h("td", { class: "number" }, figure)));
}

function writer(figure) {
  if (figure === "passed") return percent;
  return figure.endsWith("_ms") ? milliseconds : (value) => FINE.format(value);
}

function figureName(figure) {
  return {
    passed: "Runs that passed",
    latency_ms: "Wait for an answer",
    stop_ms: "Fell silent after",
    unanswered: "Unanswered a run",
    cut_offs: "Cut-offs a run",
    talked_over: "Talked over a run",
    turns: "Turns a run",
  }[figure] || sentence(figure);
}

function signed(value, write) {
  return value > 0 ? `+${write(value)}` : value < 0 ? `−${write(-value)}` : write(0);
}

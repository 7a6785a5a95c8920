// What each level costs: the same callers at one and at the next, and where they come to something else.

function costs() {
  const found = (report.summary || {}).level_costs || [];
  return found.length
    ? h("section", { class: "costs" }, h("h2", {}, "The cost of each layer"), found.map(cost))
    : null;
}

function cost(found) {
  const [before, after] = found.p50_ms || [];
  const told = [
    `${WHOLE.format(found.same)} of ${count(found.pairs, "call")} come to the same`,
    `${WHOLE.format(found.worse)} fall short only then`,
    `${WHOLE.format(found.better)} hold only then`,
    `p ${FINE.format(found.p)}`,
    found.not_done ? `${count(found.not_done, "call")} not played at one of the two` : "",
    after !== undefined && after !== null
      ? `median wait ${before === undefined || before === null ? "" : `${milliseconds(before)} → `}${milliseconds(after)}`
      : "",
  ];
  return [
    h("h3", {},
      sign(found.worse ? "failed" : found.better ? "passed" : "none"),
      `${sentence(found.before)} → ${found.after}: ${found.adds}`,
    ),
    h("p", { class: "muted" }, `${told.filter(Boolean).join(", ")}.`),
    (found.differ || []).length ? differing(found) : null,
  ];
}

function differing(found) {
  const heads = ["Scenario", sentence(found.before), sentence(found.after), "Put down to"];
  return h("div", { class: "wide" },
    h("table", { class: "plain" },
      h("thead", {}, h("tr", {}, heads.map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, found.differ.map((each) => h("tr", {},
        h("th", { scope: "row" },
          press(() => goList({ scenario: each.scenario }), [each.scenario, each.variant].filter(Boolean).join(" ")),
        ),
        cameTo(each.before),
        cameTo(each.after),
        h("td", {}, each.blame ? `${each.blame.layer}: ${each.blame.evidence}` : "–"))))));
}

function cameTo(found) {
  const missed = (found.missed || []).join("; ");
  return h("td", {}, sign(found.status), found.outcome || "no outcome",
    missed ? h("p", { class: "muted" }, missed) : null);
}

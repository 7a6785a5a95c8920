// The figures of each level and line in a row, where a suite has several.

/** Where there are several levels or lines: the figures of each in a row. */
function byLine() {
  if (groups().length < 2) return null;
  const most = Math.max(...groups().flatMap((group) => group.pass_hat_k.map((each) => each.k)), 1);
  const levels = new Set(groups().map((group) => group.level)).size > 1;
  const waited = groups().some((group) => group.latency.length);
  const heard = groups().some((group) => group.words);
  const seen = groups().some((group) => group.turn_taking);
  const heads = [
    "Passed",
    "95 % interval",
    most > 1 ? `pass^${most}` : null,
    ...(waited ? ["Wait p50", "p95"] : []),
    heard ? "Words misheard" : null,
    ...(seen ? ["Cut off", "Not stopped"] : []),
    "Not played",
  ];
  return h("section", {}, h("h2", {}, levels ? "By level and line" : "By line"),
    h("div", { class: "wide" }, h("table", { class: "plain lines" },
      h("thead", {},
        h("tr", {},
          h("th", { scope: "col" }, "Line"),
          ...heads.filter(Boolean).map((name) => h("th", { scope: "col", class: "number" }, name)),
        ),
      ),
      h("tbody", {}, ...groups().map((group) => line(group, { most, levels, waited, heard, seen }))))));
}

function line(group, { most, levels, waited, heard, seen }) {
  const number = (...content) => h("td", { class: "number" }, ...content);
  const power = group.pass_hat_k.find((each) => each.k === most);
  const wait = (percentile) => group.latency.find((each) => each.percent === percentile);
  const taken = group.turn_taking;
  const late = (found) => h(
    "td",
    {
      class: found && found.value > BUDGET_MS ? "number late" : "number",
      title: found && found.interval ? `95 % interval ${range(found.interval, milliseconds)}` : null,
    },
    found ? milliseconds(found.value) : "–",
  );
  return h("tr", {},
    h("th", { scope: "row" },
      press(
        () => goList({ condition: named(group.condition), level: levels ? group.level : "" }),
        [levels ? group.level : "", conditionName(group.condition)].filter(Boolean).join(", "),
      ),
    ),
    number(percent(group.passed.share), " ", h("span", { class: "muted" }, `${group.passed.count}/${group.passed.of}`)),
    h("td", { class: "drawn" },
      group.passed.interval
        ? [whisker(group.passed.share, group.passed.interval, 1), unseen(range(group.passed.interval, percent))]
        : "",
    ),
    most > 1 ? number(power ? percent(power.value) : "–") : null,
    waited ? [late(wait(50)), late(wait(95))] : null,
    heard
      ? h(
        "td",
        {
          class: "number",
          title: group.words && group.words.interval ? `95 % interval ${range(group.words.interval, percent)}` : null,
        },
        group.words ? percent(group.words.rate) : "–",
      )
      : null,
    seen
      ? [
        number(taken ? `${taken.cut_offs}/${taken.paused_turns}` : "–"),
        number(taken ? `${taken.not_stopped}/${taken.interruptions}` : "–"),
      ]
      : null,
    number(group.errors ? WHOLE.format(group.errors) : "–"));
}

// One run: what came of it and why, its sound, its words, its decisions.

function drawRun(main, run) {
  const { record } = run;
  const view = buildPlayer(record);
  put(
    main,
    steps(run),
    heading(run),
    missed(record),
    view,
    transcript(record),
    traced(record),
    expectations(record),
    opinions(record),
    problems(record),
    particulars(run),
  );
}

function steps(run) {
  const place = list.runs.indexOf(run);
  const step = (by, name, key) => {
    const next = place < 0 ? null : list.runs[place + by];
    if (!next) return h("a", { "aria-disabled": "true" }, name);
    const address = addressOf({ ...shown(), run: next.address });
    return h("a", { href: address, rel: by < 0 ? "prev" : "next", title: `${name} (${key})` }, name);
  };
  return h("p", { class: "steps" },
    h("a", { href: addressOf({ ...shown(), run: "" }), title: "Overview (Esc)" }, "← Overview"),
    h("span", {},
      step(-1, "Previous", "k"),
      h("span", { class: "muted" },
        place < 0 ? "not among these" : `${WHOLE.format(place + 1)} of ${WHOLE.format(list.runs.length)}`,
      ),
      step(1, "Next", "j"),
    ));
}

/** `track_order.abandoned, expected track_order.resolved` */
function outcomeOf({ outcome, expected }) {
  if (!expected || expected === outcome) return outcome;
  return `${outcome || "no outcome"}, expected ${expected}`;
}

function heading(run) {
  const { record } = run;
  const told = [
    apart(record),
    outcomeOf(record),
    record.ended_by ? `ended by ${record.ended_by}: ${record.reason}` : "",
    record.duration_ms ? clock(record.duration_ms) : "",
  ];
  return h("header", { class: `heading ${record.status}` },
    h("h2", { id: "run-title" },
      sign(record.status),
      h("span", {}, unseen(`${STATUS[record.status]}: `), record.key.scenario),
    ),
    record.about ? h("p", {}, record.about) : null,
    h("p", { class: "muted" }, told.filter(Boolean).join(" · ")));
}

/** Why it fell short: the layer, its evidence, and each expectation that didn't hold. */
function missed(record) {
  if (record.status === "passed") return null;
  const checks = record.checks.filter((check) => !check.holds);
  const blame = record.blame;
  return h("section", { class: `missed ${record.status}`, "aria-label": "Why it fell short" },
    record.status === "error"
      ? h("p", {}, h("b", {}, "Could not be played. "), record.reason, " This says nothing of the agent.")
      : null,
    blame ? h("p", {}, h("b", {}, `Put down to ${blame.layer.replaceAll("_", " ")}. `), blame.evidence) : null,
    checks.map((check) => h("dl", {},
      h("dt", {}, sign("failed"), check.expectation.replaceAll("_", " ")),
      h("dd", {}, h("i", {}, "wanted"), check.wanted),
      h("dd", {}, h("i", {}, "found"), check.found))));
}

function expectations(record) {
  if (!record.checks.length) return null;
  const hold = record.checks.filter((check) => check.holds).length;
  const ordered = [...record.checks].sort((a, b) => a.holds - b.holds);
  return h("section", { class: "checks" }, h("h3", {}, "Expectations"),
    h("p", { class: "muted small" }, `${hold} of ${record.checks.length} hold`),
    h("div", { class: "wide" }, h("table", { class: "plain" },
      heads([unseen("Holds"), "Expectation", "Wanted", "Found"]),
      h("tbody", {}, ...ordered.map((check) => h("tr", {},
        h("td", {}, sign(check.holds ? "passed" : "failed"), unseen(check.holds ? "holds" : "does not hold")),
        h("th", { scope: "row" }, check.expectation.replaceAll("_", " ")),
        h("td", {}, check.wanted),
        h("td", {}, check.found)))))));
}

/** What a language model thought of the call, item by item, with the words it rests on. */
function opinions(record) {
  const found = record.judgements || [];
  if (!found.length) return null;
  return h("section", { class: "checks" }, h("h3", {}, "A language model’s opinion"),
    h("p", { class: "muted small" }, "Advice: it fails a run only where the scenario asks for it."),
    h("div", { class: "wide" }, h("table", { class: "plain" },
      heads(["Item", "Opinion", "Votes", "Evidence"]),
      h("tbody", {}, found.map(opinion)))));
}

const OPINIONS = {
  holds: ["passed", "holds"],
  broken: ["failed", "broken"],
  cannot_tell: ["none", "cannot tell"],
};

function opinion({ item, verdict, votes }) {
  const [shape, told] = OPINIONS[verdict] || ["none", "no opinion"];
  const agreeing = votes.filter((vote) => verdict && vote.verdict === verdict);
  const quotes = [...new Set(agreeing.map((vote) => vote.quote).filter(Boolean))];
  return h("tr", {},
    h("th", { scope: "row" }, item.replaceAll("_", " ")),
    h("td", { class: "verdict" }, sign(shape), told),
    h("td", { class: "verdict" }, `${agreeing.length} of ${votes.length}`),
    h("td", {},
      quotes.map((quote) => h("q", {}, quote)),
      agreeing[0] ? h("p", { class: "muted small" }, agreeing[0].reason) : null));
}

function problems(record) {
  if (!record.problems.length) return null;
  return h("section", {},
    h("h3", {}, "Faults on the simulation’s own side"),
    h("ul", { class: "problems" }, ...record.problems.map((each) => h("li", {}, each))),
  );
}

function particulars(run) {
  const { record } = run;
  const { key, turn_taking: taken } = record;
  const code = (text) => (text ? h("code", {}, text) : "");
  return h("section", {}, h("h3", {}, "Particulars"), facts([
    ["Again", code(again(record)), true],
    ["Level", key.level],
    ["Line", conditionName(key.condition)],
    ["Variant", key.variant],
    ["Seed of the run", String(key.seed)],
    ["Caller’s voice", record.voice],
    ["Lasted", duration(record.duration_ms)],
    ["Took to simulate", duration(record.wall_ms)],
    ...(taken ? takenIn(taken) : []),
    ["Conversation", code(record.conversation), true],
    ["Log, SHA-256", code(record.log_sha256), true],
    ["Recording", code(record.audio), true],
  ]));
}

function takenIn(taken) {
  return [
    ["Unanswered turns", `${taken.unanswered} of ${taken.turns}`],
    ["Cut off in a pause", `${taken.cut_offs} of ${taken.paused_turns}`],
    ["Talked over the caller", `${count(taken.talked_over, "time")}, ${duration(taken.talked_over_ms)}`],
    ["Longest silence", duration(taken.longest_silence_ms)],
  ];
}

/** The command that plays it again; AGENT stands for the agent's folder. */
function again(record) {
  const { key } = record;
  const parts = [
    "voice-agent simulate AGENT",
    [key.scenario, key.variant].filter(Boolean).join("/"),
    `--level ${key.level}`,
    key.level === "audio" && record.voice && record.voice !== "scripted" ? "--engines real" : "",
    key.condition ? `--condition ${key.condition}` : "",
    report.repetitions > 1 ? `--runs ${key.repetition}` : "",
    `--seed ${report.seed}`,
  ];
  return parts.filter(Boolean).join(" ");
}

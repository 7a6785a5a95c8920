// The report as the page reads it: every run with its address, its place, and the text that a search looks through.

const { report, recordings, budget_ms: BUDGET_MS } = JSON.parse(byId("data").textContent);
const ORDER = { failed: 0, error: 1, passed: 2 };
const STATUS = { passed: "Passed", failed: "Failed", error: "Could not be played" };
const AS_WRITTEN = "as written";

const RUNS = addressed(report.runs || []);
const BY_ADDRESS = new Map(RUNS.map((run) => [run.address, run]));

/** Those that fell short first, else as they were planned. */
function addressed(records) {
  const taken = new Set();
  const runs = records.map((record, place) => {
    const key = record.key;
    const plain = [key.scenario, key.variant, key.condition, key.level, key.repetition].filter(Boolean).join("/");
    let address = plain;
    for (let more = 2; taken.has(address); more += 1) address = `${plain}~${more}`;
    taken.add(address);
    return { record, place, address, words: null };
  });
  return runs.sort((a, b) => ORDER[a.record.status] - ORDER[b.record.status] || a.place - b.place);
}

function conditionName(condition) {
  return condition || AS_WRITTEN;
}

function layerOf(record) {
  return record.blame ? record.blame.layer : record.status === "failed" ? "unknown" : "";
}

/** `row_2 · street_10db · 3 of 4`: what sets this run of its scenario apart. */
function apart(record) {
  const key = record.key;
  const repetition = report.repetitions > 1 ? `${key.repetition} of ${report.repetitions}` : "";
  const level = (report.levels || []).length > 1 ? key.level : "";
  return [key.variant, level, key.condition, repetition].filter(Boolean).join(" · ");
}

/** Everything that was said, heard or decided about, in small letters; made when a search first wants it. */
function wordsOf(run) {
  if (run.words === null) {
    const { record } = run;
    const turns = record.turns.flatMap(
      (turn) => [turn.caller_said, turn.agent_heard, turn.agent_said, turn.caller_heard],
    );
    const checks = record.checks.flatMap((check) => [check.expectation, check.wanted, check.found]);
    const blame = record.blame ? [record.blame.layer, record.blame.evidence] : [];
    const all = [run.address, record.about, record.outcome, record.reason, record.conversation, record.greeting];
    run.words = [...all, ...turns, ...checks, ...blame, ...record.problems].filter(Boolean).join("\n").toLowerCase();
  }
  return run.words;
}

function tally(runs) {
  const found = { passed: 0, failed: 0, error: 0 };
  for (const run of runs) found[run.record.status] += 1;
  return found;
}

/** The values of `of` in the order in which they first come up in the plan. */
function distinct(of) {
  const planned = [...RUNS].sort((a, b) => a.place - b.place);
  return [...new Set(planned.map((run) => of(run.record)))];
}

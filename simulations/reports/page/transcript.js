// Who said what and what the other took it for, beside how long each answer took and where that time went.

const MARKS = { keys: "keys", interruption: "interrupts", backchannel: "mhm", cough: "cough", side_talk: "aside" };
/** Turns whose end is heard, so that an answer can be timed from it. */
const ANSWERED = ["line", "interruption"];
/** To these no answer is wanted. */
const ASIDES = ["backchannel", "cough", "side_talk"];
const STAGES = ["endpoint", "recognition", "understanding", "tools", "deciding", "synthesis", "playout"];
const TELLS = {
  keys: "pressed keys",
  interruption: "interrupted",
  backchannel: "backchannel",
  cough: "coughed",
  side_talk: "spoke to somebody else",
};

function transcript(record) {
  if (!record.turns.length && !record.greeting) return null;
  const apart = record.turns.some(
    (turn) => differs(turn.caller_said, turn.agent_heard) || differs(turn.agent_said, turn.caller_heard),
  );
  const waits = record.turns.some((turn) => turn.latency_ms !== undefined);
  const most = Math.max(BUDGET_MS * 1.15, ...record.turns.map((turn) => turn.latency_ms || 0));
  const columns = { apart, waits, most };
  const timed = record.turns.length && record.turns[0].ended_ms !== undefined;
  const rows = [];
  if (record.greeting) {
    rows.push(agentRow({ agent_said: record.greeting, answer_began_ms: timed ? 0 : undefined }, columns));
  }
  for (const turn of record.turns) {
    const answered = turn.agent_said || turn.caller_heard;
    rows.push(
      callerRow(turn, columns),
      answered ? agentRow(turn, columns) : ASIDES.includes(turn.kind) ? null : unansweredRow(columns),
    );
  }
  const names = ["When", "Who", "Said", apart ? "Heard" : null, waits ? "Wait" : null].filter(Boolean);
  const heads = names.map((name) => h("th", { scope: "col", class: name.toLowerCase() }, name));
  follow(rows.filter(Boolean));
  return h("section", { class: "conversation" }, h("h3", {}, "The conversation"),
    h("p", { class: "muted small" },
      apart
        ? "Words that were heard otherwise stand beside what was said; all others were heard as they were said."
        : "Each side took everything for what the other said.",
    ),
    waits ? stageLegend(record) : null,
    h(
      "table",
      { class: `transcript${apart ? " apart" : ""}${waits ? " waits" : ""}` },
      h("thead", {}, h("tr", {}, ...heads)),
      h("tbody", {}, ...rows.filter(Boolean)),
    ));
}

function differs(said, heard) {
  return heard !== undefined && !same(said, heard);
}

function callerRow(turn, columns) {
  const aside = TELLS[turn.kind] ? h("em", { class: "aside" }, TELLS[turn.kind]) : null;
  const sound = aside && /^\[.*\]$/.test(turn.caller_said) ? turn.caller_said.slice(1, -1) : null;
  const said = sound === null ? null : turn.kind === "keys" ? h("kbd", {}, sound) : unseen(sound);
  const words = { said: turn.caller_said, heard: turn.agent_heard, instead: said, aside };
  return row("caller", turn.began_ms, words, columns, null);
}

function agentRow(turn, columns) {
  const words = { said: turn.agent_said, heard: turn.caller_heard };
  return row("agent", turn.answer_began_ms, words, columns, stagesOf(turn, columns.most));
}

function unansweredRow(columns) {
  return row("agent", undefined, { said: "", instead: h("em", { class: "aside" }, "no answer") }, columns, null);
}

/** `instead` stands for what was said where that is no speech. */
function row(side, from_ms, { said, heard, instead, aside }, columns, wait) {
  const pieces = heard === undefined || instead ? null : difference(said, heard);
  const equal = !pieces || pieces.every((piece) => piece.kind === "same");
  const element = h("tr", { class: side },
    h("td", { class: "when" }, at(from_ms)),
    h("td", { class: "who" }, side === "caller" ? "Caller" : "Agent"),
    h("td", { class: "said", colspan: columns.apart && equal ? 2 : null },
      aside,
      aside ? " " : "",
      instead || (equal ? said : marked(pieces, "said"))),
    columns.apart && !equal ? h("td", { class: "heard" }, unseen("Heard: "), marked(pieces, "heard")) : null,
    columns.waits ? h("td", { class: "wait" }, wait) : null);
  element.from = from_ms;
  return element;
}

/** The words of one side; what the other side lacks or has in its place is marked, and so is a gap. */
function marked(pieces, side) {
  return pieces.flatMap((piece) => {
    if (piece.kind === "same") return [piece[side], " "];
    if (piece.kind === side) return [h(side === "said" ? "del" : "ins", {}, piece[side]), " "];
    return [];
  });
}

/** A bar of the wait by stage, on one scale for the whole call, with a line at the budget. */
function stagesOf(turn, most) {
  if (turn.latency_ms === undefined) {
    const over = turn.answer_began_ms !== undefined && ANSWERED.includes(turn.kind);
    return over ? h("span", { class: "muted small" }, "spoke over the turn’s end") : null;
  }
  const parts = partsOf(turn);
  const told = parts.map((stage) => `${stage.name.replaceAll("_", " ")} ${WHOLE.format(stage.ms)}`).join(", ");
  const late = turn.latency_ms > BUDGET_MS;
  return h("span", { class: `stages${late ? " late" : ""}`, title: told },
    h("span", { class: "track", "aria-hidden": "true" },
      ...parts.map(
        (stage) => h("i", { class: `stage ${stage.name}`, style: { width: `${(100 * stage.ms) / most}%` } }),
      ),
      h("i", { class: "budget", style: { left: `${(100 * BUDGET_MS) / most}%` } }),
    ),
    h("span", { class: "number" }, milliseconds(turn.latency_ms), late ? h("b", {}, " over") : null),
    unseen(` (${told})`));
}

/** Where the wait went; what no stage accounts for is the line's, both ways, and the time until a voice is heard as one. */
function partsOf(turn) {
  if (turn.latency_ms === undefined) return [];
  const stages = turn.stages || [];
  const rest = turn.latency_ms - stages.reduce((sum, stage) => sum + stage.ms, 0);
  return [...stages, ...(rest > 0 ? [{ name: stages.length ? "line_and_other" : "unknown", ms: rest }] : [])];
}

function stageLegend(record) {
  const found = [...new Set(record.turns.flatMap((turn) => partsOf(turn).map((part) => part.name)))];
  const names = [...STAGES.filter((name) => found.includes(name)), ...found.filter((name) => !STAGES.includes(name))];
  return h("p", { class: "legend muted small", "aria-hidden": "true" },
    ...names.map((name) => h("span", {}, h("i", { class: `stage ${name}` }), name.replaceAll("_", " "))),
    h("span", {}, h("i", { class: "budget" }), `budget ${milliseconds(BUDGET_MS)}`),
  );
}

/** The row of the moment that is heard is marked, and kept in sight while it plays. */
function follow(rows) {
  if (!player) return;
  const timed = rows.filter((each) => each.from !== undefined);
  let current = null;
  player.followers.push((ms) => {
    const now = player.ms === 0 && !player.playing
      ? null
      : [...timed].reverse().find((each) => each.from <= ms + 1) || null;
    if (now === current) return;
    if (current) current.removeAttribute("aria-current");
    current = now;
    if (!now) return;
    now.setAttribute("aria-current", "true");
    if (player.playing && player.follow) keepInSight(now);
  });
}

function keepInSight(element) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ block: "nearest", behavior: calm ? "instant" : "smooth" });
}

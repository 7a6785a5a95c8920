// Both voices over time: the caller above, the agent below, from peaks that the report carries or, without them, from
// when each is known to have spoken.

const MOST_COLUMNS = 1200;
const FRAME_MS = 20;
const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600];

/** The drawing of a run that lasted `length_ms`; null where nothing is known of its time. */
function waveform(record, recording, length_ms) {
  const x = (ms) => `${(100 * Math.max(0, Math.min(length_ms, ms))) / length_ms}%`;
  const peaks = recording ? bytesOf(recording.peaks) : null;
  return h("div", { class: "lanes" },
    ...record.turns.flatMap((turn) => spans(turn, x, peaks === null)),
    peaks === null ? null : voices(peaks, length_ms),
    ...record.turns.filter((turn) => turn.kind !== "line").map(
      (turn) => h("b", { class: "mark", style: { left: x(turn.began_ms) } }, MARKS[turn.kind] || turn.kind),
    ),
    h("i", { class: "playhead" }), h("i", { class: "ghost" }));
}

/** When the caller spoke, when the agent answered, and the wait between. */
function spans(turn, x, solid) {
  const span = (kind, from, to) => (
    from === undefined || to === undefined || to <= from
      ? null
      : h(
        "i",
        {
          class: `span ${kind}${solid ? " solid" : ""}`,
          style: { left: x(from), width: `calc(${x(to)} - ${x(from)})` },
        },
      )
  );
  const late = turn.latency_ms > BUDGET_MS ? " late" : "";
  return [
    span("caller", turn.began_ms, turn.ended_ms), span("agent", turn.answer_began_ms, turn.answer_ended_ms),
    turn.latency_ms > 0 ? span(`wait${late}`, turn.answer_began_ms - turn.latency_ms, turn.answer_began_ms) : null,
  ];
}

function voices(peaks, length_ms) {
  const frames = peaks.length / 2;
  const columns = Math.max(1, Math.min(MOST_COLUMNS, frames));
  const wide = Math.max(columns, (columns * length_ms) / Math.max(1, frames * FRAME_MS));
  const lane = (offset, middle) => {
    const loudest = Array.from({ length: columns }, (_, column) => {
      const from = offset + Math.floor((column * frames) / columns);
      const to = offset + Math.max(
        Math.floor(((column + 1) * frames) / columns),
        Math.floor((column * frames) / columns) + 1,
      );
      return Math.max(...peaks.subarray(from, to));
    });
    const top = loudest.map((peak, column) => `${column} ${(middle - 0.3 - (peak / 255) * 23).toFixed(1)}`);
    const bottom = loudest.map((peak, column) => `${column} ${(middle + 0.3 + (peak / 255) * 23).toFixed(1)}`);
    return `M${top.join("L")}L${bottom.reverse().join("L")}Z`;
  };
  return s("svg", { class: "voices", viewBox: `0 0 ${wide} 100`, preserveAspectRatio: "none", "aria-hidden": "true" },
    frames
      ? s("path", { class: "caller", d: lane(0, 25) })
      : null, frames ? s("path", { class: "agent", d: lane(frames, 75) }) : null);
}

function ruler(length_ms) {
  const step = (STEPS_S.find((each) => length_ms / (each * 1000) <= 8) || 900) * 1000;
  const ticks = [];
  for (let ms = 0; ms < length_ms * 0.97; ms += step) ticks.push(
    h("span", { style: { left: `${(100 * ms) / length_ms}%` } }, clock(ms)),
  );
  return h("div", { class: "ruler", "aria-hidden": "true" }, ...ticks);
}

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

// How figures are written: a number and its unit stay on one line.

const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const FINE = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

function count(number, one, many) {
  return `${WHOLE.format(number)} ${number === 1 ? one : many || `${one}s`}`;
}

function milliseconds(ms) {
  return ms === null || ms === undefined ? "–" : `${WHOLE.format(ms)}\u00a0ms`;
}

/** 62,400 ms as 1:02. */
function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** With tenths, for moments within a call. */
function moment(ms) {
  return `${clock(ms)}.${Math.floor((ms % 1000) / 100)}`;
}

function duration(ms) {
  if (ms < 1000) return milliseconds(ms);
  if (ms < 90_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)}\u00a0s`;
  const minutes = Math.round(ms / 60_000);
  return minutes < 90 ? `${minutes}\u00a0min` : `${(minutes / 60).toFixed(1)}\u00a0h`;
}

function percent(share) {
  if (share === null || share === undefined) return "–";
  const value = share * 100;
  // 99.6 % is not all of them, and 0.4 % is not nothing.
  const edge = (value > 99 && value < 99.95) || (value > 0.05 && value < 1);
  return `${edge ? value.toFixed(1) : Math.round(value)}\u00a0%`;
}

function range(interval, write) {
  return interval ? `${write(interval.low)} to ${write(interval.high)}` : "";
}

/** The moment it began, in the words of the place where it ran. */
function began(iso) {
  const found = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(.*)$/.exec(iso);
  if (!found) return iso;
  const zone = found[3] === "Z" || found[3] === "+00:00" ? "UTC" : found[3];
  return `${found[1]} ${found[2]} ${zone}`;
}

function sentence(name) {
  const text = String(name).replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

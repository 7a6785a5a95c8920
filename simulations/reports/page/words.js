// What differs between what was said and what was heard, word by word.

const DIGITS = {
  zero: "0",
  oh: "0",
  one: "1",
  two: "2",
  three: "3",
  four: "4",
  five: "5",
  six: "6",
  seven: "7",
  eight: "8",
  nine: "9",
};
const MOST_WORDS = 400;

/** Pieces `{kind: "same" | "said" | "heard", said, heard}` in order. Case, punctuation and the way digits are written
 * make no difference. */
function difference(said, heard) {
  const from = said.split(/\s+/).filter(Boolean);
  const to = heard.split(/\s+/).filter(Boolean);
  if (from.length > MOST_WORDS || to.length > MOST_WORDS) return hunk(from, to);
  const steps = aligned(from.map(plain), to.map(plain));
  const pieces = [];
  let left = [];
  let right = [];
  const close = () => {
    pieces.push(...hunk(left, right));
    left = [];
    right = [];
  };
  for (const [i, j] of steps) {
    if (i !== null && j !== null) {
      close();
      pieces.push({ kind: "same", said: from[i], heard: to[j] });
    } else if (i !== null) left.push(from[i]);
    else right.push(to[j]);
  }
  close();
  return joined(pieces);
}

function same(said, heard) {
  return difference(said, heard).every((piece) => piece.kind === "same");
}

/** "4 4 1 2" and "4412" are the same, and so are "eight-digit" and "8-digit". */
function plain(word) {
  const parts = word.toLowerCase().normalize("NFKC").replace(/[’']/g, "").split(/[^\p{L}\p{N}]+/u);
  return parts.map((part) => (Object.hasOwn(DIGITS, part) ? DIGITS[part] : part)).join("");
}

function hunk(left, right) {
  if (!left.length && !right.length) return [];
  const [said, heard] = [left.join(" "), right.join(" ")];
  if (left.map(plain).join("") === right.map(plain).join("")) return [{ kind: "same", said, heard }];
  return [
    left.length ? { kind: "said", said, heard: "" } : null,
    right.length ? { kind: "heard", said: "", heard } : null,
  ].filter(Boolean);
}

function joined(pieces) {
  const found = [];
  for (const piece of pieces) {
    const last = found[found.length - 1];
    if (last && last.kind === piece.kind) {
      last.said = `${last.said} ${piece.said}`.trim();
      last.heard = `${last.heard} ${piece.heard}`.trim();
    } else found.push({ ...piece });
  }
  return found;
}

/** Index pairs of the cheapest alignment (longest common subsequence). */
function aligned(from, to) {
  const width = to.length + 1;
  const best = new Uint16Array((from.length + 1) * width);
  for (let i = from.length - 1; i >= 0; i -= 1)
    for (let j = to.length - 1; j >= 0; j -= 1)
      best[i * width + j] =
        from[i] === to[j]
          ? best[(i + 1) * width + j + 1] + 1
          : Math.max(best[(i + 1) * width + j], best[i * width + j + 1]);
  const steps = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    if (i < from.length && j < to.length && from[i] === to[j]) steps.push([i++, j++]);
    else if (j >= to.length || (
      i < from.length && best[(i + 1) * width + j] >= best[i * width + j + 1]
    )) steps.push([i++, null]);
    else steps.push([null, j++]);
  }
  return steps;
}

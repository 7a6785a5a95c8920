// Draws what the address asks for, and again whenever it changes.

const THEMES = ["", "light", "dark"];
let drawn = null;

function draw() {
  const state = shown();
  const run = BY_ADDRESS.get(state.run) || null;
  drawList(state);
  const main = byId("main");
  document.body.classList.toggle("reading", run !== null);
  const wanted = run ? `${run.address}\n${list.filters}` : `\n${state.run}`;
  if (wanted === drawn) return;
  const turned = drawn === null || (run ? run.address : "") !== drawn.split("\n")[0];
  drawn = wanted;
  if (run && !turned) {
    main.querySelector(".steps").replaceWith(steps(run));
    return;
  }
  if (run) drawRun(main, run);
  else {
    closePlayer();
    drawOverview(main);
  }
  document.title = run ? `${run.record.key.scenario}: ${report.agent}` : TITLE;
  // Where the list is not beside it, the one that was pressed is gone.
  if (turned && matchMedia("(max-width: 860px)").matches) main.focus({ preventScroll: true });
  scrollTo({ top: 0, behavior: "instant" });
}

function theme(name) {
  if (name) document.documentElement.dataset.theme = name;
  else delete document.documentElement.dataset.theme;
  byId("theme-button").textContent = { "": "Auto", light: "Light", dark: "Dark" }[name];
  byId("theme-button").setAttribute(
    "aria-label",
    `Theme: ${{ "": "as the system has it", light: "light", dark: "dark" }[name]}`,
  );
}

function nextTheme() {
  const now = document.documentElement.dataset.theme || "";
  const next = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length];
  theme(next);
  try {
    localStorage.setItem("voice-agent-report-theme", next);
  } catch {
    // Where nothing may be kept, it holds for this visit.
  }
}

function keptTheme() {
  try {
    const kept = localStorage.getItem("voice-agent-report-theme");
    return THEMES.includes(kept) ? kept : "";
  } catch {
    return "";
  }
}

const TITLE = document.title;
theme(keptTheme());
const made = [
  report.levels && report.levels.length ? `levels ${report.levels.join(", ")}` : `${report.level} level`,
  `seed ${report.seed}`,
  report.repetitions > 1 ? `${report.repetitions} repetitions` : "",
  began(report.began),
  `took ${duration(report.wall_ms)}`,
];
put(byId("meta"), made.filter(Boolean).map((each, place) => [place ? " · " : "", h("span", {}, each)]));
byId("keys-button").addEventListener("click", showKeys);
byId("theme-button").addEventListener("click", nextTheme);
addEventListener("keydown", heardKey);
addEventListener("popstate", draw);
addEventListener("hashchange", draw);
buildList();
// Sounds lie behind this code in the file: a run is opened once they are there.
if (document.readyState === "loading" && shown().run) addEventListener("DOMContentLoaded", draw);
else draw();

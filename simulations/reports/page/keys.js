// Keys, none of which is heard while something is typed.

const KEYS = [
  ["j, k", "next and previous run"],
  ["Enter", "open the marked run"],
  ["Esc", "back to the overview"],
  ["/", "search"],
  ["f", "only what failed, or all again"],
  ["p", "play or pause"],
  ["←, →", "2 seconds back or on"],
  ["t", "light, dark, or as the system has it"],
  ["?", "these keys"],
];

function heardKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea")) {
    if (event.key === "Escape" || (event.key === "Enter" && event.target.id === "search")) leaveSearch(event);
    return;
  }
  if (byId("keys").open) return;
  const state = shown();
  const pressable = event.target.closest("a, button, summary, [role=slider]");
  const deeds = {
    j: () => step(1, state),
    k: () => step(-1, state),
    "/": () => byId("search").focus(),
    "?": showKeys,
    t: nextTheme,
    p: toggle,
    f: () => go({ status: state.status === "failed" ? "" : "failed" }),
    ArrowLeft: () => seek(player.ms - SKIP_MS),
    ArrowRight: () => seek(player.ms + SKIP_MS),
    Escape: () => state.run && go({ run: "" }),
    Enter: () => list.at && go({ run: list.at.address }),
  };
  if (!(event.key in deeds)) return;
  if (event.key.startsWith("Arrow") && !player) return;
  if (event.key === "Enter" && pressable) return;
  event.preventDefault();
  deeds[event.key]();
}

/** From run to run where one is open, else only the mark. */
function step(by, state) {
  const next = beside(by);
  if (!next) return;
  if (state.run) go({ run: next.address }, true);
  else {
    mark(next, false);
    tell(`${STATUS[next.record.status]}: ${next.record.key.scenario} ${apart(next.record)}`);
  }
}

function leaveSearch(event) {
  if (event.target.id === "search" && event.key === "Escape" && event.target.value) go({ q: "" }, true);
  event.target.blur();
  if (event.key === "Enter" && list.runs.length) mark(list.runs[0], false);
}

function showKeys() {
  const dialog = byId("keys");
  put(dialog, h("h2", { id: "keys-title" }, "Keys"),
    h("table", {},
      h("tbody", {},
        ...KEYS.map(
          ([keys, told]) => h("tr", {},
            h("th", { scope: "row" }, ...keys.split(", ").map((key) => h("kbd", {}, key))),
            h("td", {}, told),
          ),
        ),
      ),
    ),
    h("form", { method: "dialog" }, h("button", { class: "chip" }, "Close")));
  dialog.showModal();
}

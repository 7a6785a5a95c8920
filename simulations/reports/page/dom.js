// Elements. Text goes in as text and never as HTML: whatever a caller said is shown and cannot run.

const SVG = "http://www.w3.org/2000/svg";

/** An element: `h("p", {class: "muted", onclick}, "text", otherElement)`. Nothing is made of null and false. */
function h(name, attributes, ...children) {
  return filled(document.createElement(name), attributes, children);
}

function s(name, attributes, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "style") for (const [name, each] of Object.entries(value)) element.style.setProperty(name, each);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...present(children));
  return element;
}

function present(children) {
  return children.flat(Infinity).filter((each) => each !== null && each !== undefined && each !== false && each !== "");
}

/** Puts these into `element` in place of what it held. */
function put(element, ...children) {
  element.replaceChildren(...present(children));
  return element;
}

function byId(id) {
  return document.getElementById(id);
}

const SHAPES = {
  passed: "M3 8.5 6.5 12 13 4.5",
  failed: "M4 4 12 12M12 4 4 12",
  error: "M8 3V9M8 12.2V12.8",
  mixed: "M3 10C5 5 7 6 8 8S11 11 13 6",
  none: "M5 8H11",
  play: "M5 3 13 8 5 13Z",
  pause: "M5 3V13M11 3V13",
};

/** A sign that is told from the others by its shape; its meaning stands beside it in words. */
function sign(name) {
  const path = s("path", { d: SHAPES[name] });
  return s("svg", { class: `sign ${name}`, viewBox: "0 0 16 16", "aria-hidden": "true" }, path);
}

/** A name that may be broken after its underscores. */
function breakable(name) {
  return name.split(/(?<=_)/).flatMap((part, at) => (at ? [h("wbr"), part] : [part]));
}

/** A button that looks like a link, for what changes the view and is no place of its own. */
function press(action, ...content) {
  return h("button", { type: "button", class: "link", onclick: action }, ...content);
}

/** The head of a table; `unseen` where its columns explain themselves to the eye. */
function heads(names, attributes) {
  return h("thead", attributes, h("tr", {}, names.map((name) => h("th", { scope: "col" }, name))));
}

function unseen(text) {
  return h("span", { class: "unseen" }, text);
}

/** Tells those who don't see the page what has changed. */
function tell(text) {
  byId("told").textContent = text;
}

// What every part of the page uses: the data that the page carries, elements made from text, numbers as people read them.
// Text from the data reaches the page as text only (textContent), never as markup.
const GP = { page: JSON.parse(document.getElementById("page").textContent), listeners: {} };

GP.t = function (key, values) {
  let words = GP.page.strings[key];
  for (const name in values || {}) words = words.split("{" + name + "}").join(String(values[name]));
  return words;
};

// Parts of the page tell each other what happened: GP.on("filter", f), GP.tell("filter").
GP.on = function (event, listener) { (GP.listeners[event] = GP.listeners[event] || []).push(listener); };
GP.tell = function (event, what) { (GP.listeners[event] || []).forEach((listener) => listener(what)); };

GP.make = function (tag, name, text, attributes) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined && text !== null) element.textContent = String(text);
  for (const key in attributes || {}) element.setAttribute(key, attributes[key]);
  return element;
};

GP.button = function (text, title, act, name) {
  const element = GP.make("button", name || "", text, { type: "button", title: title, "aria-label": title });
  element.addEventListener("click", act);
  return element;
};

// Signs of the tools, drawn: fonts of office machines lack half of them.
GP.SIGNS = {
  filter: "M3 5h18l-7 8v6l-4 2v-8z", reset: "M3 8V3h5M16 3h5v5M21 16v5h-5M8 21H3v-5", measure: "M3 17L17 3l4 4L7 21zM8 12l2 2M11 9l3 3M14 6l2 2",
  swipe: "M3 4h18v16H3zM12 4v16M7 9l-2 3 2 3M17 9l2 3-2 3", print: "M6 9V3h12v6M6 17H3V9h18v8h-3M6 14h12v7H6z",
  picture: "M3 7h5l2-3h4l2 3h5v13H3zM12 17a4 4 0 1 0 0-8 4 4 0 0 0 0 8z", copy: "M10 14a4 4 0 0 0 6 0l4-4a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-4 4a4 4 0 0 0 6 6l1-1",
};
GP.sign = function (name) {
  const space = "http://www.w3.org/2000/svg", svg = document.createElementNS(space, "svg"), path = document.createElementNS(space, "path");
  const look = { viewBox: "0 0 24 24", width: "18", height: "18", fill: "none", stroke: "currentColor", "stroke-width": "1.8", "stroke-linejoin": "round", "aria-hidden": "true" };
  for (const key in look) svg.setAttribute(key, look[key]);
  path.setAttribute("d", GP.SIGNS[name]);
  svg.appendChild(path);
  return svg;
};

GP.number = function (value, digits) {
  if (value === null || value === undefined || Number.isNaN(value)) return "—";
  const words = value.toFixed(digits === undefined ? 2 : digits);
  const parts = (words.indexOf(".") < 0 ? words : words.replace(/\.?0+$/, "")).split(".");
  parts[0] = parts[0].replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return parts.join(".");
};

// A value as a popup shows it: ratios as per cent, numbers with their unit, blanks as nothing.
GP.value = function (value, field) {
  if (value === null || value === undefined || value === "") return "";
  if (typeof value !== "number") return String(value);
  if (field.unit === "%") return GP.number(value * 100, 2) + "%";
  return GP.number(value, 4) + (field.unit ? " " + field.unit : "");
};

GP.area = function (squareMetres) {
  return GP.t("area_words", {
    mu: GP.number(squareMetres * 3 / 2000, 2), ha: GP.number(squareMetres / 10000, 4), m2: GP.number(squareMetres, 1),
  });
};

// A block of bytes that the page carries compressed; unpacked when it is first asked for.
GP.bytes = async function (block) {
  const packed = atob(document.getElementById("block-" + block).textContent);
  const bytes = new Uint8Array(packed.length);
  for (let i = 0; i < packed.length; i++) bytes[i] = packed.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
};

GP.json = async function (block) { return JSON.parse(new TextDecoder().decode(await GP.bytes(block))); };
GP.floats = async function (block) { return new Float64Array((await GP.bytes(block)).buffer); };

GP.status = function (words) { document.getElementById("status").textContent = words; };

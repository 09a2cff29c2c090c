// The bar of tools, the coordinates under the pointer, keys.
GP.tool = null;

// Take up a tool and lay down the one that was in use; null for none.
GP.use = function (name) {
  const tools = { measure: GP.measure, swipe: GP.swipe };
  if (GP.tool) tools[GP.tool].stop();
  GP.tool = GP.tool === name ? null : name;
  GP.map.closePopup();
  if (GP.tool) tools[GP.tool].start();
  document.querySelectorAll("#tools [data-tool]").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.tool === GP.tool)));
};

GP.controls = function () {
  const tools = document.getElementById("tools"), menu = document.getElementById("papers");
  function add(name, act) {
    const button = GP.button("", GP.t(name), act);
    button.appendChild(GP.sign(name));
    tools.appendChild(button);
    return button;
  }
  function tool(name) {
    const button = add(name, () => GP.use(name));
    button.dataset.tool = name;
    button.setAttribute("aria-pressed", "false");
  }
  add("reset", GP.whole);
  tool("measure");
  tool("swipe");
  add("print", () => { menu.hidden = !menu.hidden; });
  add("picture", () => GP.sheet.save());
  add("copy", () => GP.link.copy());
  [["A4", true], ["A4", false], ["A3", true], ["A3", false]].forEach(([paper, landscape]) => {
    const words = paper + " " + GP.t(landscape ? "landscape" : "upright");
    menu.appendChild(GP.button(words, words, () => { menu.hidden = true; GP.sheet.print(paper, landscape); }));
  });
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(GP.map);
  const place = document.getElementById("place");
  GP.map.on("mousemove", (event) => {
    const at = event.latlng.wrap(), plane = GP.geodesy.gauss(at);
    place.textContent = at.lng.toFixed(6) + "°E, " + at.lat.toFixed(6) + "°N　" + GP.t("zone", { zone: plane.zone }) + " X " + plane.x.toFixed(1) + " Y " + plane.y.toFixed(1);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;  // those are the browser's keys
    if (document.activeElement.matches("input:not([type=checkbox]), select, textarea")) return;
    if (event.key === "Escape") { GP.use(null); menu.hidden = true; GP.map.closePopup(); }
    if (event.key === "/") { document.getElementById("search").focus(); event.preventDefault(); }
    if (event.key === "n" || event.key === "p") GP.findings.step(event.key === "n" ? 1 : -1);
  });
};

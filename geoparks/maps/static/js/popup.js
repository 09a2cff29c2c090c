// What lies under the pointer: an outline and a word while it moves, everything that is known at a click.
GP.popup = (function () {
  let outline = null, hovered = null;
  const tip = L.tooltip({ sticky: true, direction: "top", opacity: 0.95 });

  function table(rows) {
    const element = GP.make("table");
    rows.forEach(([title, value]) => {
      if (value === "" || value === null || value === undefined) return;
      const line = element.insertRow();
      line.appendChild(GP.make("th", "", title, { scope: "row" }));
      line.insertCell().textContent = value;
    });
    return element;
  }

  // Small pictures side by side, a year beside a year.
  function pictures(chips) {
    const row = GP.make("div", "chips");
    chips.forEach((one) => {
      const figure = GP.make("figure");
      const image = GP.make("img", "", "", { alt: one.title, src: "data:image/png;base64," + one.data });
      figure.append(image, GP.make("figcaption", "", one.title));
      row.appendChild(figure);
    });
    return row;
  }

  function card(layer, feature) {
    const box = GP.make("div", "card");
    if (layer.spec.name === "findings") return GP.findings.card(feature);
    box.appendChild(GP.make("h3", "", layer.spec.title + " " + layer.title(feature)));
    const rows = layer.spec.fields.map((field, i) => [field.title, GP.value(layer.value(i + 1, feature), field)]);
    if (layer.theme && layer.theme.values) {
      const year = layer.theme.year ? " " + layer.theme.year : "", value = layer.theme.values[feature];
      rows.unshift([layer.theme.spec.title + year, Number.isNaN(value) ? layer.theme.spec.missing : GP.value(value, layer.theme.spec)]);
    }
    box.appendChild(table(rows));
    const chips = (layer.spec.chips || {})[feature];
    if (chips) box.appendChild(pictures(chips));
    return box;
  }

  // Every visible feature at a place, the topmost layer first.
  function under(place) {
    return GP.layers.slice().reverse().map((layer) => [layer, layer.at(place)]).filter((pair) => pair[1] >= 0);
  }

  function mark(layer, feature) {
    if (outline) outline.remove();
    outline = layer ? layer.outline(feature, { color: "#111", weight: 3, pane: "marks", interactive: false }).addTo(GP.map) : null;
  }

  async function open(place, found) {
    await Promise.all(found.map(([layer]) => layer.columns()));
    const box = GP.make("div", "popup"), body = GP.make("div");
    function choose(index) {
      const [layer, feature] = found[index];
      body.replaceChildren(card(layer, feature));
      mark(layer, feature);
    }
    if (found.length > 1) {
      const bar = GP.make("div", "tabs");
      found.forEach(([layer, feature], i) => bar.appendChild(GP.button(layer.spec.title, layer.spec.title + " " + layer.title(feature), () => choose(i), "tab")));
      box.appendChild(bar);
    }
    box.appendChild(body);
    choose(0);
    L.popup({ maxWidth: Math.min(380, GP.map.getSize().x - 90), minWidth: 200, autoPanPaddingTopLeft: [54, 96], autoPanPaddingBottomRight: [20, 20] }).setLatLng(place).setContent(box).openOn(GP.map);
  }

  async function hover(event) {
    if (GP.tool || GP.moving) return;
    const found = under(event.latlng)[0];
    const key = found ? found[0].order + "/" + found[1] : null;
    if (key === hovered) { if (found) tip.setLatLng(event.latlng); return; }
    hovered = key;
    if (!found) { tip.remove(); mark(null); return; }
    await found[0].columns();
    if (hovered !== key) return;
    mark(found[0], found[1]);
    const words = GP.make("div", "", found[0].spec.name === "findings" ? GP.findings.line(found[1]) : found[0].spec.title + " " + found[0].title(found[1]));
    tip.setLatLng(event.latlng).setContent(words).addTo(GP.map);
  }

  return {
    start() {
      GP.map.createPane("marks").style.zIndex = 620;
      GP.map.getPane("marks").style.pointerEvents = "none";
      GP.map.on("mousemove", hover);
      GP.map.on("mouseout", () => { hovered = null; tip.remove(); mark(null); });
      GP.map.on("click", (event) => {
        if (GP.tool) return;
        const on = event.originalEvent && event.originalEvent.target;
        if (on && on.closest && on.closest(".leaflet-interactive")) return;  // what was added in Python has its own popup
        const found = under(event.latlng);
        if (found.length) { tip.remove(); open(event.latlng, found); }
      });
    },
    // Go to a feature and open what is known of it.
    async show(layer, feature) {
      if (!layer.visible) layer.show(true);
      const bounds = layer.bounds(feature), middle = bounds.getCenter();
      GP.map.fitBounds(bounds.pad(1.2), { maxZoom: 18, animate: false });
      await open(middle, [[layer, feature]]);
    },
    table: table, under: under,
  };
})();

// The panel beside the map: layers with their counts, legends that are filters too, themes by indicator, year and scheme.
GP.panel = (function () {
  const panel = document.getElementById("panel"), rows = new Map();

  function swatch(kind, fill, style) {
    const element = GP.make("span", "swatch " + kind);
    element.style.borderColor = kind === "line" ? fill : style.stroke;
    element.style.background = fill === "none" || kind === "line" ? "transparent" : fill;
    if (style.dash) element.style.borderStyle = "dashed";
    return element;
  }

  function choice(title, options, chosen, change) {
    const select = GP.make("select", "", null, { "aria-label": title, title: title });
    options.forEach(([value, words]) => {
      const option = GP.make("option", "", words, { value: value });
      option.selected = String(value) === String(chosen);
      select.appendChild(option);
    });
    select.addEventListener("change", () => change(select.value));
    return select;
  }

  function kindOf(layer) { return layer.spec.meshes.length ? layer.spec.meshes[0].kind : "polygon"; }

  function legend(layer) {
    const box = rows.get(layer), theme = layer.theme;
    box.replaceChildren();
    if (layer.spec.themes.length > 1 || (layer.spec.themes.length && layer.spec.themes[0].kind === "numbers")) {
      const titles = layer.spec.themes.map((one, i) => [i, one.title]);
      box.appendChild(choice(GP.t("theme"), titles.concat([["", GP.t("no_theme")]]), theme ? theme.index : "", (value) => layer.colour(value === "" ? null : Number(value))));
    }
    if (!theme) return;
    if (theme.spec.kind === "numbers" && theme.values) {
      const line = GP.make("div", "choices");
      if (theme.spec.years.length > 1 || theme.year !== null) line.appendChild(choice(GP.t("year"), theme.spec.years.map((one) => [one.year, one.year]), theme.year, (year) => layer.colour(theme.index, year, theme.scheme)));
      line.appendChild(choice(GP.t("scheme"), theme.schemes.map((one) => [one, GP.t("scheme_" + one)]), theme.scheme, (scheme) => layer.colour(theme.index, theme.year, scheme)));
      if (theme.spec.unit && theme.spec.unit !== "%") line.appendChild(GP.make("span", "unit", theme.spec.unit));
      box.appendChild(line);
    }
    theme.labels.forEach((label, code) => {
      if (!theme.counts[code]) return;
      const line = GP.make("label", "class"), tick = GP.make("input", "", null, { type: "checkbox" });
      tick.checked = !layer.hidden.has(code);
      tick.addEventListener("change", () => {
        if (tick.checked) layer.hidden.delete(code); else layer.hidden.add(code);
        layer.draw();
        GP.tell("layers");
      });
      line.append(tick, swatch(kindOf(layer), theme.fills[code], layer.spec.style), GP.make("span", "", label), GP.make("span", "count", GP.number(theme.counts[code], 0)));
      box.appendChild(line);
    });
  }

  // A button that unfolds the filter of a layer below its row.
  function filter(layer, row) {
    const count = GP.make("span", "count"), line = GP.make("div", "choices filter"), words = GP.make("input", "", null, { type: "search", "aria-label": GP.t("filter"), placeholder: GP.t("filter_value") });
    const column = choice(GP.t("field"), layer.spec.fields.map((one, i) => [i + 1, one.title]), 1, apply);
    const operator = choice(GP.t("operator"), [["⊃", GP.t("contains")], ["=", "="], ["≥", "≥"], ["≤", "≤"]], "⊃", apply);
    async function apply() { count.textContent = GP.number(await layer.filter(Number(column.value), operator.value, words.value.trim()), 0); }
    words.addEventListener("change", apply);
    words.addEventListener("search", apply);
    line.append(column, operator, words, count);
    line.hidden = true;
    const button = GP.button("", GP.t("filter"), () => {
      line.hidden = !line.hidden;
      button.setAttribute("aria-expanded", String(!line.hidden));
      if (!line.hidden) words.focus();
    }, "unfold");
    button.appendChild(GP.sign("filter"));
    button.setAttribute("aria-expanded", "false");
    row.insertBefore(line, row.children[1] || null);
    return button;
  }

  function add(layer) {
    const row = GP.make("div", "layer"), label = GP.make("label"), tick = GP.make("input", "", null, { type: "checkbox" });
    tick.checked = layer.visible;
    tick.dataset.layer = layer.spec.name;
    tick.addEventListener("change", () => layer.show(tick.checked));
    GP.on("layers", () => { tick.checked = layer.visible; });
    label.append(tick, swatch(kindOf(layer), layer.spec.style.fill, layer.spec.style), GP.make("span", "", layer.spec.title), GP.make("span", "count", GP.number(layer.spec.total, 0)));
    const top = GP.make("div", "top");
    top.appendChild(label);
    row.appendChild(top);
    if (layer.spec.fields.length && layer.spec.count) top.appendChild(filter(layer, row));
    if (layer.spec.note) row.appendChild(GP.make("p", "note", layer.spec.note));
    const box = GP.make("div", "legend");
    rows.set(layer, box);
    row.appendChild(box);
    document.getElementById("layers").appendChild(row);
    legend(layer);
  }

  GP.on("legend", (layer) => rows.has(layer) && legend(layer));
  const toggle = document.getElementById("toggle");
  toggle.addEventListener("click", () => {
    const open = panel.classList.toggle("open");
    toggle.setAttribute("aria-expanded", String(open));
  });
  return { add: add, swatch: swatch, kindOf: kindOf, close() { panel.classList.remove("open"); toggle.setAttribute("aria-expanded", "false"); } };
})();

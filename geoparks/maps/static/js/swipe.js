// The curtain: one thing to the left of a bar, another to the right; layers, or two years of one theme.
GP.swipe = (function () {
  const bar = document.getElementById("swipe"), box = document.getElementById("swiped");
  let share = 0.5, sides = [null, null], made = [null, null], turns = [0, 0];

  // What can be laid beside each other: every layer, and every year of every theme.
  function choices() {
    const found = [];
    GP.layers.forEach((layer) => {
      if (layer.spec.name === "findings" || !layer.spec.count) return;
      found.push({ words: layer.spec.title, layer: layer, theme: layer.theme ? layer.theme.index : null });
      layer.spec.themes.forEach((theme, index) => {
        if (theme.kind === "numbers") theme.years.forEach((one) => found.push({ words: theme.title + (one.year === null ? "" : " " + one.year), layer: layer, theme: index, year: one.year }));
      });
    });
    return found;
  }

  async function place(side, choice) {
    if (made[side]) { made[side].remove(); made[side] = null; }
    const turn = ++turns[side];
    sides[side] = choice;
    if (choice) {
      const pane = "swipe-" + side, packed = choice.layer.drawing(pane);
      const theme = choice.theme === null ? null : await choice.layer.themed(choice.layer.spec.themes[choice.theme], choice.year);
      if (turn !== turns[side]) return;  // another was chosen, or the curtain taken away, meanwhile
      choice.layer.apply(packed, theme, theme ? theme.codes : null);
      made[side] = packed.addTo(GP.map);
    }
    GP.layers.forEach((layer) => { layer.pane.style.visibility = sides.some((one) => one && one.layer === layer) ? "hidden" : ""; });
    clip();
  }

  function clip() {
    const size = GP.map.getSize(), x = size.x * share;
    const corner = (px, py) => { const p = GP.map.containerPointToLayerPoint([px, py]); return p.x + "px " + p.y + "px"; };
    const inside = (x0, x1) => "polygon(" + [corner(x0, 0), corner(x1, 0), corner(x1, size.y), corner(x0, size.y)].join(",") + ")";
    GP.map.getPane("swipe-0").style.clipPath = inside(0, x);
    GP.map.getPane("swipe-1").style.clipPath = inside(x, size.x);
    bar.style.left = x + "px";
    bar.setAttribute("aria-valuenow", String(Math.round(share * 100)));
  }

  function drag(event) {
    const frame = GP.map.getContainer().getBoundingClientRect();
    share = Math.max(0.02, Math.min(0.98, (event.clientX - frame.left) / frame.width));
    clip();
  }
  bar.addEventListener("pointerdown", (event) => { bar.setPointerCapture(event.pointerId); bar.onpointermove = drag; });
  bar.addEventListener("pointerup", () => { bar.onpointermove = null; });
  bar.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -0.02, ArrowRight: 0.02 }[event.key];
    if (by) { share = Math.max(0.02, Math.min(0.98, share + by)); clip(); event.preventDefault(); }
  });

  return {
    // From where to where, in pixels, a pane of the curtain is seen; null for other panes.
    seen(pane) {
      const side = [0, 1].findIndex((one) => pane === GP.map.getPane("swipe-" + one)), size = GP.map.getSize();
      return side < 0 ? null : side ? [size.x * share, size.x] : [0, size.x * share];
    },
    start() {
      [0, 1].forEach((side) => { if (!GP.map.getPane("swipe-" + side)) GP.map.createPane("swipe-" + side).style.zIndex = 330; });
      const found = choices();
      box.replaceChildren();
      box.hidden = bar.hidden = false;
      const wanted = (GP.page.swipe || []).map((name) => found.findIndex((one) => one.layer.spec.name === name));
      // Two years are of one theme, the first that has two.
      const dated = found.map((one, i) => one.year ? i : -1).filter((i) => i >= 0);
      const alike = (a) => dated.filter((i) => found[i].layer === found[a].layer && found[i].theme === found[a].theme);
      const years = dated.map(alike).find((some) => some.length > 1) || [];
      const first = wanted[0] >= 0 ? wanted[0] : years.length > 1 ? years[0] : 0;
      const second = wanted[1] >= 0 ? wanted[1] : years.length > 1 ? years[years.length - 1] : Math.min(1, found.length - 1);
      [first, second].forEach((chosen, side) => {
        const select = GP.make("select", "", null, { "aria-label": GP.t(side ? "right" : "left") });
        found.forEach((one, i) => { const option = GP.make("option", "", one.words, { value: i }); option.selected = i === chosen; select.appendChild(option); });
        select.addEventListener("change", () => place(side, found[Number(select.value)]));
        box.append(GP.make("span", "", GP.t(side ? "right" : "left")), select);
        place(side, found[chosen] || null);
      });
      box.appendChild(GP.button("×", GP.t("close"), () => GP.use(null)));
      GP.map.on("move zoomend resize viewreset", clip);
    },
    stop() {
      GP.map.off("move zoomend resize viewreset", clip);
      [0, 1].forEach((side) => { if (made[side]) made[side].remove(); made[side] = null; });
      sides = [null, null];
      turns = turns.map((turn) => turn + 1);
      GP.layers.forEach((layer) => { layer.pane.style.visibility = ""; });
      box.hidden = bar.hidden = true;
    },
  };
})();

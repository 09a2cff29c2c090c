// Search by name or number, in every layer that says what it may be searched by.
GP.search = (function () {
  const MOST = 30, field = document.getElementById("search"), list = document.getElementById("found");
  let asked = 0;

  // Features of a layer whose searched columns hold the words, as many as are shown, and how many there are.
  async function within(layer, words) {
    if (layer.spec.columns === null) return { layer: layer, found: [], count: 0 };  // it is on the sheets
    await layer.columns();
    const found = [], seen = new Uint8Array(layer.spec.count);
    let count = 0;
    function take(feature) {
      if (seen[feature]) return;
      seen[feature] = 1;
      count++;
      if (found.length < MOST) found.push(feature);
    }
    for (const column of layer.spec.search) {
      const one = layer._columns[column];
      if (one.codes) {  // a column of few different words is searched in its words
        const hits = new Set();
        one.words.forEach((word, i) => { if (word !== null && GP.plain(word).indexOf(words) >= 0) hits.add(i); });
        if (hits.size) for (let f = 0; f < one.codes.length; f++) if (hits.has(one.codes[f])) take(f);
      } else {
        for (let f = 0; f < one.values.length; f++) {
          const value = one.values[f];
          if (value !== null && GP.plain(value).indexOf(words) >= 0) take(f);
        }
      }
    }
    return { layer: layer, found: found, count: count };
  }

  async function search() {
    const words = GP.plain(field.value.trim()), turn = ++asked;
    if (!words) { list.replaceChildren(); list.hidden = true; return; }
    const groups = (await Promise.all(GP.layers.filter((layer) => layer.spec.search.length).map((layer) => within(layer, words)))).filter((one) => one.count);
    if (turn !== asked) return;
    list.replaceChildren();
    list.hidden = false;
    const total = groups.reduce((sum, one) => sum + one.count, 0);
    GP.status(GP.t("found", { count: GP.number(total, 0) }));
    list.appendChild(GP.make("p", "count", GP.t("found", { count: GP.number(total, 0) })));
    groups.forEach((group) => group.found.forEach((feature) => {
      const words = group.layer.spec.title + " " + group.layer.title(feature);
      list.appendChild(GP.button(words, words, () => { GP.panel.close(); GP.popup.show(group.layer, feature); }, "hit"));
    }));
    if (groups.some((one) => one.count > one.found.length)) list.appendChild(GP.make("p", "count", GP.t("more_hits")));
  }

  let waiting = 0;
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 250); });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { field.value = ""; search(); }
    if (event.key === "Enter") search().then(() => { const first = list.querySelector("button"); if (first) first.click(); });
  });
  return { run: search };
})();

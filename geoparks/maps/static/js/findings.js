// The list of findings: filtered by rule and severity, each a click away from its evidence.
GP.findings = (function () {
  const STEP = 100, data = GP.page.findings, box = document.getElementById("findings");
  let layer = null, shown = STEP, rule = "", severity = "", chosen = -1, matching = [];

  function head(row) { return row.rule + " " + row.subject; }

  function card(feature) {
    const row = data.rows[data.places[feature]], element = GP.make("div", "card");
    element.appendChild(GP.make("h3", row.severity, head(row)));
    element.appendChild(GP.make("p", "", row.message));
    element.appendChild(GP.popup.table([
      [GP.t("severity"), data.severities[row.severity]], [GP.t("measured"), row.measured], [GP.t("expected"), row.expected],
      [GP.t("article"), row.article], [GP.t("quote"), row.quote], [GP.t("responsible"), row.responsible], [GP.t("fix"), row.fix],
      [GP.t("accepted"), row.accepted],
    ]));
    return element;
  }

  function list() {
    const body = box.querySelector(".rows");
    matching = data.rows.map((_, i) => i).filter((i) => (!rule || data.rows[i].rule === rule) && (!severity || data.rows[i].severity === severity));
    body.replaceChildren();
    matching.slice(0, shown).forEach((i) => {
      const row = data.rows[i], element = GP.button("", head(row), () => show(i), "finding " + row.severity + (row.accepted ? " accepted" : ""));
      element.append(GP.make("b", "", head(row)), GP.make("span", "", row.message));
      element.disabled = row.place === null;
      if (row.place === null) element.title = GP.t("no_place");
      body.appendChild(element);
    });
    if (!matching.length) body.appendChild(GP.make("p", "", GP.t("none")));
    if (matching.length > shown) {
      body.appendChild(GP.button(GP.t("more", { shown: shown, count: GP.number(matching.length, 0) }), GP.t("findings"), () => { shown += STEP; list(); }, "more"));
    }
    box.querySelector(".total").textContent = GP.number(matching.length, 0);
  }

  function show(i) {
    if (data.rows[i].place === null) return;
    chosen = i;
    GP.panel.close();
    GP.status(data.rows[i].message);
    return GP.popup.show(layer, data.rows[i].place);
  }

  // The next or the previous finding of the list that has a place.
  function step(by) {
    const places = matching.filter((i) => data.rows[i].place !== null);
    if (!places.length) return;
    const at = places.indexOf(chosen);
    show(at < 0 ? places[by > 0 ? 0 : places.length - 1] : places[(at + by + places.length) % places.length]);
  }

  function picker(title, options, change) {
    const select = GP.make("select", "", null, { "aria-label": title });
    [["", title]].concat(options).forEach(([value, words]) => select.appendChild(GP.make("option", "", words, { value: value })));
    select.addEventListener("change", () => { shown = STEP; change(select.value); list(); });
    return select;
  }

  return {
    card: card,
    line(feature) { const row = data.rows[data.places[feature]]; return head(row) + "：" + row.message; },
    show: show, step: step,
    start(found) {
      layer = found;
      if (!data) { box.remove(); return; }
      const title = GP.make("h2", "", GP.t("findings") + " "), bar = GP.make("div", "choices");
      title.appendChild(GP.make("span", "total"));
      const rules = [...new Set(data.rows.map((row) => row.rule))].sort(), severities = Object.keys(data.severities).filter((one) => data.rows.some((row) => row.severity === one));
      const steps = GP.make("span", "steps");
      steps.append(GP.button("‹", GP.t("previous"), () => step(-1), "step"), GP.button("›", GP.t("next"), () => step(1), "step"));
      bar.append(
        picker(GP.t("all_rules"), rules.map((one) => [one, one + " " + data.rules[one]]), (value) => { rule = value; }),
        picker(GP.t("all_severities"), severities.map((one) => [one, data.severities[one]]), (value) => { severity = value; }), steps);
      box.append(title, bar, GP.make("div", "rows"));
      list();
    },
  };
})();

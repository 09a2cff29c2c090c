// Tables below the map: the same things in rows, each a click away from its place.
GP.tables = function () {
  const box = document.getElementById("tables"), tables = (GP.page.tables || []).filter((one) => one.rows.length);
  if (!tables.length) return;
  box.hidden = false;
  document.body.classList.add("tabled");
  GP.map.invalidateSize({ animate: false });
  const bar = GP.make("div", "tabs"), body = GP.make("div", "scroll");
  function choose(index) {
    const one = tables[index], table = GP.make("table"), head = table.createTHead().insertRow(), rows = table.createTBody();
    one.columns.forEach((words) => head.appendChild(GP.make("th", "", words, { scope: "col" })));
    one.rows.forEach((cells, i) => {
      const row = rows.insertRow(), place = one.places[i], layer = GP.layers.find((two) => two.spec.name === one.layer);
      cells.forEach((words, column) => {
        const cell = row.insertCell();
        if (column === 0 && place !== null && layer) cell.appendChild(GP.button(words, words, () => GP.popup.show(layer, place), "place"));
        else cell.textContent = words;
      });
    });
    body.replaceChildren(table);
    [...bar.children].forEach((tab, i) => tab.setAttribute("aria-pressed", String(i === index)));
  }
  tables.forEach((one, i) => bar.appendChild(GP.button(one.title + " " + one.rows.length, one.title, () => choose(i), "tab")));
  box.append(bar, body);
  choose(0);
};

// The map on paper and as a picture: title, legend, date, source, scale, north, and the line that says whose eyes it is for.
GP.sheet = (function () {
  const MM = 96 / 25.4, SIZES = { A4: [297, 210], A3: [420, 297] }, MARGIN = 10;

  // Everything that is drawn, as lines of a legend: swatch and words.
  function entries() {
    const found = [];
    GP.layers.filter((layer) => layer.visible && layer.spec.count).forEach((layer) => {
      const kind = GP.panel.kindOf(layer);
      if (!layer.theme) { found.push({ kind: kind, fill: layer.spec.style.fill, style: layer.spec.style, words: layer.spec.title }); return; }
      const year = layer.theme.year ? " " + layer.theme.year : "", unit = layer.theme.spec.unit && layer.theme.spec.unit !== "%" ? "（" + layer.theme.spec.unit + "）" : "";
      found.push({ head: layer.spec.title + "：" + layer.theme.spec.title + year + unit });
      layer.theme.labels.forEach((label, code) => {
        if (layer.theme.counts[code] && !layer.hidden.has(code)) found.push({ kind: kind, fill: layer.theme.fills[code], style: layer.spec.style, words: label });
      });
    });
    return found;
  }

  function painted() {
    return new Promise((done) => {
      function wait(tries) { if (!GP.painter.busy || !tries) setTimeout(done, 60); else setTimeout(() => wait(tries - 1), 60); }
      setTimeout(() => wait(200), 120);
    });
  }

  // Lay the page out for a paper; `landscape` or upright. Resolves when the map is drawn.
  async function lay(paper, landscape) {
    const [long, short] = SIZES[paper], wide = landscape ? long : short, high = landscape ? short : long;
    const sheet = document.getElementById("sheet"), bounds = GP.map.getBounds();
    sheet.replaceChildren();
    const legend = GP.make("div", "sheet-legend");
    entries().forEach((one) => {
      if (one.head) { legend.appendChild(GP.make("b", "", one.head)); return; }
      const line = GP.make("div");
      line.append(GP.panel.swatch(one.kind, one.fill, one.style), GP.make("span", "", one.words));
      legend.appendChild(line);
    });
    const head = GP.make("div", "sheet-head"), foot = GP.make("div", "sheet-foot");
    head.append(GP.make("h1", "", GP.page.title), GP.make("p", "", GP.page.workspace + " · " + GP.page.on));
    foot.append(GP.make("span", "", GP.t("source") + GP.page.source), GP.make("span", "", GP.page.notice));
    if (GP.page.made) foot.appendChild(GP.make("span", "", GP.page.made));
    sheet.append(head, legend, foot, GP.make("div", "north", "N"));
    let style = document.getElementById("paper");
    if (!style) { style = GP.make("style"); style.id = "paper"; document.head.appendChild(style); }
    style.textContent = "@page{size:" + wide + "mm " + high + "mm;margin:0}";
    document.body.classList.add("paper");
    document.body.style.setProperty("--wide", (wide - 2 * MARGIN) * MM + "px");
    document.body.style.setProperty("--high", (high - 2 * MARGIN) * MM + "px");
    GP.map.invalidateSize({ animate: false });
    GP.map.fitBounds(bounds, { animate: false });
    await painted();
  }

  function back() {
    document.body.classList.remove("paper");
    GP.map.invalidateSize({ animate: false });
  }

  async function print(paper, landscape) {
    const view = [GP.map.getCenter(), GP.map.getZoom()];
    await lay(paper, landscape);
    window.print();
    back();
    GP.map.setView(view[0], view[1], { animate: false });
  }

  function bar(pen, x, y, wide) {
    const map = GP.map, size = map.getSize();
    const metres = map.containerPointToLatLng([0, size.y / 2]).distanceTo(map.containerPointToLatLng([100, size.y / 2])) / 100;
    const wanted = metres * wide, power = Math.pow(10, Math.floor(Math.log10(wanted)));
    const length = [5, 2, 1].map((step) => step * power).find((one) => one <= wanted);
    pen.lineWidth = 2;
    pen.strokeStyle = pen.fillStyle = "#222";
    pen.strokeRect(x, y - 6, length / metres, 0.01);
    pen.fillText(length >= 1000 ? length / 1000 + " km" : length + " m", x, y - 12);
  }

  // The view as a picture: what the panes show, with title, legend, scale, north and the lines at the foot.
  async function picture() {
    await painted();
    const map = GP.map, size = map.getSize(), ratio = 2, head = 64, foot = 30, legendWide = 240;
    const canvas = GP.make("canvas"), pen = canvas.getContext("2d");
    canvas.width = (size.x + legendWide) * ratio;
    canvas.height = (size.y + head + foot) * ratio;
    pen.scale(ratio, ratio);
    const font = '"Microsoft YaHei","PingFang SC","Noto Sans CJK SC",sans-serif';
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.save();
    pen.beginPath();
    pen.rect(0, head, size.x, size.y);
    pen.clip();
    pen.fillStyle = "#f3f5f2";
    pen.fillRect(0, head, size.x, size.y);
    const frame = map.getContainer().getBoundingClientRect();
    const panes = [...map.getContainer().querySelectorAll(".leaflet-pane")].filter((pane) => pane.style.visibility !== "hidden");
    panes.sort((a, b) => (Number(getComputedStyle(a).zIndex) || 0) - (Number(getComputedStyle(b).zIndex) || 0));
    panes.forEach((pane) => [...pane.querySelectorAll("canvas, img")].filter((one) => one.closest(".leaflet-pane") === pane).forEach((one) => {
      const place = one.getBoundingClientRect(), seen = GP.swipe.seen(pane);
      if (!one.width) return;
      pen.save();
      if (seen) { pen.beginPath(); pen.rect(seen[0], head, seen[1] - seen[0], size.y); pen.clip(); }
      pen.drawImage(one, place.left - frame.left, place.top - frame.top + head, place.width, place.height);
      pen.restore();
    }));
    pen.restore();
    pen.fillStyle = "#1d2733";
    pen.font = "bold 22px " + font;
    pen.fillText(GP.page.title, 14, 28);
    pen.font = "13px " + font;
    pen.fillText(GP.page.workspace + " · " + GP.page.on + (GP.page.made ? " · " + GP.page.made : ""), 14, 50);
    let y = head + 24;
    entries().forEach((one) => {
      if (y > head + size.y - 60) return;
      pen.font = (one.head ? "bold " : "") + "13px " + font;
      if (one.head) { pen.fillStyle = "#1d2733"; pen.fillText(one.head, size.x + 12, y, legendWide - 20); y += 22; return; }
      pen.strokeStyle = one.kind === "line" ? one.fill : one.style.stroke;
      pen.fillStyle = one.fill === "none" ? "#fff" : one.fill;
      pen.lineWidth = 1.5;
      if (one.kind === "line") pen.strokeRect(size.x + 12, y - 5, 20, 0.01); else { pen.fillRect(size.x + 12, y - 11, 20, 12); pen.strokeRect(size.x + 12, y - 11, 20, 12); }
      pen.fillStyle = "#1d2733";
      pen.fillText(one.words, size.x + 40, y, legendWide - 50);
      y += 21;
    });
    bar(pen, size.x + 14, head + size.y - 14, 120);
    pen.beginPath();
    pen.moveTo(size.x + legendWide - 30, head + size.y - 44);
    pen.lineTo(size.x + legendWide - 22, head + size.y - 20);
    pen.lineTo(size.x + legendWide - 38, head + size.y - 20);
    pen.fill();
    pen.fillText("N", size.x + legendWide - 34, head + size.y - 50);
    pen.font = "12px " + font;
    pen.fillStyle = "#5c6b7c";
    pen.fillText(GP.t("source") + GP.page.source, 14, head + size.y + 20, size.x - 20);
    pen.fillText(GP.page.notice, size.x + 12, head + size.y + 20, legendWide - 20);
    return canvas;
  }

  async function save() {
    const canvas = await picture(), link = GP.make("a");
    canvas.toBlob((blob) => {
      link.href = URL.createObjectURL(blob);
      link.download = GP.page.title + ".png";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    });
  }

  return { lay: lay, back: back, print: print, picture: picture, save: save };
})();

// Put the page together: the map, its layers in order, then everything that works on them.
(async function () {
  if (typeof DecompressionStream === "undefined" || typeof L === "undefined") {
    document.getElementById("old").hidden = false;
    return;
  }
  const started = performance.now();
  const map = GP.map = L.map("map", { attributionControl: false, maxZoom: 22, minZoom: 3, zoomControl: false, wheelPxPerZoomLevel: 90 });
  L.control.zoom({ zoomInTitle: GP.t("zoom_in"), zoomOutTitle: GP.t("zoom_out") }).addTo(map);
  map.on("movestart zoomstart", () => { GP.moving = true; }).on("moveend", () => { GP.moving = false; });
  const bounds = GP.page.bounds ? L.latLngBounds(GP.page.bounds) : L.latLngBounds([[37, 97], [53, 126]]);
  GP.whole = () => map.fitBounds(bounds.pad(0.04), { animate: false });
  GP.whole();
  GP.base.start();
  GP.layers = GP.page.layers.map((spec, order) => new GP.Layer(spec, order));
  for (const layer of GP.layers) await layer.load();
  GP.layers.slice().reverse().forEach(GP.panel.add);
  const last = GP.layers[GP.layers.length - 1];
  GP.findings.start(last && last.spec.name === "findings" ? last : null);
  GP.popup.start();
  GP.controls();
  GP.tables();
  GP.whole();
  await GP.link.start();
  await GP.labels.start();
  (GP.page.sheets || []).forEach((sheet) => {
    document.getElementById("sheets").hidden = false;
    document.getElementById("sheets").appendChild(GP.button(sheet.title + "（" + GP.number(sheet.count, 0) + "）", sheet.title, () => { location.href = sheet.file.split("/").map(encodeURIComponent).join("/"); }, "hit"));
  });
  if (typeof addToMap === "function") addToMap(map);  // what was added in Python
  function finish() { if (GP.ready) return; GP.ready = performance.now() - started; document.body.dataset.ready = "1"; GP.tell("ready"); }
  GP.on("painted", finish);
  if (!GP.painter.busy) finish();
})();

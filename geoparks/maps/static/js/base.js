// Base maps: none unless the workspace has one. Pictures and tiles that the page carries; 天地图 where its user asks for it.
GP.base = (function () {
  const TOKEN = "geoparks-tianditu-token";

  function carried(base) {
    const [[south, west], [north, east]] = base.bounds;
    return L.imageOverlay("data:" + base.type + ";base64," + document.getElementById("block-" + base.picture).textContent, [[south, west], [north, east]], { pane: "base", alt: base.title });
  }

  // The token is the office's own: it is in the page only where the office said so, else it is asked for and stays here.
  function token(base) {
    let words = base.token || sessionStorage.getItem(TOKEN);
    if (!words) {
      words = (window.prompt(GP.t("ask_token")) || "").trim();
      if (words) sessionStorage.setItem(TOKEN, words);
    }
    return words;
  }

  function tianditu(base) {
    const words = token(base);
    if (!words) return null;
    const group = L.layerGroup();
    base.sets.forEach((set) => group.addLayer(L.tileLayer(
      "https://t{s}.tianditu.gov.cn/" + set + "_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=" + set + "&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=" + encodeURIComponent(words),
      { subdomains: "01234567", maxNativeZoom: 18, maxZoom: 22, pane: "base", crossOrigin: "anonymous" })));
    return group;
  }

  return {
    start() {
      GP.map.createPane("base").style.zIndex = 200;
      if (!GP.page.bases.length) return;
      const box = document.getElementById("bases");
      box.hidden = false;
      box.appendChild(GP.make("h2", "", GP.t("bases")));
      GP.page.bases.forEach((base) => {
        const label = GP.make("label"), tick = GP.make("input", "", null, { type: "checkbox" });
        let shown = null;
        function change() {
          if (!tick.checked) { if (shown) shown.remove(); shown = null; return; }
          shown = base.kind === "picture" ? carried(base) : tianditu(base);
          if (shown) shown.addTo(GP.map); else tick.checked = false;
        }
        tick.checked = base.visible;
        tick.addEventListener("change", change);
        label.append(tick, GP.make("span", "", base.title));
        box.appendChild(label);
        if (base.note) box.appendChild(GP.make("p", "note", base.note));
        if (base.visible) change();
      });
    },
  };
})();

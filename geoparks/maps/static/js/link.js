// The view in the page's own address: whoever opens the link sees the same place, layers and themes.
GP.link = (function () {
  let ready = false;

  function words() {
    const centre = GP.map.getCenter(), off = GP.layers.filter((layer) => layer.visible !== layer.spec.visible).map((layer) => layer.spec.name);
    const themes = GP.layers.filter((layer) => layer.spec.themes.length).map((layer) => (layer.theme ? [layer.spec.name, layer.theme.index, layer.theme.year || "", layer.theme.scheme || ""] : [layer.spec.name, ""]).map(encodeURIComponent).join("."));
    return [GP.map.getZoom(), centre.lat.toFixed(6), centre.lng.toFixed(6), off.map(encodeURIComponent).join(","), themes.join(",")].join("/");
  }

  function write() { if (ready) history.replaceState(null, "", "#" + words()); }

  function decoded(words) { try { return decodeURIComponent(words); } catch (error) { return ""; } }

  async function read() {
    const [zoom, lat, lng, off, themes] = location.hash.slice(1).split("/");
    if (![zoom, lat, lng].every((one) => Number.isFinite(parseFloat(one)))) return false;
    GP.map.setView([parseFloat(lat), parseFloat(lng)], parseFloat(zoom), { animate: false });
    const changed = (off || "").split(",").map(decoded);
    for (const layer of GP.layers) {
      const visible = changed.indexOf(layer.spec.name) >= 0 ? !layer.spec.visible : layer.spec.visible;
      if (layer.visible !== visible) layer.show(visible);
    }
    for (const one of (themes || "").split(",").filter(Boolean)) {
      const [name, index, year, scheme] = one.split(".").map(decoded);
      const layer = GP.layers.find((two) => two.spec.name === name);
      if (layer && index === "") await layer.colour(null);
      else if (layer && layer.spec.themes[Number(index)]) await layer.colour(Number(index), year, scheme);
    }
    return true;
  }

  return {
    async start() {
      const found = location.hash.length > 1 && await read();
      ready = true;
      window.addEventListener("hashchange", async () => { ready = false; await read(); ready = true; });
      GP.map.on("moveend", write);
      GP.on("layers", write);
      return found;
    },
    async copy() {
      write();
      try { await navigator.clipboard.writeText(location.href); GP.status(GP.t("copied")); } catch (error) { window.prompt(GP.t("copy"), location.href); }
    },
  };
})();

// Names of features, written where they fit: no two over each other, none wider than what it names.
GP.labels = (function () {
  const MOST = 2000;
  let canvas = null;

  function draw() {
    const map = GP.map, size = map.getSize(), ratio = Math.min(2, window.devicePixelRatio || 1);
    canvas.width = size.x * ratio;
    canvas.height = size.y * ratio;
    canvas.style.width = size.x + "px";
    canvas.style.height = size.y + "px";
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
    const pen = canvas.getContext("2d", { willReadFrequently: true }), taken = [];
    pen.scale(ratio, ratio);
    pen.font = '13px "Microsoft YaHei","PingFang SC","Noto Sans CJK SC",sans-serif';
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    const view = map.getBounds();
    GP.layers.slice().reverse().filter((layer) => layer.visible && layer.spec.label !== null && layer.spec.count <= MOST && layer._columns).forEach((layer) => {
      layer.meshes.forEach((mesh) => {
        const a = mesh.pack(view.getNorthWest()), b = mesh.pack(view.getSouthEast());
        mesh.within(a[0], a[1], b[0], b[1]).forEach((f) => {
          const feature = mesh.owner(f);
          if (layer.packed.look(feature) < 0) return;
          const words = String(layer.value(layer.spec.label, feature) || ""), box = mesh.bounds(f);
          const p = map.latLngToContainerPoint(box.getNorthWest()), q = map.latLngToContainerPoint(box.getSouthEast());
          const wide = pen.measureText(words).width, x = (p.x + q.x) / 2, y = (p.y + q.y) / 2;
          if (!words || wide > (q.x - p.x) * 1.6 || q.y - p.y < 14) return;
          const own = [x - wide / 2 - 3, y - 9, x + wide / 2 + 3, y + 9];
          if (taken.some((one) => one[0] < own[2] && own[0] < one[2] && one[1] < own[3] && own[1] < one[3])) return;
          taken.push(own);
          pen.lineWidth = 3.5;
          pen.strokeStyle = "rgba(255,255,255,.92)";
          pen.strokeText(words, x, y);
          pen.fillStyle = "#1d2733";
          pen.fillText(words, x, y);
        });
      });
    });
  }

  return {
    async start() {
      const pane = GP.map.createPane("labels");
      pane.style.zIndex = 610;
      pane.style.pointerEvents = "none";
      canvas = GP.make("canvas", "leaflet-zoom-hide");
      pane.appendChild(canvas);
      await Promise.all(GP.layers.filter((layer) => layer.spec.label !== null && layer.spec.count <= MOST).map((layer) => layer.columns()));
      GP.map.on("moveend viewreset resize", draw);
      GP.on("layers", draw);
      draw();
    },
    get canvas() { return canvas; },
  };
})();

// Draws meshes on canvas tiles, in slices short enough that the page stays quick to answer.
GP.painter = (function () {
  const IDLE_MS = 40, MOVING_MS = 6;
  const jobs = [];
  let running = false;
  const channel = new MessageChannel();
  function work() {
    const until = performance.now() + (GP.moving ? MOVING_MS : IDLE_MS);
    while (jobs.length && performance.now() < until) {
      const job = jobs[0];
      if (job.dropped() || job.steps.next().done) jobs.shift();
    }
    running = jobs.length > 0;
    if (!running) GP.tell("painted");
    else if (GP.moving) requestAnimationFrame(work);
    else channel.port2.postMessage(0);
  }
  channel.port1.onmessage = work;
  return {
    add(job) { jobs.push(job); if (!running) { running = true; channel.port2.postMessage(0); } },
    get busy() { return jobs.length > 0; },
  };
})();

GP.Packed = L.GridLayer.extend({
  options: { tileSize: 512, updateWhenZooming: false, keepBuffer: 1 },
  // `look(feature)` gives the index of a fill, -1 for what is not shown; `fills` the colours.
  initialize: function (meshes, style, options) {
    L.setOptions(this, options);
    this.meshes = meshes;
    this.style = style;
    this.look = null;
    this.fills = [style.fill];
  },
  createTile: function (coords, done) {
    const size = this.getTileSize().x, ratio = Math.min(2, window.devicePixelRatio || 1);
    const tile = document.createElement("canvas");
    tile.width = tile.height = size * ratio;
    const round = this.round || 0, self = this;
    GP.painter.add({
      steps: this._steps(tile, coords, size, ratio, done),
      dropped: () => !self._map || (self.round || 0) !== round || (tile.wanted && !tile.parentNode),
    });
    return tile;
  },
  redraw: function () {
    this.round = (this.round || 0) + 1;
    return L.GridLayer.prototype.redraw.call(this);
  },
  _steps: function* (tile, coords, size, ratio, done) {
    // A canvas that is read often stays in memory: software graphics are tens of times slower otherwise.
    const pen = tile.getContext("2d", { willReadFrequently: true });
    pen.scale(ratio, ratio);
    for (const mesh of this.meshes) yield* this._mesh(pen, mesh, coords, size);
    done(null, tile);
  },
  _mesh: function* (pen, mesh, coords, size) {
    const k = size * Math.pow(2, coords.z) / (size / 256) / mesh.scale;  // pixels of one packed unit
    const left = coords.x * size / k - mesh.origin[0], top = coords.y * size / k - mesh.origin[1], pad = 12 / k;
    const near = mesh.within(left - pad, top - pad, left + size / k + pad, top + size / k + pad);
    const byFill = new Map();
    for (const f of near) {
      const fill = this.look ? this.look(mesh.owner(f)) : 0;
      if (fill < 0) continue;
      if (!byFill.has(fill)) byFill.set(fill, []);
      byFill.get(fill).push(f);
    }
    yield;
    for (const fill of [...byFill.keys()].sort((a, b) => a - b)) {
      const some = byFill.get(fill);
      for (let i = 0; i < some.length; i += 400) {
        this._paint(pen, mesh, some, i, Math.min(i + 400, some.length), this.fills[fill], k, left, top);
        yield;
      }
    }
  },
  _paint: function (pen, mesh, some, from, to, fill, k, left, top) {
    const style = this.style, b = mesh.boxes, filled = fill !== "none" && mesh.kind === "polygon";
    pen.lineWidth = style.width;
    pen.setLineDash(style.dash ? style.dash.split(" ").map(Number) : []);
    for (let n = from; n < to; n++) {
      const f = some[n], x = (b[4 * f] - left) * k, y = (b[4 * f + 1] - top) * k;
      const wide = (b[4 * f + 2] - b[4 * f]) * k, high = (b[4 * f + 3] - b[4 * f + 1]) * k;
      pen.fillStyle = filled ? fill : style.stroke;
      pen.strokeStyle = mesh.kind === "line" && fill !== style.fill ? fill : style.stroke;
      if (mesh.kind === "point") {
        pen.globalAlpha = 0.9;
        pen.fillStyle = fill === "none" ? style.stroke : fill;
        this._dots(pen, mesh, f, k, left, top);
      } else if (style.spot && wide < (style.spot === "dot" ? 14 : 7) && high < 14) {
        pen.globalAlpha = 1;
        pen.beginPath();
        pen.arc(x + wide / 2, y + high / 2, 6, 0, 7);
        pen.lineWidth = 2;
        if (style.spot === "dot" && filled) pen.fill();
        pen.stroke();
        pen.lineWidth = style.width;
      } else if (filled && wide < 1.5 && high < 1.5) {
        pen.globalAlpha = style.opacity;
        pen.fillRect(x, y, Math.max(0.7, wide), Math.max(0.7, high));
      } else {
        this._trace(pen, mesh, f, k, left, top);
        if (filled) {
          pen.globalAlpha = style.opacity;
          pen.fill("evenodd");
        }
        if (style.width > 0 && (!filled || wide > 4 || high > 4)) {
          pen.globalAlpha = 1;
          pen.stroke();
        }
      }
    }
  },
  _trace: function (pen, mesh, f, k, left, top) {
    const xy = mesh.xy, hair = 0.4 / k;
    pen.beginPath();
    for (let p = mesh.firstPath[f]; p < mesh.firstPath[f + 1]; p++) {
      const start = mesh.firstPoint[p], end = mesh.firstPoint[p + 1];
      let lastX = xy[2 * start], lastY = xy[2 * start + 1];
      pen.moveTo((lastX - left) * k, (lastY - top) * k);
      for (let i = start + 1; i < end; i++) {
        const x = xy[2 * i], y = xy[2 * i + 1];
        if (Math.abs(x - lastX) < hair && Math.abs(y - lastY) < hair && i < end - 1) continue;
        pen.lineTo((x - left) * k, (y - top) * k);
        lastX = x;
        lastY = y;
      }
      if (mesh.kind === "polygon") pen.closePath();
    }
  },
  _dots: function (pen, mesh, f, k, left, top) {
    for (let i = mesh.firstPoint[mesh.firstPath[f]]; i < mesh.firstPoint[mesh.firstPath[f + 1]]; i++) {
      pen.beginPath();
      pen.arc((mesh.xy[2 * i] - left) * k, (mesh.xy[2 * i + 1] - top) * k, 5, 0, 7);
      pen.fill();
      pen.stroke();
    }
  },
});

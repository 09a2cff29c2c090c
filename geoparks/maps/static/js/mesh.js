// Packed geometry: numbers on the Web Mercator grid, an index of where things are, and what lies under a point.
GP.Mesh = class {
  // `bytes`: feature, path and point counts; paths of each feature; points of each path; steps from point to point.
  constructor(head, bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    this.kind = head.kind;
    this.scale = Math.pow(2, head.bits);
    this.origin = head.origin;
    this.owners = head.owners;
    this.count = view.getUint32(0, true);
    const paths = view.getUint32(4, true), points = view.getUint32(8, true);
    this.firstPath = new Uint32Array(this.count + 1);
    this.firstPoint = new Uint32Array(paths + 1);
    this.xy = new Int32Array(points * 2);
    this.boxes = new Int32Array(this.count * 4);
    let at = 12;
    function next() {
      let value = 0, factor = 1, byte;
      do { byte = bytes[at++]; value += (byte & 127) * factor; factor *= 128; } while (byte & 128);
      return value;
    }
    for (let i = 0; i < this.count; i++) this.firstPath[i + 1] = this.firstPath[i] + next();
    for (let i = 0; i < paths; i++) this.firstPoint[i + 1] = this.firstPoint[i] + next();
    let x = 0, y = 0;
    for (let i = 0; i < points * 2; i += 2) {
      const dx = next(), dy = next();
      x += dx % 2 ? -(dx + 1) / 2 : dx / 2;
      y += dy % 2 ? -(dy + 1) / 2 : dy / 2;
      this.xy[i] = x;
      this.xy[i + 1] = y;
    }
    this._index();
  }

  // A uniform grid over the extent: for each cell, the features whose box touches it.
  _index() {
    const xy = this.xy, boxes = this.boxes, whole = [Infinity, Infinity, -Infinity, -Infinity];
    for (let f = 0; f < this.count; f++) {
      let x0 = Infinity, y0 = Infinity, x1 = -Infinity, y1 = -Infinity;
      const end = this.firstPoint[this.firstPath[f + 1]];
      for (let k = this.firstPoint[this.firstPath[f]]; k < end; k++) {
        const x = xy[2 * k], y = xy[2 * k + 1];
        if (x < x0) x0 = x;
        if (x > x1) x1 = x;
        if (y < y0) y0 = y;
        if (y > y1) y1 = y;
      }
      boxes[4 * f] = x0; boxes[4 * f + 1] = y0; boxes[4 * f + 2] = x1; boxes[4 * f + 3] = y1;
      if (x0 < whole[0]) whole[0] = x0;
      if (y0 < whole[1]) whole[1] = y0;
      if (x1 > whole[2]) whole[2] = x1;
      if (y1 > whole[3]) whole[3] = y1;
    }
    this.extent = whole;
    const side = this.side = Math.max(1, Math.min(512, Math.ceil(Math.sqrt(this.count / 4))));
    this.cellX = (whole[2] - whole[0] + 1) / side;
    this.cellY = (whole[3] - whole[1] + 1) / side;
    const starts = this.starts = new Uint32Array(side * side + 1);
    for (let f = 0; f < this.count; f++) this._cells(boxes, 4 * f, (cell) => starts[cell + 1]++);
    for (let cell = 0; cell < side * side; cell++) starts[cell + 1] += starts[cell];
    const items = this.items = new Uint32Array(starts[side * side]), place = starts.slice();
    for (let f = 0; f < this.count; f++) this._cells(boxes, 4 * f, (cell) => { items[place[cell]++] = f; });
    this.seen = new Uint32Array(this.count);
    this.round = 0;
  }

  _cells(box, at, act) {
    const last = this.side - 1, clamp = (v) => Math.max(0, Math.min(last, v));
    const i0 = clamp(Math.floor((box[at] - this.extent[0]) / this.cellX)), i1 = clamp(Math.floor((box[at + 2] - this.extent[0]) / this.cellX));
    const j0 = clamp(Math.floor((box[at + 1] - this.extent[1]) / this.cellY)), j1 = clamp(Math.floor((box[at + 3] - this.extent[1]) / this.cellY));
    for (let j = j0; j <= j1; j++) for (let i = i0; i <= i1; i++) act(j * this.side + i);
  }

  // Features whose box meets a box of packed numbers, in their own order.
  within(x0, y0, x1, y1) {
    const found = [], boxes = this.boxes, round = ++this.round;
    if (x1 < this.extent[0] || y1 < this.extent[1] || x0 > this.extent[2] || y0 > this.extent[3]) return found;
    this._cells([x0, y0, x1, y1], 0, (cell) => {
      for (let k = this.starts[cell]; k < this.starts[cell + 1]; k++) {
        const f = this.items[k];
        if (this.seen[f] === round) continue;
        this.seen[f] = round;
        if (boxes[4 * f] <= x1 && boxes[4 * f + 2] >= x0 && boxes[4 * f + 1] <= y1 && boxes[4 * f + 3] >= y0) found.push(f);
      }
    });
    return found.sort((a, b) => a - b);
  }

  owner(f) { return this.owners ? this.owners[f] : f; }

  // Degrees to packed numbers, and back.
  pack(place) {
    const sine = Math.sin(place.lat * Math.PI / 180);
    return [
      (place.lng / 360 + 0.5) * this.scale - this.origin[0],
      (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * this.scale - this.origin[1],
    ];
  }

  unpack(x, y) {
    const north = Math.PI * (1 - 2 * (y + this.origin[1]) / this.scale);
    return L.latLng(Math.atan(Math.sinh(north)) * 180 / Math.PI, ((x + this.origin[0]) / this.scale - 0.5) * 360);
  }

  // The feature under a place, `reach` packed units around it for lines, points and polygons narrower than `small` times
  // that, which are drawn as a spot; -1 where there is none.
  hit(place, reach, shown, small) {
    const [x, y] = this.pack(place), near = this.within(x - reach, y - reach, x + reach, y + reach);
    for (let i = near.length - 1; i >= 0; i--) {
      const f = near[i];
      if (shown(this.owner(f)) && (this.kind === "polygon" ? this._inside(f, x, y) || this._spot(f, x, y, reach, small) : this._beside(f, x, y, reach))) return f;
    }
    return -1;
  }

  _spot(f, x, y, reach, small) {
    const b = this.boxes, wide = b[4 * f + 2] - b[4 * f], high = b[4 * f + 3] - b[4 * f + 1];
    if (!reach || wide >= small * reach || high >= 14 / 6 * reach) return false;
    return Math.hypot(x - b[4 * f] - wide / 2, y - b[4 * f + 1] - high / 2) <= reach * 7 / 6;
  }

  _inside(f, x, y) {
    let inside = false;
    for (let p = this.firstPath[f]; p < this.firstPath[f + 1]; p++) {
      const start = this.firstPoint[p], end = this.firstPoint[p + 1], xy = this.xy;
      for (let i = start, j = end - 1; i < end; j = i++) {
        const yi = xy[2 * i + 1], yj = xy[2 * j + 1];
        if (yi > y !== yj > y && x < (xy[2 * j] - xy[2 * i]) * (y - yi) / (yj - yi) + xy[2 * i]) inside = !inside;
      }
    }
    return inside;
  }

  _beside(f, x, y, reach) {
    const xy = this.xy;
    for (let p = this.firstPath[f]; p < this.firstPath[f + 1]; p++) {
      for (let i = this.firstPoint[p]; i < this.firstPoint[p + 1]; i++) {
        const j = Math.min(i + 1, this.firstPoint[p + 1] - 1);
        const dx = xy[2 * j] - xy[2 * i], dy = xy[2 * j + 1] - xy[2 * i + 1], length = dx * dx + dy * dy;
        const share = length ? Math.max(0, Math.min(1, ((x - xy[2 * i]) * dx + (y - xy[2 * i + 1]) * dy) / length)) : 0;
        if (Math.hypot(x - xy[2 * i] - share * dx, y - xy[2 * i + 1] - share * dy) <= reach) return true;
      }
    }
    return false;
  }

  // Paths of a feature in degrees.
  paths(f) {
    const found = [];
    for (let p = this.firstPath[f]; p < this.firstPath[f + 1]; p++) {
      const path = [];
      for (let i = this.firstPoint[p]; i < this.firstPoint[p + 1]; i++) path.push(this.unpack(this.xy[2 * i], this.xy[2 * i + 1]));
      found.push(path);
    }
    return found;
  }

  bounds(f) {
    const b = this.boxes;
    return L.latLngBounds(this.unpack(b[4 * f], b[4 * f + 1]), this.unpack(b[4 * f + 2], b[4 * f + 3]));
  }

  get whole() { return L.latLngBounds(this.unpack(this.extent[0], this.extent[1]), this.unpack(this.extent[2], this.extent[3])); }
};

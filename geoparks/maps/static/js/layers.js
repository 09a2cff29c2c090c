// The layers of the map: what is drawn, by which theme it is coloured, what is filtered out, what its columns say.
GP.Layer = class {
  constructor(spec, order) {
    this.spec = spec;
    this.order = order;
    this.visible = spec.visible;
    this.hidden = new Set();  // classes that are switched off in the legend
    this.kept = null;         // of an attribute filter: 1 for every feature that stays
    this.theme = null;
    this.codes = null;
  }

  async load() {
    const bytes = await Promise.all(this.spec.meshes.map((mesh) => GP.bytes(mesh.block)));
    this.meshes = this.spec.meshes.map((mesh, i) => new GP.Mesh(mesh, bytes[i]));
    const pane = GP.map.createPane("layer-" + this.order);
    pane.style.zIndex = 300 + this.order;
    this.pane = pane;
    this.packed = this.drawing("layer-" + this.order);
    if (this.spec.themes.length && this.spec.theme !== null) await this.colour(this.spec.theme);
    else this.draw();
  }

  // A drawing of the layer in a pane; the swipe tool makes a second one.
  drawing(pane) { return new GP.Packed(this.meshes, this.spec.style, { pane: pane }); }

  draw() {
    this.apply(this.packed, this.theme, this.codes);
    if (this.visible && !GP.map.hasLayer(this.packed)) this.packed.addTo(GP.map);
    else if (this.visible) this.packed.redraw();
    else this.packed.remove();
  }

  apply(packed, theme, codes) {
    packed.fills = theme ? theme.fills : [this.spec.style.fill];
    packed.look = (feature) => {
      if (this.kept && !this.kept[feature]) return -1;
      if (!theme) return 0;
      const code = Math.min(codes[feature], theme.fills.length - 1);
      return this.hidden.has(code) ? -1 : code;
    };
  }

  show(visible) {
    this.visible = visible;
    this.draw();
    GP.tell("layers");
  }

  // Colour by a theme of the layer: `index` of the theme, or null for one colour; year and scheme where it has them.
  async colour(index, year, scheme) {
    const turn = this.turn = (this.turn || 0) + 1;
    const theme = index === null ? null : await this.themed(this.spec.themes[index], year, scheme);
    if (turn !== this.turn) return;  // something else was chosen meanwhile
    this.hidden.clear();
    this.theme = theme;
    this.codes = theme ? theme.codes : null;
    if (theme) theme.index = index;
    this.draw();
    GP.tell("legend", this);
    GP.tell("layers");
  }

  // A theme made ready to draw: a class for every feature, colours, labels and counts; the last class is 未计算 or blank.
  async themed(theme, year, scheme) {
    const count = this.spec.count;
    if (theme.kind === "classes") {
      const codes = theme.codes === null ? new Uint8Array(count).fill(255) : await GP.bytes(theme.codes);
      return this._counted({ spec: theme, codes: codes, fills: theme.classes.map((one) => one.colour).concat([theme.none]),
        labels: theme.classes.map((one) => one.label).concat([theme.missing]) });
    }
    const last = theme.years.length - 1, chosen = theme.years.find((one) => String(one.year) === String(year)) || theme.years[last];
    const codes = new Uint8Array(count).fill(255);
    if (!chosen) return this._counted({ spec: theme, codes: codes, fills: [theme.none], labels: [theme.missing] });
    const values = await GP.floats(chosen.values), schemes = Object.keys(chosen.breaks);
    const used = schemes.indexOf(scheme) >= 0 ? scheme : schemes.indexOf(theme.scheme) >= 0 ? theme.scheme : schemes[0];
    const bounds = chosen.breaks[used] || [];
    let least = Infinity;
    for (let f = 0; f < count; f++) {
      if (Number.isNaN(values[f])) continue;
      least = Math.min(least, values[f]);
      codes[f] = bounds.findIndex((bound) => values[f] <= bound);
    }
    const show = (value) => theme.unit === "%" ? GP.number(value * 100, 2) + "%" : GP.number(value, 2);
    const labels = bounds.map((bound, i) => (i ? show(bounds[i - 1]) : show(least)) + " – " + show(bound));
    return this._counted({ spec: theme, codes: codes, year: chosen.year, scheme: used, schemes: schemes, values: values,
      fills: GP.ramp(theme.colours, bounds.length).concat([theme.none]), labels: labels.concat([theme.missing]) });
  }

  _counted(theme) {
    theme.counts = new Array(theme.fills.length).fill(0);
    for (let f = 0; f < theme.codes.length; f++) theme.counts[Math.min(theme.codes[f], theme.fills.length - 1)]++;
    return theme;
  }

  async columns() {
    if (!this._columns) this._columns = this.spec.columns === null ? [] : await Promise.all(this.spec.columns.map(GP.json));
    return this._columns;
  }

  // The value of a column at a feature; columns must have been asked for before.
  value(column, feature) {
    const one = this._columns[column];
    return one.codes ? one.words[one.codes[feature]] : one.values[feature];
  }

  title(feature) {
    const id = this.value(0, feature), name = this.spec.named === null ? "" : this.value(this.spec.named, feature);
    return name && name !== id ? name + "（" + id + "）" : String(id);
  }

  // Positions of a feature in the meshes that hold parts of it.
  parts(feature) {
    return this.meshes.map((mesh) => {
      if (!mesh.owners) return [mesh, feature < mesh.count ? feature : -1];
      if (!mesh.placeOf) mesh.placeOf = new Map(mesh.owners.map((owner, i) => [owner, i]));
      return [mesh, mesh.placeOf.has(feature) ? mesh.placeOf.get(feature) : -1];
    }).filter((pair) => pair[1] >= 0);
  }

  bounds(feature) {
    const bounds = L.latLngBounds([]);
    this.parts(feature).forEach(([mesh, f]) => bounds.extend(mesh.bounds(f)));
    return bounds;
  }

  outline(feature, options) {
    const group = L.featureGroup();
    this.parts(feature).forEach(([mesh, f]) => {
      const paths = mesh.paths(f);
      if (mesh.kind === "polygon") group.addLayer(L.polygon(paths, Object.assign({ fill: false }, options)));
      else if (mesh.kind === "line") group.addLayer(L.polyline(paths, options));
      else paths.forEach((path) => path.forEach((place) => group.addLayer(L.circleMarker(place, Object.assign({ radius: 9, fill: false }, options)))));
    });
    return group;
  }

  // The feature of the layer at a place on the screen, -1 where there is none.
  at(place) {
    if (!this.visible || this.spec.quiet) return -1;
    const shown = (feature) => this.packed.look(feature) >= 0;
    for (const mesh of this.meshes.slice().reverse()) {
      const reach = 6 * mesh.scale / (256 * Math.pow(2, GP.map.getZoom()));
      const f = mesh.hit(place, this.spec.style.spot || mesh.kind !== "polygon" ? reach : 0, shown, this.spec.style.spot === "dot" ? 14 / 6 : 7 / 6);
      if (f >= 0) return mesh.owner(f);
    }
    return -1;
  }

  // Keep only the features whose column agrees; an empty value takes the filter away.
  async filter(column, operator, words) {
    await this.columns();
    this.kept = null;
    if (words !== "") {
      const kept = new Uint8Array(this.spec.count), wanted = GP.plain(words), field = this.spec.fields[column - 1];
      // Numbers are compared as they are shown, per cent included; everything else, dates too, in the order of its words.
      const number = Number(wanted.replace(/[,%]/g, "")) / (field.unit === "%" ? 100 : 1);
      const order = (v) => typeof v === "number" ? Math.abs(v - number) <= 1e-9 * Math.abs(number) ? 0 : v - number : GP.plain(v) < wanted ? -1 : GP.plain(v) > wanted ? 1 : 0;
      const holds = { "=": (v) => order(v) === 0, "≥": (v) => order(v) >= 0, "≤": (v) => order(v) <= 0, "⊃": (v) => GP.plain(typeof v === "number" ? GP.value(v, field) + " " + v : v).indexOf(wanted) >= 0 }[operator];
      for (let f = 0; f < kept.length; f++) {
        const value = this.value(column, f);
        kept[f] = value !== null && value !== "" && holds(value) ? 1 : 0;
      }
      this.kept = kept;
    }
    this.draw();
    GP.tell("layers");
    return this.kept ? this.kept.reduce((sum, one) => sum + one, 0) : this.spec.count;
  }
};

GP.plain = function (words) { return String(words).normalize("NFKC").toLowerCase(); };

// Colours of some classes out of a longer ramp, its ends kept.
GP.ramp = function (colours, count) {
  if (count <= 1) return colours.slice(-1);
  return Array.from({ length: count }, (_, i) => colours[Math.round(i * (colours.length - 1) / (count - 1))]);
};

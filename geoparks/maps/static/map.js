// The map page: draws what the page carries as data. Text reaches the page as text only, never as markup.
(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("data").textContent);
  var words = data.strings;
  var map = L.map("map", { attributionControl: false, preferCanvas: true, zoomSnap: 0.5 });
  L.control.scale({ imperial: false }).addTo(map);
  var panel = document.getElementById("panel");
  var whole = L.latLngBounds([]);

  function make(tag, name, text) {
    var element = document.createElement(tag);
    if (name) element.className = name;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  function table(rows) {
    var element = make("table");
    rows.forEach(function (row) {
      if (row[1] === "" || row[1] === null) return;
      var line = element.insertRow();
      line.insertCell().textContent = row[0];
      line.insertCell().textContent = row[1];
    });
    return element;
  }

  function look(style, fill) {
    return {
      color: style.stroke, weight: style.width, dashArray: style.dash || null,
      fill: style.fill !== "none", fillColor: fill || style.fill, fillOpacity: style.opacity
    };
  }

  function shape(feature, style, fill) {
    return L.geoJSON(feature.geometry, {
      style: look(style, fill),
      pointToLayer: function (_, place) { return L.circleMarker(place, Object.assign(look(style, fill), { radius: 7, weight: 2 })); }
    });
  }

  function swatch(style, fill) {
    var element = make("span", "swatch");
    element.style.borderColor = style.stroke;
    element.style.background = fill || (style.fill === "none" ? "transparent" : style.fill);
    return element;
  }

  panel.appendChild(make("h2", "", words.layers));
  data.layers.forEach(function (layer) {
    var group = L.featureGroup();
    layer.features.forEach(function (feature) {
      var drawn = shape(feature, layer.style, layer.classes[feature.class]);
      drawn.bindPopup(function () {
        var box = make("div");
        box.appendChild(make("b", "", layer.title + " " + feature.id));
        box.appendChild(table(layer.fields.map(function (title, index) { return [title, feature.values[index]]; })));
        return box;
      });
      group.addLayer(drawn);
    });
    if (layer.visible) {
      group.addTo(map);
      if (layer.name === "blocks" || !whole.isValid()) whole.extend(group.getBounds());
    }
    var label = make("label");
    var box = make("input");
    box.type = "checkbox";
    box.checked = layer.visible;
    box.addEventListener("change", function () { if (box.checked) group.addTo(map); else map.removeLayer(group); });
    label.append(box, swatch(layer.style), make("span", "", layer.title), make("span", "count", String(layer.features.length)));
    panel.appendChild(label);
    var classes = Object.keys(layer.classes);
    if (classes.length) {
      var list = make("div", "classes");
      classes.forEach(function (name) {
        var line = make("div");
        line.append(swatch(layer.style, layer.classes[name]), make("span", "", name));
        list.appendChild(line);
      });
      panel.appendChild(list);
    }
  });

  var title = make("h2", "", words.findings + " " + data.findings.length);
  panel.appendChild(title);
  if (!data.findings.length) panel.appendChild(make("p", "", words.none));
  var evidence = L.featureGroup().addTo(map);
  data.findings.forEach(function (finding) {
    var button = make("button", "finding " + finding.severity + (finding.accepted ? " accepted" : ""));
    button.type = "button";
    button.appendChild(make("b", "", finding.rule + " " + finding.subject));
    button.appendChild(make("span", "", finding.message));
    panel.appendChild(button);
    if (!finding.geometry) { button.disabled = true; return; }
    // Evidence that is the whole subject is drawn as an outline, so that it hides nothing.
    var style = finding.whole ? Object.assign({}, data.findingStyle, { fill: "none", width: 3 }) : data.findingStyle;
    var drawn = shape(finding, style);
    drawn.bindPopup(function () {
      var box = make("div");
      box.appendChild(make("b", "", finding.rule + " " + finding.subject));
      box.appendChild(make("p", "", finding.message));
      box.appendChild(table([
        [words.measured, finding.measured], [words.expected, finding.expected], [words.article, finding.article], [words.fix, finding.fix]
      ]));
      return box;
    }, { maxWidth: 360 });
    evidence.addLayer(drawn);
    button.addEventListener("click", function () {
      panel.classList.remove("open");
      map.fitBounds(drawn.getBounds().pad(0.6), { maxZoom: 17 });
      drawn.openPopup(drawn.getBounds().getCenter());
    });
  });

  if (!whole.isValid() && evidence.getLayers().length) whole.extend(evidence.getBounds());
  function reset() { if (whole.isValid()) map.fitBounds(whole.pad(0.05)); else map.setView([40, 110], 6); }
  reset();
  var Whole = L.Control.extend({
    options: { position: "topleft" },
    onAdd: function () {
      var bar = L.DomUtil.create("div", "leaflet-bar");
      var button = L.DomUtil.create("a", "", bar);
      button.textContent = "⤢";
      button.href = "#";
      button.title = words.reset;
      L.DomEvent.on(button, "click", function (event) { L.DomEvent.stop(event); reset(); });
      return bar;
    }
  });
  map.addControl(new Whole());
  map.on("mousemove", function (event) {
    document.getElementById("place").textContent = event.latlng.lng.toFixed(6) + ", " + event.latlng.lat.toFixed(6);
  });
  document.getElementById("toggle").addEventListener("click", function () { panel.classList.toggle("open"); });
})();

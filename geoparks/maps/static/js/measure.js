// Measuring: click the corners; length along the line, area on the ellipsoid in square metres, mu and hectares.
GP.measure = (function () {
  let places = [], drawn = null, closed = false;
  const box = document.getElementById("measured");

  function draw() {
    if (drawn) drawn.remove();
    const style = { color: "#0b57d0", weight: 2.5, pane: "marks", interactive: false };
    drawn = L.featureGroup();
    if (closed) drawn.addLayer(L.polygon(places, style));
    else if (places.length > 1) drawn.addLayer(L.polyline(places, style));
    places.forEach((place) => drawn.addLayer(L.circleMarker(place, Object.assign({ radius: 4, fillOpacity: 1 }, style))));
    drawn.addTo(GP.map);
    const metres = GP.geodesy.length(closed ? places.concat([places[0]]) : places);
    const words = [GP.t(closed ? "perimeter" : "length") + " " + (metres < 10000 ? GP.number(metres, 2) + " m" : GP.number(metres / 1000, 3) + " km")];
    if (places.length > 2) words.push(GP.t("area") + " " + GP.area(GP.geodesy.area(places)));
    box.querySelector(".words").textContent = places.length ? words.join("　") : GP.t("measure_hint");
    GP.status(box.querySelector(".words").textContent);
  }

  function click(event) {
    if (closed) { places = []; closed = false; }
    places.push(event.latlng);
    draw();
  }

  function finish() {
    while (places.length > 1 && places[places.length - 1].equals(places[places.length - 2])) places.pop();  // the two clicks of a double click
    closed = places.length > 2;
    draw();
  }

  const tool = {
    start() {
      box.hidden = false;
      GP.map.doubleClickZoom.disable();
      GP.map.getContainer().classList.add("measuring");
      GP.map.on("click", click).on("dblclick", finish);
      draw();
    },
    stop() {
      box.hidden = true;
      GP.map.doubleClickZoom.enable();
      GP.map.getContainer().classList.remove("measuring");
      GP.map.off("click", click).off("dblclick", finish);
      if (drawn) drawn.remove();
      places = []; closed = false; drawn = null;
    },
    clear() { places = []; closed = false; draw(); },
    finish: finish,
  };
  box.append(
    GP.make("span", "words"),
    GP.button(GP.t("finish"), GP.t("finish"), finish), GP.button(GP.t("clear"), GP.t("clear"), () => tool.clear()),
    GP.button("×", GP.t("close"), () => GP.use(null)));
  return tool;
})();

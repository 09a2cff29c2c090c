// On the CGCS2000 ellipsoid: areas by the official formula, lengths, and the local 3° Gauss–Krüger zone.
GP.geodesy = (function () {
  const A = 6378137, F = 1 / 298.257222101, E2 = F * (2 - F), E = Math.sqrt(E2), RAD = Math.PI / 180;
  // a²·q/2·ΔL is the area between the equator and a parallel; the official trapezoid formula is its series.
  function q(sine) { return (1 - E2) * (sine / (1 - E2 * sine * sine) + Math.atanh(E * sine) / E); }

  // An edge is straight on the map that it was drawn on: vertices between its ends, no two more than `step` metres apart.
  function between(a, b, step) {
    const count = Math.max(1, Math.min(2000, Math.ceil(a.distanceTo(b) / step)));
    const north = (place) => Math.asinh(Math.tan(place.lat * RAD)), n0 = north(a), n1 = north(b), places = [];
    for (let i = 0; i < count; i++) {
      const share = i / count;
      places.push({ lng: a.lng + (b.lng - a.lng) * share, lat: Math.atan(Math.sinh(n0 + (n1 - n0) * share)) / RAD });
    }
    return places;
  }

  function length(path) {
    let metres = 0;
    for (let i = 1; i < path.length; i++) {
      const places = between(path[i - 1], path[i], 500).concat([path[i]]);
      for (let j = 1; j < places.length; j++) {
        const sine = Math.sin((places[j - 1].lat + places[j].lat) / 2 * RAD), w = 1 - E2 * sine * sine;
        const meridian = A * (1 - E2) / Math.pow(w, 1.5), parallel = A / Math.sqrt(w) * Math.sqrt(1 - sine * sine);
        metres += Math.hypot((places[j].lat - places[j - 1].lat) * RAD * meridian, (places[j].lng - places[j - 1].lng) * RAD * parallel);
      }
    }
    return metres;
  }

  function area(ring) {
    let places = [];
    ring.forEach((place, i) => { places = places.concat(between(place, ring[(i + 1) % ring.length], 70)); });
    let twice = 0;
    for (let i = 0, j = places.length - 1; i < places.length; j = i++) {
      const a = places[j], b = places[i], origin = places[0].lng;
      const ya = q(Math.sin(a.lat * RAD)), yb = q(Math.sin(b.lat * RAD));
      twice += ((a.lng - origin) * yb - (b.lng - origin) * ya) * RAD;
    }
    return Math.abs(twice) * A * A / 4;
  }

  // Gauss–Krüger by Krüger's series in n; X runs north, Y east with the zone number before it.
  const n = F / (2 - F), n2 = n * n, n3 = n2 * n, n4 = n3 * n;
  const RADIUS = A / (1 + n) * (1 + n2 / 4 + n4 / 64);
  const ALPHA = [n / 2 - 2 * n2 / 3 + 5 * n3 / 16 + 41 * n4 / 180, 13 * n2 / 48 - 3 * n3 / 5 + 557 * n4 / 1440, 61 * n3 / 240 - 103 * n4 / 140, 49561 * n4 / 161280];
  function gauss(place) {
    const zone = Math.max(25, Math.min(45, Math.round(place.lng / 3)));
    const sine = Math.sin(place.lat * RAD), l = (place.lng - 3 * zone) * RAD;
    const t = Math.sinh(Math.atanh(sine) - E * Math.atanh(E * sine));
    const xi = Math.atan2(t, Math.cos(l)), eta = Math.asinh(Math.sin(l) / Math.hypot(t, Math.cos(l)));
    let x = xi, y = eta;
    ALPHA.forEach((alpha, i) => {
      const m = 2 * (i + 1);
      x += alpha * Math.sin(m * xi) * Math.cosh(m * eta);
      y += alpha * Math.cos(m * xi) * Math.sinh(m * eta);
    });
    return { zone: zone, x: RADIUS * x, y: RADIUS * y + 500000 + zone * 1e6 };
  }
  return { area: area, length: length, gauss: gauss };
})();

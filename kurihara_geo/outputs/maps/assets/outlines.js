/* Shapes from whole numbers: millionths of a degree, each point as its step from the one before. */
(function () {
  const PANES = { areas: 400, councils: 410, districts: 420, barriers: 430, borders: 440, differences: 445, highlight: 450, halls: 455, labels: 460 };

  KG.points = function (steps) {
    const points = [];
    let lat = 0;
    let lng = 0;
    for (let place = 0; place < steps.length; place += 2) {
      lat += steps[place];
      lng += steps[place + 1];
      points.push([lat / 1e6, lng / 1e6]);
    }
    return points;
  };

  KG.parts = function (parts) {
    return parts.map(KG.points);
  };

  KG.dressMap = function (map, name) {
    for (const [pane, height] of Object.entries(PANES)) {
      const element = map.createPane(pane);
      element.style.zIndex = height;
      if (pane !== "areas" && pane !== "borders") { element.style.pointerEvents = "none"; }
    }
    KG.addControls(map, "region", name);
  };

  KG.area = function (rings, className, clicked) {
    return L.polygon(KG.parts(rings), { pane: "areas", className: className, smoothFactor: 0, interactive: clicked });
  };

  KG.line = function (parts, className, pane, clicked) {
    return L.polyline(KG.parts(parts), { pane: pane, className: className, smoothFactor: 0, interactive: Boolean(clicked) });
  };
})();
